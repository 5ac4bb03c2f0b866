"""rmosctl evaluate: can this job be cut?"""

from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import job_view, view
from rmos_client.feasibility import FeasibilityClient
from rmos_client.stepped_jobs import SteppedJob, read_any_job
from rmos_client.tool_presets import fill_cut


def evaluate(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    preset: Annotated[
        str, typer.Option(help="Preset kept with the tool of the job; it fills what the job's cut leaves out.")
    ] = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say whether a job can be cut, why, and what to change. Nothing is stored."""
    job = read_any_job(job_file)
    if isinstance(job, SteppedJob):
        _evaluate_steps(job, preset, feasibility, request_id, as_json=as_json)
        return
    with FeasibilityClient(feasibility) as client:
        if preset:
            fill_cut(job.context, client.get_tool(job.context.tool.tool_id), preset)
        report = client.evaluate(job.design, job.context, engine_id=job.engine_id, request_id=request_id)
    if as_json:
        print_json(report)
    else:
        console.print(job.name, style="bold", highlight=False)
        console.print(view(report))
    if not report.is_feasible:
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _evaluate_steps(job: SteppedJob, preset: str, feasibility: str, request_id: str | None, *, as_json: bool) -> None:
    """Say of each step whether it can be cut, and what that makes of the job."""
    if preset:
        raise typer.BadParameter("a preset belongs to one tool; a job of several steps has one for each")
    with FeasibilityClient(feasibility) as client:
        answer = client.evaluate_job(job.steps, engine_id=job.engine_id, request_id=request_id)
    if as_json:
        print_json(answer)
    else:
        _print_steps(job, answer)
    if not answer.is_feasible:
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _print_steps(job: SteppedJob, answer: pb.EvaluateJobResponse) -> None:
    for number, step in enumerate(answer.steps, start=1):
        console.print(f"{number}. {step.name or job.name}", style="bold", highlight=False)
        for sentence in step.carried:
            console.print(f"  {sentence}", highlight=False, markup=False)
        console.print(view(step.report))
    console.print(job_view(job.name, answer))
