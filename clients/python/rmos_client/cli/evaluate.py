"""rmosctl evaluate: can this job be cut?"""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.console import EXIT_NOT_FEASIBLE, FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import view
from rmos_client.feasibility import FeasibilityClient
from rmos_client.jobs import read_job


def evaluate(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say whether a job can be cut, why, and what to change. Nothing is stored."""
    job = read_job(job_file)
    with FeasibilityClient(feasibility) as client:
        report = client.evaluate(job.design, job.context, engine_id=job.engine_id, request_id=request_id)
    console.print(job.name, style="bold", highlight=False)
    console.print(view(report))
    if not report.is_feasible:
        raise typer.Exit(EXIT_NOT_FEASIBLE)
