"""What a report proposes: changes that were tried, improve the whole report, and can be set."""

from collections.abc import Callable
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, Recommendation, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation

FEED = "context.cut.feed_rate_mm_per_min"
Score = Callable[[Situation], float]


class Advising:
    """A dimension with a score of its own and one piece of advice."""

    def __init__(self, score: Score, advice: Recommendation, *, mandatory: bool = True) -> None:
        self.profile = Profile(category=advice.category, weight=1.0, mandatory=mandatory, description="")
        self.score = score
        self._advice = advice

    def assess(self, situation: Situation) -> Assessment:
        score = self.score(situation)
        category = self.profile.category
        return Assessment(category, score, level_of(score), "", Grade.A, recommendations=[self._advice])


def feed_advice(feed: float, category: Category = Category.HEAT) -> Recommendation:
    return Recommendation(category, FEED, 500.0, feed, "mm/min", "feed faster")


def proposed(
    catalogue: Catalogue, *dimensions: Any, context: dict[str, Any] | None = None, design: Any = None
) -> list[tuple[str, RiskLevel | None]]:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=dimensions)
    given = {"cut.feed_rate_mm_per_min": 500.0, **(context or {})}
    report = engine.evaluate(situation(catalogue, given, design=design))
    return [(item.text, item.resulting_risk) for item in report.recommendations]


def feed_of(situation: Situation) -> float:
    return situation.context.cut.feed_rate_mm_per_min or 0.0


def above(feed: float, *, below: float = 60.0, then: float = 100.0) -> Score:
    """A score that rises at a feed."""
    return lambda situation: then if feed_of(situation) >= feed else below


def test_a_change_is_rounded_to_what_can_be_set_and_says_what_the_report_becomes(catalogue: Catalogue) -> None:
    dimension = Advising(above(1_233.0), feed_advice(1_234.0))
    assert proposed(catalogue, dimension) == [("feed at 1250 mm/min", RiskLevel.GREEN)]


def test_the_other_setting_is_taken_where_rounding_would_overshoot(catalogue: Catalogue) -> None:
    dimension = Advising(lambda item: 100.0 if 1_000 < feed_of(item) < 1_240 else 60.0, feed_advice(1_234.0))
    assert proposed(catalogue, dimension) == [("feed at 1200 mm/min", RiskLevel.GREEN)]


def test_lower_numbers_are_rounded_down(catalogue: Catalogue) -> None:
    dimension = Advising(lambda item: 100.0 if feed_of(item) < 336 else 60.0, feed_advice(335.0))
    assert proposed(catalogue, dimension) == [("feed at 330 mm/min", RiskLevel.GREEN)]


@pytest.mark.parametrize("then", [60.0, 79.0, 49.0])
def test_what_leaves_the_level_is_not_proposed(catalogue: Catalogue, then: float) -> None:
    assert proposed(catalogue, Advising(above(1_000.0, then=then), feed_advice(1_000.0))) == []


def test_what_leaves_another_dimension_red_is_not_proposed(catalogue: Catalogue) -> None:
    red = Advising(lambda item: 10.0, feed_advice(1_000.0, Category.CHIPLOAD))
    assert proposed(catalogue, Advising(above(1_000.0), feed_advice(1_000.0)), red) == []


@pytest.mark.parametrize("broken", [float("nan"), 101.0, ZeroDivisionError(), NotAssessedError(missing("tool.kind"))])
def test_what_cannot_be_judged_once_followed_is_not_proposed(catalogue: Catalogue, broken: Any) -> None:
    def score(item: Situation) -> float:
        if feed_of(item) == 500.0:
            return 60.0
        if isinstance(broken, Exception):
            raise broken
        return float(broken)

    assert proposed(catalogue, Advising(score, feed_advice(1_000.0))) == []


@pytest.mark.parametrize("wanted", [500.0, 502.0, 0.004])
def test_no_change_is_no_proposal(catalogue: Catalogue, wanted: float) -> None:
    dimension = Advising(lambda item: 60.0 if 495 < feed_of(item) < 505 else 40.0, feed_advice(wanted))
    assert proposed(catalogue, dimension) == []


def test_a_green_report_proposes_nothing(catalogue: Catalogue) -> None:
    assert proposed(catalogue, Advising(lambda item: 80.0, feed_advice(1_000.0))) == []


def test_the_advice_of_a_dimension_that_is_fine_is_left_out(catalogue: Catalogue) -> None:
    fine = Advising(lambda item: 90.0, Recommendation(Category.HEAT, "context.workholding", None, None, "", "hold it"))
    other = Advising(lambda item: 60.0, feed_advice(500.0, Category.CHIPLOAD))
    assert proposed(catalogue, fine, other) == []


def test_a_speed_is_a_position_of_the_dial(catalogue: Catalogue) -> None:
    advice = Recommendation(Category.HEAT, "context.cut.spindle_speed_rpm", None, 13_000.0, "rpm", "")
    dimension = Advising(lambda item: 100.0 if item.context.cut.spindle_speed_rpm == 10_000.0 else 60.0, advice)
    dial = {"machine.dial_speeds_rpm": (10_000.0, 17_000.0)}
    assert proposed(catalogue, dimension, context=dial) == [("turn at 10000 rpm", RiskLevel.GREEN)]


def test_a_dull_bit_is_to_be_changed_where_that_helps(catalogue: Catalogue) -> None:
    advice = Recommendation(Category.HEAT, "context.tool.wear", None, None, "", "sharpen or change the bit")
    dimension = Advising(lambda item: 100.0 if item.context.tool.wear == "SHARP" else 79.0, advice)
    dull = {"tool.wear": "DULL"}
    assert proposed(catalogue, dimension, context=dull) == [("sharpen or change the bit", RiskLevel.GREEN)]
    red = Advising(lambda item: 10.0, feed_advice(500.0, Category.CHIPLOAD))
    assert proposed(catalogue, dimension, red, context=dull) == []


def test_what_cannot_be_tried_is_said_of_what_decides(catalogue: Catalogue) -> None:
    hold = Recommendation(Category.WORKHOLDING, "context.workholding", None, None, "N", "clamp harder")
    assert proposed(catalogue, Advising(lambda item: 60.0, hold)) == [("clamp harder", None)]
    red = Advising(lambda item: 10.0, feed_advice(500.0, Category.CHIPLOAD))
    assert proposed(catalogue, Advising(lambda item: 60.0, hold), red) == []


@pytest.mark.parametrize(
    ("context", "design", "text"),
    [
        ({"machine.hand_feed": True}, None, "feed steadily so that the router keeps its note; chips, not dust"),
        ({**SAW}, SAW_CUT, "feed steadily so that the saw keeps its note; chips, not dust"),
    ],
)
def test_a_hand_gets_no_feed(catalogue: Catalogue, context: dict[str, Any], design: Any, text: str) -> None:
    dimension = Advising(above(1_000.0), feed_advice(1_000.0))
    context = {**context, "cut.feed_rate_mm_per_min": 500.0}
    assert proposed(catalogue, dimension, context=context, design=design) == [(text, RiskLevel.GREEN)]


class Lacking:
    """A dimension that lacks inputs."""

    def __init__(self, *fields: str, mandatory: bool = True) -> None:
        self.profile = Profile(
            category=Category.HEAT, weight=1.0, mandatory=mandatory, needs_review=not mandatory, description=""
        )
        self._gap = NotAssessedError(*(missing(field) for field in fields))

    def score(self, situation: Situation) -> float:
        raise self._gap

    def assess(self, situation: Situation) -> Assessment:
        raise self._gap


def test_an_unknown_report_names_the_fields_that_answer_it_once_each(catalogue: Catalogue) -> None:
    lacking = Lacking("context.cut.spindle_speed_rpm", "context.tool.flute_count")
    questions = [("state the spindle speed", None), ("state the number of flutes", None)]
    assert proposed(catalogue, lacking, Lacking("context.tool.flute_count")) == questions
    assert proposed(catalogue, Lacking("context.workholding.method", mandatory=False)) == [
        ("state the way the work is held", None)
    ]


def test_a_red_report_does_not_ask(catalogue: Catalogue) -> None:
    red = Advising(lambda item: 10.0, feed_advice(500.0, Category.CHIPLOAD))
    assert proposed(catalogue, Lacking("context.tool.kind"), red) == []
