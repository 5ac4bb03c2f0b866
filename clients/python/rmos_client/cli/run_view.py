"""A run in a line and on a page."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rmos.runs.v1 import run_pb2
from rmos_client.cli.report_view import coloured, level_name, view


def status_name(status: "run_pb2.RunStatus.ValueType") -> str:
    return run_pb2.RunStatus.Name(status).removeprefix("RUN_STATUS_")


def gate_name(gate: "run_pb2.GateDecision.ValueType") -> str:
    return run_pb2.GateDecision.Name(gate).removeprefix("GATE_DECISION_")


def headline(run: run_pb2.Run) -> Text:
    return Text.assemble(
        (run.run_id, "bold"),
        f"  {status_name(run.status)}  ",
        coloured(level_name(run.decision.risk_level)),
        f"  gate {gate_name(run.decision.gate_decision)}  {run.design.name}",
    )


def page(run: run_pb2.Run) -> RenderableType:
    return Group(*_parts(run))


def _parts(run: run_pb2.Run) -> Iterator[RenderableType]:
    yield headline(run)
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    facts.add_row("recorded", run.create_time.ToJsonString())
    facts.add_row("request id", run.request_id)
    facts.add_row("document sha256", run.hashes.document_sha256)
    if run.hashes.gcode_sha256:
        facts.add_row("program sha256", run.hashes.gcode_sha256)
    if run.decision.block_reason:
        facts.add_row("gate closed", run.decision.block_reason)
    for attachment in run.attachments:
        facts.add_row(attachment.kind, f"{attachment.filename} {attachment.size_bytes} bytes {attachment.sha256}")
    for error in run.errors:
        facts.add_row("error", error)
    yield facts
    if run.HasField("feasibility"):
        yield view(run.feasibility)
