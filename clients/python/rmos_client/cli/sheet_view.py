"""A setup sheet in a terminal."""

from collections.abc import Iterator

from rich.text import Text

from rmos.runs.v1 import setup_sheet_pb2 as pb
from rmos_client.cli.report_view import level_name
from rmos_client.cli.run_view import gate_name


def sheet_lines(sheet: pb.SetupSheet) -> Iterator[Text]:
    """A sheet, a line each. What people wrote stays text."""
    serial = f"  serial {sheet.instrument_serial}" if sheet.instrument_serial else ""
    yield Text(f"{sheet.title}{serial}  {sheet.run}", style="bold")
    score = f" {sheet.score:g}" if sheet.HasField("score") else ""
    yield Text(f"{level_name(sheet.risk_level)}{score}, gate {gate_name(sheet.gate_decision)}  sheet {sheet.sha256}")
    if not sheet.released:
        yield Text(f"NOT RELEASED: {sheet.not_released}", style="bold red")
    for group in sheet.groups:
        yield Text(group.title, style="bold")
        for row in group.rows:
            other = f" ({row.other_units})" if row.other_units else ""
            yield Text(f"  {row.label}: {row.text}{other}")
    for tool in sheet.tools:
        number = f"T{tool.number}: " if tool.HasField("number") else ""
        yield Text(f"  {number}{tool.name}  {tool.text}")
    for place, program in enumerate(sheet.programs, start=1):
        yield Text(f"  {place}. {program.name}  {program.sha256}")
        yield Text(f"     {program.time_text}, Z {program.lowest_z_text}, X Y {program.extent_text}")
    for warning in sheet.warnings:
        accepted = f"  (accepted by {warning.accepted_by})" if warning.accepted_by else ""
        yield Text(f"  ! {warning.text}{accepted}")
    yield from _changes(sheet)
    for item in sheet.items:
        by = f"  {item.check.person}" if item.done else ""
        needed = "" if item.required else "  (optional)"
        yield Text(f"  [{'x' if item.done else ' '}] {item.item_id}  {item.text}{needed}{by}")
    if sheet.HasField("signature"):
        yield Text(f"signed by {sheet.signature.person}")


def _changes(sheet: pb.SetupSheet) -> Iterator[Text]:
    if not sheet.HasField("comparison"):
        return
    since = sheet.comparison.instrument_serial or sheet.comparison.run
    yield Text(f"changed since {since}", style="bold")
    for change in sheet.comparison.changes or ["nothing that matters at the machine"]:
        yield Text(f"  {change}")
