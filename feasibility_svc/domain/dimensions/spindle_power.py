"""Spindle power: can the spindle turn the tool through this cut?"""

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.physics import cutting_power
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, weakest
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

_KEYS = ("machine.spindle_power_w", "machine.spindle_rated_speed_rpm")


class SpindlePower(OfEveryOperation):
    profile = Profile(
        category=Category.SPINDLE_POWER, weight=0.0, mandatory=True, description="cutting power and torque"
    )

    def score(self, situation: Situation) -> float:
        needed_w, available_w = powers_w(situation)
        return one_sided(needed_w / available_w)

    def assess(self, situation: Situation) -> Assessment:
        engagement, force = engagement_of(situation), material_force(situation)
        needed_w, available_w = powers_w(situation)
        utilization = needed_w / available_w
        findings = Findings(score=one_sided(utilization))
        findings.assumptions.extend(force.assumptions)  # not its caution: unit power is what is needed here
        speed_rpm = engagement.spindle_speed_rpm
        findings.detail("cutting_power", needed_w, "W", limit=available_w, source=force.source)
        findings.detail(
            "torque",
            cutting_power.torque_nm(power_w=needed_w, spindle_speed_rpm=speed_rpm),
            "N m",
            limit=cutting_power.torque_nm(power_w=available_w, spindle_speed_rpm=speed_rpm),
        )
        if utilization > GREEN_EDGE:
            findings.recommendations.append(_recommend(engagement, needed_w, available_w))
        return findings.assessment(
            self.profile.category,
            finding=f"the cut takes {needed_w:.0f} W, the spindle gives {available_w:.0f} W at this speed",
            grade=weakest((force.grade, situation.grade(*_KEYS), Grade.B)),
            utilization=utilization,
        )


def powers_w(situation: Situation) -> tuple[float, float]:
    """Power the cut takes and power the spindle gives. [W]

    Raises:
        NotAssessedError: An input is missing, or nothing is published for this material.
    """
    engagement, force = engagement_of(situation), material_force(situation)
    needed_w = cutting_power.cutting_power_w(
        force.worn_law,
        axial_depth_mm=engagement.axial_depth_mm,
        radial_width_mm=engagement.radial_ratio * engagement.effective_diameter_mm,
        feed_rate_mm_per_min=engagement.feed_rate_mm_per_min,
        spindle_speed_rpm=engagement.spindle_speed_rpm,
        flute_count=engagement.flute_count,
        diameter_mm=engagement.effective_diameter_mm,
        engagement_rad=engagement.angle_rad,
        mean_chip_mm=engagement.mean_chip_mm,
    )
    return needed_w, _available_w(situation, engagement.spindle_speed_rpm)


def _available_w(situation: Situation, speed_rpm: float) -> float:
    kind = situation.need_word("machine.spindle_kind")
    power_w, rated_rpm = situation.need(*_KEYS)
    if kind == "VFD":
        return cutting_power.vfd_power_w(rated_power_w=power_w, rated_speed_rpm=rated_rpm, spindle_speed_rpm=speed_rpm)
    return cutting_power.router_power_w(input_power_w=power_w, top_speed_rpm=rated_rpm, spindle_speed_rpm=speed_rpm)


def _recommend(engagement: Engagement, needed_w: float, available_w: float) -> Recommendation:
    """Power is linear in the depth of the pass."""
    depth_mm = GREEN_EDGE * available_w / (needed_w / engagement.axial_depth_mm)
    return Recommendation(
        Category.SPINDLE_POWER,
        "context.cut.axial_depth_mm",
        engagement.axial_depth_mm,
        depth_mm,
        "mm",
        f"cut at most {depth_mm:.2f} mm deep per pass, so that the spindle keeps its speed",
    )
