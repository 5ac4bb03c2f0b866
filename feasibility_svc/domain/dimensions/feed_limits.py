"""Feed limits: do the axes reach the feed and hold the force, and does the tool bear the plunge?"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.lateral_force import lateral_force_n
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfMilling, Profile
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import maximum, minimum
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

PLUNGE_SHARE = {"ALUMINIUM": 0.30, "BRASS": 0.30, "PLASTIC_SOFT": 0.50, "PLASTIC_HARD": 0.50, "PHENOLIC": 0.50}
"""Largest plunge feed over lateral feed; 0.40 in wood (Shapeoko CNC A to Z [R]). [-]"""
WOOD_PLUNGE_SHARE = 0.40
_KEYS = ("machine.max_feed_rate_mm_per_min", "machine.lateral_force_limit_n")


@dataclass(frozen=True, slots=True)
class _Demand:
    """What is asked of the axes. Feeds in mm/min, forces in N."""

    feed: float
    max_feed: float
    force_n: float
    force_limit_n: float
    plunge: float | None
    usual_plunge: float
    axes: float
    plunging: float
    score: float

    @property
    def utilization(self) -> float:
        return maximum(self.axes, self.plunging)


class FeedLimits(OfMilling):
    profile = Profile(
        category=Category.FEED_LIMITS, weight=0.0, mandatory=True, description="feed, lateral force and plunge"
    )

    def score(self, situation: Situation) -> float:
        return 100.0 if situation.context.machine.hand_feed else _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        if situation.context.machine.hand_feed:
            return Findings().assessment(self.profile.category, finding="the work is fed by hand", grade=Grade.A)
        demand, force = _measure(situation), material_force(situation)
        findings = Findings(score=demand.score)
        force.note(findings)
        if demand.plunge is not None:
            _tell_plunge(situation, findings, demand, demand.plunge)
        findings.detail("feed_rate", demand.feed, "mm/min", limit=demand.max_feed)
        findings.detail("peak_force", demand.force_n, "N", limit=demand.force_limit_n, source=force.source)
        return findings.assessment(
            self.profile.category,
            finding=findings.warnings[-1]
            if demand.plunging > max(demand.axes, GREEN_EDGE)
            else f"feed of {demand.feed:.0f} of {demand.max_feed:.0f} mm/min, force of {demand.force_n:.1f} of "
            f"{demand.force_limit_n:.0f} N",
            grade=weakest((force.grade, situation.grade(*_KEYS), Grade.D)),
            utilization=demand.utilization,
        )


def feed_utilization(
    *, feed_rate_mm_per_min: float, max_feed_rate_mm_per_min: float, force_n: float, force_limit_n: float
) -> float:
    """Demand over limit of the axes: the highest feed counts as the edge of GREEN. [-]"""
    return maximum(GREEN_EDGE * feed_rate_mm_per_min / max_feed_rate_mm_per_min, force_n / force_limit_n)


def plunge_utilization(*, plunge_rate_mm_per_min: float, feed_rate_mm_per_min: float, share: float) -> float:
    """Demand over limit of the plunge: the usual share counts as the edge of GREEN, and it never exceeds 1. [-]

    A fast plunge alone needs review (YELLOW) and refuses nothing.
    """
    return minimum(GREEN_EDGE * plunge_rate_mm_per_min / (share * feed_rate_mm_per_min), 1.0)


def _measure(situation: Situation) -> _Demand:
    engagement, force = engagement_of(situation), material_force(situation)
    max_feed, force_limit_n = situation.need(*_KEYS)
    feed, force_n = engagement.feed_rate_mm_per_min, lateral_force_n(situation)
    axes = feed_utilization(
        feed_rate_mm_per_min=feed, max_feed_rate_mm_per_min=max_feed, force_n=force_n, force_limit_n=force_limit_n
    )
    share = PLUNGE_SHARE.get(situation.context.material.kind or "", WOOD_PLUNGE_SHARE)
    plunge, plunging = None, 0.0
    if not situation.is_saw:
        (plunge,) = situation.need("cut.plunge_rate_mm_per_min")
        plunging = plunge_utilization(plunge_rate_mm_per_min=plunge, feed_rate_mm_per_min=feed, share=share)
    score = minimum(one_sided(maximum(axes, plunging)), force.ceiling)
    if plunge is not None and situation.context.tool.center_cutting is False:
        score = minimum(score, 0.0)
    return _Demand(feed, max_feed, force_n, force_limit_n, plunge, share * feed, axes, plunging, score)


def _tell_plunge(situation: Situation, findings: Findings, demand: _Demand, plunge: float) -> None:
    usual = demand.usual_plunge
    findings.detail("plunge_rate", plunge, "mm/min", limit=usual, source="Shapeoko CNC A to Z")
    if situation.context.tool.center_cutting is False:
        findings.warnings.append("the tool does not cut over its centre and must not plunge straight")
    if plunge > usual:
        findings.warnings.append(f"plunging at {plunge:g} mm/min, at most {usual:.0f} is usual here")
        text = f"plunge at {usual:.0f} mm/min or less"
        findings.recommendations.append(
            Recommendation(Category.FEED_LIMITS, "context.cut.plunge_rate_mm_per_min", plunge, usual, "mm/min", text)
        )
