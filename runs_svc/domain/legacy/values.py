"""Reading v1 values, which come in several shapes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.canonical_json import LARGEST_EXACT_INTEGER, JsonMapping, JsonObject
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.imported_verdict import verdict_holders
from runs_svc.domain.runs.redaction import VERDICT_LEFT_OUT, keep_open_fields

Keep = Callable[[JsonObject], JsonObject]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HALVES = re.compile("[\ud800-\udfff]")
LEVEL_KEYS = ("risk_level", "risk_bucket", "overall_risk")
_WORST_LAST = (RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.UNKNOWN, RiskLevel.RED, RiskLevel.ERROR)
DEEPEST = 64
"""Levels of nesting a record may have."""
_DEEPEST_KEPT = 12
LEFT_OUT = "[left out: too deep]"
_SCORE_KEYS = ("score", "overall_score")


def find_level(record: JsonMapping, lines: list[str]) -> RiskLevel:
    """The worst level v1 wrote: in the decision, in the feasibility, under its `safety`, in the record itself.

    UNKNOWN when nowhere, and no better than that without a feasibility: what was not evaluated is not known to be safe.
    """
    found: dict[str, RiskLevel] = {}
    for where, holder in verdict_holders(record):
        for key in LEVEL_KEYS:
            given = holder.get(key)
            if given is None or given == "":
                continue
            level = _level(given)
            if level is None:
                lines.append(f"{where}.{key}: {given!r} is not a level; UNKNOWN")
            found[f"{where}.{key}"] = level or RiskLevel.UNKNOWN
    if not found:
        lines.append("risk level: v1 names none; UNKNOWN")
        return RiskLevel.UNKNOWN
    worst = max(found.values(), key=_WORST_LAST.index)
    if len(set(found.values())) > 1:
        said = ", ".join(f"{where} {level}" for where, level in found.items())
        lines.append(f"risk level: v1 names several ({said}); {worst} counts")
    if record.get("feasibility") or _WORST_LAST.index(worst) >= _WORST_LAST.index(RiskLevel.UNKNOWN):
        return worst
    lines.append(f"risk level: v1 says {worst} without a feasibility; UNKNOWN")
    return RiskLevel.UNKNOWN


def worst_level(given: Sequence[Any]) -> str:
    """The worst of several levels; a word that is none stands for UNKNOWN."""
    return max((_level(item) or RiskLevel.UNKNOWN for item in given), key=_WORST_LAST.index).value


def _level(given: Any) -> RiskLevel | None:
    try:
        return RiskLevel(str(given).strip().upper().removeprefix("RISK_LEVEL_"))
    except ValueError:
        return None


def find_score(record: JsonMapping) -> float | None:
    """The score as v1 wrote it, if it is a number from 0 to 100."""
    for _, holder in verdict_holders(record):
        for key in _SCORE_KEYS:
            given = holder.get(key)
            if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 100:
                return float(given)
    return None


def kind_of(value: Any) -> str:
    """What a JSON value is, in JSON's words."""
    kinds = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "an array",
        dict: "an object",
    }
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), "null")


def depth_of(value: Any) -> int:
    """How deep a JSON value is nested; a value that is no list and no object is 0 deep."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, Mapping | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, Mapping) else item)]
    return depth


class TooDeep:
    """Stands for a value that is nested too deeply to be read."""


def is_digest(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None and value != "0" * 64


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands. Written out only where something is reported: a path may be as long as the record."""

    step: str
    outer: "_Place | None" = None

    def __str__(self) -> str:
        steps, place = [], self
        while place.outer is not None:
            steps.append(place.step)
            place = place.outer
        return "".join([place.step, *reversed(steps)])


def canonical(value: JsonMapping, path: str, lines: list[str]) -> JsonObject:
    """The value as a record can hold it: numbers it cannot hold become text, what is too deep is left out. Reported."""
    return _canonical_object(value, _Place(path), lines, _DEEPEST_KEPT)


def _canonical_object(value: JsonMapping, place: _Place, lines: list[str], depth: int) -> JsonObject:
    return {
        _whole(str(key), place, lines): _canonical(item, _Place(f".{key}", place), lines, depth - 1)
        for key, item in value.items()
    }


def _canonical(value: Any, place: _Place, lines: list[str], depth: int) -> Any:
    if isinstance(value, Mapping | list) and depth == 0:
        lines.append(
            f"{place}: nested deeper than {_DEEPEST_KEPT} levels; left out here, the v1_record attachment has it"
        )
        return LEFT_OUT
    if isinstance(value, Mapping):
        return _canonical_object(value, place, lines, depth)
    if isinstance(value, list):
        return [_canonical(item, _Place(f"[{index}]", place), lines, depth - 1) for index, item in enumerate(value)]
    if isinstance(value, int | float) and not abs(value) <= LARGEST_EXACT_INTEGER:
        lines.append(f"{place}: {value} is no number JSON can hold exactly; kept as text")
        return str(value)
    return _whole(value, place, lines) if isinstance(value, str) else value


def _whole(text: str, place: _Place, lines: list[str]) -> str:
    kept = whole(text)
    if kept != text:
        lines.append(f"{place}: half a character was replaced")
    return kept


def whole(text: str) -> str:
    """The text with whole characters only."""
    return _HALVES.sub("\ufffd", text)


def whole_texts(value: Any) -> Any:
    """The value with whole characters only, in its keys as well."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [whole_texts(item) for item in value]
    return {whole(key): whole_texts(item) for key, item in value.items()} if isinstance(value, dict) else value


def open_fields(value: JsonMapping, path: str, lines: list[str], keep: Keep = keep_open_fields) -> JsonObject:
    """Open fields of v1 as a run keeps them, with a line for each verdict that is left out."""
    kept = keep(canonical(value, path, lines))
    lines.extend(
        f"{path}.{name}: a verdict of its own is left out here, the v1_record attachment has it"
        for name, item in kept.items()
        if item == VERDICT_LEFT_OUT
    )
    return kept
