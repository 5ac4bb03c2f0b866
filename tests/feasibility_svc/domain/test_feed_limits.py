"""What is said of feed, force and plunge. Limits come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.feed_limits import FeedLimits, axis_score
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation

WINDOW = {"physics.chip_load_window": {"min_mm": 0.0127, "max_mm": 0.1905}}


@pytest.mark.parametrize(
    ("context", "risk", "score"),
    [
        ({}, RiskLevel.GREEN, 100.0),
        ({"cut.feed_rate_mm_per_min": 3_750.0}, RiskLevel.GREEN, 100.0),
        ({"cut.feed_rate_mm_per_min": 5_000.0}, RiskLevel.GREEN, 80.0),
        ({"cut.feed_rate_mm_per_min": 9_000.0}, RiskLevel.YELLOW, 50.0),
        ({"machine.lateral_force_limit_n": 1.0}, RiskLevel.RED, None),
    ],
)
def test_a_controller_only_slows_down_and_axes_lose_steps(
    catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel, score: float | None
) -> None:
    assessment = assess(FeedLimits(), situation(catalogue, {**WINDOW, **context}))
    assert assessment.risk is risk
    assert score is None or assessment.score == pytest.approx(score)


@pytest.mark.parametrize(
    ("share", "spread", "score"),
    [(0.6 / 1.4, 1.0, 100.0), (0.8 / 1.4, 1.0, 80.0), (1.4, 1.0, 50.0), (0.5, 1.6, 80.0), (1.6, 1.6, 50.0)],
)
def test_the_axes_bear_the_mean_force_at_its_unfavourable_end(share: float, spread: float, score: float) -> None:
    assert axis_score(mean_force_n=share * 90.0, force_limit_n=90.0, spread=spread) == pytest.approx(score)


def plunging(catalogue: Catalogue, **context: Any) -> float:
    """Score of a plunge at 17,000 rpm and two flutes; the highest bite is 0.1905 mm, that is 6,477 mm/min."""
    numbers = {key.replace("__", "."): value for key, value in context.items()}
    base = {"machine.max_feed_rate_mm_per_min": 90_000.0, "machine.lateral_force_limit_n": 1e5}
    score = assess(FeedLimits(), situation(catalogue, {**WINDOW, **base, **numbers})).score
    assert score is not None
    return score


@pytest.mark.parametrize(
    ("share_of_bite", "score"),
    [(0.8, 100.0), (0.9, 90.0), (1.0, 80.0), (1.5, 65.0), (2.0, 50.0), (4.0, 20.0), (6.0, 20.0)],
)
def test_a_plunge_has_a_highest_bite(catalogue: Catalogue, share_of_bite: float, score: float) -> None:
    rate = share_of_bite * 0.1905 * 34_000
    found = plunging(catalogue, cut__plunge_rate_mm_per_min=rate, cut__feed_rate_mm_per_min=50_000.0)
    assert found == pytest.approx(score)


def test_bone_and_shell_bear_twice_their_bite_in_a_plunge(catalogue: Catalogue) -> None:
    plunge = {"cut__plunge_rate_mm_per_min": 2 * 0.1905 * 34_000, "cut__feed_rate_mm_per_min": 50_000.0}
    assert plunging(catalogue, material__material_id="bone", **plunge) == pytest.approx(80.0)


@pytest.mark.parametrize(("share_of_feed", "score"), [(1.0, 100.0), (1.1, 80.0), (2.0, 60.0), (3.0, 60.0)])
def test_a_plunge_faster_than_the_feed_needs_review(catalogue: Catalogue, share_of_feed: float, score: float) -> None:
    found = plunging(catalogue, cut__feed_rate_mm_per_min=1_500.0, cut__plunge_rate_mm_per_min=share_of_feed * 1_500.0)
    assert found == pytest.approx(score)


def test_half_the_feed_is_an_ordinary_plunge(catalogue: Catalogue) -> None:
    assert plunging(catalogue, cut__feed_rate_mm_per_min=1_750.0, cut__plunge_rate_mm_per_min=875.0) == 100.0


def test_a_tool_that_does_not_cut_over_its_centre_must_not_plunge(catalogue: Catalogue) -> None:
    blunt = {**WINDOW, "tool.center_cutting": False}
    assessment = assess(FeedLimits(), situation(catalogue, blunt))
    assert (assessment.score, assessment.risk) == (0.0, RiskLevel.RED)
    assert "must not plunge" in assessment.finding
    ramped = {**blunt, "cut.plunge_rate_mm_per_min": REMOVED}
    assert assess(FeedLimits(), situation(catalogue, ramped)).risk is RiskLevel.GREEN


def test_the_advised_plunge_is_green(catalogue: Catalogue) -> None:
    fast = {**WINDOW, "cut.plunge_rate_mm_per_min": 4_000.0}
    plunge = assess(FeedLimits(), situation(catalogue, fast)).recommendations[0].suggested_value
    again = assess(FeedLimits(), situation(catalogue, {**WINDOW, "cut.plunge_rate_mm_per_min": plunge}))
    assert again.risk is RiskLevel.GREEN


def test_rules_without_their_number_are_left_out_and_asked_for(catalogue: Catalogue) -> None:
    bare = {**WINDOW, "cut.plunge_rate_mm_per_min": REMOVED}
    looked_at = situation(catalogue, bare)
    nothing = looked_at.context.machine.model_copy(update={"max_feed_rate_mm_per_min": None})
    silent = situation(
        catalogue,
        {**bare, "machine": nothing.model_dump(exclude_none=True, exclude={"machine_id"}), "machine.machine_id": ""},
    )
    assessment = assess(FeedLimits(), silent)
    assert assessment.risk is RiskLevel.GREEN
    assert {question.subject for question in assessment.questions} == {
        "context.machine.max_feed_rate_mm_per_min",
        "context.cut.plunge_rate_mm_per_min",
    }


@pytest.mark.parametrize(("feed", "risk"), [(1_500.0, RiskLevel.GREEN), (60_000.0, RiskLevel.RED)])
def test_by_hand_the_push_is_what_counts(catalogue: Catalogue, feed: float, risk: RiskLevel) -> None:
    by_hand = {
        "machine.hand_feed": True,
        "material.material_id": "maple_hard",
        "tool.tool_id": "end_mill_12700",
        "tool.center_cutting": False,
        "cut.axial_depth_mm": 6.0,
        "cut.radial_width_mm": 12.7,
        "cut.feed_rate_mm_per_min": feed,
    }
    assessment = assess(FeedLimits(), situation(catalogue, by_hand))
    push = next(item for item in assessment.details if item.name == "mean_force")
    assert push.limit == 150.0
    assert assessment.utilization == push.value / 150.0
    assert (assessment.risk, assessment.grade) == (risk, Grade.D)


def test_blades_have_no_feed_limits_of_an_axis(catalogue: Catalogue) -> None:
    assert not FeedLimits().applies(situation(catalogue, SAW, design=SAW_CUT))


def test_the_utilization_is_that_of_the_scarcer_of_feed_and_force(catalogue: Catalogue) -> None:
    fast = assess(FeedLimits(), situation(catalogue, {**WINDOW, "cut.feed_rate_mm_per_min": 4_000.0}))
    assert fast.utilization == pytest.approx(0.8 * 4_000 / 5_000)
    weak = assess(FeedLimits(), situation(catalogue, {**WINDOW, "machine.lateral_force_limit_n": 3.0}))
    force = next(item.value for item in weak.details if item.name == "mean_force")
    assert weak.utilization == pytest.approx(force / 3.0)


def test_the_advised_plunge_is_the_bite_of_the_tool_or_the_feed(catalogue: Catalogue) -> None:
    base = {**WINDOW, "machine.max_feed_rate_mm_per_min": 90_000.0, "machine.lateral_force_limit_n": 1e5}
    by_bite = {**base, "cut.feed_rate_mm_per_min": 50_000.0, "cut.plunge_rate_mm_per_min": 12_000.0}
    by_feed = {**base, "cut.feed_rate_mm_per_min": 2_000.0, "cut.plunge_rate_mm_per_min": 5_000.0}
    for context, slower in ((by_bite, 0.1905 * 34_000), (by_feed, 2_000.0)):
        advice = assess(FeedLimits(), situation(catalogue, context)).recommendations[0]
        assert advice.suggested_value == pytest.approx(0.999 * slower)


def test_beyond_what_the_axes_do_a_pass_and_a_feed_within_it_are_advised(catalogue: Catalogue) -> None:
    heavy = {"machine.lateral_force_limit_n": 5.0, "cut.axial_depth_mm": 1.2}
    fast = {"machine.max_feed_rate_mm_per_min": 600.0, "cut.feed_rate_mm_per_min": 1_200.0}
    for context, field in ((heavy, "cut.axial_depth_mm"), (fast, "cut.feed_rate_mm_per_min")):
        asked = situation(catalogue, context)
        assert assess(FeedLimits(), asked).score is not None
        (advice,) = [item for item in assess(FeedLimits(), asked).recommendations if item.field == f"context.{field}"]
        assert advice.suggested_value is not None
        followed = asked.restated({field: advice.suggested_value})
        assert 80.0 <= FeedLimits().score(followed) <= 100.0
