"""Runs as a table for other programs: a line of CSV or of JSON each."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from google.protobuf import json_format

from rmos.runs.v1 import runs_service_pb2 as pb

COLUMNS = [field.name for field in pb.RunSummary.DESCRIPTOR.fields if not field.is_repeated]
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def write_csv(runs: Iterable[pb.RunSummary], file: TextIO) -> int:
    """Write a heading and a row per run, and return how many there are.

    Columns are fields of the contract, times in RFC 3339, what is absent is empty. A text that a spreadsheet would take
    for a formula has an apostrophe before it, and signs that nobody sees are written as their codes.
    """
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    count = 0
    for run in runs:
        values = _members(run)
        rows.writerow([_cell(values.get(name, "")) for name in COLUMNS])
        count += 1
    return count


def write_json_lines(runs: Iterable[pb.RunSummary], file: TextIO) -> int:
    """Write the contract's JSON of each run in a line of its own, and return how many there are."""
    count = 0
    for run in runs:
        file.write(json.dumps(_members(run)) + "\n")
        count += 1
    return count


FORMATS: Mapping[str, Callable[[Iterable[pb.RunSummary], TextIO], int]] = {
    ".csv": write_csv,
    ".jsonl": write_json_lines,
}
"""What writes a table, by the suffix of its file."""


def write_runs(runs: Iterable[pb.RunSummary], path: Path) -> int:
    """Write runs to a file in the format its suffix names, whole or not at all; return how many there are.

    Raises:
        KeyError: No format has that suffix.
        OSError: The file cannot be written.
    """
    write = FORMATS[path.suffix.lower()]
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            count = write(runs, file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _members(run: pb.RunSummary) -> Mapping[str, object]:
    return json_format.MessageToDict(run, preserving_proto_field_name=True)


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    seen = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in value)
    return f"'{seen}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else seen
