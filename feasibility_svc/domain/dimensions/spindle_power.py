"""Spindle power: can the spindle turn the tool through this cut, and as fast as it says?"""

from collections.abc import Iterator, Sequence

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, OfEveryOperation, Profile
from feasibility_svc.domain.physics import chip_formation, cutting_power
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, Grade, is_green, weakest
from feasibility_svc.domain.scoring.numeric import Node, interpolate, maximum, minimum
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, JUST_INSIDE, with_spread

_KEYS = ("machine.spindle_power_w", "machine.spindle_rated_speed_rpm")
_LOWEST_KEY, _HIGHEST_KEY = "machine.min_spindle_speed_rpm", "machine.max_spindle_speed_rpm"
_OF_THE_SPINDLE = frozenset({*_KEYS, "machine.spindle_kind"})
_BEYOND_RANGE: Sequence[Node] = ((1.0, 100.0), (1.05, 80.0), (1.15, 50.0), (1.3, 0.0))
"""Score of a speed by how many times it is beyond the range: what a dial is off by, then another cut than the one asked
about [A]."""
_SLOWER_HAND = tuple(0.9**step for step in range(1, 22))
"""Shares of the feed by hand that are looked at, down to a tenth. [-]"""
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
        return minimum(_power_score(situation), _range_score(situation))

    def assess(self, situation: Situation) -> Assessment:
        if _range_score(situation) < min(_power_score(situation), GREEN_FROM):
            return self._out_of_range(situation)
        force, (speed_rpm,) = material_force(situation), situation.need("cut.spindle_speed_rpm")
        needed_w, available_w = powers_w(situation)
        findings = Findings(score=self.score(situation))
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

    def _out_of_range(self, situation: Situation) -> Assessment:
        """Of a speed that the spindle does not turn at: all else is computed for a cut that cannot be had."""
        (speed_rpm,) = situation.need("cut.spindle_speed_rpm")
        is_slow = _end_score(situation, _LOWEST_KEY) < _end_score(situation, _HIGHEST_KEY)
        key, side = (_LOWEST_KEY, "least") if is_slow else (_HIGHEST_KEY, "most")
        (limit_rpm,) = situation.need(key)
        findings = Findings(score=_range_score(situation))
        findings.detail("spindle_speed", speed_rpm, "rpm", limit=limit_rpm)
        text = f"turn at {limit_rpm:g} rpm"
        path = "context.cut.spindle_speed_rpm"
        findings.recommendations.append(Recommendation(Category.SPINDLE_POWER, path, speed_rpm, limit_rpm, "rpm", text))
        return findings.assessment(
            self.profile.category,
            finding=f"the spindle turns at {side} at {limit_rpm:.0f} rpm, not at {speed_rpm:.0f}",
            grade=situation.grade(key),
            utilization=_times_beyond(situation, key),
        )


def _power_score(situation: Situation) -> float:
    needed_w, available_w = powers_w(situation)
    return with_spread(needed_w / available_w, spread=material_force(situation).spread)


def _range_score(situation: Situation) -> float:
    """Score of the speed against what the spindle turns at."""
    return minimum(_end_score(situation, _LOWEST_KEY), _end_score(situation, _HIGHEST_KEY))


def _end_score(situation: Situation, key: str) -> float:
    """The same for one end of the range; RED only where it is stated or published, not where it is assumed."""
    score = interpolate(_times_beyond(situation, key), _BEYOND_RANGE)
    return maximum(score, YELLOW_FROM) if situation.grade(key) is Grade.D else score


def _times_beyond(situation: Situation, key: str) -> float:
    """How many times the speed that is asked for is beyond one end of the range; at most 1 inside it, 0 where it is not
    known, as of a spindle that took the place of the preset's. [-]"""
    (speed_rpm,), limit_rpm = situation.as_asked.need("cut.spindle_speed_rpm"), situation.find(key)
    another_spindle = key not in situation.stated and not situation.stated.isdisjoint(_OF_THE_SPINDLE)
    if limit_rpm is None or another_spindle:
        return 0.0
    return limit_rpm / speed_rpm if key == _LOWEST_KEY else speed_rpm / limit_rpm


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
    """The depth of the pass, which power is linear in; of a hole a slower plunge; blades go as deep as they must, and
    are fed more slowly by hand."""
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
        yield from _slower_by_hand(situation)
        return
    yield Recommendation(Category.SPINDLE_POWER, f"context.{key}", present, share * present, unit, text)


def _slower_by_hand(situation: Situation) -> Iterator[Recommendation]:
    """The fastest feed of a hand that the motor bears."""
    if not situation.context.machine.hand_feed:
        return
    key, (present,) = "cut.feed_rate_mm_per_min", situation.need("cut.feed_rate_mm_per_min")
    for slower in (share * present for share in _SLOWER_HAND):
        if is_green(_power_score(situation.restated({key: slower}))):
            text = f"feed at {slower:.0f} mm/min or less, so that the spindle keeps its speed"
            yield Recommendation(Category.SPINDLE_POWER, f"context.{key}", present, slower, "mm/min", text)
            return
