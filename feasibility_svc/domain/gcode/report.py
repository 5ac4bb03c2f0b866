"""What an audit says: outcome, findings, measures."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.findings import Finding, Level, Place
from foundation.canonical_json import JsonObject, JsonValue

SCHEMA = "rmos.program_audit/1"
READER_VERSION = "1"
"""Grows with every change that may change an outcome."""


class Outcome(Enum):
    """Three, never two: not understood is not passed."""

    INSIDE = "INSIDE"
    DEVIATES = "DEVIATES"
    NOT_VERIFIABLE = "NOT_VERIFIABLE"


@dataclass(frozen=True, slots=True)
class CutTime:
    """How long a program takes. [s]"""

    shortest_s: float
    longest_s: float
    """The same as the shortest where the machine's acceleration is known."""
    feed_only_s: float
    """Lengths through feeds; short of the truth by up to nine tenths."""
    cutting_s: float
    rapid_s: float
    dwell_s: float
    tool_change_s: float


@dataclass(frozen=True, slots=True)
class Measures:
    """One program in numbers. None: there is nothing to measure."""

    program: int
    """Which one of the setup, from 0."""
    line_count: int
    move_count: int
    units: str
    reach: Box
    """Of all moves."""
    cut_reach: Box
    """Of the tool's axis while it cuts."""
    max_feed_rate_mm_per_min: float | None
    max_plunge_rate_mm_per_min: float | None
    min_spindle_speed_rpm: float | None
    max_spindle_speed_rpm: float | None
    depth_mm: float | None
    stepdown_mm: float | None
    """95 % of the cut path takes no more than this."""
    max_stepdown_mm: float | None
    cut_length_mm: float
    tool_numbers: tuple[int | None, ...]
    time: CutTime


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What is found between a setup's programs and what was approved."""

    outcome: Outcome
    controller: str
    is_tested_controller: bool
    findings: tuple[Finding, ...]
    """Worst first; what is in order is not mentioned."""
    programs: tuple[Measures, ...]
    unchecked: tuple[str, ...]
    """Limits the envelope does not state, so that nothing was compared with them."""


def outcome_of(findings: tuple[Finding, ...]) -> Outcome:
    """Errors deviate; what could not be verified is not inside."""
    worst = max((finding.level for finding in findings), default=Level.INFORMATION)
    if worst is Level.ERROR:
        return Outcome.DEVIATES
    return Outcome.NOT_VERIFIABLE if worst is Level.NOT_VERIFIABLE else Outcome.INSIDE


def to_json(report: AuditReport) -> JsonObject:
    """The report as the JSON value that is stored."""
    return {
        "schema": SCHEMA,
        "reader_version": READER_VERSION,
        "outcome": report.outcome.value,
        "controller": report.controller,
        "is_tested_controller": report.is_tested_controller,
        "findings": [_finding(finding) for finding in report.findings],
        "programs": [_measures(measures) for measures in report.programs],
        "unchecked": list(report.unchecked),
    }


def _finding(finding: Finding) -> JsonObject:
    return {
        "code": finding.code,
        "level": finding.level.name,
        "program": finding.program,
        "count": finding.count,
        "first": _place(finding.first),
        "worst": _place(finding.worst),
        "places": [_place(place) for place in finding.places],
        "limit": _number(finding.limit),
        "unit": finding.unit,
        "sentence": finding.sentence,
    }


def _place(place: Place) -> JsonObject:
    return {"line": place.line, "value": _number(place.value), "text": place.text}


def _measures(measures: Measures) -> JsonObject:
    numbers: JsonObject = {name: _number(value) for name, value in _numbers(measures)}
    time = measures.time
    return numbers | {
        "units": measures.units,
        "reach": _box(measures.reach),
        "cut_reach": _box(measures.cut_reach),
        "tool_numbers": list(measures.tool_numbers),
        "time": {name: _number(getattr(time, name)) for name in CutTime.__dataclass_fields__},
    }


def _numbers(measures: Measures) -> Iterator[tuple[str, float | None]]:
    for name in Measures.__dataclass_fields__:
        value = getattr(measures, name)
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            yield name, value


def _box(box: Box) -> JsonObject:
    sides: dict[str, JsonValue] = {}
    for name in ("x_mm", "y_mm", "z_mm"):
        reach = getattr(box, name)
        sides[name] = None if reach is None else [_number(reach[0]), _number(reach[1])]
    return sides


def _number(value: float | None) -> float | None:
    """Rounded to a nanometre: what lies below is arithmetic."""
    return None if value is None else round(value, 6)
