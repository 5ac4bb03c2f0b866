"""Feed limits: do the axes reach the feed and hold the force, and does the tool bear the plunge?"""

from feasibility_svc.domain.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engagement import Engagement, engagement_of
from feasibility_svc.domain.lateral_force import lateral_force_n
from feasibility_svc.domain.levels import Category, Grade, weakest
from feasibility_svc.domain.material_force import material_force
from feasibility_svc.domain.score_maps import GREEN_EDGE, one_sided
from feasibility_svc.domain.situation import Situation

PLUNGE_SHARE = {"ALUMINIUM": 0.30, "BRASS": 0.30, "PLASTIC_SOFT": 0.50, "PLASTIC_HARD": 0.50}
"""Largest plunge feed over lateral feed; 0.40 in wood (Shapeoko CNC A to Z [R]). [-]"""
WOOD_PLUNGE_SHARE = 0.40
_KEYS = ("machine.max_feed_rate_mm_per_min", "machine.lateral_force_limit_n")


class FeedLimits:
    profile = Profile(
        category=Category.FEED_LIMITS, weight=0.0, mandatory=True, description="feed, lateral force and plunge"
    )

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings()
        if situation.context.machine.hand_feed:
            return findings.assessment(self.profile.category, finding="the work is fed by hand", grade=Grade.A)
        engagement, force = engagement_of(situation), material_force(situation)
        force.note(findings)
        max_feed, force_limit_n = situation.need(*_KEYS)
        force_n = lateral_force_n(situation)
        axes = feed_utilization(
            feed_rate_mm_per_min=engagement.feed_rate_mm_per_min,
            max_feed_rate_mm_per_min=max_feed,
            force_n=force_n,
            force_limit_n=force_limit_n,
        )
        plunge = 0.0 if situation.is_saw else _plunge(situation, findings, engagement)
        utilization = max(axes, plunge)
        findings.score = min(findings.score, one_sided(utilization))
        findings.detail("feed_rate", engagement.feed_rate_mm_per_min, "mm/min", limit=max_feed)
        findings.detail("peak_force", force_n, "N", limit=force_limit_n, source=force.source)
        return findings.assessment(
            self.profile.category,
            finding=findings.warnings[-1]
            if plunge > max(axes, GREEN_EDGE)
            else f"feed of {engagement.feed_rate_mm_per_min:.0f} of {max_feed:.0f} mm/min, force of {force_n:.1f} of "
            f"{force_limit_n:.0f} N",
            grade=weakest((force.grade, situation.grade(*_KEYS), Grade.D)),
            utilization=utilization,
        )


def feed_utilization(
    *, feed_rate_mm_per_min: float, max_feed_rate_mm_per_min: float, force_n: float, force_limit_n: float
) -> float:
    """Demand over limit of the axes: the highest feed counts as the edge of GREEN. [-]"""
    return max(GREEN_EDGE * feed_rate_mm_per_min / max_feed_rate_mm_per_min, force_n / force_limit_n)


def plunge_utilization(*, plunge_rate_mm_per_min: float, feed_rate_mm_per_min: float, share: float) -> float:
    """Demand over limit of the plunge: the usual share counts as the edge of GREEN, and it never exceeds 1. [-]

    A fast plunge alone needs review (YELLOW) and refuses nothing.
    """
    return min(GREEN_EDGE * plunge_rate_mm_per_min / (share * feed_rate_mm_per_min), 1.0)


def _plunge(situation: Situation, findings: Findings, engagement: Engagement) -> float:
    (plunge,) = situation.need("cut.plunge_rate_mm_per_min")
    share = PLUNGE_SHARE.get(situation.context.material.kind or "", WOOD_PLUNGE_SHARE)
    highest = share * engagement.feed_rate_mm_per_min
    findings.detail("plunge_rate", plunge, "mm/min", limit=highest, source="Shapeoko CNC A to Z")
    if situation.context.tool.center_cutting is False:
        findings.cap(0.0, "the tool does not cut over its centre and must not plunge straight")
    if plunge > highest:
        findings.warnings.append(f"plunging at {plunge:g} mm/min, at most {highest:.0f} is usual here")
        findings.recommendations.append(
            Recommendation(
                Category.FEED_LIMITS,
                "context.cut.plunge_rate_mm_per_min",
                plunge,
                highest,
                "mm/min",
                f"plunge at {highest:.0f} mm/min or less",
            )
        )
    return plunge_utilization(
        plunge_rate_mm_per_min=plunge, feed_rate_mm_per_min=engagement.feed_rate_mm_per_min, share=share
    )
