"""rmosctl recommend: a setup that is GREEN, and the smallest changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import SEARCHING_S, JsonOption
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.heat_map.grid import label_of
from rmos_client.jobs import read_job
from rmos_client.rmos import Rmos
from rmos_client.units import is_length, length, said, time_in_words, unit


def recommend(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say what makes a job GREEN. Exit code 3 when nothing that was searched does."""
    job = read_job(job_file)
    with Rmos(feasibility=feasibility) as client:
        advice = client.recommend(
            job.design, job.context, engine_id=job.engine_id, request_id=request_id, timeout_s=SEARCHING_S
        )
    if as_json:
        print_json(advice)
    else:
        console.print(job.name, style="bold", highlight=False)
        console.print("At present", coloured(level_name(advice.present_risk)))
        for line in _lines(advice):
            console.print(said(line), highlight=False, markup=False)
    if advice.present_risk != risk_pb2.RISK_LEVEL_GREEN and not _reaches_green(advice):
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _reaches_green(advice: pb.RecommendSetupResponse) -> bool:
    return bool(
        advice.HasField("setup") or advice.single_changes or advice.HasField("pair_change") or advice.tool_changes
    )


def _lines(advice: pb.RecommendSetupResponse) -> Iterator[str]:
    for change in advice.single_changes:
        yield f"One change: {change.text}"
    if advice.HasField("pair_change"):
        yield f"Together: {advice.pair_change.text}"
    if advice.HasField("setup"):
        yield _setup(advice)
    for proposal in advice.tool_changes:
        yield f"With {proposal.tool_id}: {_proposal(proposal)}"
    yield from advice.obstacles


def _setup(advice: pb.RecommendSetupResponse) -> str:
    """The setup that was found; of a job that is GREEN only what is faster is worth a word."""
    if advice.present_risk != risk_pb2.RISK_LEVEL_GREEN:
        return f"A GREEN setup: {_proposal(advice.setup)}"
    differs = any(field.suggested_value != field.current_value for field in advice.setup.fields)
    return f"Also GREEN, and faster: {_proposal(advice.setup)}" if differs else "Nothing has to change."


def _proposal(proposal: pb.SetupProposal) -> str:
    """What has to be set; what stays as it is goes without saying."""
    fields = ", ".join(
        f"{label_of(field.field).partition(' [')[0]} {_value(field)} {unit(field.unit)}"
        for field in proposal.fields
        if field.suggested_value != field.current_value
    )
    time = f", {time_in_words(proposal.cut_time_s)}" if proposal.HasField("cut_time_s") else ""
    return f"{fields or 'as it is'}{time}"


def _value(field: pb.FieldChange) -> str:
    return length(field.suggested_value) if is_length(field.field) else f"{field.suggested_value:g}"
