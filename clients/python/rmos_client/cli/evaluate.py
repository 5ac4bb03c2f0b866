"""rmosctl evaluate: can this job be cut?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos_client.cli.answers import print_json, print_list
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import (
    EXIT_FAILED,
    EXIT_NOT_FEASIBLE,
    FEASIBILITY,
    FeasibilityAddress,
    RequestIdOption,
    console,
)
from rmos_client.cli.report_view import job_view, verdict, view
from rmos_client.errors import from_item_status
from rmos_client.jobs import Job, read_job
from rmos_client.rmos import Rmos
from rmos_client.stepped_jobs import SteppedJob, read_any_job
from rmos_client.tool_presets import fill_cut


def evaluate(
    job_files: Annotated[list[Path], typer.Argument(help="Job file, YAML or JSON; or several.")],
    preset: Annotated[
        str, typer.Option(help="Preset kept with the tool of the job; it fills what the job's cut leaves out.")
    ] = "",
    model: Annotated[str, typer.Option(help="Instrument it is for: its numbers count where the job states none.")] = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say whether a job can be cut, why, and what to change. Nothing is stored."""
    if len(job_files) > 1:
        if preset or model:
            raise typer.BadParameter("--preset and --model are for one job at a time")
        _evaluate_all([read_job(file) for file in job_files], feasibility, request_id, as_json=as_json)
        return
    job = read_any_job(job_files[0])
    if isinstance(job, SteppedJob):
        _evaluate_steps(job, preset, model, feasibility, request_id, as_json=as_json)
        return
    with Rmos(feasibility=feasibility) as client:
        if preset:
            fill_cut(job.context, client.get_tool(job.context.tool.tool_id), preset)
        if model:
            report = client.evaluate_model(model, job.design, job.context, request_id=request_id)
        else:
            report = client.evaluate(job.design, job.context, engine_id=job.engine_id, request_id=request_id)
    if as_json:
        print_json(report)
    else:
        console.print(job.name, style="bold", highlight=False)
        console.print(view(report))
    if not report.is_feasible:
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _evaluate_all(jobs: list[Job], feasibility: str, request_id: str | None, *, as_json: bool) -> None:
    """A line per job. Exit code 1 when one could not be evaluated, 3 when one is not feasible."""
    items = [
        pb.StreamEvaluateFeasibilityRequest(
            key=str(number), design=job.design, context=job.context, engine_id=job.engine_id
        )
        for number, job in enumerate(jobs)
    ]
    with Rmos(feasibility=feasibility) as client:
        answers = list(client.evaluate_stream(items, request_id=request_id))
    if as_json:
        print_list(answers, (), name="results", as_json=True)
    else:
        for job, answer in zip(jobs, answers, strict=True):
            console.print(_line(job, answer), highlight=False)
    if any(answer.HasField("error") for answer in answers):
        raise typer.Exit(EXIT_FAILED)
    if not all(answer.report.is_feasible for answer in answers):
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _line(job: Job, answer: pb.StreamEvaluateFeasibilityResponse) -> Text:
    if answer.HasField("error"):
        return Text(f"{job.path}: {from_item_status(answer.error, '').message}")
    return Text.assemble(f"{job.path}: ", verdict(answer.report))


def _evaluate_steps(
    job: SteppedJob, preset: str, model: str, feasibility: str, request_id: str | None, *, as_json: bool
) -> None:
    """Say of each step whether it can be cut, and what that makes of the job."""
    if preset:
        raise typer.BadParameter("a preset belongs to one tool; a job of several steps has one for each")
    if model:
        raise typer.BadParameter(
            "a job of several steps names its instrument itself: context.model_id", param_hint="--model"
        )
    with Rmos(feasibility=feasibility) as client:
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
