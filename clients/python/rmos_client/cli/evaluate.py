"""rmosctl evaluate: can this job be cut?"""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.console import EXIT_NOT_FEASIBLE, FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import view
from rmos_client.feasibility import FeasibilityClient
from rmos_client.jobs import read_job
from rmos_client.tool_presets import fill_cut


def evaluate(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    preset: Annotated[
        str, typer.Option(help="Preset kept with the tool of the job; it fills what the job's cut leaves out.")
    ] = "",
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say whether a job can be cut, why, and what to change. Nothing is stored."""
    job = read_job(job_file)
    with FeasibilityClient(feasibility) as client:
        if preset:
            fill_cut(job.context, client.get_tool(job.context.tool.tool_id), preset)
        report = client.evaluate(job.design, job.context, engine_id=job.engine_id, request_id=request_id)
    console.print(job.name, style="bold", highlight=False)
    console.print(view(report))
    if not report.is_feasible:
        raise typer.Exit(EXIT_NOT_FEASIBLE)
