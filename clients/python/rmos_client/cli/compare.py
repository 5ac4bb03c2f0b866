"""rmosctl compare: two or more runs side by side, what matters at the machine first."""

from typing import Annotated

import typer
from google.protobuf import json_format

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.cli.answers import print_list
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.tables import Rows
from rmos_client.heat_map.grid import label_of
from rmos_client.rmos import Rmos
from rmos_client.units import in_inches, inches, is_length

_STYLES = {"CRITICAL": "bold red", "WARNING": "yellow", "INFO": ""}


def compare(
    run_ids: Annotated[list[str], typer.Argument(help="Two runs or more; the others are held against the first.")],
    all: Annotated[bool, typer.Option("--all", help="Show every difference, also those without a name.")] = False,
    gcode: Annotated[bool, typer.Option("--gcode", help="Also show how inline programs differ.")] = False,
    attach: Annotated[bool, typer.Option(help="Attach a comparison that is too long to the run it is about.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Hold runs against one another: a line per value that differs anywhere, a column per run."""
    if len(run_ids) < 2:
        raise typer.BadParameter("two runs or more are needed")
    first, *others = run_ids
    with Rmos(runs=runs) as client:
        answers = [client.diff_runs(first, other, include_gcode=gcode, attach_full=attach) for other in others]
    if as_json:
        print_list(answers, (), name="comparisons", as_json=True)
        return
    rows, styles = [], []
    for path, cells in _rows(answers).items():
        found = next(item for item in cells if item is not None)
        if found.term or all:
            severity = pb.DifferenceSeverity.Name(found.severity).removeprefix("DIFFERENCE_SEVERITY_")
            left = _value(found, "left")
            values = [left, *(left if item is None else _value(item, "right") for item in cells)]
            name = _name(found, path, all=all)
            rows.append((severity, name, *values))
            styles.append(_STYLES[severity])
    table = Rows(("", "what", *run_ids), rows, styles=styles)
    console.print(table or "nothing differs that matters at the machine", highlight=False)
    for other, answer in zip(others, answers, strict=True):
        _tell(other, answer)


def _rows(answers: list[pb.DiffRunsResponse]) -> "dict[str, list[pb.RunDifference | None]]":
    """By path, gravest first: the difference of each run from the first, None where it has the same value."""
    rows: dict[str, list[pb.RunDifference | None]] = {}
    for number, answer in enumerate(answers):
        for item in answer.differences:
            rows.setdefault(item.path, [None] * len(answers))[number] = item
    return dict(sorted(rows.items(), key=lambda row: -max(item.severity for item in row[1] if item is not None)))


def _name(item: pb.RunDifference, path: str, *, all: bool) -> str:
    field = path.rsplit(".", 1)[-1]
    if in_inches() and is_length(field):
        path, field = f"{path.rpartition('.')[0]}.{label_of(field)}", label_of(field)
    return path if all or not item.term else f"{item.term} ({field})"


def _value(item: pb.RunDifference, side: str) -> str:
    if not item.HasField(side):  # type: ignore[arg-type]  # left or right
        return "-"
    value = json_format.MessageToDict(getattr(item, side))
    return inches(value) if in_inches() and is_length(item.path) and isinstance(value, float) else str(value)


def _tell(other: str, answer: pb.DiffRunsResponse) -> None:
    text = f"{other}: {answer.total_count} differences"
    if answer.truncated:
        kept = f"the whole comparison is {answer.full.name}" if answer.full.name else "--attach keeps all of it"
        text += f", more than are shown; {kept}"
    console.print(text, markup=False)
    if answer.gcode_diff:
        console.print_lines(answer.gcode_diff)
