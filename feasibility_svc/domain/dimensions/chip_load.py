"""Chip load: is the bite of a tooth thick enough to cut, and thin enough to clear?

What machine makes the chip does not matter: what it bears is judged by power, feed force, deflection and holding.
"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.bite_window import BiteWindow, window_of
from feasibility_svc.domain.cut.engagement import KEYS, Engagement, engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import BITE_INPUTS, OfEveryOperation, Profile
from feasibility_svc.domain.dimensions.tool_advice import fewer_flutes
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.scoring import bite_curves
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import minimum

_CONES = frozenset({"V_BIT", "ENGRAVING", "TAPERED_BALL"})
_DRILL_KEYS = ("cut.spindle_speed_rpm", "cut.plunge_rate_mm_per_min", "tool.flute_count")
_OF_TOOL = ("tool.flute_count", "tool.diameter_mm")
_COMFORTABLE = 1.2
"""How far inside the window a recommended bite lies. [-]"""


@dataclass(frozen=True, slots=True)
class _Chip:
    """The bite beside what is asked of it. Lengths in mm."""

    window: BiteWindow
    feed_key: str
    feed: float
    """[mm/min]"""
    bite_mm: float
    thickest_mm: float
    low_mm: float
    high_mm: float
    no_chip_mm: float
    depth_factor: float
    score: float

    @property
    def share(self) -> float:
        """Thickest chip over the high edge. [-]"""
        return self.thickest_mm / self.high_mm


class ChipLoad(OfEveryOperation):
    profile = Profile(
        category=Category.CHIPLOAD,
        weight=0.30,
        mandatory=True,
        description="bite per tooth against published ones and the thinnest that forms a chip",
        rests_on=BITE_INPUTS | {"tool.wear"},
    )

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        chip = _measure(situation)
        findings = Findings(score=chip.score)
        _detail(findings, chip)
        if situation.cut_kind == "MILLING":
            _tell_runout(situation, findings, chip)
        if chip.bite_mm < chip.no_chip_mm:
            findings.warnings.append(f"below {chip.no_chip_mm:.4f} mm the edge rubs and forms no chip")
        by_hand = situation.is_saw and bool(situation.context.machine.hand_feed)
        if chip.thickest_mm > chip.high_mm:
            findings.recommendations.append(_feed_at(chip, chip.feed / (_COMFORTABLE * chip.share)))
        elif chip.bite_mm < chip.low_mm and not by_hand:
            findings.recommendations.append(_feed_at(chip, chip.feed * _COMFORTABLE * chip.low_mm / chip.bite_mm))
            if situation.cut_kind == "MILLING":
                flutes = engagement_of(situation).flute_count
                findings.recommendations.extend(fewer_flutes(flutes, chip.low_mm / chip.bite_mm, Category.CHIPLOAD))
        return findings.assessment(
            self.profile.category,
            finding=_in_words(chip, by_hand=by_hand),
            grade=weakest((chip.window.grade, situation.grade(*_OF_TOOL), Grade.B)),
            utilization=chip.share,
        )


def _measure(situation: Situation) -> _Chip:
    match situation.cut_kind:
        case "SAWING":
            return _of_saw(situation)
        case "DRILLING":
            return _of_drill(situation)
        case _:
            return _of_cutter(situation)


def _of_cutter(situation: Situation) -> _Chip:
    engagement = engagement_of(situation)
    factor = _depth_factor(situation, engagement)
    return _between_edges(situation, KEYS[1], engagement.feed_per_tooth_mm, engagement.thickest_chip_mm, factor=factor)


def _of_drill(situation: Situation) -> _Chip:
    speed_rpm, plunge, flutes = situation.need(*_DRILL_KEYS)
    bite_mm = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=plunge, spindle_speed_rpm=speed_rpm, flute_count=flutes
    )
    return _between_edges(situation, _DRILL_KEYS[1], bite_mm, bite_mm, factor=1.0)


def _between_edges(situation: Situation, feed_key: str, bite_mm: float, thickest_mm: float, *, factor: float) -> _Chip:
    window = window_of(situation)
    no_chip_mm = chip_formation.no_chip_mm(diameter_mm=window.diameter_mm, wear=situation.need_word("tool.wear"))
    low_mm = bite_curves.low_edge_of_score_mm(low_mm=window.low_mm, no_chip_mm=no_chip_mm)
    high_mm = window.high_mm * factor
    score = minimum(
        bite_curves.thin_bite(bite_mm, low_mm=low_mm, no_chip_mm=no_chip_mm),
        bite_curves.thick_bite(thickest_mm / high_mm),
    )
    (feed,) = situation.need(feed_key)
    return _Chip(window, feed_key, feed, bite_mm, thickest_mm, low_mm, high_mm, no_chip_mm, factor, score)


def _of_saw(situation: Situation) -> _Chip:
    """Blades compare the feed per tooth: their charts know no thinning."""
    speed_rpm, feed, teeth, _ = situation.need(*KEYS)
    window, by_hand = window_of(situation), bool(situation.context.machine.hand_feed)
    bite_mm = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=feed, spindle_speed_rpm=speed_rpm, flute_count=teeth
    )
    score = bite_curves.bite_of_saw(bite_mm, low_mm=window.low_mm, high_mm=window.high_mm, by_hand=by_hand)
    if by_hand:
        score = minimum(score, bite_curves.hand_speed(feed))
    return _Chip(window, KEYS[1], feed, bite_mm, bite_mm, window.low_mm, window.high_mm, 0.0, 1.0, score)


def _depth_factor(situation: Situation, engagement: Engagement) -> float:
    """Factor on the high edge: charts derate deep slots, not light passes; a cone has no depth to speak of. [-]"""
    if situation.context.tool.kind in _CONES:
        return 1.0
    derating = chip_formation.depth_derating(engagement.axial_depth_mm / engagement.diameter_mm)
    return 1 - (1 - derating) * minimum(1.0, 2 * engagement.radial_ratio)


def _detail(findings: Findings, chip: _Chip) -> None:
    source = chip.window.source
    findings.detail("feed_per_tooth", chip.bite_mm, "mm")
    findings.detail("thickest_chip", chip.thickest_mm, "mm", limit=chip.high_mm, source=source)
    findings.detail("window_low", chip.low_mm, "mm", source=source)
    findings.detail("window_high", chip.high_mm, "mm", source=source)
    findings.detail("depth_factor", chip.depth_factor, "", source="Amana and AST charts")
    findings.detail("thinnest_chip", chip.no_chip_mm, "mm", source="edge radius, assumed")


def _tell_runout(situation: Situation, findings: Findings, chip: _Chip) -> None:
    """One tooth may do the work of all; what that does to the tool is told by its stress."""
    engagement, (runout_mm,) = engagement_of(situation), situation.need("tool.runout_mm")
    findings.detail("mean_chip", engagement.mean_chip_mm, "mm")
    findings.detail("engagement_angle", engagement.angle_rad, "rad")
    least_mm, most_mm = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=chip.bite_mm, runout_mm=runout_mm, flute_count=engagement.flute_count
    )
    findings.detail("runout_lowest_feed_per_tooth", least_mm, "mm")
    findings.detail("runout_highest_feed_per_tooth", most_mm, "mm")
    if least_mm == 0.0:
        findings.assumptions.append("single_tooth_cutting")


def _in_words(chip: _Chip, *, by_hand: bool) -> str:
    if by_hand and chip.bite_mm < chip.low_mm:
        return f"a tooth bites about {chip.bite_mm:.2g} mm, thin bites are usual by hand"
    usual = f"{chip.low_mm:.3g} to {chip.high_mm:.3g} mm"
    if chip.thickest_mm > chip.high_mm:
        return f"the chip is {chip.thickest_mm:.3g} mm thick, {usual} is published"
    return f"a tooth bites {chip.bite_mm:.3g} mm, {usual} is published"


def _feed_at(chip: _Chip, feed: float) -> Recommendation:
    word = "feed" if chip.feed_key == KEYS[1] else "plunge"
    text = f"{word} at {feed:.0f} mm/min"
    return Recommendation(Category.CHIPLOAD, f"context.{chip.feed_key}", chip.feed, feed, "mm/min", text)
