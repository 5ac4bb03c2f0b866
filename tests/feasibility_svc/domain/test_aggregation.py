import pytest
from hypothesis import given
from hypothesis import strategies as st

from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of, worst
from feasibility_svc.domain.verdict.aggregation import aggregate

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
        ([100, 100, 100, 100, None, 100, 100], RiskLevel.UNKNOWN, 79.0),
        ([100, 100, 100, 100, 100, 60, 100], RiskLevel.YELLOW, 79.0),
    ],
)
def test_the_worst_dimension_caps_the_score(scores: list[float | None], risk: RiskLevel, highest: float) -> None:
    verdict = verdict_of(scores)
    assert (verdict.risk, verdict.score) == (risk, highest)


def test_red_outranks_unknown() -> None:
    assert verdict_of([10, None, 100, 100, 100, 100, 100]).risk is RiskLevel.RED


def test_ties_are_broken_by_the_fixed_order() -> None:
    assert verdict_of([100, 60, 60, 100, 100, 100, 100]).binding is Category.HEAT


def test_an_optional_unknown_needs_review() -> None:
    optional = [
        Profile(category=item.category, weight=item.weight, mandatory=False, description="") for item in PROFILES
    ]
    verdict = verdict_of([100, 100, 100, 100, 100, 100, None], optional)
    assert verdict.risk is RiskLevel.YELLOW
    assert verdict.needs_review


def test_a_low_score_needs_review() -> None:
    assert verdict_of([60.0] * 7).needs_review
    assert not verdict_of([90.0] * 7).needs_review
