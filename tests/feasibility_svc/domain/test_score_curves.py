import pytest
from hypothesis import given
from hypothesis import strategies as st

from feasibility_svc.domain.scoring import score_curves
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

RATIOS = st.floats(0, 5, allow_nan=False)


@given(RATIOS, RATIOS)
def test_a_higher_demand_never_scores_better(first: float, second: float) -> None:
    lower, higher = sorted((first, second))
    assert score_curves.one_sided(higher) <= score_curves.one_sided(lower)


@given(RATIOS)
def test_scores_stay_between_0_and_100(ratio: float) -> None:
    assert 0 <= score_curves.one_sided(ratio) <= 100


@pytest.mark.parametrize("node", [0.6, 0.8, 1.0, 1.5])
def test_one_sided_is_continuous_at_its_nodes(node: float) -> None:
    assert abs(score_curves.one_sided(node - 1e-12) - score_curves.one_sided(node + 1e-12)) < 1e-9


@verdict_examples("V0_maps")
def test_maps_give_the_worked_examples(example: Numbers) -> None:
    given = example["inputs"]
    score = (
        score_curves.with_spread(given["u"], spread=given["w"])
        if "w" in given
        else score_curves.speed_limit(given["u"])
    )
    assert score == pytest.approx(example["expected"]["score"], rel=1e-9)


@given(RATIOS)
def test_a_limit_known_exactly_scores_as_the_one_sided_map(ratio: float) -> None:
    assert score_curves.with_spread(ratio, spread=1.0) == score_curves.one_sided(ratio)


@given(RATIOS, RATIOS)
def test_a_higher_demand_never_scores_better_whatever_the_spread(first: float, second: float) -> None:
    lower, higher = sorted((first, second))
    for score in (
        lambda ratio: score_curves.with_spread(ratio, spread=1.6),
        score_curves.advisory,
        score_curves.speed_limit,
    ):
        assert score(higher) <= score(lower)
    assert score_curves.whirl(higher) >= score_curves.whirl(lower)


@given(st.floats(1.0, 100.0))
def test_a_limit_of_quality_never_makes_a_cut_red(ratio: float) -> None:
    assert score_curves.advisory(ratio) == 50.0


@pytest.mark.parametrize("node", [0.85, 0.95, 1.0, 1.05])
def test_a_speed_limit_has_no_step(node: float) -> None:
    assert abs(score_curves.speed_limit(node - 1e-12) - score_curves.speed_limit(node + 1e-12)) < 1e-6


@pytest.mark.parametrize(("ratio", "utilization"), [(0.25, 0.425), (0.55, 0.9), (0.7, 0.98333333333333333), (3.0, 1.1)])
def test_whirl_is_linear_between_its_nodes(ratio: float, utilization: float) -> None:
    assert score_curves.whirl(ratio) == pytest.approx(utilization, rel=1e-12)
