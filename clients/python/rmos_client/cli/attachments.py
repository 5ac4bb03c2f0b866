"""rmosctl attachments: the files of a run."""

from typing import Annotated

import typer

from rmos.runs.v1 import attachments_service_pb2 as pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos_client.cli.answers import print_list, print_message
from rmos_client.cli.calling import JsonOption, RunId, ask, connected, pages, resource_name
from rmos_client.cli.console import EXIT_NOT_VERIFIED, RUNS, RunsAddress

app = typer.Typer(help="The files of a run.", no_args_is_help=True)
_COLUMNS = ("kind", "filename", "size_bytes", "mime", "sha256")


@app.command("list")
def list_attachments(run_id: RunId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """List the files of a run."""
    with connected(AttachmentsServiceStub, runs) as stub:
        found = pages(
            stub.ListAttachments, pb.ListAttachmentsRequest(parent=resource_name("runs", run_id)), "attachments"
        )
        print_list(found, _COLUMNS, name="attachments", as_json=as_json)


@app.command()
def show(
    run_id: RunId,
    sha256: Annotated[str, typer.Argument(help="Digest of the file.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show what is recorded of a file."""
    request = pb.GetAttachmentRequest(name=f"{resource_name('runs', run_id)}/attachments/{sha256}")
    with connected(AttachmentsServiceStub, runs) as stub:
        print_message(ask(stub.GetAttachment, request).attachment, as_json=as_json)


@app.command()
def verify(run_id: RunId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Recompute the digests of a run's files. Exit code 4 when one is not what was recorded."""
    with connected(AttachmentsServiceStub, runs) as stub:
        answer = ask(
            stub.VerifyAttachments, pb.VerifyAttachmentsRequest(parent=resource_name("runs", run_id)), timeout_s=600.0
        )
    print_message(answer.verification, as_json=as_json)
    if answer.verification.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED:
        raise typer.Exit(EXIT_NOT_VERIFIED)


@app.command()
def diff(
    left: RunId,
    right: Annotated[str, typer.Argument(help="The other run.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Say which files two runs share, and which only one of them has."""
    with connected(AttachmentsServiceStub, runs) as stub:
        answer = ask(
            stub.DiffAttachments,
            pb.DiffAttachmentsRequest(left=resource_name("runs", left), right=resource_name("runs", right)),
        )
    print_message(answer, as_json=as_json)
