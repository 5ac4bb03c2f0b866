"""Chatter: is the pass shallow enough for tool and machine to stay quiet?

Without a measured frequency response the stable depth is a product of three guesses, each within a factor of two or so:
it speaks only far beyond what it predicts, and never blocks.
"""

from collections.abc import Sequence

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.cut.tool_beam import tool_beam
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, LENGTH_INPUTS, OfMilling, Profile
from feasibility_svc.domain.physics import chatter, deflection
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import Node, interpolate, smallest
from feasibility_svc.domain.scoring.score_curves import JUST_INSIDE

QUIET_UP_TO = 6.0
"""Depth of pass over the predicted stable depth up to which a cut is GREEN. [-]"""
_SCORES: Sequence[Node] = ((0.0, 100.0), (3.0, 100.0), (QUIET_UP_TO, 80.0), (12.0, 50.0))


class Chatter(OfMilling):
    profile = Profile(
        category=Category.CHATTER,
        weight=0.0,
        mandatory=False,
        description="depth of pass against the stable depth",
        rests_on=FORCE_INPUTS | LENGTH_INPUTS | {"machine.stiffness_n_per_mm", "machine.tier"},
    )

    def score(self, situation: Situation) -> float:
        return chatter_score(engagement_of(situation).axial_depth_mm / _stable_mm(situation))

    def assess(self, situation: Situation) -> Assessment:
        engagement, stable_mm = engagement_of(situation), _stable_mm(situation)
        depth_mm = engagement.axial_depth_mm
        findings = Findings(score=chatter_score(depth_mm / stable_mm))
        material_force(situation).note(findings)
        diameter_mm, stickout_mm = situation.need("tool.diameter_mm", "tool.stickout_mm")
        findings.detail("depth_of_pass", depth_mm, "mm", limit=QUIET_UP_TO * stable_mm, source="Tlusty, Altintas")
        findings.detail("stable_depth", stable_mm, "mm", source="Tlusty, Altintas")
        findings.detail("slenderness", stickout_mm / diameter_mm, "")
        findings.detail("tooth_frequency", engagement.teeth_per_min / 60, "Hz")
        findings.detail("first_tool_frequency", _first_frequency_hz(situation), "Hz", source="uniform clamped beam")
        if not is_green(findings.score):
            quiet_mm = JUST_INSIDE * QUIET_UP_TO * stable_mm
            text = f"cut at most {quiet_mm:.2f} mm deep per pass to stay clear of chatter"
            findings.recommendations.append(
                Recommendation(Category.CHATTER, "context.cut.axial_depth_mm", depth_mm, quiet_mm, "mm", text)
            )
        return findings.assessment(
            self.profile.category,
            finding=f"{depth_mm:g} mm per pass, {_times(depth_mm / stable_mm)} the stable depth that is "
            f"estimated; up to {QUIET_UP_TO:g} times is usually quiet",
            grade=Grade.D,
            utilization=depth_mm / (QUIET_UP_TO * stable_mm),
        )


def _times(ratio: float) -> str:
    """A ratio in words, none of which says that there is nothing."""
    if ratio > 99:
        return "over 99 times"
    return "less than a tenth of" if ratio < 0.1 else f"about {ratio:.1f} times"


def chatter_score(depth_over_stable: float) -> float:
    """Score of a depth of pass over the stable depth that is predicted.

    >>> [chatter_score(ratio) for ratio in (3.0, 6.0, 12.0, 20.0)]
    [100.0, 80.0, 50.0, 50.0]
    """
    return interpolate(depth_over_stable, _SCORES)


def _stable_mm(situation: Situation) -> float:
    """The smaller of what tool and machine bear. [mm]"""
    engagement, force = engagement_of(situation), material_force(situation)
    (machine_stiffness,) = situation.need("machine.stiffness_n_per_mm")
    tier = situation.need_word("machine.tier")
    teeth = chatter.teeth_in_cut(flute_count=engagement.flute_count, engagement_rad=engagement.angle_rad)
    return smallest(
        [
            chatter.stable_depth_mm(
                stiffness_n_per_mm=stiffness,
                damping_ratio=damping,
                slope_n_per_mm2=force.law.slope_at(engagement.thickest_chip_mm),
                teeth=teeth,
            )
            for stiffness, damping in (
                (1 / tool_beam(situation).deflection_mm(1.0), chatter.TOOL_DAMPING),
                (machine_stiffness, chatter.MACHINE_DAMPING[tier]),
            )
        ]
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
