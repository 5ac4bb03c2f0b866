from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.assessment import Assessment, UnknownKind, UnknownReason, not_assessed
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of, worst
from feasibility_svc.domain.verdict.aggregation import FAILED, LEVELS, aggregate, ranks_of, tabulate
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

CATEGORIES = list(Category)[:7]
WEIGHTS = (0.30, 0.25, 0.20, 0.15, 0.10, 0.0, 0.0)
PROFILES = [
    Profile(category=category, weight=weight, mandatory=True, description="")
    for category, weight in zip(CATEGORIES, WEIGHTS, strict=True)
]
SCORES = st.one_of(st.none(), st.floats(0, 100))


def assessment(category: Category, score: float | None) -> Assessment:
    risk = RiskLevel.UNKNOWN if score is None else level_of(score)
    return Assessment(category, score, risk, "", Grade.A)


def verdict_of(scores: list[float | None], profiles: list[Profile] = PROFILES):  # type: ignore[no-untyped-def]
    return aggregate([assessment(*pair) for pair in zip(CATEGORIES, scores, strict=True)], profiles)


@given(st.lists(SCORES, min_size=7, max_size=7))
def test_anything_unknown_is_never_green(scores: list[float | None]) -> None:
    verdict = verdict_of(scores)
    if None in scores:
        assert verdict.risk is not RiskLevel.GREEN
        assert not verdict.is_feasible
    if verdict.risk is RiskLevel.GREEN:
        assert all(score is not None and score >= 80 for score in scores)


def test_everything_unknown_is_unknown_without_a_score() -> None:
    verdict = verdict_of([None] * 7)
    assert verdict.risk is RiskLevel.UNKNOWN
    assert verdict.score is None
    assert not verdict.is_feasible


def test_no_assessment_at_all_is_unknown() -> None:
    assert worst([]) is RiskLevel.UNKNOWN


def test_the_score_is_the_weighted_mean_of_the_known() -> None:
    assert verdict_of([100, 80, 100, 100, 100, 100, 100]).score == pytest.approx(95.0)


@pytest.mark.parametrize(
    ("scores", "risk", "highest"),
    [
        ([100, 100, 100, 100, 100, 10, 100], RiskLevel.RED, 49.0),
        ([100, 100, 100, 100, None, 100, 100], RiskLevel.UNKNOWN, None),
        ([100, 100, 100, 100, 100, 60, 100], RiskLevel.YELLOW, 79.0),
    ],
)
def test_the_worst_dimension_caps_the_score(scores: list[float | None], risk: RiskLevel, highest: float | None) -> None:
    verdict = verdict_of(scores)
    assert (verdict.risk, verdict.score) == (risk, highest)


def test_red_outranks_unknown() -> None:
    assert verdict_of([10, None, 100, 100, 100, 100, 100]).risk is RiskLevel.RED


def test_ties_are_broken_by_the_fixed_order() -> None:
    assert verdict_of([100, 60, 60, 100, 100, 100, 100]).binding is Category.HEAT


@pytest.mark.parametrize(("needs_review", "risk"), [(True, RiskLevel.YELLOW), (False, RiskLevel.GREEN)])
def test_an_unknown_that_need_not_be_known_asks_for_review_or_does_not_count(
    needs_review: bool, risk: RiskLevel
) -> None:
    optional = [replace(item, mandatory=False, needs_review=needs_review) for item in PROFILES]
    verdict = verdict_of([100, 100, 100, 100, 100, 100, None], optional)
    assert verdict.risk is risk
    assert verdict.needs_review is needs_review
    assert verdict.binding is (CATEGORIES[6] if needs_review else CATEGORIES[0])


def test_what_failed_to_be_computed_is_unknown_whether_it_need_be_known_or_not() -> None:
    optional = [replace(item, mandatory=False) for item in PROFILES]
    reason = UnknownReason(UnknownKind.FAILED, "heat", "heat could not be computed")
    items = [assessment(category, 100.0) for category in CATEGORIES[:-1]]
    items.append(not_assessed(CATEGORIES[-1], [reason]))
    assert aggregate(items, optional).risk is RiskLevel.UNKNOWN
    scores = np.array([*[100.0] * 6, FAILED]).reshape(-1, 1)
    assert LEVELS[int(tabulate(scores, ranks_of(scores), optional).ranks[0])] is RiskLevel.UNKNOWN


@verdict_examples("V1_overall")
def test_overall_score_level_and_binding_dimension(example: Numbers) -> None:
    given, expected = example["inputs"]["scores"], example["expected"]
    profiles = [dimension.profile for dimension in baseline_engine().dimensions if dimension.profile.category in given]
    profiles += [
        Profile(category=Category(name), weight=0.0, mandatory=False, description="")
        for name in given
        if name not in {profile.category for profile in profiles}
    ]
    profiles.sort(key=lambda profile: list(Category).index(profile.category))
    verdict = aggregate([assessment(profile.category, given[profile.category]) for profile in profiles], profiles)
    score = expected["overall_score"]
    assert verdict.score == (None if score is None else pytest.approx(score, rel=1e-9))
    assert (verdict.risk.value, verdict.binding.value) == (expected["level"], expected["binding"])
    scores: Any = np.array(
        [[np.nan if given[profile.category] is None else given[profile.category]] for profile in profiles]
    )
    table = tabulate(scores, ranks_of(scores), profiles)
    assert LEVELS[int(table.ranks[0])] is verdict.risk
    assert profiles[int(table.binding[0])].category is verdict.binding
    assert np.isnan(table.scores[0]) if verdict.score is None else table.scores[0] == verdict.score


def test_a_low_score_needs_review() -> None:
    assert verdict_of([60.0] * 7).needs_review
    assert not verdict_of([90.0] * 7).needs_review


def test_levels_of_a_table_turn_at_50_and_80() -> None:
    ranks = ranks_of(np.array([0.0, 49.999, 50.0, 79.999, 80.0, 100.0]))
    assert [LEVELS[rank].value for rank in ranks] == ["RED", "RED", "YELLOW", "YELLOW", "GREEN", "GREEN"]
