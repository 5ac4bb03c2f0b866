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


def test_of_one_field_the_value_that_helps_most_is_said_and_of_equal_ones_the_nearest(catalogue: Catalogue) -> None:
    far = Advising(above(1_000.0), feed_advice(2_000.0, Category.DEFLECTION))
    near = Advising(above(1_000.0, below=10.0), feed_advice(1_000.0))
    assert proposed(catalogue, far, near) == [("feed at 1000 mm/min", RiskLevel.GREEN)]
    best = Advising(above(2_000.0), feed_advice(2_000.0, Category.DEFLECTION))
    assert proposed(catalogue, best, near) == [("feed at 2000 mm/min", RiskLevel.GREEN)]


def test_a_feed_is_one_the_machine_can_do(catalogue: Catalogue) -> None:
    dimension = Advising(above(900.0), feed_advice(5_000.0))
    slow = {"machine.max_feed_rate_mm_per_min": 1_000.0}
    assert proposed(catalogue, dimension, context=slow) == [("feed at 1000 mm/min", RiskLevel.GREEN)]


@pytest.mark.parametrize(
    ("field", "current", "wanted", "text"),
    [
        ("tool.stickout_mm", 40.0, 21.3, "let the tool stick out 21 mm"),
        ("tool.flute_count", 4.0, 2.0, "the words of the advice"),
        ("tool.runout_mm", 0.03, 0.0146, "the words of the advice"),
    ],
)
def test_numbers_of_the_tool_are_tried_too(
    catalogue: Catalogue, field: str, current: float, wanted: float, text: str
) -> None:
    advice = Recommendation(Category.HEAT, f"context.{field}", current, wanted, "", "the words of the advice")
    at_most = Advising(lambda item: 100.0 if (item.find(field) or 0.0) <= wanted else 60.0, advice)
    assert proposed(catalogue, at_most, context={field: current}) == [(text, RiskLevel.GREEN)]
    assert proposed(catalogue, Advising(lambda item: 60.0, advice), context={field: current}) == []


def test_a_smaller_tool_steps_over_less(catalogue: Catalogue) -> None:
    advice = Recommendation(Category.GEOMETRY, "context.tool.diameter_mm", None, 2.0, "mm", "")
    seen: list[float | None] = []

    def score(item: Situation) -> float:
        seen.append(item.find("cut.radial_width_mm"))
        return 100.0 if item.find("tool.diameter_mm") == 2.0 else 10.0

    cut = {"tool.diameter_mm": 4.0, "cut.radial_width_mm": 3.0}
    assert proposed(catalogue, Advising(score, advice), context=cut) == [("take a tool of 2 mm", RiskLevel.GREEN)]
    assert seen == [3.0, 1.5]


def test_lengths_of_the_design_are_tried_as_they_can_be_made(catalogue: Catalogue) -> None:
    def score(item: Situation) -> float:
        channel = item.design.rosette_channel
        return 100.0 if channel is not None and (channel.depth_mm or 0.0) <= 1.37 else 10.0

    advice = Recommendation(Category.GEOMETRY, "design.rosette_channel.depth_mm", None, 1.37, "mm", "")
    deep = {"rosette_channel": {"soundhole_radius_mm": 42.5, "depth_mm": 1.9}}
    made = [("make the depth of the rosette channel 1.35 mm", RiskLevel.GREEN)]
    assert proposed(catalogue, Advising(score, advice), design=deep) == made


@pytest.mark.parametrize(("present", "wanted"), [("CLIMB", "CONVENTIONAL"), ("CONVENTIONAL", "CLIMB")])
def test_the_other_direction_is_tried(catalogue: Catalogue, present: str, wanted: str) -> None:
    advice = Recommendation(Category.HAND, "context.cut.direction", None, None, "", "turn round")
    dimension = Advising(lambda item: 100.0 if item.context.cut.direction == wanted else 60.0, advice)
    assert proposed(catalogue, dimension, context={"cut.direction": present}) == [("turn round", RiskLevel.GREEN)]


def test_what_cannot_be_tried_mends_no_report_in_which_something_else_is_red(catalogue: Catalogue) -> None:
    hold = Advising(
        lambda item: 10.0, Recommendation(Category.WORKHOLDING, "context.workholding", None, None, "N", "x")
    )
    red = Advising(lambda item: 10.0, feed_advice(500.0, Category.CHIPLOAD))
    review = Advising(lambda item: 60.0, feed_advice(500.0, Category.CHIPLOAD))
    assert proposed(catalogue, hold, red) == []
    assert proposed(catalogue, hold, review) == [("x", None)]


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
