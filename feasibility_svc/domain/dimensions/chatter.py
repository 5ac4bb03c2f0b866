"""Chatter: is the pass shallow enough for tool and machine to stay quiet, and the tool stout enough?

Without a measured frequency response the stable depth is a guess within a factor of two: it advises and never blocks.
"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfMilling, Profile
from feasibility_svc.domain.physics import chatter, deflection
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, Grade
from feasibility_svc.domain.scoring.numeric import maximum, minimum, smallest
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

SLENDEREST = 8.0
"""Length over diameter at the limit (F026). [-]"""
_SHAPE = ("tool.diameter_mm", "tool.stickout_mm", "tool.flute_length_mm", "tool.shank_diameter_mm")


@dataclass(frozen=True, slots=True)
class _Stability:
    stable_mm: float
    slenderness: float
    depth_score: float
    score: float


class Chatter(OfMilling):
    profile = Profile(
        category=Category.CHATTER, weight=0.0, mandatory=False, description="stable depth of pass and slenderness"
    )

    def score(self, situation: Situation) -> float:
        return 100.0 if situation.is_saw else _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        if situation.is_saw:
            return Findings().assessment(
                self.profile.category, finding="of blades the plate limit counts, see deflection", grade=Grade.D
            )
        stability, engagement = _measure(situation), engagement_of(situation)
        stable_mm, slenderness, depth_score = stability.stable_mm, stability.slenderness, stability.depth_score
        findings = Findings(score=stability.score)
        material_force(situation).note(findings)
        findings.detail("depth_of_pass", engagement.axial_depth_mm, "mm", limit=stable_mm, source="Tlusty, Altintas")
        findings.detail("slenderness", slenderness, "", limit=SLENDEREST)
        findings.detail("tooth_frequency", engagement.teeth_per_min / 60, "Hz")
        findings.detail("first_tool_frequency", _first_frequency_hz(situation), "Hz", source="uniform clamped beam")
        if depth_score < GREEN_FROM:
            depth_mm = GREEN_EDGE * stable_mm
            text = f"cut at most {depth_mm:.2f} mm deep per pass to stay clear of chatter"
            findings.recommendations.append(
                Recommendation(
                    Category.CHATTER, "context.cut.axial_depth_mm", engagement.axial_depth_mm, depth_mm, "mm", text
                )
            )
        return findings.assessment(
            self.profile.category,
            finding=f"{engagement.axial_depth_mm:g} mm per pass, stable up to about {stable_mm:.2f} mm; the tool is "
            f"{slenderness:.1f} times as long as thick",
            grade=Grade.D,
            utilization=max(engagement.axial_depth_mm / stable_mm, slenderness / SLENDEREST),
        )


def _measure(situation: Situation) -> _Stability:
    engagement, force = engagement_of(situation), material_force(situation)
    (machine_stiffness,) = situation.need("machine.stiffness_n_per_mm")
    tier = situation.need_word("machine.tier")
    teeth = chatter.teeth_in_cut(flute_count=engagement.flute_count, engagement_rad=engagement.angle_rad)
    limits = [
        chatter.stable_depth_mm(
            stiffness_n_per_mm=stiffness,
            damping_ratio=damping,
            slope_n_per_mm2=force.law.slope_n_per_mm2,
            teeth=teeth,
        )
        for stiffness, damping in (
            (_tool_stiffness(situation), chatter.TOOL_DAMPING),
            (machine_stiffness, chatter.MACHINE_DAMPING[tier]),
        )
    ]
    stable_mm, slenderness = smallest(limits), _slenderness(situation)
    depth_score = maximum(one_sided(engagement.axial_depth_mm / stable_mm), YELLOW_FROM)
    score = smallest([depth_score, one_sided(slenderness / SLENDEREST), force.ceiling])
    return _Stability(stable_mm, slenderness, depth_score, score)


def _tool_stiffness(situation: Situation) -> float:
    """Of a uniform tool the beam's, of a stepped one that of its two segments. [N/mm]"""
    diameter_mm, stickout_mm, flute_mm, shank_mm = situation.need(*_SHAPE)
    modulus_gpa = deflection.YOUNGS_MODULUS_GPA[situation.need_word("tool.substrate")]
    if not _is_stepped(situation):
        return chatter.tool_stiffness_n_per_mm(
            youngs_modulus_gpa=modulus_gpa, diameter_mm=diameter_mm, stickout_mm=stickout_mm
        )
    return 1 / deflection.tool_deflection_mm(
        force_n=1.0,
        youngs_modulus_gpa=modulus_gpa,
        diameter_mm=diameter_mm,
        flute_length_mm=flute_mm,
        stickout_mm=stickout_mm,
        shank_diameter_mm=shank_mm,
    )


def _first_frequency_hz(situation: Situation) -> float:
    """Of the tool as a uniform beam; for a stepped tool a lower bound. [Hz]"""
    diameter_mm, stickout_mm = situation.need("tool.diameter_mm", "tool.stickout_mm")
    substrate = situation.need_word("tool.substrate")
    return chatter.first_frequency_hz(
        youngs_modulus_gpa=deflection.YOUNGS_MODULUS_GPA[substrate],
        density_kg_per_m3=chatter.DENSITY_KG_PER_M3[substrate],
        diameter_mm=diameter_mm,
        stickout_mm=stickout_mm,
    )


def _slenderness(situation: Situation) -> float:
    """Length over diameter: of a stepped tool of its slenderer segment. [-]"""
    diameter_mm, stickout_mm, flute_mm, shank_mm = situation.need(*_SHAPE)
    if not _is_stepped(situation):
        return stickout_mm / diameter_mm
    return maximum(minimum(flute_mm, stickout_mm) / diameter_mm, stickout_mm / shank_mm)


def _is_stepped(situation: Situation) -> bool:
    diameter_mm, shank_mm = situation.nominal.need("tool.diameter_mm", "tool.shank_diameter_mm")
    return shank_mm > diameter_mm
