"""rmosctl store: the servers, the store as a whole, and what was brought into it."""

import re
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.message import Message

from rmos.auth.v1 import auth_service_pb2
from rmos.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from rmos.feasibility.v1 import administration_service_pb2
from rmos.feasibility.v1.administration_service_pb2_grpc import AdministrationServiceStub
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import imports_service_pb2
from rmos.shop.v1.imports_service_pb2_grpc import ImportsServiceStub
from rmos.system.v1 import system_service_pb2
from rmos.system.v1.system_service_pb2_grpc import SystemServiceStub
from rmos_client.calls import call_stream
from rmos_client.cli.answers import as_dict, print_json, print_list, print_message, print_object
from rmos_client.cli.calling import FilterOption, JsonOption, LimitOption, ask, connected, pages
from rmos_client.cli.console import (
    EXIT_NOT_VERIFIED,
    FEASIBILITY,
    RUNS,
    FeasibilityAddress,
    RunsAddress,
    console,
)
from rmos_client.cli.progress import counting
from rmos_client.cli.verify import outcome_name
from rmos_client.descriptors import descriptor_set

app = typer.Typer(help="The store as a whole, the servers, imports.", no_args_is_help=True)
_VERIFYING_S = 24 * 3600.0


@app.command()
def info(as_json: JsonOption = False, feasibility: FeasibilityAddress = FEASIBILITY, runs: RunsAddress = RUNS) -> None:
    """Show both servers: version, limits, calls in flight, room on the disk."""
    answers: list[Message] = []
    for address in (feasibility, runs):
        with connected(SystemServiceStub, address) as stub:
            answers.append(ask(stub.GetServerInfo, system_service_pb2.GetServerInfoRequest()).server_info)
    if as_json:
        print_list(answers, (), name="servers", as_json=True)
        return
    for answer in answers:
        print_message(answer, as_json=False)
        console.print()


@app.command()
def verify(
    filter_text: FilterOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Recompute every digest of the store while it serves. Exit code 4 when anything is damaged."""
    result, damaged = pb.StoreVerification(), list[run_pb2.RunVerification]()
    with connected(RunsServiceStub, runs) as stub, counting("verify") as progress:
        request = pb.VerifyStoreRequest(filter=filter_text)
        for answer in call_stream(stub.VerifyStore, request, request_id=None, timeout_s=_VERIFYING_S):
            part = answer.WhichOneof("part")
            if part == "damaged":
                damaged.append(answer.damaged)
            elif part == "checked_count":
                progress(answer.checked_count)
            elif part == "result":
                result = answer.result
    if as_json:
        print_object(**as_dict(result), damaged=[as_dict(item) for item in damaged])
    else:
        for item in damaged:
            _tell_damage(item)
        outcome = outcome_name(result.outcome)
        counts = f"{result.run_count} runs, {result.verified_count} of {result.item_count} items verified"
        console.print(f"{outcome}  {counts}", highlight=False)
    if result.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED:
        raise typer.Exit(EXIT_NOT_VERIFIED)


@app.command()
def imports(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List what was brought into the runs server from outside, newest first."""
    columns = ("import_id", "import_kind", "outcome", "source_name", "create_time", "reason")
    with connected(ImportsServiceStub, runs) as stub:
        request = imports_service_pb2.ListImportsRequest(filter=filter_text)
        found = pages(stub.ListImports, request, "imports", limit=limit)
        print_list(found, columns, name="imports", as_json=as_json)


@app.command("admin-log")
def admin_log(
    filter_text: FilterOption = "",
    of_feasibility: Annotated[
        bool, typer.Option("--of-feasibility", help="The log of the feasibility server, which has one of its own.")
    ] = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    runs: RunsAddress = RUNS,
) -> None:
    """List what was decided, refused, and done to people, keys and the store, newest first. For administrators."""
    columns = ("create_time", "person", "command", "outcome", "code", "resource", "repeated_count", "reason")
    if of_feasibility:
        with connected(AdministrationServiceStub, feasibility) as stub:
            asked = administration_service_pb2.ListAdminEventsRequest(outcome=_outcome_of(filter_text))
            found = pages(stub.ListAdminEvents, asked, "events", limit=limit)
            print_list(found, columns, name="events", as_json=as_json)
        return
    with connected(AuthServiceStub, runs) as stub:
        request = auth_service_pb2.ListAdminEventsRequest(filter=filter_text)
        found = pages(stub.ListAdminEvents, request, "events", limit=limit)
        print_list(found, columns, name="events", as_json=as_json)


@app.command()
def descriptors(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Write the contract as a descriptor set, for `grpcurl -protoset` and `buf curl --schema`. Asks no server."""
    written = descriptor_set()
    file.write_bytes(written.SerializeToString())
    if as_json:
        print_object(file=str(file), protos=[item.name for item in written.file])


def count(
    filter: Annotated[str, typer.Argument(help="Which runs; the syntax of list.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Count the runs that match."""
    with connected(RunsServiceStub, runs) as stub:
        answer = ask(stub.CountRuns, pb.CountRunsRequest(filter=filter))
    if as_json:
        print_json(answer)
    else:
        console.print(f"{answer.count}", highlight=False)


def _outcome_of(filter_text: str) -> str:
    """The one thing the feasibility server's log is filtered by."""
    match = re.fullmatch(r'\s*outcome\s*=\s*"?(\w+)"?\s*|', filter_text)
    if match is None:
        raise typer.BadParameter('only outcome = "refused" (or "done", "failed") with --of-feasibility')
    return match[1] or ""


def _tell_damage(damaged: run_pb2.RunVerification) -> None:
    console.print(f"{damaged.name}  {outcome_name(damaged.outcome)}", highlight=False, markup=False)
    for item in damaged.items:
        if item.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED:
            console.print(f"  {item.item}: {item.detail}", highlight=False, markup=False)
