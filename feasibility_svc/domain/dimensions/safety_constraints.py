"""Safety constraints: does the cut keep the limits the workshop sets?

A limit stated in the request is hard: beyond it is RED. A default nobody stated is soft: beyond it needs review.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.inputs.context import SafetyConstraints
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade
from feasibility_svc.domain.scoring.numeric import minimum, where

DEFAULT_MAX_FEED_MM_PER_MIN = 2_000.0
DEFAULT_MAX_SPEED_RPM = 24_000.0
DEFAULT_MAX_PLUNGE_MM_PER_MIN = 500.0
DEFAULT_TOOL_MM = (1.5, 25.4)
DEFAULT_FRET_TOOL_MM = 0.4
DEFAULT_MAX_DEPTH_MM = 3.0


@dataclass(frozen=True, slots=True)
class _Bound:
    """One limit and the value held against it."""

    key: str
    value: float
    limit: float
    stated: bool
    is_minimum: bool = False

    @property
    def ceiling(self) -> float:
        """Highest score beyond this limit."""
        return 0.0 if self.stated else REVIEW_CAP

    @property
    def broken(self) -> bool:
        """Whether the limit is passed; for arrays an array."""
        return self.value < self.limit if self.is_minimum else self.value > self.limit


class SafetyLimits:
    profile = Profile(
        category=Category.SAFETY_CONSTRAINTS,
        weight=0.0,
        mandatory=True,
        description="the limits the workshop sets for feeds, speeds and tools",
    )

    def score(self, situation: Situation) -> float:
        return _score(situation, _bounds(situation))

    def assess(self, situation: Situation) -> Assessment:
        bounds = list(_bounds(situation))
        findings = Findings(score=_score(situation, bounds))
        for bound in bounds:
            findings.detail(
                bound.key.split(".")[1].rsplit("_mm", 1)[0], bound.value, _unit(bound.key), limit=bound.limit
            )
            if bound.broken:
                self._report(findings, bound)
        findings.warnings.extend(text for _, text in _absences(situation.context.safety_constraints))
        return findings.assessment(
            self.profile.category,
            finding=findings.warnings[0] if findings.warnings else "inside every limit the workshop sets",
            grade=Grade.A,
        )

    @staticmethod
    def _report(findings: Findings, bound: _Bound) -> None:
        side = "below" if bound.is_minimum else "above"
        who = "the workshop's limit" if bound.stated else "the usual limit"
        findings.warnings.append(f"{bound.key} {bound.value:g} is {side} {who} of {bound.limit:g}")
        findings.recommendations.append(
            Recommendation(
                Category.SAFETY_CONSTRAINTS,
                f"context.{bound.key}",
                bound.value,
                bound.limit,
                _unit(bound.key),
                f"keep to {bound.limit:g} {_unit(bound.key)}, or state a limit of your own",
            )
        )


def _score(situation: Situation, bounds: Iterable[_Bound]) -> float:
    score = min((ceiling for ceiling, _ in _absences(situation.context.safety_constraints)), default=100.0)
    for bound in bounds:
        score = where(bound.broken, minimum(score, bound.ceiling), score)
    return score


def _bounds(situation: Situation) -> Iterator[_Bound]:
    speed_rpm, feed, plunge = situation.need(
        "cut.spindle_speed_rpm",
        "cut.feed_rate_mm_per_min",
        "cut.plunge_rate_mm_per_min" if not situation.is_saw else "cut.feed_rate_mm_per_min",
    )
    (diameter_mm,) = situation.nominal.need("tool.diameter_mm")
    own, machine = situation.context.safety_constraints, situation.context.machine
    max_feed = own.max_feed_rate_mm_per_min or machine.max_feed_rate_mm_per_min
    yield _Bound("cut.feed_rate_mm_per_min", feed, max_feed or DEFAULT_MAX_FEED_MM_PER_MIN, max_feed is not None)
    max_speed = own.max_spindle_speed_rpm or machine.max_spindle_speed_rpm
    yield _Bound("cut.spindle_speed_rpm", speed_rpm, max_speed or DEFAULT_MAX_SPEED_RPM, max_speed is not None)
    smallest = own.min_tool_diameter_mm
    default_smallest = DEFAULT_FRET_TOOL_MM if situation.design.fret_slots else DEFAULT_TOOL_MM[0]
    yield _Bound("tool.diameter_mm", diameter_mm, smallest or default_smallest, smallest is not None, is_minimum=True)
    largest = own.max_tool_diameter_mm
    if largest is not None or not situation.is_saw:
        yield _Bound("tool.diameter_mm", diameter_mm, largest or DEFAULT_TOOL_MM[1], largest is not None)
    if situation.is_saw:
        return
    max_plunge = own.max_plunge_rate_mm_per_min
    yield _Bound(
        "cut.plunge_rate_mm_per_min", plunge, max_plunge or DEFAULT_MAX_PLUNGE_MM_PER_MIN, max_plunge is not None
    )
    (depth_mm,) = situation.need("cut.axial_depth_mm")
    deepest = own.max_axial_depth_mm
    yield _Bound("cut.axial_depth_mm", depth_mm, deepest or DEFAULT_MAX_DEPTH_MM, deepest is not None)


def _absences(constraints: SafetyConstraints) -> Iterator[tuple[float, str]]:
    """What is required and not known to be there: highest score and reason."""
    for what, required, present in (
        ("dust collection", constraints.dust_collection_required, constraints.dust_collection_present),
        ("stop blocks", constraints.stops_required, constraints.stops_present),
    ):
        if required is False or present is True:
            continue
        if present is False and required is True:
            yield 0.0, f"required and not there: {what}"
        else:
            yield REVIEW_CAP, f"required and {'not there' if present is False else 'not stated'}: {what}"


def _unit(key: str) -> str:
    if key.endswith("_rpm"):
        return "rpm"
    return "mm/min" if key.endswith("_mm_per_min") else "mm"
