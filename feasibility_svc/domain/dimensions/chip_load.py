"""Chip load: is the chip inside the maker's window, thick enough to cut, and even between the teeth?"""

from dataclasses import dataclass

from feasibility_svc.domain.catalogue.chip_load_chart import Window
from feasibility_svc.domain.cut.engagement import KEYS, Engagement, engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import GREEN_FROM, RED_CAP, REVIEW_CAP, Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import minimum, sqrt, where
from feasibility_svc.domain.scoring.score_curves import window as window_score

ASSUMED_RUNOUT_MM = 0.02
"""Total indicator reading taken when none is stated [A]. It may lower a level to YELLOW, never to RED. [mm]"""


@dataclass(frozen=True, slots=True)
class _Chip:
    """The chip beside what is asked of it. Lengths in mm."""

    engagement: Engagement
    window: Window
    derating: float
    low_mm: float
    high_mm: float
    floor_mm: float
    runout_mm: float
    least_mm: float
    most_mm: float
    score: float


class ChipLoad(OfEveryOperation):
    profile = Profile(
        category=Category.CHIPLOAD,
        weight=0.30,
        mandatory=True,
        description="thickest chip against the maker's window, rubbing floor and runout",
    )

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        chip = _measure(situation)
        engagement, chip_mm = chip.engagement, chip.engagement.thickest_chip_mm
        findings = Findings(score=chip.score)
        _detail(findings, chip)
        if engagement.axial_depth_mm > 3 * engagement.diameter_mm:
            findings.assumptions.append("beyond_chart:depth")
            findings.warnings.append("the pass is deeper than three diameters, where the charts end")
        if chip_mm < chip.floor_mm:
            findings.warnings.append(f"below {chip.floor_mm:.4f} mm the edge rubs instead of cutting")
        _tell_runout(situation, findings, chip)
        if not chip.low_mm <= chip_mm <= chip.high_mm:
            side = "thinner" if chip_mm < chip.low_mm else "thicker"
            findings.warnings.append(
                f"the chip is {side} than the maker recommends ({chip.low_mm:.4f} to {chip.high_mm:.4f} mm)"
            )
        if findings.score < GREEN_FROM:
            findings.recommendations.append(_recommend(engagement, chip.low_mm, chip.high_mm))
        return findings.assessment(
            self.profile.category,
            finding=f"chip is {chip_mm:.4f} mm thick, the window is {chip.low_mm:.4f} to {chip.high_mm:.4f} mm",
            grade=weakest((chip.window.grade, situation.grade(*KEYS), Grade.B)),
            utilization=chip_mm / chip.high_mm,
        )


def _measure(situation: Situation) -> _Chip:
    engagement, window = engagement_of(situation), situation.window
    derating = chip_formation.depth_derating(engagement.axial_depth_mm / engagement.diameter_mm)
    low_mm, high_mm = window.low_mm * derating, window.high_mm * derating
    floor_mm = chip_formation.rubbing_floor_mm(engagement.diameter_mm)
    stated_mm = situation.nominal.find("tool.runout_mm")
    runout_mm = situation.find("tool.runout_mm") if stated_mm is not None else ASSUMED_RUNOUT_MM
    assert runout_mm is not None
    least_mm, most_mm = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=engagement.feed_per_tooth_mm, runout_mm=runout_mm, flute_count=engagement.flute_count
    )
    score = window_score(engagement.thickest_chip_mm, low=low_mm, high=high_mm)
    score = where(engagement.thickest_chip_mm < floor_mm, minimum(score, RED_CAP), score)
    ceiling = where(score < GREEN_FROM, RED_CAP if stated_mm is not None else REVIEW_CAP, REVIEW_CAP)
    score = where(most_mm > high_mm, minimum(score, ceiling), score)
    return _Chip(engagement, window, derating, low_mm, high_mm, floor_mm, runout_mm, least_mm, most_mm, score)


def _detail(findings: Findings, chip: _Chip) -> None:
    engagement, source = chip.engagement, chip.window.source
    findings.detail("depth_derating", chip.derating, "", source="Amana and AST charts")
    findings.detail("feed_per_tooth", engagement.feed_per_tooth_mm, "mm")
    findings.detail("thickest_chip", engagement.thickest_chip_mm, "mm", limit=chip.high_mm, source=source)
    findings.detail("mean_chip", engagement.mean_chip_mm, "mm")
    findings.detail("window_low", chip.low_mm, "mm", source=source)
    findings.detail("window_high", chip.high_mm, "mm", source=source)
    findings.detail("engagement_angle", engagement.angle_rad, "rad")
    findings.detail("rubbing_floor", chip.floor_mm, "mm", source="Shapeoko CNC A to Z; below 1 mm assumed")
    findings.detail("runout_lowest_feed_per_tooth", chip.least_mm, "mm")
    findings.detail("runout_highest_feed_per_tooth", chip.most_mm, "mm", limit=chip.high_mm)


def _tell_runout(situation: Situation, findings: Findings, chip: _Chip) -> None:
    if situation.find("tool.runout_mm") is None:
        findings.assumptions.append("assumed:tir")
    if chip.least_mm == 0.0 and chip.engagement.flute_count > 1:
        findings.warnings.append("single_tooth_cutting: with this runout only one tooth cuts")
    if chip.most_mm > chip.high_mm:
        findings.warnings.append(
            f"runout of {chip.runout_mm:g} mm loads one tooth with {chip.most_mm:.4f} mm, above the window"
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
