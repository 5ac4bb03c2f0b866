"""Reading v1 values, which come in several shapes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpckit.canonical_json import LARGEST_EXACT_INTEGER, JsonObject
from runs_svc.domain.gate import RiskLevel

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HALVES = re.compile("[\ud800-\udfff]")
_LEVEL_KEYS = ("risk_level", "risk_bucket", "overall_risk")
_SCORE_KEYS = ("score", "overall_score")


def find_level(decision: Mapping[str, Any], feasibility: Any, lines: list[str]) -> RiskLevel:
    """The level as v1 wrote it: in the decision, in the feasibility, or under its `safety`. UNKNOWN when nowhere."""
    for where, holder in _holders(decision, feasibility):
        for key in _LEVEL_KEYS:
            given = holder.get(key)
            if given is None or given == "":
                continue
            try:
                return RiskLevel(str(given).upper())
            except ValueError:
                lines.append(f"{where}.{key}: {given!r} is not a level; UNKNOWN")
                return RiskLevel.UNKNOWN
    lines.append("risk level: v1 names none; UNKNOWN")
    return RiskLevel.UNKNOWN


def find_score(decision: Mapping[str, Any], feasibility: Any) -> float | None:
    """The score as v1 wrote it, if it is a number from 0 to 100."""
    for _, holder in _holders(decision, feasibility):
        for key in _SCORE_KEYS:
            given = holder.get(key)
            if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 100:
                return float(given)
    return None


def _holders(decision: Mapping[str, Any], feasibility: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "decision", decision
    if isinstance(feasibility, Mapping):
        yield "feasibility", feasibility
        safety = feasibility.get("safety")
        if isinstance(safety, Mapping):
            yield "feasibility.safety", safety


def texts(value: Any) -> list[str]:
    """A list of texts out of a list, a text, or nothing."""
    if value is None or value == "":
        return []
    items: Sequence[Any] = value if isinstance(value, list) else [value]
    return [item if isinstance(item, str) else str(item) for item in items]


def is_digest(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None and value != "0" * 64


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands. Written out only where something is told: a path may be as long as the record."""

    step: str
    outer: "_Place | None" = None

    def __str__(self) -> str:
        steps, place = [], self
        while place.outer is not None:
            steps.append(place.step)
            place = place.outer
        return "".join([place.step, *reversed(steps)])


def canonical(value: Mapping[str, Any], path: str, lines: list[str]) -> JsonObject:
    """The value as canonical JSON can hold it: numbers it cannot are kept as text, and told."""
    return _canonical_object(value, _Place(path), lines)


def _canonical_object(value: Mapping[str, Any], place: _Place, lines: list[str]) -> JsonObject:
    return {str(key): _canonical(item, _Place(f".{key}", place), lines) for key, item in value.items()}


def _canonical(value: Any, place: _Place, lines: list[str]) -> Any:
    if isinstance(value, Mapping):
        return _canonical_object(value, place, lines)
    if isinstance(value, list):
        return [_canonical(item, _Place(f"[{index}]", place), lines) for index, item in enumerate(value)]
    if isinstance(value, int | float) and not abs(value) <= LARGEST_EXACT_INTEGER:
        lines.append(f"{place}: {value} is no number JSON can hold exactly; kept as text")
        return str(value)
    if isinstance(value, str) and _HALVES.search(value):
        lines.append(f"{place}: half a character was replaced")
        return _HALVES.sub("\ufffd", value)
    return value
