"""Precedent: has anybody shown a cut like this to work on such a machine?

Physics may allow what nobody has tried; so a light machine needs a precedent for GREEN, and none makes a cut RED.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import Node, interpolate, minimum

_SCORES: Sequence[Node] = ((0.0, 100.0), (1.0, 85.0), (1.25, 80.0), (3.0, 50.0))
GREEN_UP_TO = 1.25
"""How far beyond the precedent a cut is still GREEN. [-]"""
_OTHER_TOOLS = frozenset(
    {"V_BIT", "ENGRAVING", "TAPERED_BALL", "BALL_NOSE", "FRET_SLOT_END_MILL", "SURFACING", "DRILL"}
)
"""Tools whose cuts slots and bites of end mills say nothing about."""
_OTHER_OPERATIONS = frozenset({"radius_board", "contour_3d"})


@dataclass(frozen=True, slots=True)
class Shown:
    """The deepest slot and the thickest bite, over the diameter, that are published for a class of machine."""

    depth: float
    bite: float


_SOFTWOOD = "SOFTWOOD"
_SHOWN: Mapping[str, Mapping[str, Shown]] = {
    "HOBBY": {
        MaterialClass.WOOD: Shown(0.75, 0.025),
        _SOFTWOOD: Shown(1.0, 0.025),
        MaterialClass.BOARD: Shown(1.0, 0.025),
        MaterialClass.PLASTIC: Shown(0.6, 0.030),
        MaterialClass.PHENOLIC: Shown(0.5, 0.020),
        MaterialClass.METAL: Shown(0.20, 0.012),
        MaterialClass.LAMINATE: Shown(0.2, 0.020),
        MaterialClass.BRITTLE: Shown(0.35, 0.012),
        MaterialClass.OTHER: Shown(0.2, 0.012),
    },
    "BENCHTOP": {
        MaterialClass.WOOD: Shown(1.0, 0.035),
        _SOFTWOOD: Shown(1.0, 0.035),
        MaterialClass.BOARD: Shown(1.0, 0.035),
        MaterialClass.PLASTIC: Shown(1.0, 0.05),
        MaterialClass.PHENOLIC: Shown(0.75, 0.030),
        MaterialClass.METAL: Shown(0.35, 0.018),
        MaterialClass.LAMINATE: Shown(0.35, 0.035),
        MaterialClass.BRITTLE: Shown(0.35, 0.012),
        MaterialClass.OTHER: Shown(0.35, 0.012),
    },
}
"""Depths: half a diameter (Easel, Adam's Bits) to one (Maslow in plywood) [R]; bites: the thickest of the LongMill
presets (0.020 D), Easel (0.016 D), an Onefinity owner (0.032 D) [R]; the rest [A]."""


class Precedent:
    profile = Profile(
        category=Category.PRECEDENT,
        weight=0.0,
        mandatory=False,
        description="slots and bites against what is published for light machines",
        rests_on=frozenset({"machine.tier", "cut.radial_width_mm"}),
    )

    def applies(self, situation: Situation) -> bool:
        tier, tool = situation.context.machine.tier, situation.context.tool.kind
        excluded = tool in _OTHER_TOOLS or situation.design.operation_name in _OTHER_OPERATIONS
        by_hand = bool(situation.context.machine.hand_feed)
        return situation.cut_kind == "MILLING" and tier in _SHOWN and not excluded and not by_hand

    def score(self, situation: Situation) -> float:
        return precedent_score(*_beyond(engagement_of(situation), shown_for(situation)))

    def assess(self, situation: Situation) -> Assessment:
        engagement, shown = engagement_of(situation), shown_for(situation)
        depth, bite = _beyond(engagement, shown)
        findings = Findings(score=precedent_score(depth, bite))
        diameter_mm = engagement.diameter_mm
        slot = engagement.axial_depth_mm / diameter_mm * engagement.radial_ratio**2
        findings.detail("slot_depth_over_diameter", slot, "", limit=shown.depth, source="presets and practice")
        findings.detail(
            "bite_over_diameter", engagement.feed_per_tooth_mm / diameter_mm, "", limit=shown.bite, source="presets"
        )
        if not is_green(findings.score):
            findings.recommendations.append(_recommend(engagement, depth, bite))
        what = "slot is" if depth >= bite else "bite is"
        published = "slots as deep" if depth >= bite else "bites as thick"
        finding = f"{published} are published for such a machine"
        if not is_green(findings.score):
            grown = "deep" if depth >= bite else "thick"
            finding = f"the {what} {max(depth, bite):.1f} times as {grown} as anybody has published for such a machine"
        return findings.assessment(
            self.profile.category, finding=finding, grade=Grade.D, utilization=max(depth, bite) / GREEN_UP_TO
        )


def shown(*, tier: str, material_kind: str | None, material_class: MaterialClass) -> Shown:
    """What is published for a class of machine in a material.

    >>> shown(tier="HOBBY", material_kind="SOFTWOOD", material_class=MaterialClass.WOOD)
    Shown(depth=1.0, bite=0.025)
    """
    return _SHOWN[tier][_SOFTWOOD if material_kind == _SOFTWOOD else material_class]


def precedent_score(depth_beyond: float, bite_beyond: float) -> float:
    """Score of a slot and a bite, each over the most that is published.

    >>> precedent_score(1.25, 0.5), precedent_score(0.0, 3.5)
    (80.0, 50.0)
    """
    return minimum(interpolate(depth_beyond, _SCORES), interpolate(bite_beyond, _SCORES))


def shown_for(situation: Situation) -> Shown:
    tier, kind = situation.need_word("machine.tier"), situation.context.material.kind
    return shown(tier=tier, material_kind=kind, material_class=situation.material_class)


def _beyond(engagement: Engagement, most: Shown) -> tuple[float, float]:
    ratio, diameter_mm = engagement.radial_ratio, engagement.diameter_mm
    depth = engagement.axial_depth_mm / diameter_mm * (ratio * ratio) / most.depth
    return depth, engagement.feed_per_tooth_mm / diameter_mm / most.bite


def _recommend(engagement: Engagement, depth: float, bite: float) -> Recommendation:
    if depth >= bite:
        axial_mm = engagement.axial_depth_mm / depth
        text = f"take passes of {axial_mm:.2f} mm, as deep as others have"
        return Recommendation(
            Category.PRECEDENT, "context.cut.axial_depth_mm", engagement.axial_depth_mm, axial_mm, "mm", text
        )
    feed = engagement.feed_rate_mm_per_min / bite
    text = f"feed at {feed:.0f} mm/min, the thickest bite that others have shown"
    return Recommendation(
        Category.PRECEDENT, "context.cut.feed_rate_mm_per_min", engagement.feed_rate_mm_per_min, feed, "mm/min", text
    )
