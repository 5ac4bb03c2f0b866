"""Spindle power: can the spindle turn the tool through this cut?"""

from collections.abc import Iterator

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, OfEveryOperation, Profile
from feasibility_svc.domain.physics import chip_formation, cutting_power
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, is_green, weakest
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, JUST_INSIDE, with_spread

_KEYS = ("machine.spindle_power_w", "machine.spindle_rated_speed_rpm")
_DRILLING_KEYS = ("tool.diameter_mm", "tool.flute_count", "cut.spindle_speed_rpm", "cut.plunge_rate_mm_per_min")


class SpindlePower(OfEveryOperation):
    profile = Profile(
        category=Category.SPINDLE_POWER,
        weight=0.0,
        mandatory=True,
        description="cutting power and torque",
        rests_on=FORCE_INPUTS | {"machine.spindle_kind"},
    )

    def score(self, situation: Situation) -> float:
        needed_w, available_w = powers_w(situation)
        return with_spread(needed_w / available_w, spread=material_force(situation).spread)

    def assess(self, situation: Situation) -> Assessment:
        force, (speed_rpm,) = material_force(situation), situation.need("cut.spindle_speed_rpm")
        needed_w, available_w = powers_w(situation)
        findings = Findings(score=with_spread(needed_w / available_w, spread=force.spread))
        force.note(findings)
        findings.detail("cutting_power", needed_w, "W", limit=available_w, source=force.source)
        findings.detail(
            "torque",
            cutting_power.torque_nm(power_w=needed_w, spindle_speed_rpm=speed_rpm),
            "N m",
            limit=cutting_power.torque_nm(power_w=available_w, spindle_speed_rpm=speed_rpm),
        )
        if situation.cut_kind != "DRILLING":
            findings.detail("removal_rate", _removal_rate_mm3_per_s(engagement_of(situation)), "mm3/s")
        if not is_green(findings.score):
            share = JUST_INSIDE * GREEN_EDGE / force.spread * available_w / needed_w
            findings.recommendations.extend(_recommend(situation, share))
        return findings.assessment(
            self.profile.category,
            finding=f"the cut takes {needed_w:.0f} W, the spindle gives {available_w:.0f} W at this speed",
            grade=weakest((force.grade, situation.grade(*_KEYS), Grade.B)),
            utilization=needed_w / available_w,
        )


def powers_w(situation: Situation) -> tuple[float, float]:
    """Power the cut takes and power the spindle gives. [W]

    Raises:
        NotAssessedError: An input is missing.
    """
    (speed_rpm,) = situation.need("cut.spindle_speed_rpm")
    needed_w = _drilling_w(situation) if situation.cut_kind == "DRILLING" else _cutting_w(situation)
    return needed_w, _available_w(situation, speed_rpm)


def _cutting_w(situation: Situation) -> float:
    engagement = engagement_of(situation)
    return cutting_power.cutting_power_w(
        material_force(situation).worn_law,
        axial_depth_mm=engagement.axial_depth_mm,
        mean_chip_mm=engagement.mean_chip_mm,
        teeth_in_cut=engagement.teeth_in_cut,
        cutting_speed_m_per_s=cutting_power.cutting_speed_m_per_s(
            diameter_mm=engagement.effective_diameter_mm, spindle_speed_rpm=engagement.spindle_speed_rpm
        ),
    )


def _drilling_w(situation: Situation) -> float:
    diameter_mm, flutes, speed_rpm, plunge = situation.need(*_DRILLING_KEYS)
    bite_mm = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=plunge, spindle_speed_rpm=speed_rpm, flute_count=flutes
    )
    torque_nm = cutting_power.drilling_torque_nm(
        material_force(situation).law, diameter_mm=diameter_mm, feed_per_tooth_mm=bite_mm, flute_count=flutes
    )
    return cutting_power.power_of_torque_w(torque_nm=torque_nm, spindle_speed_rpm=speed_rpm)


def _removal_rate_mm3_per_s(engagement: Engagement) -> float:
    return cutting_power.removal_rate_mm3_per_s(
        axial_depth_mm=engagement.axial_depth_mm,
        radial_width_mm=engagement.radial_ratio * engagement.effective_diameter_mm,
        feed_rate_mm_per_min=engagement.feed_rate_mm_per_min,
    )


def _available_w(situation: Situation, speed_rpm: float) -> float:
    kind = situation.need_word("machine.spindle_kind")
    power_w, rated_rpm = situation.need(*_KEYS)
    if kind == "VFD":
        return cutting_power.vfd_power_w(rated_power_w=power_w, rated_speed_rpm=rated_rpm, spindle_speed_rpm=speed_rpm)
    return cutting_power.router_power_w(input_power_w=power_w, top_speed_rpm=rated_rpm, spindle_speed_rpm=speed_rpm)


def _recommend(situation: Situation, share: float) -> Iterator[Recommendation]:
    """The depth of the pass, which power is linear in; of a hole a slower plunge; blades go as deep as they must."""
    if situation.cut_kind == "MILLING":
        (present_mm,) = situation.need("cut.axial_depth_mm")
        text = f"cut at most {share * present_mm:.2f} mm deep per pass, so that the spindle keeps its speed"
        key, present, unit = "cut.axial_depth_mm", present_mm, "mm"
    elif situation.cut_kind == "DRILLING":
        (present,) = situation.need("cut.plunge_rate_mm_per_min")
        share = share ** (1 / material_force(situation).law.exponent)
        text = f"plunge at {share * present:.0f} mm/min or less, so that the spindle keeps its speed"
        key, unit = "cut.plunge_rate_mm_per_min", "mm/min"
    else:
        return
    yield Recommendation(Category.SPINDLE_POWER, f"context.{key}", present, share * present, unit, text)
