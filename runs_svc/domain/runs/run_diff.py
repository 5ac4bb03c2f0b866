"""What differs between two runs, gravest first, then what matters at the machine, then by path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonObject

MOST_DIFFERENCES, MOST_LINES = 2_000, 2_000
_MOST_SHOWN = 100
_ABSENT = object()
_OWN = frozenset({"schema", "run_id", "created_at_utc", "request_id", "identity", "evaluation", "outputs"})
"""Members that differ between any two runs, and program text, which is compared on request only."""


class Severity(StrEnum):
    """How much a difference matters, gravest first."""

    CRITICAL = "CRITICAL"
    WARNING = "WARNING"
    INFO = "INFO"


class Change(StrEnum):
    """What happened from the first run to the second."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs; `left` and `right` are None where there is none."""

    path: str
    change: Change
    severity: Severity
    term: str
    left: Any
    right: Any


_CRITICAL = frozenset({"hashes.gcode_sha256", "hashes.toolpaths_sha256", "decision.risk_level", "status"})
_WARNING = frozenset({"hashes.feasibility_sha256", "decision.score"})
_TERMS: Sequence[tuple[str, str]] = (
    ("status", "status"),
    ("decision.risk_level", "verdict"),
    ("decision.gate_decision", "gate"),
    ("decision.score", "score"),
    ("hashes.gcode_sha256", "program"),
    ("hashes.toolpaths_sha256", "toolpaths"),
    ("inputs.context.tool.", "tool"),
    ("inputs.context.cut.spindle_speed_rpm", "spindle speed"),
    ("inputs.context.cut.feed_rate_mm_per_min", "feed"),
    ("inputs.context.cut.plunge_rate_mm_per_min", "plunge feed"),
    ("inputs.context.cut.axial_depth_mm", "depth of pass"),
    ("inputs.context.cut.radial_width_mm", "stepover"),
    ("inputs.context.material.", "material"),
    ("inputs.context.machine.", "machine"),
    ("inputs.context.stock.", "stock"),
    ("inputs.design.", "design"),
)
"""What a machinist calls the parts of a record, in the order they matter."""


def diff(left: JsonMapping, right: JsonMapping) -> list[Difference]:
    """Every difference of two run documents, in order."""
    found = [_difference(path, before, after) for path, before, after in _walk("", _compared(left), _compared(right))]
    severities = list(Severity)
    return sorted(found, key=lambda item: (severities.index(item.severity), _place(item.path), item.path))


def write_full(left_id: str, right_id: str, differences: Sequence[Difference], program_lines: Sequence[str]) -> bytes:
    """The whole comparison as a JSON document; the same runs give the same bytes."""
    return canonical_json.dumps(
        {
            "schema": "rmos.diff/1",
            "left": left_id,
            "right": right_id,
            "differences": [
                {
                    "path": item.path,
                    "change": item.change.value,
                    "severity": item.severity.value,
                    "term": item.term,
                    "left": canonical_json.with_doubles(item.left),
                    "right": canonical_json.with_doubles(item.right),
                }
                for item in differences
            ],
            "program_diff": list(program_lines),
        }
    )


def _compared(document: JsonMapping) -> JsonObject:
    return {name: value for name, value in document.items() if name not in _OWN}


def _walk(path: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    """Leaves that differ, members by name, elements by index. What is there only once is shown whole if it is small."""
    if left is _ABSENT and _is_large(right):
        left = type(right)()
    if right is _ABSENT and _is_large(left):
        right = type(left)()
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            inner = f"{path}.{name}" if path else name
            yield from _walk(inner, left.get(name, _ABSENT), right.get(name, _ABSENT))
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            before = left[index] if index < len(left) else _ABSENT
            after = right[index] if index < len(right) else _ABSENT
            yield from _walk(f"{path}[{index}]", before, after)
    elif left is _ABSENT or right is _ABSENT or left != right:
        yield path, left, right


def _is_large(value: Any) -> bool:
    """Whether an object or a list holds more than one difference should show: a whole toolpath."""
    count, waiting = 0, [value]
    while waiting and count <= _MOST_SHOWN:
        item = waiting.pop()
        if isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)
        else:
            count += 1
    return count > _MOST_SHOWN


def _difference(path: str, left: Any, right: Any) -> Difference:
    change = Change.ADDED if left is _ABSENT else Change.REMOVED if right is _ABSENT else Change.CHANGED
    place = _place(path)
    return Difference(
        path=path,
        change=change,
        severity=_severity(path),
        term=_TERMS[place][1] if place < len(_TERMS) else "",
        left=None if left is _ABSENT else left,
        right=None if right is _ABSENT else right,
    )


def _severity(path: str) -> Severity:
    if path in _CRITICAL:
        return Severity.CRITICAL
    return Severity.WARNING if path in _WARNING else Severity.INFO


def _place(path: str) -> int:
    return next((place for place, (start, _) in enumerate(_TERMS) if path.startswith(start)), len(_TERMS))
