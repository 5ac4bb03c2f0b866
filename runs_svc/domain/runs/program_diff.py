"""The lines in which two programs differ, as a unified difference.

The standard library's matcher takes minutes for a program in which every feed was changed; edit distance over lines
takes a tenth of a second.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

_CONTEXT = 2
MOST_COMPARED = 32_000
"""Lines between the first and the last that differ; of more it is only said that they differ, not how. So many take a
third of a second and 260 MB."""


class _Replaced(NamedTuple):
    """Lines of the left program, and those that stand in their place in the right one."""

    left_start: int
    left_end: int
    right_start: int
    right_end: int


def diff_programs(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """The lines of the unified difference; none when the programs are equal.

    >>> diff_programs(["G0 X1", "G1 X2"], ["G0 X1", "G1 X3"])
    ['--- left', '+++ right', '@@ -1,2 +1,2 @@', ' G0 X1', '-G1 X2', '+G1 X3']
    """
    lines = [line for hunk in _hunks(_replaced(left, right)) for line in _written(hunk, left, right)]
    return ["--- left", "+++ right", *lines] if lines else []


def _replaced(left: Sequence[str], right: Sequence[str]) -> list[_Replaced]:
    """What differs, in order."""
    start = _equal_at_start(left, right)
    end = _equal_at_start(left[start:][::-1], right[start:][::-1])
    left_end, right_end = len(left) - end, len(right) - end
    if start == left_end and start == right_end:
        return []
    only = set(left[start:left_end]).isdisjoint(right[start:right_end])
    if only or max(left_end, right_end) - start > MOST_COMPARED:
        return [_Replaced(start, left_end, start, right_end)]
    return [
        _Replaced(start + change.src_start, start + change.src_end, start + change.dest_start, start + change.dest_end)
        for change in Levenshtein.opcodes(left[start:left_end], right[start:right_end])
        if change.tag != "equal"
    ]


def _equal_at_start(left: Sequence[str], right: Sequence[str]) -> int:
    """How many lines are equal before the first that differs."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))


def _hunks(replaced: Sequence[_Replaced]) -> Iterator[list[_Replaced]]:
    """Changes whose context touches belong together."""
    hunk: list[_Replaced] = []
    for change in replaced:
        if hunk and change.left_start - hunk[-1].left_end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _written(hunk: Sequence[_Replaced], left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    first, last = hunk[0], hunk[-1]
    before = min(_CONTEXT, first.left_start)
    after = min(_CONTEXT, len(left) - last.left_end)
    left_range = _range(first.left_start - before, last.left_end + after)
    right_range = _range(first.right_start - before, last.right_end + after)
    yield f"@@ -{left_range} +{right_range} @@"
    place = first.left_start - before
    for change in hunk:
        yield from (f" {line}" for line in left[place : change.left_start])
        yield from (f"-{line}" for line in left[change.left_start : change.left_end])
        yield from (f"+{line}" for line in right[change.right_start : change.right_end])
        place = change.left_end
    yield from (f" {line}" for line in left[place : last.left_end + after])


def _range(start: int, end: int) -> str:
    """Lines as the format counts them: from 1, and where nothing stands, the line before."""
    count = end - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"
