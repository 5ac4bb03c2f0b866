"""What must hold of a report before anything in it is believed: it is complete, in range, and agrees with itself."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TypeGuard

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, text
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.report import assessments_of

MOST_TOLD = 25
_RANKED = (RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.UNKNOWN, RiskLevel.RED, RiskLevel.ERROR)
_BEST_SCORES = {RiskLevel.RED: 50.0, RiskLevel.YELLOW: 80.0, RiskLevel.UNKNOWN: 80.0}
"""Scores that a level does not reach."""
_LEAST_SCORES = {RiskLevel.GREEN: 80.0, RiskLevel.YELLOW: 50.0}
"""Scores below which a dimension does not have a level."""
_ROUNDING = 1e-6
_OPENING = frozenset({RiskLevel.GREEN, RiskLevel.YELLOW})
_REFUSING = frozenset({"ERROR", "FATAL"})
_ASSESSED_BY_ALL = frozenset({"CHIPLOAD", "GEOMETRY", "RIMSPEED", "SPINDLE_POWER"})
"""What every cut has, whatever the operation."""
_INFORMATION = frozenset({"BOM_EFFICIENCY", "SAFETY_CONSTRAINTS", "CUT_TIME"})
"""What may be GREEN without a score: it only informs while nothing is broken."""
_ASSESSED = {
    "baseline_v1": _ASSESSED_BY_ALL
    | _INFORMATION
    | {"HEAT", "DEFLECTION", "CHATTER", "FEED_LIMITS", "TEAR_OUT", "WORKHOLDING"},
    "stub": frozenset({"CHIPLOAD"}),
}
"""What an engine assesses of every cut, by its id."""
_BASELINE = "baseline_v2"
_MANDATORY = {
    "MILLING": _ASSESSED_BY_ALL | {"HEAT", "DEFLECTION", "FEED_LIMITS"},
    "DRILLING": _ASSESSED_BY_ALL | {"HEAT"},
    "SAWING": _ASSESSED_BY_ALL | {"DEFLECTION"},
}
"""What that engine must know of a cut, by its kind: without one of these the report is UNKNOWN."""
_ALSO_ASSESSED = {
    "MILLING": _INFORMATION | {"CHATTER", "WORKHOLDING"},
    "DRILLING": _INFORMATION,
    "SAWING": _INFORMATION,
}
"""What that engine also says of every cut of a kind."""
_SAWS = frozenset({"SAW_BLADE", "FRET_SAW_BLADE"})


def violations_of(report: JsonMapping) -> Sequence[str]:
    """What is wrong with a report, a sentence each, at most 25 and how many more; nothing when it can be believed."""
    assessments = report.get("assessments")
    items = assessments if isinstance(assessments, list) and assessments else []
    found = list(_whole(report))
    if not items:
        found.append("it assesses nothing")
    for item in items:
        found.extend(_assessment(item) if isinstance(item, Mapping) else ["an assessment is no object"])
    known = [item for item in items if isinstance(item, Mapping)]
    categories = [str(item.get("category")) for item in known]
    found.extend(f"{name} is assessed twice" for name in dict.fromkeys(categories) if categories.count(name) > 1)
    found.extend(_together(report, known))
    if len(found) > MOST_TOLD:
        found[MOST_TOLD:] = [f"and {len(found) - MOST_TOLD} more"]
    return found


def unfounded(report: JsonMapping, design: JsonMapping, context: JsonMapping) -> Sequence[str]:
    """Why a report that would open the gate must not: it is of another kind of cut, what its engine always assesses is
    missing, or its guard objects.

    Args:
        report: One without violations.
        design: What was to be cut.
        context: With what and how.
    """
    if _level(report.get("overall_risk")) not in _OPENING:
        return ()
    assessed = {item.category for item in assessments_of(report)}
    found = list(_other_kind(report, design, context)) if report["engine_id"] == _BASELINE else []
    found += [f"{name} is not assessed" for name in sorted(_expected(report) - assessed)]
    guarded = [item for item in children(report, "guard_findings") if item.get("severity") in _REFUSING]
    return [*found, *(f"it is {report['overall_risk']}, and its guard finds {item.get('code')}" for item in guarded)]


def _expected(report: JsonMapping) -> frozenset[str]:
    """What the engine of a report assesses of such a cut."""
    kind = text(report, "cut_kind")
    if report["engine_id"] == _BASELINE and kind in _MANDATORY:
        return _MANDATORY[kind] | _ALSO_ASSESSED[kind]
    return _ASSESSED.get(text(report, "engine_id"), _ASSESSED_BY_ALL)


def _other_kind(report: JsonMapping, design: JsonMapping, context: JsonMapping) -> Iterator[str]:
    """A kind of cut that the inputs contradict: a report may leave out more of a drilled hole than of a pocket."""
    kind, tool = text(report, "cut_kind"), text(child(context, "tool"), "kind")
    if kind not in _MANDATORY:
        yield f"its kind of cut is {_shown(report.get('cut_kind'))}, none of {', '.join(_MANDATORY)}"
    elif kind == "DRILLING" and "drilling" not in design:
        yield "it is of a drilled hole, and the design has none"
    elif tool and (kind == "SAWING") != (tool in _SAWS):
        yield f"it is of {kind.lower()}, and the tool is a {tool}"


def compute_time_violations(compute_ms: float) -> Sequence[str]:
    """What is wrong with the time an evaluation is said to have taken."""
    if isfinite(compute_ms) and compute_ms >= 0:
        return ()
    return (f"the time it took is {compute_ms} ms",)


def _whole(report: JsonMapping) -> Iterator[str]:
    for name, what in (("engine_id", "engine"), ("engine_version", "version of its engine")):
        if not isinstance(report.get(name), str) or not report[name]:
            yield f"it names no {what}"
    for name in ("is_feasible", "needs_review"):
        if not isinstance(report.get(name), bool):
            yield f"{name} is missing"
    level = _level(report.get("overall_risk"))
    if level is None:
        yield f"its level is {_shown(report.get('overall_risk'))}, none of {', '.join(_RANKED)}"
    yield from _overall_score(report, level, report.get("overall_score"))
    if not _is_score(report.get("pass_threshold")):
        yield f"its pass threshold is {_shown(report.get('pass_threshold'))}, not a number from 0 to 100"


def _overall_score(report: JsonMapping, level: RiskLevel | None, score: object) -> Iterator[str]:
    if score is None:
        if level is RiskLevel.GREEN:
            yield "it is GREEN without a score"
    elif not _is_score(score):
        yield f"its score is {_shown(score)}, not a number from 0 to 100"
    elif level is not None:
        unscored = level is RiskLevel.UNKNOWN and report.get("engine_id") == _BASELINE
        too_low = level is RiskLevel.GREEN and score < _LEAST_SCORES[level] - _ROUNDING
        too_high = score >= _BEST_SCORES.get(level, 101.0) + _ROUNDING
        if unscored or too_low or too_high:
            yield f"it is {level} with a score of {score:g}"


def _assessment(item: JsonMapping) -> Iterator[str]:
    name = str(item.get("category") or "")
    if not name:
        yield "an assessment names no category"
    name = name or "an assessment"
    level, score = _level(item.get("risk")), item.get("score")
    if level is None:
        yield f"{name} has the level {_shown(item.get('risk'))}, none of {', '.join(_RANKED)}"
    if not isinstance(item.get("finding"), str) or not item["finding"]:
        yield f"{name} says nothing of what it found"
    if score is None:
        informs = level is RiskLevel.GREEN and name in _INFORMATION
        if level in _LEAST_SCORES and not informs:
            yield f"{name} is {level} without a score"
    elif not _is_score(score):
        yield f"{name} has the score {_shown(score)}, not a number from 0 to 100"
    elif level is not None and score < _LEAST_SCORES.get(level, 0.0) - _ROUNDING:
        yield f"{name} is {level} with a score of {score:g}"


def _together(report: JsonMapping, items: Sequence[JsonMapping]) -> Iterator[str]:
    """The whole against its parts."""
    level = _level(report.get("overall_risk"))
    if report.get("binding_category") not in {item.get("category") for item in items}:
        yield f"the dimension that decides it, {_shown(report.get('binding_category'))}, is not assessed"
    if level is None:
        return
    if report.get("is_feasible") is (level not in {RiskLevel.GREEN, RiskLevel.YELLOW}):
        yield f"it is {level}, and says of itself that it is {'' if report['is_feasible'] else 'not '}feasible"
    if level is RiskLevel.YELLOW and report.get("needs_review") is False:
        yield "it is YELLOW, and says that it needs no review"
    levels = [(item, part) for item in items if (part := _level(item.get("risk"))) is not None]
    counting = {str(item.get("category")): _as_it_counts(report, item, part) for item, part in levels}
    if not counting:
        return
    worst = max(counting.values(), key=_RANKED.index)
    as_unknown = {RiskLevel.UNKNOWN, RiskLevel.YELLOW}  # one that need not be known may count as YELLOW
    lenient = worst is RiskLevel.UNKNOWN and report.get("engine_id") != _BASELINE
    if level is not worst and not (lenient and level in as_unknown):
        named = next(name for name, part in counting.items() if part is worst)
        yield f"it is {level}, and the worst it assesses, {named}, is {worst}"


def _as_it_counts(report: JsonMapping, item: JsonMapping, level: RiskLevel) -> RiskLevel:
    """The level of a dimension in the whole: of one that need not be known UNKNOWN counts less, unless it failed."""
    name = str(item.get("category"))
    if report.get("engine_id") != _BASELINE or level is not RiskLevel.UNKNOWN or name in _MANDATORY["MILLING"]:
        return level
    if any(reason.get("kind") == "FAILED" for reason in children(item, "unknown_reasons")):
        return level
    return RiskLevel.YELLOW if name == "WORKHOLDING" else RiskLevel.GREEN


def _level(given: object) -> RiskLevel | None:
    return RiskLevel(given) if isinstance(given, str) and given in _RANKED else None


def _is_score(given: object) -> TypeGuard[float]:
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 100


def _shown(given: object) -> str:
    if given is None:
        return "missing"
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:60]}…"
