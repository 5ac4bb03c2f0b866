"""rmosctl explain: why, how much, and what to change."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import SEARCHING_S, JsonOption
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.jobs import read_job
from rmos_client.rmos import Rmos
from rmos_client.units import in_inches


class Units(StrEnum):
    """Units of the text."""

    BOTH = "both"
    METRIC = "metric"
    INCH = "inch"


_UNITS = {
    Units.BOTH: pb.UNIT_SYSTEM_UNSPECIFIED,
    Units.METRIC: pb.UNIT_SYSTEM_METRIC,
    Units.INCH: pb.UNIT_SYSTEM_INCH,
}


def explain(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    units: Annotated[Units | None, typer.Option("--units", help="Units of the text. Absent: both.")] = None,
    sources: Annotated[bool, typer.Option("--sources", help="Also say where the numbers come from.")] = False,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Explain the verdict on a job in sentences computed from its numbers."""
    job = read_job(job_file)
    with Rmos(feasibility=feasibility) as client:
        explanation = client.explain(
            job.design,
            job.context,
            unit_system=_UNITS[units or (Units.INCH if in_inches() else Units.BOTH)],
            include_sources=sources,
            engine_id=job.engine_id,
            request_id=request_id,
            timeout_s=SEARCHING_S,
        )
    if as_json:
        print_json(explanation)
        return
    console.print_lines(explanation.text)
