"""rmosctl request: ask that a gate be opened, see who asks, say no."""

from typing import Annotated

import typer

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.cli.answers import print_json, print_list
from rmos_client.cli.calling import (
    FilterOption,
    JsonOption,
    LimitOption,
    PersonOption,
    RunId,
    ask,
    connected,
    pages,
    resource_name,
)
from rmos_client.cli.console import RUNS, RunsAddress, console

app = typer.Typer(help="Ask that a gate be opened, see who asks, say no.", no_args_is_help=True)
_COLUMNS = (
    *("request.name", "run.design_name", "run.instrument_serial", "run.risk_level"),
    *("request.person", "request.create_time", "request.reason"),
)


@app.command("ask")
def ask_for(
    run_id: RunId,
    *,
    reason: Annotated[str, typer.Option(help="Why it may be cut, 10 to 2000 characters.")],
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Ask that the gate of a run be opened. `rmosctl override RUN --request NAME` answers it."""
    with connected(RunsServiceStub, runs) as stub:
        run = ask(stub.GetRun, pb.GetRunRequest(name=resource_name("runs", run_id))).run
        level = run.decision.risk_level  # what was looked at: another level by now is refused
        asked = pb.RequestOverrideRequest(name=run.name, person=person, reason=reason, risk_level=level)
        answer = ask(stub.RequestOverride, asked)
    if as_json:
        answer.ClearField("run")
        print_json(answer)
    else:
        console.print(f"{answer.request.name} waits for an answer", highlight=False, markup=False)


@app.command("list")
def list_waiting(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List requests that wait for an answer, the oldest runs first."""
    with connected(RunsServiceStub, runs) as stub:
        found = pages(
            stub.ListOverrideRequests, pb.ListOverrideRequestsRequest(filter=filter_text), "requests", limit=limit
        )
        print_list(found, _COLUMNS, name="requests", as_json=as_json)


@app.command()
def decline(
    request_name: Annotated[str, typer.Argument(metavar="REQUEST", help="Its name, runs/RUN/requests/NUMBER.")],
    *,
    reason: Annotated[str, typer.Option(help="Why not, 10 to 2000 characters.")],
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Say no to a request; the run stays as it is, and may be asked for again."""
    name = resource_name("runs", request_name)
    with connected(RunsServiceStub, runs) as stub:
        declined = pb.DeclineOverrideRequestRequest(name=name, person=person, reason=reason)
        answer = ask(stub.DeclineOverrideRequest, declined)
    if as_json:
        answer.ClearField("run")
        print_json(answer)
    else:
        said = f"{answer.request.name} declined by {answer.request.answer_person}"
        console.print(said, highlight=False, markup=False)
