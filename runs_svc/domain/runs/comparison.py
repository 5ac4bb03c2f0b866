"""Two runs compared as a whole: their documents, their programs, and the document that says everything.

Memory is bounded: of each program the first 500,000 lines are compared.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import orjson

from runs_svc.domain.runs.program_diff import diff_programs
from runs_svc.domain.runs.run_diff import MOST_DIFFERENCES, MOST_LINES, Difference, Severity, diff, write_full

MOST_PROGRAM_LINES = 500_000
MOST_TOLD_BYTES = 1024**2
"""Most that is returned of the differences, and of the programs: both have to fit into one response."""
_CAPPED = f"\\ compared to line {MOST_PROGRAM_LINES} of each program"
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Side:
    """A run to be compared. Programs are name and bytes, in their order."""

    run_id: str
    document: bytes
    programs: Sequence[tuple[str, bytes]] = ()

    @property
    def size_bytes(self) -> int:
        return len(self.document) + sum(len(data) for _, data in self.programs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is returned of the differences of two runs."""

    differences: Sequence[Difference]
    total_count: int
    severity: Severity | None
    """The gravest; None when nothing differs."""
    program_lines: Sequence[str]
    truncated: bool
    full: bytes | None
    """Everything, where something is left out and it was asked for."""


def compare(left: Side, right: Side, *, keep_full: bool) -> Comparison:
    """The comparison of two runs."""
    differences = diff(orjson.loads(left.document), orjson.loads(right.document))
    (before, whole_before), (after, whole_after) = _program_lines(left), _program_lines(right)
    lines = [_readable(line) for line in diff_programs(before, after)]
    whole = whole_before and whole_after
    if not whole:
        lines = [_CAPPED, *lines]
    count = _fitting(differences, MOST_DIFFERENCES, lambda item: len(repr((item.path, item.left, item.right)).encode()))
    program_lines = _fitting(lines, MOST_LINES, lambda line: len(line.encode()))
    truncated = (len(count), len(program_lines)) != (len(differences), len(lines)) or not whole
    return Comparison(
        differences=count,
        total_count=len(differences),
        severity=differences[0].severity if differences else None,
        program_lines=program_lines,
        truncated=truncated,
        full=write_full(left.run_id, right.run_id, differences, lines) if truncated and keep_full else None,
    )


def _program_lines(side: Side) -> tuple[Sequence[str], bool]:
    """The lines of a run's programs, several under their names; False when there are more."""
    named = [(name, data) for name, data in side.programs if data]
    lines = list(islice(_every_line(named), MOST_PROGRAM_LINES + 1))
    return lines[:MOST_PROGRAM_LINES], len(lines) <= MOST_PROGRAM_LINES


def _every_line(named: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    for name, data in named:
        if len(named) > 1:
            yield f"({name})"
        text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="surrogateescape", newline=None)
        yield from (line.removesuffix("\n") for line in text)


def _readable(line: str) -> str:
    r"""A line as text. Bytes that are no UTF-8, as in programs from Windows, are compared too, and shown as `\xe4`."""
    return line if line.isascii() else line.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _fitting(items: Sequence[Item], most: int, size: Callable[[Item], int]) -> Sequence[Item]:
    """The first items, as many as fit into an answer."""
    count, left = 0, MOST_TOLD_BYTES
    for item in items[:most]:
        left -= size(item)
        if left < 0:
            break
        count += 1
    return items[:count]
