"""rmosctl start, finish, abort, scrap, replay: what happens to a run at the machine."""

from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2, runs_service_pb2
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, PersonOption, RunId, ask, connected, resource_name
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.report_view import level_name

SerialOption = Annotated[str, typer.Option("--serial", help="Serial of the instrument.")]
MachineOption = Annotated[str, typer.Option("--machine", help="The machine it is cut on.")]
NoteOption = Annotated[str, typer.Option("--note", help="Note.")]
_EVALUATING_S = 60.0


def start(
    run_id: RunId,
    *,
    serial: SerialOption = "",
    machine: MachineOption = "",
    note: NoteOption = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Record that cutting began. Refused while the gate of the run is closed."""
    request = runs_service_pb2.RecordExecutionRequest(
        step=run_pb2.EXECUTION_STEP_STARTED, instrument_serial=serial, machine_id=machine, note=note, operator=person
    )
    _record(run_id, request, "started", as_json=as_json, runs=runs)


def finish(
    run_id: RunId,
    *,
    note: NoteOption = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Record that the part is good."""
    request = runs_service_pb2.RecordExecutionRequest(step=run_pb2.EXECUTION_STEP_FINISHED, note=note, operator=person)
    _record(run_id, request, "finished", as_json=as_json, runs=runs)


def abort(
    run_id: RunId,
    *,
    note: NoteOption = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Record that cutting was stopped."""
    request = runs_service_pb2.RecordExecutionRequest(step=run_pb2.EXECUTION_STEP_ABORTED, note=note, operator=person)
    _record(run_id, request, "aborted", as_json=as_json, runs=runs)


def scrap(
    run_id: RunId,
    *,
    note: NoteOption = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Record that the part is spoiled."""
    request = runs_service_pb2.RecordExecutionRequest(step=run_pb2.EXECUTION_STEP_SCRAPPED, note=note, operator=person)
    _record(run_id, request, "scrapped", as_json=as_json, runs=runs)


def replay(
    run_id: RunId,
    *,
    serial: SerialOption = "",
    note: NoteOption = "",
    earlier: Annotated[
        bool, typer.Option("--earlier-catalogue", help="With the workshop's catalogue as it was then.")
    ] = False,
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Evaluate the stored inputs of a run again, say what changed, and record a child run."""
    request = runs_service_pb2.ReplayRunRequest(
        name=resource_name("runs", run_id),
        instrument_serial=serial,
        operator=person,
        note=note,
        with_earlier_catalogue=earlier,
    )
    with connected(RunsServiceStub, runs) as stub:
        answer = ask(stub.ReplayRun, request, timeout_s=_EVALUATING_S)
    if as_json:
        print_json(answer)
        return
    level = level_name(answer.run.decision.risk_level)
    changed = "something changed" if answer.drift_detected else "nothing changed"
    changed = "engine changed" if answer.engine_changed else changed
    console.print(f"{answer.run.run_id}  {level}: {changed}", highlight=False, markup=False)
    for line in (*answer.drift, *answer.warnings):
        console.print(f"  {line}", highlight=False, markup=False)


def _record(
    run_id: str, request: runs_service_pb2.RecordExecutionRequest, done: str, *, as_json: bool, runs: str
) -> None:
    request.name = resource_name("runs", run_id)
    with connected(RunsServiceStub, runs) as stub:
        answer = ask(stub.RecordExecution, request)
    if as_json:
        print_json(answer)
        return
    console.print(f"{answer.run.run_id} is {done}", highlight=False, markup=False)
    for warning in answer.warnings:
        console.print(f"  ! {warning}", highlight=False, markup=False)
