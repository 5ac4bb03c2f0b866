"""Safety constraints: does the cut keep the limits the workshop sets?

A limit stated in the request is hard: beyond it is RED. Limits nobody stated are shown beside the values and judge
nothing; while no stated limit is broken the dimension only informs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.inputs.context import SafetyConstraints
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade
from feasibility_svc.domain.scoring.numeric import where

DEFAULT_MAX_FEED_MM_PER_MIN = 2_000.0
DEFAULT_MAX_SPEED_RPM = 24_000.0
DEFAULT_MAX_PLUNGE_MM_PER_MIN = 500.0
DEFAULT_TOOL_MM = (1.5, 25.4)
DEFAULT_FRET_TOOL_MM = 0.4
DEFAULT_MAX_DEPTH_MM = 3.0
_NOT_OF_BLADES = frozenset({"cut.plunge_rate_mm_per_min", "cut.axial_depth_mm"})


@dataclass(frozen=True, slots=True)
class _Bound:
    """One limit and the value held against it."""

    key: str
    value: float
    limit: float
    stated: bool
    is_minimum: bool

    @property
    def broken(self) -> bool:
        """Whether a stated limit is passed; for arrays an array."""
        passed = self.value < self.limit if self.is_minimum else self.value > self.limit
        return self.stated & passed


class SafetyLimits(OfEveryOperation):
    profile = Profile(
        category=Category.SAFETY_CONSTRAINTS,
        weight=0.0,
        mandatory=False,
        information=True,
        description="the limits the workshop sets for feeds, speeds and tools",
    )

    def score(self, situation: Situation) -> float:
        score = 0.0 if _absent(situation.context.safety_constraints) else 100.0
        for bound in _bounds(situation):
            score = where(bound.broken, 0.0, score)
        return score

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings(score=self.score(situation))
        for bound in _bounds(situation):
            findings.detail(
                bound.key.split(".")[1].split("_mm")[0],
                bound.value,
                _unit(bound.key),
                limit=bound.limit,
                source="" if bound.stated else "usual in small workshops, judges nothing",
            )
            if bound.broken:
                self._report(findings, bound)
        constraints = situation.context.safety_constraints
        findings.warnings.extend(f"required and not there: {what}" for what in _absent(constraints))
        findings.warnings.extend(
            f"required, and whether it is there is not stated: {what}" for what in _open(constraints)
        )
        return findings.assessment(
            self.profile.category,
            finding=findings.warnings[0] if findings.score == 0.0 else "inside every limit the workshop sets",
            grade=Grade.A,
        )

    @staticmethod
    def _report(findings: Findings, bound: _Bound) -> None:
        side = "below" if bound.is_minimum else "above"
        findings.warnings.append(f"{bound.key} {bound.value:g} is {side} the workshop's limit of {bound.limit:g}")
        findings.recommendations.append(
            Recommendation(
                Category.SAFETY_CONSTRAINTS,
                f"context.{bound.key}",
                bound.value,
                bound.limit,
                _unit(bound.key),
                f"keep to {bound.limit:g} {_unit(bound.key)}, or state another limit",
            )
        )


def _bounds(situation: Situation) -> Iterator[_Bound]:
    """The limits of what is known."""
    own, machine = situation.context.safety_constraints, situation.context.machine
    top_rpm = own.max_spindle_speed_rpm
    if top_rpm is None and "machine.max_spindle_speed_rpm" in situation.stated:
        top_rpm = machine.max_spindle_speed_rpm
    smallest_mm = DEFAULT_FRET_TOOL_MM if situation.design.fret_slots else DEFAULT_TOOL_MM[0]
    limits: Sequence[tuple[str, float | None, float | None, bool]] = (
        ("cut.feed_rate_mm_per_min", own.max_feed_rate_mm_per_min, DEFAULT_MAX_FEED_MM_PER_MIN, False),
        ("cut.spindle_speed_rpm", top_rpm, machine.max_spindle_speed_rpm or DEFAULT_MAX_SPEED_RPM, False),
        ("tool.diameter_mm", own.min_tool_diameter_mm, smallest_mm, True),
        ("tool.diameter_mm", own.max_tool_diameter_mm, None if situation.is_saw else DEFAULT_TOOL_MM[1], False),
        ("cut.plunge_rate_mm_per_min", own.max_plunge_rate_mm_per_min, DEFAULT_MAX_PLUNGE_MM_PER_MIN, False),
        ("cut.axial_depth_mm", own.max_axial_depth_mm, DEFAULT_MAX_DEPTH_MM, False),
    )
    for key, stated, usual, is_minimum in limits:
        if situation.is_saw and key in _NOT_OF_BLADES:
            continue
        of = situation.nominal if key == "tool.diameter_mm" else situation
        value, limit = of.find(key), usual if stated is None else stated
        if value is not None and limit is not None:
            yield _Bound(key, value, limit, stated is not None, is_minimum)


def _absent(constraints: SafetyConstraints) -> Sequence[str]:
    """What is required and known not to be there."""
    return [what for what, required, present in _equipment(constraints) if required is True and present is False]


def _open(constraints: SafetyConstraints) -> Sequence[str]:
    """What is required, and nobody says whether it is there."""
    return [what for what, required, present in _equipment(constraints) if required is True and present is None]


def _equipment(constraints: SafetyConstraints) -> Sequence[tuple[str, bool | None, bool | None]]:
    return (
        ("dust collection", constraints.dust_collection_required, constraints.dust_collection_present),
        ("stop blocks", constraints.stops_required, constraints.stops_present),
    )


def _unit(key: str) -> str:
    if key.endswith("_rpm"):
        return "rpm"
    return "mm/min" if key.endswith("_mm_per_min") else "mm"
