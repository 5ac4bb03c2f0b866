"""rmosctl session: from a design to its toolpaths, with a person's approval in between."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rmos.workflow.v1 import workflow_service_pb2 as pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from rmos_client.cli.answers import print_json, print_list, print_message, short_name
from rmos_client.cli.calling import (
    FilterOption,
    JsonOption,
    LimitOption,
    PersonOption,
    ask,
    connected,
    enum_value,
    pages,
    resource_name,
)
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.jobs import read_job, read_text

app = typer.Typer(help="Workflow sessions: design, context, verdict, approval, toolpaths.", no_args_is_help=True)
SessionId = Annotated[str, typer.Argument(help="Session id.")]
RoleOption = Annotated[str, typer.Option("--role", help="user, operator or ai.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]
_EVALUATING_S = 60.0


@app.command()
def new(
    *,
    title: Annotated[str, typer.Option(help="Name for people.")] = "",
    mode: Annotated[str, typer.Option(help="design_first, constraint_first or ai_assisted.")] = "design_first",
    workflow_type: Annotated[str, typer.Option(help="Kind of work, for example rosette.")] = "",
    person: PersonOption = "",
    role: RoleOption = "user",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Begin a session."""
    request = pb.CreateSessionRequest(
        actor=_actor(person, role),
        mode=enum_value(pb.SessionMode, mode, option="--mode"),
        title=title,
        workflow_type=workflow_type,
    )
    with connected(WorkflowServiceStub, runs) as stub:
        _tell(ask(stub.CreateSession, request).session, as_json=as_json)


@app.command("list")
def list_sessions(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List sessions, newest first."""
    columns = ("session_id", "state", "mode", "title", "creator.name", "update_time", "last_run")
    with connected(WorkflowServiceStub, runs) as stub:
        found = pages(stub.ListSessions, pb.ListSessionsRequest(filter=filter_text), "sessions", limit=limit)
        print_list(found, columns, name="sessions", as_json=as_json)


@app.command()
def show(session_id: SessionId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show a session."""
    with connected(WorkflowServiceStub, runs) as stub:
        print_message(_session(stub, session_id), as_json=as_json)


@app.command()
def events(session_id: SessionId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """List what happened in a session, oldest first."""
    columns = ("version", "event_time", "actor.name", "action", "from_state", "to_state", "summary")
    with connected(WorkflowServiceStub, runs) as stub:
        found = pages(
            stub.ListSessionEvents, pb.ListSessionEventsRequest(parent=resource_name("sessions", session_id)), "events"
        )
        print_list(found, columns, name="events", as_json=as_json)


@app.command()
def design(
    session_id: SessionId,
    job_file: Annotated[Path, typer.Argument(help="Job file with the design.")],
    *,
    context: Annotated[bool, typer.Option("--context/--no-context", help="Set its context, too.")] = True,
    person: PersonOption = "",
    role: RoleOption = "user",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Set the design of a session from a job file, and its context."""
    job = read_job(job_file)
    with connected(WorkflowServiceStub, runs) as stub:
        session = _step(stub.SetDesign, pb.SetDesignRequest(design=job.design), stub, session_id, person, role)
        if context:
            asked = pb.SetContextRequest(context=job.context)
            session = _step(stub.SetContext, asked, stub, session_id, person, role)
    _tell(session, as_json=as_json)


@app.command()
def evaluate(
    session_id: SessionId,
    *,
    person: PersonOption = "",
    role: RoleOption = "user",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Ask the server for its verdict on a session."""
    with connected(WorkflowServiceStub, runs) as stub:
        request = pb.RequestFeasibilityRequest()
        session = _step(stub.RequestFeasibility, request, stub, session_id, person, role)
    _tell(session, as_json=as_json)


@app.command()
def approve(
    session_id: SessionId,
    *,
    reason: ReasonOption = "",
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="The risk is known and accepted.")] = False,
    person: PersonOption = "",
    role: RoleOption = "operator",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Approve a session in the name of a person."""
    request = pb.ApproveSessionRequest(reason=reason, risk_acknowledged=acknowledge)
    with connected(WorkflowServiceStub, runs) as stub:
        _tell(_step(stub.ApproveSession, request, stub, session_id, person, role), as_json=as_json)


@app.command()
def reject(
    session_id: SessionId,
    *,
    reason: ReasonOption,
    person: PersonOption = "",
    role: RoleOption = "operator",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Reject a session."""
    with connected(WorkflowServiceStub, runs) as stub:
        request = pb.RejectSessionRequest(reason=reason)
        _tell(_step(stub.RejectSession, request, stub, session_id, person, role), as_json=as_json)


@app.command()
def revise(
    session_id: SessionId,
    *,
    reason: ReasonOption,
    person: PersonOption = "",
    role: RoleOption = "operator",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Send a session back to its design."""
    with connected(WorkflowServiceStub, runs) as stub:
        request = pb.RequireRevisionRequest(reason=reason)
        _tell(_step(stub.RequireRevision, request, stub, session_id, person, role), as_json=as_json)


@app.command()
def toolpaths(
    session_id: SessionId,
    program: Annotated[Path | None, typer.Argument(help="The program; absent: only ask for one.")] = None,
    *,
    person: PersonOption = "",
    role: RoleOption = "user",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Ask for the toolpaths of an approved session, and store a program as them."""
    text = "" if program is None else read_text(program)
    with connected(WorkflowServiceStub, runs) as stub:
        session = _session(stub, session_id)
        if session.state == pb.SESSION_STATE_APPROVED:
            request = pb.RequestToolpathsRequest()
            session = _step(stub.RequestToolpaths, request, stub, session_id, person, role)
        if text:
            stored = pb.StoreToolpathsRequest(gcode_text=text)
            session = _step(stub.StoreToolpaths, stored, stub, session_id, person, role)
    _tell(session, as_json=as_json)


@app.command()
def archive(
    session_id: SessionId,
    *,
    person: PersonOption = "",
    role: RoleOption = "user",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Put a session away; it stays readable."""
    with connected(WorkflowServiceStub, runs) as stub:
        request = pb.ArchiveSessionRequest()
        _tell(_step(stub.ArchiveSession, request, stub, session_id, person, role), as_json=as_json)


def _step(
    method: Callable[..., Any], request: Any, stub: WorkflowServiceStub, session_id: str, person: str, role: str
) -> pb.Session:
    """The session after a step, taken from the state it is in now."""
    session = _session(stub, session_id)
    request.name, request.expected_version = session.name, session.version
    request.actor.CopyFrom(_actor(person, role))
    taken: pb.Session = ask(method, request, timeout_s=_EVALUATING_S).session
    return taken


def _session(stub: WorkflowServiceStub, session_id: str) -> pb.Session:
    return ask(stub.GetSession, pb.GetSessionRequest(name=resource_name("sessions", session_id))).session


def _actor(person: str, role: str) -> pb.Actor:
    return pb.Actor(name=person, role=enum_value(pb.ActorRole, role, option="--role"))


def _tell(session: pb.Session, *, as_json: bool) -> None:
    if as_json:
        print_json(session)
        return
    state = short_name(pb.SessionState.DESCRIPTOR, session.state)
    verdict = f", verdict {session.verdict.risk_level}" if session.HasField("verdict") else ""
    run = f", {session.last_run}" if session.last_run else ""
    console.print(f"{session.session_id} is {state}{verdict}{run}", highlight=False, markup=False, soft_wrap=True)
