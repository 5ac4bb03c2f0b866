"""A run in a line and on a page."""

from collections.abc import Iterator

from google.protobuf import json_format
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rmos.runs.v1 import run_pb2
from rmos_client.cli.identity_view import maker, signed
from rmos_client.cli.program import program_lines, program_state
from rmos_client.cli.report_view import coloured, level_name, view
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
        f"  gate {gate_name(run.effective_gate_decision)}  {run.design.name}",
    )


def page(run: run_pb2.Run) -> RenderableType:
    return Group(*_parts(run))


def _parts(run: run_pb2.Run) -> Iterator[RenderableType]:
    yield headline(run)
    metadata = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    metadata.add_row("recorded", run.create_time.ToJsonString())
    metadata.add_row("recorded by", Text(_recorder(run)))
    metadata.add_row("request id", run.request_id)
    metadata.add_row("document sha256", run.hashes.document_sha256)
    if run.hashes.gcode_sha256:
        metadata.add_row("program sha256", run.hashes.gcode_sha256)
    metadata.add_row("program", program_state(run))
    for line in program_lines(run):
        metadata.add_row("", Text(line.strip()))
    if run.decision.block_reason:
        opened = run.effective_gate_decision == run_pb2.GATE_DECISION_OVERRIDDEN
        metadata.add_row("gate was closed" if opened else "gate closed", Text(said(run.decision.block_reason)))
    if run.HasField("override"):
        metadata.add_row("gate opened", Text(_opened(run.override)))
    if run.HasField("legal_hold"):
        metadata.add_row("held" if run.legal_hold.held else "hold released", Text(_held(run.legal_hold)))
    for warning in run.decision.warnings:
        metadata.add_row("warning", Text(said(warning)))
    for title, text in _imported(run):
        metadata.add_row(title, Text(text))
    for attachment in run.attachments:
        metadata.add_row(attachment.kind, f"{attachment.filename} {attachment.size_bytes} bytes {attachment.sha256}")
    for error in run.errors:
        metadata.add_row("error", error)
    yield metadata
    if run.HasField("feasibility"):
        yield view(run.feasibility)


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
