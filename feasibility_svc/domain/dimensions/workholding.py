"""Workholding: does the work stay where it is, with a safety factor of two?"""

from dataclasses import dataclass
from math import radians, tan

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.lateral_force import lateral_force_n
from feasibility_svc.domain.cut.material_force import MaterialForce, material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.physics import holding
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, weakest
from feasibility_svc.domain.scoring.numeric import minimum
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

ASSUMED_HELIX_DEG = 30.0
"""Helix of an up-cut spiral when none is stated [A]. [deg]"""
_LIFTED_SHARE = 0.5
"""Share of the tangential force that an up-cut helix turns upwards [A]. [-]"""


@dataclass(frozen=True, slots=True)
class _Hold:
    """What pulls at the work and what holds it. [N]"""

    lateral_n: float
    hold_n: float
    utilization: float
    score: float


class WorkHolding:
    profile = Profile(
        category=Category.WORKHOLDING,
        weight=0.0,
        mandatory=False,
        needs_review=True,
        description="holding force against cutting force",
    )

    def applies(self, situation: Situation) -> bool:
        by_hand = situation.is_saw and bool(situation.context.machine.hand_feed)
        return situation.cut_kind != "DRILLING" and not by_hand

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        hold, force = _measure(situation), material_force(situation)
        method = situation.need_word("workholding.method")
        findings = Findings(score=hold.score)
        force.note(findings)
        if situation.context.tool.flute_direction == "UP" and situation.find("tool.helix_angle_deg") is None:
            findings.assumptions.append("assumed:helix_30_deg")
        findings.detail("lateral_force", hold.lateral_n, "N", source=force.source)
        findings.detail("holding_force", hold.hold_n, "N", limit=holding.SAFETY_FACTOR * hold.lateral_n)
        if hold.utilization > GREEN_EDGE:
            needed_n = holding.SAFETY_FACTOR * hold.lateral_n / GREEN_EDGE
            text = f"hold the work with {needed_n:.0f} N sideways: more area, more clamps or a shallower pass"
            findings.recommendations.append(
                Recommendation(Category.WORKHOLDING, "context.workholding", None, None, "N", text)
            )
        return findings.assessment(
            self.profile.category,
            finding=f"{method.lower()} hold {max(hold.hold_n, 0):.0f} N against {hold.lateral_n:.1f} N, twice that is "
            "asked",
            grade=weakest((force.grade, situation.grade("workholding.method"))),
            utilization=hold.utilization,
        )


def _measure(situation: Situation) -> _Hold:
    method = situation.need_word("workholding.method")
    engagement, force = engagement_of(situation), material_force(situation)
    lateral_n = lateral_force_n(situation)
    hold_n = _hold_n(situation, method, _lift_n(situation, engagement, force))
    utilization = holding.holding_utilization(lateral_force_n=lateral_n, hold_n=hold_n)
    return _Hold(lateral_n, hold_n, utilization, minimum(one_sided(utilization), force.ceiling))


def _lift_n(situation: Situation, engagement: Engagement, force: MaterialForce) -> float:
    """Upward pull of an up-cut spiral; other flutes do not lift. [N]"""
    if situation.context.tool.flute_direction != "UP":
        return 0.0
    helix_deg = situation.find("tool.helix_angle_deg")
    tangential_n = force.worn_law.tangential_force_n(
        axial_depth_mm=engagement.axial_depth_mm, chip_mm=engagement.thickest_chip_mm
    )
    return tangential_n * tan(radians(ASSUMED_HELIX_DEG if helix_deg is None else helix_deg)) * _LIFTED_SHARE


def _hold_n(situation: Situation, method: str, lift_n: float) -> float:
    if method == "TAPE":
        (area_mm2,) = situation.need("workholding.contact_area_mm2")
        return holding.tape_hold_n(area_mm2)
    if method == "CLAMPS":
        normal_n, friction = situation.need("workholding.clamp_force_n", "workholding.friction")
    else:
        pressure_mpa, area_mm2, friction = situation.need(
            "workholding.vacuum_pressure_mpa", "workholding.contact_area_mm2", "workholding.friction"
        )
        normal_n = pressure_mpa * area_mm2
    return holding.friction_hold_n(normal_force_n=normal_n, lift_force_n=lift_n, friction=friction)
