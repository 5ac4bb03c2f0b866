"""A run in a line and on a page."""

from collections.abc import Iterator

from google.protobuf import json_format
from rich.console import Group, RenderableType
from rich.text import Text

from rmos.runs.v1 import run_pb2
from rmos_client.cli.identity_view import maker, signed
from rmos_client.cli.plain_console import visible
from rmos_client.cli.program import program_lines, program_state
from rmos_client.cli.report_view import coloured, level_name, view
from rmos_client.cli.tables import Pairs
from rmos_client.units import said


def status_name(status: "run_pb2.RunStatus.ValueType") -> str:
    return run_pb2.RunStatus.Name(status).removeprefix("RUN_STATUS_")


def gate_name(gate: "run_pb2.GateDecision.ValueType") -> str:
    return run_pb2.GateDecision.Name(gate).removeprefix("GATE_DECISION_")


def headline(run: run_pb2.Run) -> Text:
    return Text.assemble(
        (run.run_id, "bold"),
        f"  {status_name(run.status)}  ",
        coloured(level_name(run.decision.risk_level)),
        f"  gate {gate_name(run.effective_gate_decision)}  {visible(run.design.name)}",
    )


def page(run: run_pb2.Run) -> RenderableType:
    return Group(*_parts(run))


def _parts(run: run_pb2.Run) -> Iterator[RenderableType]:
    yield headline(run)
    yield Pairs([*_record(run), *_decisions(run), *_contents(run), *_afterwards(run)])
    if run.HasField("feasibility"):
        yield view(run.feasibility)


def _record(run: run_pb2.Run) -> Iterator[tuple[str, str]]:
    yield "recorded", run.create_time.ToJsonString()
    yield "recorded by", _recorder(run)
    yield "request id", run.request_id
    yield "document sha256", run.hashes.document_sha256
    if serial := next((item.instrument_serial for item in reversed(run.executions) if item.instrument_serial), ""):
        yield "serial", serial
    elif run.linkage.instrument_serial:
        yield "serial", run.linkage.instrument_serial


def _decisions(run: run_pb2.Run) -> Iterator[tuple[str, str]]:
    """What was decided of a run, by rules and by people."""
    if run.decision.block_reason:
        opened = run.effective_gate_decision == run_pb2.GATE_DECISION_OVERRIDDEN
        yield "gate was closed" if opened else "gate closed", said(run.decision.block_reason)
    if run.HasField("override"):
        yield "gate opened", _opened(run.override)
    if run.HasField("legal_hold"):
        yield "held" if run.legal_hold.held else "hold released", _held(run.legal_hold)
    for warning in run.decision.warnings:
        yield "warning", said(warning)


def _contents(run: run_pb2.Run) -> Iterator[tuple[str, str]]:
    if run.hashes.gcode_sha256:
        yield "program sha256", run.hashes.gcode_sha256
    yield "program", program_state(run)
    for line in program_lines(run):
        yield "", line.strip()
    for attachment in run.attachments:
        yield attachment.kind, f"{attachment.filename} {attachment.size_bytes} bytes {attachment.sha256}"
    for error in run.errors:
        yield "error", error


def _afterwards(run: run_pb2.Run) -> Iterator[tuple[str, str]]:
    """Where the run comes from, what happened at the machine, and what people noted."""
    yield from _imported(run)
    for event in run.executions:
        step = run_pb2.ExecutionStep.Name(event.step).removeprefix("EXECUTION_STEP_").lower()
        yield step, _executed(event)
    for item in run.annotations:
        if item.note:
            yield "note", f"{signed(item.person, item.identity)} on {item.create_time.ToJsonString()}: {item.note}"


def _executed(event: run_pb2.ExecutionEvent) -> str:
    machine = f" on {event.machine_id}" if event.machine_id else ""
    note = f": {event.note}" if event.note else ""
    return f"{event.create_time.ToJsonString()}{machine} by {signed(event.operator, event.identity)}{note}"


def _opened(override: run_pb2.Override) -> str:
    level, when = level_name(override.risk_level), override.create_time.ToJsonString()
    return f"by {signed(override.person, override.identity)} on {when}, {level} overridden: {override.reason}"


def _recorder(run: run_pb2.Run) -> str:
    if run.HasField("origin"):
        return "an import; who made it there is not known"
    return maker(run.identity) if run.HasField("identity") else "not recorded: the run is older than that"


def _held(hold: run_pb2.LegalHold) -> str:
    return f"by {signed(hold.person, hold.identity)} on {hold.create_time.ToJsonString()}: {hold.reason}"


def _imported(run: run_pb2.Run) -> Iterator[tuple[str, str]]:
    """What the store a run comes from said of it."""
    if not run.HasField("origin"):
        return
    origin = run.origin
    yield "imported from", f"{origin.kind}; {', '.join(origin.markers) or 'evaluated there'}"
    if origin.gate_decision:
        yield "gate there", f"{origin.gate_decision}; it opens nothing here"
    if origin.override_note:
        yield "opened there", origin.override_note
    if origin.explanation_summary:
        yield "explained there", origin.explanation_summary
    for link in origin.advisories:
        yield "advisory there", json_format.MessageToJson(link, indent=None)
    for item in origin.hashes:
        yield f"{item.name} there", f"{item.recorded} ({item.rule})"
