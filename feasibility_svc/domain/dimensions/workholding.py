"""Workholding: does the work stay where it is, and the tool in its collet?"""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.cutting_forces import mean_force_n, peak_force_n
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, Profile
from feasibility_svc.domain.physics import holding
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, NotAssessedError, Recommendation
from feasibility_svc.domain.scoring.levels import YELLOW_FROM, Category, is_green, weakest
from feasibility_svc.domain.scoring.numeric import Node, interpolate, maximum, minimum
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, with_spread

_GRIP: Sequence[Node] = ((0.0, 0.0), (2.0, 45.0), (2.25, 50.0), (3.0, 80.0), (4.0, 100.0))
"""Score by length of shank in the collet over its diameter."""
ENOUGH_GRIP = 3.0
"""Length of shank in the collet over its diameter from which the grip is GREEN. [-]"""
_BEST = 100.0
_ON_SPOT = ("CLAMPS", "SCREWS")
_HOLDERS = {
    "CLAMPS": "the clamps hold",
    "SCREWS": "the screws hold",
    "VACUUM": "the vacuum holds",
    "TAPE": "the tape holds",
}


@dataclass(frozen=True, slots=True)
class _Hold:
    """What pulls at the work and what holds it. [N]"""

    mean_n: float
    peak_n: float
    hold_n: float
    utilization: float
    score: float


class WorkHolding:
    profile = Profile(
        category=Category.WORKHOLDING,
        weight=0.0,
        mandatory=False,
        description="holding force against cutting force, and the grip of the collet",
        needs_review=True,
        rests_on=FORCE_INPUTS
        | {"workholding.clamp_force_n", "workholding.vacuum_pressure_mpa", "workholding.friction"}
        | {"tool.flute_direction", "tool.helix_angle_deg"},
    )

    def applies(self, situation: Situation) -> bool:
        by_hand = situation.is_saw and situation.context.machine.hand_feed
        return situation.cut_kind != "DRILLING" and not by_hand

    def score(self, situation: Situation) -> float:
        grip = _grip_over_shank(situation)
        if grip is None:
            return _hold(situation).score
        try:
            return minimum(_hold(situation).score, grip_score(grip))
        except NotAssessedError:
            if _lets_go(situation.nominal):
                return grip_score(grip)  # RED whether or not anybody says how the work is held
            raise

    def assess(self, situation: Situation) -> Assessment:
        score, grip = self.score(situation), _grip_over_shank(situation)
        if grip is not None and score == grip_score(grip) < _BEST:
            return self._short_grip(situation, grip)
        hold, force = _hold(situation), material_force(situation)
        findings = Findings(score=hold.score)
        force.note(findings)
        findings.detail("mean_force", hold.mean_n, "N", source=force.source)
        findings.detail("peak_force", hold.peak_n, "N", source=force.source)
        demand_n = max(holding.SAFETY_FACTOR * hold.mean_n, hold.peak_n)
        findings.detail("holding_force", hold.hold_n, "N", limit=demand_n)
        if not is_green(hold.score):
            needed_n = demand_n * force.spread / GREEN_EDGE
            text = f"hold the work with {needed_n:.0f} N sideways: more area, more clamps or a shallower pass"
            findings.recommendations.append(
                Recommendation(Category.WORKHOLDING, "context.workholding", None, None, "N", text)
            )
        method = situation.need_word("workholding.method")
        return findings.assessment(
            self.profile.category,
            finding=f"{_HOLDERS[method]} {max(hold.hold_n, 0):.0f} N sideways, {demand_n:.1f} N are asked: twice the "
            "mean force of the cut, or its peak",
            grade=weakest((force.grade, situation.grade("workholding.method", *_keys(situation)))),
            utilization=hold.utilization,
        )

    def _short_grip(self, situation: Situation, grip: float) -> Assessment:
        findings = Findings(score=grip_score(grip))
        findings.detail("grip_over_shank", grip, "", limit=ENOUGH_GRIP)
        (shank_mm,) = situation.need("tool.shank_diameter_mm")
        if not is_green(findings.score):
            needed_mm = ENOUGH_GRIP * shank_mm
            text = f"let the collet hold {needed_mm:.1f} mm of the shank: a shorter stick-out or a longer tool"
            findings.recommendations.append(
                Recommendation(Category.WORKHOLDING, "context.tool.grip_length_mm", None, None, "mm", text)
            )
        return findings.assessment(
            self.profile.category,
            finding=f"the collet holds {grip * shank_mm:.1f} mm of a {shank_mm:g} mm shank, "
            f"{ENOUGH_GRIP * shank_mm:.1f} mm is safe",
            grade=situation.grade("tool.shank_diameter_mm"),
            utilization=ENOUGH_GRIP / max(grip, 1e-6),
        )


def grip_score(grip_over_shank: float) -> float:
    """Score of the length of shank in the collet over its diameter.

    >>> [grip_score(ratio) for ratio in (2.0, 2.25, 3.0)]
    [45.0, 50.0, 80.0]
    """
    return interpolate(grip_over_shank, _GRIP)


def _grip_over_shank(situation: Situation) -> float | None:
    """Length of shank in the collet over its diameter; None where nobody says how far the tool sticks out. [-]"""
    shank_mm = situation.find("tool.shank_diameter_mm")
    if situation.is_saw or shank_mm is None:
        return None
    grip_mm = situation.find("tool.grip_length_mm")
    overall_mm, stickout_mm = situation.find("tool.overall_length_mm"), situation.known("tool.stickout_mm")
    if grip_mm is None and overall_mm is not None and stickout_mm is not None:
        grip_mm = maximum(overall_mm - stickout_mm, 0.0)
    return None if grip_mm is None else grip_mm / shank_mm


def _lets_go(situation: Situation) -> bool:
    grip = _grip_over_shank(situation)
    return grip is not None and grip_score(grip) < YELLOW_FROM


def _hold(situation: Situation) -> _Hold:
    method = situation.need_word("workholding.method")
    mean_n, peak_n = mean_force_n(situation), peak_force_n(situation)
    hold_n = _hold_n(situation, method, _lift_n(situation, peak_n))
    utilization = holding.holding_utilization(mean_force_n=mean_n, peak_force_n=peak_n, hold_n=hold_n)
    score = with_spread(utilization, spread=material_force(situation).spread)
    if "workholding.clamp_force_n" in situation.assumed:
        score = maximum(score, YELLOW_FROM)  # an assumed force alone refuses nothing
    return _Hold(mean_n, peak_n, hold_n, utilization, score)


def _lift_n(situation: Situation, peak_n: float) -> float:
    """Upward pull of an up-cut spiral; other flutes and blades do not lift. [N]"""
    if situation.is_saw or situation.context.tool.flute_direction != "UP":
        return 0.0
    (helix_deg,) = situation.need("tool.helix_angle_deg")
    return holding.lift_force_n(peak_force_n=peak_n, helix_angle_deg=helix_deg)


def _keys(situation: Situation) -> tuple[str, ...]:
    """The numbers behind the holding force of the method at hand."""
    match situation.context.workholding.method:
        case "TAPE":
            return ("workholding.contact_area_mm2",)
        case "VACUUM":
            return ("workholding.vacuum_pressure_mpa", "workholding.contact_area_mm2", "workholding.friction")
        case _:
            return ("workholding.clamp_force_n", "workholding.friction")


def _hold_n(situation: Situation, method: str, lift_n: float) -> float:
    numbers = situation.need(*_keys(situation))
    if method == "TAPE":
        return holding.tape_hold_n(numbers[0])
    normal_n = numbers[0] if method in _ON_SPOT else numbers[0] * numbers[1]
    return holding.friction_hold_n(normal_force_n=normal_n, lift_force_n=lift_n, friction=numbers[-1])
