"""rmosctl recommend: the fastest setup that is GREEN, and the smallest changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.feasibility import FeasibilityClient
from rmos_client.heat_map.grid import label_of
from rmos_client.jobs import read_job


def recommend(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say what makes a job GREEN. Exit code 3 when nothing that was searched does."""
    job = read_job(job_file)
    with FeasibilityClient(feasibility) as client:
        advice = client.recommend(job.design, job.context, engine_id=job.engine_id, request_id=request_id)
    console.print(job.name, style="bold", highlight=False)
    console.print("At present", coloured(level_name(advice.present_risk)))
    for line in _lines(advice):
        console.print(line, highlight=False, markup=False)
    if not (advice.HasField("setup") or advice.single_changes or advice.HasField("pair_change")):
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _lines(advice: pb.RecommendSetupResponse) -> Iterator[str]:
    for change in advice.single_changes:
        yield f"One change: {change.text}"
    if advice.HasField("pair_change"):
        yield f"Two changes: {advice.pair_change.text}"
    if advice.HasField("setup"):
        yield f"Fastest GREEN setup: {_proposal(advice.setup)}"
    for proposal in advice.tool_changes:
        yield f"With {proposal.tool_id}: {_proposal(proposal)}"
    yield from advice.obstacles


def _proposal(proposal: pb.SetupProposal) -> str:
    fields = ", ".join(f"{label_of(field.field)} {field.suggested_value:g}" for field in proposal.fields)
    time = f", {proposal.cut_time_s:.0f} s" if proposal.HasField("cut_time_s") else ""
    return f"{fields}{time}"
