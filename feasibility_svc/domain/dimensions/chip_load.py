"""Chip load: is the chip inside the maker's window, thick enough to cut, and even between the teeth?"""

from math import sqrt

from feasibility_svc.domain.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.chip_load_chart import Window
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engagement import KEYS, Engagement, engagement_of
from feasibility_svc.domain.levels import GREEN_FROM, Category, Grade, weakest
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.score_maps import window as window_score
from feasibility_svc.domain.situation import Situation

ASSUMED_RUNOUT_MM = 0.02
"""Total indicator reading taken when none is stated [A]. It may lower a level to YELLOW, never to RED. [mm]"""


class ChipLoad:
    profile = Profile(
        category=Category.CHIPLOAD,
        weight=0.30,
        mandatory=True,
        description="thickest chip against the maker's window, rubbing floor and runout",
    )

    def assess(self, situation: Situation) -> Assessment:
        engagement, window = engagement_of(situation), situation.window
        derating = chip_formation.depth_derating(engagement.axial_depth_mm / engagement.diameter_mm)
        low_mm, high_mm = window.low_mm * derating, window.high_mm * derating
        chip_mm = engagement.thickest_chip_mm
        findings = Findings(score=window_score(chip_mm, low=low_mm, high=high_mm))
        findings.detail("depth_derating", derating, "", source="Amana and AST charts")
        self._detail(findings, engagement, window, low_mm, high_mm)
        self._check_depth(findings, engagement)
        self._check_rubbing(findings, engagement)
        self._check_runout(situation, findings, engagement, high_mm)
        if not low_mm <= chip_mm <= high_mm:
            side = "thinner" if chip_mm < low_mm else "thicker"
            findings.warnings.append(f"the chip is {side} than the maker recommends ({low_mm:.4f} to {high_mm:.4f} mm)")
        if findings.score < GREEN_FROM:
            findings.recommendations.append(_recommend(engagement, low_mm, high_mm))
        return findings.assessment(
            self.profile.category,
            finding=f"chip is {chip_mm:.4f} mm thick, the window is {low_mm:.4f} to {high_mm:.4f} mm",
            grade=weakest((window.grade, situation.grade(*KEYS), Grade.B)),
            utilization=chip_mm / high_mm,
        )

    @staticmethod
    def _detail(findings: Findings, engagement: Engagement, window: Window, low_mm: float, high_mm: float) -> None:
        findings.detail("feed_per_tooth", engagement.feed_per_tooth_mm, "mm")
        findings.detail("thickest_chip", engagement.thickest_chip_mm, "mm", limit=high_mm, source=window.source)
        findings.detail("mean_chip", engagement.mean_chip_mm, "mm")
        findings.detail("window_low", low_mm, "mm", source=window.source)
        findings.detail("window_high", high_mm, "mm", source=window.source)
        findings.detail("engagement_angle", engagement.angle_rad, "rad")

    @staticmethod
    def _check_depth(findings: Findings, engagement: Engagement) -> None:
        if engagement.axial_depth_mm > 3 * engagement.diameter_mm:
            findings.assumptions.append("beyond_chart:depth")
            findings.warnings.append("the pass is deeper than three diameters, where the charts end")

    @staticmethod
    def _check_rubbing(findings: Findings, engagement: Engagement) -> None:
        floor_mm = chip_formation.rubbing_floor_mm(engagement.diameter_mm)
        findings.detail("rubbing_floor", floor_mm, "mm", source="Shapeoko CNC A to Z; below 1 mm assumed")
        if engagement.thickest_chip_mm < floor_mm:
            findings.cap(49.0, f"below {floor_mm:.4f} mm the edge rubs instead of cutting")

    @staticmethod
    def _check_runout(situation: Situation, findings: Findings, engagement: Engagement, high_mm: float) -> None:
        stated_mm = situation.find("tool.runout_mm")
        runout_mm = ASSUMED_RUNOUT_MM if stated_mm is None else stated_mm
        if stated_mm is None:
            findings.assumptions.append("assumed:tir")
        lowest_mm, highest_mm = chip_formation.runout_bounds_mm(
            feed_per_tooth_mm=engagement.feed_per_tooth_mm, runout_mm=runout_mm, flute_count=engagement.flute_count
        )
        findings.detail("runout_lowest_feed_per_tooth", lowest_mm, "mm")
        findings.detail("runout_highest_feed_per_tooth", highest_mm, "mm", limit=high_mm)
        if lowest_mm == 0.0 and engagement.flute_count > 1:
            findings.warnings.append("single_tooth_cutting: with this runout only one tooth cuts")
        if highest_mm > high_mm:
            measured_yellow = stated_mm is not None and findings.score < 80
            findings.cap(
                49.0 if measured_yellow else 79.0,
                f"runout of {runout_mm:g} mm loads one tooth with {highest_mm:.4f} mm, above the window",
            )


def recommended_feed_mm_per_min(engagement: Engagement, low_mm: float, high_mm: float) -> float:
    """Feed that puts the chip at the geometric middle of the (derated) window. [mm/min]"""
    thinning = engagement.thickest_chip_mm / engagement.feed_per_tooth_mm
    return sqrt(low_mm * high_mm) / thinning * engagement.teeth_per_min


def _recommend(engagement: Engagement, low_mm: float, high_mm: float) -> Recommendation:
    feed = recommended_feed_mm_per_min(engagement, low_mm, high_mm)
    return Recommendation(
        Category.CHIPLOAD,
        "context.cut.feed_rate_mm_per_min",
        engagement.feed_rate_mm_per_min,
        feed,
        "mm/min",
        f"feed at {feed:.0f} mm/min for a chip in the middle of the window",
    )
