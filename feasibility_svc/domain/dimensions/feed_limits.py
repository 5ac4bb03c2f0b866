"""Feed limits: do the axes reach the feed and hold the force, and does the tool bear the plunge? By hand: the push."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.cutting_forces import mean_force_n
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, OfMilling, Profile
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import GREEN_FROM, Category, Grade, is_green, weakest
from feasibility_svc.domain.scoring.numeric import Node, interpolate, maximum, minimum, smallest
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, JUST_INSIDE, advisory, one_sided, with_spread

HAND_PUSH_N = 150.0
"""Force that a hand pushes steadily [A]. [N]"""
AXIS_SPREAD = 1.4
"""Least spread of the force against the axes, whose limit carries no margin of its own: one standard deviation of the
force law. [-]"""
_BRITTLE_PLUNGE = 2.0
"""How much more than its highest bite brittle material bears in a plunge. [-]"""
_PLUNGE_BITE: Sequence[Node] = ((0.8, 100.0), (1.0, 80.0), (2.0, 50.0), (4.0, 20.0))
"""Score by bite of the plunge over the highest bite of the tool."""
_PLUNGE_RATE: Sequence[Node] = ((1.0, 100.0), (1.1, 80.0), (2.0, 60.0))
"""Score by plunge over feed."""
_FORCE_LIMIT = "machine.lateral_force_limit_n"
_MAX_FEED = "machine.max_feed_rate_mm_per_min"


@dataclass(frozen=True, slots=True)
class Plunge:
    """A straight plunge beside what the tool bears. Rates in mm/min, bites in mm."""

    rate: float
    feed: float
    bite_mm: float
    highest_bite_mm: float
    centre_cutting: bool

    @property
    def bite_score(self) -> float:
        return interpolate(self.bite_mm / self.highest_bite_mm, _PLUNGE_BITE)

    @property
    def rate_score(self) -> float:
        return interpolate(self.rate / self.feed, _PLUNGE_RATE)

    @property
    def score(self) -> float:
        return minimum(self.bite_score, self.rate_score) if self.centre_cutting else 0.0


class FeedLimits(OfMilling):
    profile = Profile(
        category=Category.FEED_LIMITS,
        weight=0.0,
        mandatory=True,
        description="feed, mean force and plunge against the axes; by hand the push",
        rests_on=FORCE_INPUTS | {"machine.lateral_force_limit_n"},
    )

    def score(self, situation: Situation) -> float:
        if situation.context.machine.hand_feed:
            return one_sided(mean_force_n(situation) / HAND_PUSH_N)
        return smallest(list(_scores(situation)))

    def assess(self, situation: Situation) -> Assessment:
        if situation.context.machine.hand_feed:
            return self._by_hand(situation)
        force, mean_n = material_force(situation), mean_force_n(situation)
        feed_score, force_score, plunge_score = _scores(situation)
        findings = Findings(score=min(feed_score, force_score, plunge_score))
        force.note(findings)
        feed, max_feed = engagement_of(situation).feed_rate_mm_per_min, situation.find(_MAX_FEED)
        (limit_n,) = situation.need(_FORCE_LIMIT)
        findings.detail("feed_rate", feed, "mm/min", limit=max_feed)
        findings.detail("mean_force", mean_n, "N", limit=limit_n, source=force.source)
        _tell_plunge(situation, findings)
        if not is_green(force_score):
            findings.recommendations.append(_shallower(situation, mean_n / limit_n * max(force.spread, AXIS_SPREAD)))
        finding = f"mean force of {mean_n:.1f} N of the {limit_n:.0f} N the axes hold"
        if max_feed is None:
            findings.ask(f"context.{_MAX_FEED}", "the feed against the highest of the machine")
        else:
            finding = f"feed of {feed:.0f} of {max_feed:.0f} mm/min, {finding}"
            if not is_green(feed_score):
                text = f"feed at {max_feed:.0f} mm/min, which the machine can do"
                findings.recommendations.append(
                    Recommendation(
                        Category.FEED_LIMITS, "context.cut.feed_rate_mm_per_min", feed, max_feed, "mm/min", text
                    )
                )
        return findings.assessment(
            self.profile.category,
            finding=findings.warnings[-1] if plunge_score < min(feed_score, force_score, GREEN_FROM) else finding,
            grade=weakest((force.grade, situation.grade(_FORCE_LIMIT), Grade.D)),
            utilization=max(mean_n / limit_n, 0.0 if max_feed is None else GREEN_EDGE * feed / max_feed),
        )

    def _by_hand(self, situation: Situation) -> Assessment:
        force, mean_n = material_force(situation), mean_force_n(situation)
        findings = Findings(score=one_sided(mean_n / HAND_PUSH_N))
        force.note(findings)
        findings.detail("mean_force", mean_n, "N", limit=HAND_PUSH_N, source=force.source)
        return findings.assessment(
            self.profile.category,
            finding=f"the hand has to push with about {mean_n:.0f} N of the {HAND_PUSH_N:.0f} N it holds steadily",
            grade=Grade.D,
            utilization=mean_n / HAND_PUSH_N,
        )


def feed_score(*, feed_rate_mm_per_min: float, max_feed_rate_mm_per_min: float) -> float:
    """Score of a feed against the highest of the machine, which only slows down beyond it.

    >>> feed_score(feed_rate_mm_per_min=4_000, max_feed_rate_mm_per_min=4_000)
    80.0
    """
    return advisory(GREEN_EDGE * feed_rate_mm_per_min / max_feed_rate_mm_per_min)


def axis_score(*, mean_force_n: float, force_limit_n: float, spread: float) -> float:
    """Score of the mean force against what the axes hold without losing steps."""
    return with_spread(mean_force_n / force_limit_n, spread=maximum(spread, AXIS_SPREAD))


def _shallower(situation: Situation, share: float) -> Recommendation:
    """The depth of pass whose mean force, which is linear in it, the axes hold."""
    (present_mm,) = situation.need("cut.axial_depth_mm")
    depth_mm = JUST_INSIDE * GREEN_EDGE * present_mm / share
    text = f"cut at most {depth_mm:.2f} mm deep per pass, so that the axes keep their steps"
    return Recommendation(Category.FEED_LIMITS, "context.cut.axial_depth_mm", present_mm, depth_mm, "mm", text)


def plunge_bite_limit_mm(*, highest_bite_mm: float, material_class: MaterialClass) -> float:
    """Highest bite of a straight plunge. [mm]

    >>> plunge_bite_limit_mm(highest_bite_mm=0.01, material_class=MaterialClass.BRITTLE)
    0.02
    """
    return highest_bite_mm * (_BRITTLE_PLUNGE if material_class is MaterialClass.BRITTLE else 1.0)


def _scores(situation: Situation) -> tuple[float, float, float]:
    """Of the feed, of the force, of the plunge; 100 where the number behind one is not stated."""
    (limit_n,) = situation.need(_FORCE_LIMIT)
    max_feed, plunge = situation.find(_MAX_FEED), _plunge(situation)
    feed = engagement_of(situation).feed_rate_mm_per_min
    return (
        100.0 if max_feed is None else feed_score(feed_rate_mm_per_min=feed, max_feed_rate_mm_per_min=max_feed),
        axis_score(
            mean_force_n=mean_force_n(situation), force_limit_n=limit_n, spread=material_force(situation).spread
        ),
        100.0 if plunge is None else plunge.score,
    )


def _plunge(situation: Situation) -> Plunge | None:
    """The plunge; None where its rate is not stated."""
    rate = situation.find("cut.plunge_rate_mm_per_min")
    if rate is None:
        return None
    engagement = engagement_of(situation)
    bite_mm = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=rate,
        spindle_speed_rpm=engagement.spindle_speed_rpm,
        flute_count=engagement.flute_count,
    )
    highest_mm = window_of(situation).high_mm
    limit_mm = plunge_bite_limit_mm(highest_bite_mm=highest_mm, material_class=situation.material_class)
    centre_cutting = situation.context.tool.center_cutting is not False
    return Plunge(rate, engagement.feed_rate_mm_per_min, bite_mm, limit_mm, centre_cutting)


def _tell_plunge(situation: Situation, findings: Findings) -> None:
    plunge = _plunge(situation)
    if plunge is None:
        findings.ask("context.cut.plunge_rate_mm_per_min", "the plunge")
        return
    findings.detail("plunge_rate", plunge.rate, "mm/min", limit=plunge.feed)
    findings.detail("plunge_bite", plunge.bite_mm, "mm", limit=plunge.highest_bite_mm)
    if is_green(plunge.score):
        return
    if not plunge.centre_cutting:
        findings.warnings.append("the tool does not cut over its centre and must not plunge straight")
        return
    slower = JUST_INSIDE * min(plunge.feed, plunge.rate * plunge.highest_bite_mm / plunge.bite_mm)
    findings.warnings.append(f"plunging at {plunge.rate:.0f} mm/min, at most {slower:.0f} is usual here")
    text = f"plunge at {slower:.0f} mm/min or less"
    findings.recommendations.append(
        Recommendation(Category.FEED_LIMITS, "context.cut.plunge_rate_mm_per_min", plunge.rate, slower, "mm/min", text)
    )
