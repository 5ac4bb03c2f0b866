"""Hand: can a person hold a router through this pass?"""

from collections.abc import Sequence

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import BITE_INPUTS, Profile
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import Node, clip, interpolate, minimum
from feasibility_svc.domain.scoring.score_curves import one_sided

USUAL_DEPTH = 0.5
"""Depth of a pass by hand over the diameter, the rule of router manuals: 1/8 in per pass, half a diameter. [-]"""
_PASS: Sequence[Node] = ((0.0, 100.0), (USUAL_DEPTH, 90.0), (0.65, 80.0), (1.5, 50.0), (2.5, 0.0))
CLIMB_LIMIT_MM2 = 10.0
"""Section of a climb cut that a hand still holds [A]. [mm2]"""


class Hand:
    profile = Profile(
        category=Category.HAND,
        weight=0.0,
        mandatory=False,
        description="depth of passes and climb cuts by hand",
        rests_on=BITE_INPUTS | {"cut.direction"},
    )

    def applies(self, situation: Situation) -> bool:
        return situation.cut_kind == "MILLING" and bool(situation.context.machine.hand_feed)

    def score(self, situation: Situation) -> float:
        pass_score, climb_score = _scores(situation, engagement_of(situation))
        return minimum(pass_score, climb_score)

    def assess(self, situation: Situation) -> Assessment:
        engagement = engagement_of(situation)
        pass_score, climb_score = _scores(situation, engagement)
        findings = Findings(score=min(pass_score, climb_score))
        depth_mm, diameter_mm = engagement.axial_depth_mm, engagement.diameter_mm
        findings.detail("pass_over_diameter", depth_mm / diameter_mm, "", limit=USUAL_DEPTH, source="router manuals")
        finding = f"passes of {depth_mm:g} mm with a {diameter_mm:g} mm cutter, half a diameter is usual by hand"
        if climb_score < pass_score:
            section_mm2 = _section_mm2(situation)
            findings.detail("climb_section", section_mm2, "mm2", limit=CLIMB_LIMIT_MM2, source="assumed")
            finding = (
                f"a climb cut of {section_mm2:.3g} mm2 by hand, over {CLIMB_LIMIT_MM2:g} mm2 it runs out of the hands"
            )
            findings.recommendations.append(
                Recommendation(
                    Category.HAND, "context.cut.direction", None, None, "", "move against the rotation of the cutter"
                )
            )
        elif not is_green(findings.score):
            usual_mm = USUAL_DEPTH * diameter_mm
            text = f"take passes of at most {usual_mm:.1f} mm by hand"
            findings.recommendations.append(
                Recommendation(Category.HAND, "context.cut.axial_depth_mm", depth_mm, usual_mm, "mm", text)
            )
        return findings.assessment(self.profile.category, finding=finding, grade=Grade.C)


def hand_pass_score(*, depth_over_diameter: float, radial_ratio: float) -> float:
    """Score of a pass by hand; light trimming counts less, from a quarter of the diameter down not at all.

    >>> hand_pass_score(depth_over_diameter=0.5, radial_ratio=1.0)
    90.0
    >>> hand_pass_score(depth_over_diameter=2.5, radial_ratio=0.25)
    100.0
    """
    weight = clip((radial_ratio - 0.25) / 0.25, 0.0, 1.0)
    return 100.0 - (100.0 - interpolate(depth_over_diameter, _PASS)) * weight


def hand_climb_score(section_mm2: float) -> float:
    """Score of a climb cut by hand with this section of wood in front of the cutter.

    >>> hand_climb_score(3.0), hand_climb_score(15.9)
    (79.0, 0.0)
    """
    return minimum(one_sided(section_mm2 / CLIMB_LIMIT_MM2), REVIEW_CAP)


def _scores(situation: Situation, engagement: Engagement) -> tuple[float, float]:
    pass_score = hand_pass_score(
        depth_over_diameter=engagement.axial_depth_mm / engagement.diameter_mm, radial_ratio=engagement.radial_ratio
    )
    climbs = situation.context.cut.direction == "CLIMB"
    return pass_score, hand_climb_score(_section_mm2(situation)) if climbs else 100.0


def _section_mm2(situation: Situation) -> float:
    """Section of the wood in front of the cutter. [mm2]"""
    axial_mm, radial_mm = situation.need("cut.axial_depth_mm", "cut.radial_width_mm")
    return axial_mm * radial_mm
