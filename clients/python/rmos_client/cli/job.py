"""rmosctl job: job files, and the workshop's log of jobs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from google.protobuf import json_format

from rmos.shop.v1 import jobs_service_pb2 as pb
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from rmos_client.cli import job_file
from rmos_client.cli.answers import print_json, print_list, print_message, short_name
from rmos_client.cli.calling import (
    FilterOption,
    JsonOption,
    LimitOption,
    ask,
    connected,
    enum_value,
    pages,
    resource_name,
)
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.jobs import read_mapping

app = typer.Typer(help="Job files, and the log of jobs: what was planned, is running, has ended.", no_args_is_help=True)
app.command("new")(job_file.new)
app.command("check")(job_file.check)
app.command("schema")(job_file.schema)
JobId = Annotated[str, typer.Argument(help="Job id.")]
RunOption = Annotated[list[str] | None, typer.Option("--run", help="A run of it; may be given several times.")]


@app.command()
def add(
    job_type: Annotated[str, typer.Argument(help="rosette_slice_batch, rosette_cnc_export …")],
    *,
    title: Annotated[str, typer.Option(help="Name for people.")] = "",
    status: Annotated[str, typer.Option(help="planned, pending or running.")] = "planned",
    pattern: Annotated[str, typer.Option(help="Pattern it is made after.")] = "",
    parameters: Annotated[Path | None, typer.Option(help="File with its parameters, YAML or JSON.")] = None,
    run: RunOption = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Add a job to the log."""
    request = pb.CreateJobRequest(
        job_type=enum_value(pb.JobType, job_type, option="JOB_TYPE"),
        status=enum_value(pb.JobStatus, status, option="--status"),
        title=title,
        pattern_id=pattern,
        runs=_names(run),
    )
    _fill(request.parameters, parameters)
    with connected(JobsServiceStub, runs) as stub:
        _tell(ask(stub.CreateJob, request).job, as_json=as_json)


@app.command("list")
def list_jobs(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List jobs, newest first."""
    columns = ("job_id", "job_type", "status", "progress_percent", "title", "create_time", "runs")
    with connected(JobsServiceStub, runs) as stub:
        found = pages(stub.ListJobs, pb.ListJobsRequest(filter=filter_text), "jobs", limit=limit)
        print_list(found, columns, name="jobs", as_json=as_json)


@app.command()
def show(job_id: JobId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show a job."""
    with connected(JobsServiceStub, runs) as stub:
        print_message(ask(stub.GetJob, pb.GetJobRequest(name=resource_name("jobs", job_id))).job, as_json=as_json)


@app.command()
def progress(
    job_id: JobId,
    status: Annotated[str, typer.Argument(help="planned, pending or running.")],
    *,
    percent: Annotated[float | None, typer.Option(help="How much is done, 0 to 100.")] = None,
    note: Annotated[str, typer.Option(help="Note.")] = "",
    run: RunOption = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Say how far a job has come."""
    with connected(JobsServiceStub, runs) as stub:
        job = ask(stub.GetJob, pb.GetJobRequest(name=resource_name("jobs", job_id))).job
        request = pb.UpdateJobStatusRequest(
            name=job.name,
            status=enum_value(pb.JobStatus, status, option="STATUS"),
            progress_percent=percent,
            note=note,
            runs=_names(run),
            expected_version=job.version,
        )
        _tell(ask(stub.UpdateJobStatus, request).job, as_json=as_json)


@app.command()
def end(
    job_id: JobId,
    *,
    error: Annotated[str, typer.Option(help="What went wrong; absent: the job succeeded.")] = "",
    results: Annotated[Path | None, typer.Option(help="File with its results, YAML or JSON.")] = None,
    run: RunOption = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """End a job, well or with an error."""
    with connected(JobsServiceStub, runs) as stub:
        job = ask(stub.GetJob, pb.GetJobRequest(name=resource_name("jobs", job_id))).job
        request = pb.CompleteJobRequest(
            name=job.name, succeeded=not error, error=error, runs=_names(run), expected_version=job.version
        )
        _fill(request.results, results)
        _tell(ask(stub.CompleteJob, request).job, as_json=as_json)


@app.command()
def stats(filter_text: FilterOption = "", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Count jobs, how many succeeded, and how long they took."""
    with connected(JobsServiceStub, runs) as stub:
        request = pb.GetJobStatisticsRequest(filter=filter_text)
        print_message(ask(stub.GetJobStatistics, request), as_json=as_json)


def _names(run_ids: list[str] | None) -> list[str]:
    return [resource_name("runs", run_id) for run_id in run_ids or ()]


def _fill(data: Any, file: Path | None) -> None:
    if file is not None:
        json_format.Parse(json.dumps(read_mapping(file)), data)


def _tell(job: pb.Job, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        status = short_name(pb.JobStatus.DESCRIPTOR, job.status)
        console.print(f"{job.job_id} is {status}, {job.progress_percent:g} %", highlight=False, markup=False)
