"""rmosctl record: record an attempt."""

from pathlib import Path
from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, RUNS, RequestIdOption, RunsAddress, console
from rmos_client.cli.program import program_lines
from rmos_client.cli.progress import transfer
from rmos_client.cli.report_view import view
from rmos_client.cli.run_view import headline
from rmos_client.jobs import read_job
from rmos_client.rmos import Rmos
from rmos_client.transfers import Upload


def record(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
    request_id: RequestIdOption = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="1 to 128 letters, digits, . _ : -; the same key records only once.")
    ] = None,
) -> None:
    """Upload a job's files, have it evaluated, and record the attempt."""
    job = read_job(job_file)
    with Rmos(runs=runs) as client:
        attachments = []
        for item in job.attachments:
            with transfer(f"upload {item.path.name}", item.path.stat().st_size) as progress:
                upload = Upload(item.path, item.kind, item.mime)
                attachments.append(client.upload(upload, request_id=request_id, progress=progress))
        run = client.create_run(
            job.design,
            job.context,
            mode=job.mode,
            engine_id=job.engine_id,
            attachments=attachments,
            linkage=job.linkage,
            source_request=job.source,
            envelope=job.envelope,
            idempotency_key=idempotency_key,
            request_id=request_id,
        )
    run = _with_audit(run, runs)
    if as_json:
        print_json(run)
    else:
        console.print(headline(run), highlight=False)
        if run.HasField("feasibility"):
            console.print(view(run.feasibility))
        for line in program_lines(run):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    if run.status != run_pb2.RUN_STATUS_OK:
        raise typer.Exit(EXIT_NOT_FEASIBLE)


def _with_audit(run: run_pb2.Run, runs: str) -> run_pb2.Run:
    """The run, its programs audited: a long one takes more time than recording is given."""
    if not run.program_audit.not_audited:
        return run
    with Rmos(runs=runs) as client:
        return client.audit_run(run.run_id)
