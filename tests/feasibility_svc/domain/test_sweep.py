"""Grids: each point as a single evaluation gives it, and what the grid says as a whole."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import DimensionEngine, Engine, StubEngine
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.search.sweep import Axis, Sweep, check_axis_count, check_grid
from feasibility_svc.domain.verdict.aggregation import LEVELS, UNSCORED
from foundation.errors import InvalidFieldsError
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.made_up import Broken
from tests.feasibility_svc.domain.situations import situation

SPEED, FEED = "context.cut.spindle_speed_rpm", "context.cut.feed_rate_mm_per_min"
DEPTH, TOOL = "context.cut.axial_depth_mm", "context.tool.tool_id"


def sweep_of(
    catalogue: Catalogue, axes: list[Axis], context: Mapping[str, Any] | None = None, engine: Engine | None = None
) -> Sweep:
    def situation_at(values: Mapping[str, Any]) -> Situation:
        stated = {key.removeprefix("context."): value for key, value in values.items()}
        return situation(catalogue, {**(context or {}), **stated})

    return Sweep(engine or baseline_engine(), axes, situation_at)


@pytest.mark.parametrize("method", ["NOMINAL", "SAMPLED"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_every_point_is_what_a_single_evaluation_gives(
    catalogue: Catalogue, method: str, order: tuple[int, ...]
) -> None:
    axes = [
        Axis(SPEED, [12_000.0, 17_000.0, 27_000.0]),
        Axis(FEED, [400.0, 1_750.0, 4_000.0]),
        Axis(TOOL, ["end_mill_3175_down", "end_mill_6350_down"]),
    ]
    context = {"uncertainty.method": method}
    sweep = sweep_of(catalogue, [axes[place] for place in order], context)
    (block,) = sweep.blocks()
    for index in range(sweep.point_count):
        values = {key.removeprefix("context."): value for key, value in sweep.values_at(index).items()}
        looked_at = situation(catalogue, {**context, **values})
        report = baseline_engine().evaluate(looked_at)
        verdict = report.verdict
        assert LEVELS[int(block.table.ranks[index])] is verdict.risk
        assert float(block.table.scores[index]) == verdict.score
        assert baseline_engine().profiles[int(block.table.binding[index])].category is verdict.binding
        assert float(block.cut_times_s[index]) == cut_time(looked_at).longest_s
        scores = {item.category: item.score for item in report.assessments}
        for row, profile in zip(block.table.dimension_scores, baseline_engine().profiles, strict=True):
            single = scores.get(profile.category)
            assert float(row[index]) == (UNSCORED if single is None else single)
    assert (block.p_green is None) == (method == "NOMINAL")


def test_the_whole_is_the_sum_of_its_points(catalogue: Catalogue) -> None:
    axes = [Axis(SPEED, list(np.linspace(10_000, 30_000, 60))), Axis(FEED, list(np.linspace(200, 5_000, 90)))]
    sweep = sweep_of(catalogue, axes)
    blocks = list(sweep.blocks())
    assert [block.first_index for block in blocks] == [0, 4_096]
    ranks = np.concatenate([block.table.ranks for block in blocks])
    times = np.concatenate([block.cut_times_s for block in blocks])
    result = sweep.result
    assert sum(result.counts.values()) == sweep.point_count == len(ranks)
    green = np.flatnonzero(ranks == 0)
    assert result.counts[RiskLevel.GREEN] == len(green) > 0
    assert result.fastest_green is not None
    assert result.fastest_green.cut_time_s == times[green].min()
    assert result.fastest_green.risk is RiskLevel.GREEN
    assert result.nearest is None
    low, high = result.green_region[FEED]
    feeds = np.array([sweep.values_at(int(index))[FEED] for index in green])
    assert (low, high) == (feeds.min(), feeds.max())
    assert result.green_share is not None
    assert 0 < result.green_share <= 1


def test_where_nothing_is_green_the_nearest_point_is_named(catalogue: Catalogue) -> None:
    sweep = sweep_of(catalogue, [Axis(FEED, [100.0, 200.0, 400.0])], {"tool.wear": "WORN"})
    list(sweep.blocks())
    result = sweep.result
    assert (result.fastest_green, result.green_region, result.green_share) == (None, {}, None)
    assert result.nearest is not None
    assert result.nearest.values == {FEED: 400.0}


def test_what_is_not_known_stays_unknown(catalogue: Catalogue) -> None:
    sweep = sweep_of(
        catalogue, [Axis(FEED, [1_000.0, 1_750.0])], {"tool.flute_count": REMOVED, "tool.tool_id": REMOVED}
    )
    list(sweep.blocks())
    assert sweep.result.counts[RiskLevel.UNKNOWN] == 2


def test_a_path_that_is_not_known_has_no_time(catalogue: Catalogue) -> None:
    def situation_at(values: Mapping[str, Any]) -> Situation:
        stated = {key.removeprefix("context."): value for key, value in values.items()}
        return situation(catalogue, stated, design={"profile": {"depth_mm": 2.0}, "part": builders.ROSETTE["part"]})

    sweep = Sweep(baseline_engine(), [Axis(FEED, [1_500.0, 1_750.0])], situation_at)
    (block,) = sweep.blocks()
    assert np.isnan(block.cut_times_s).all()
    point = sweep.result.fastest_green or sweep.result.nearest
    assert point is not None
    assert point.cut_time_s is None


def test_an_axis_of_words_has_no_extent(catalogue: Catalogue) -> None:
    sweep = sweep_of(catalogue, [Axis(TOOL, ["end_mill_3175_down"]), Axis(FEED, [1_750.0])])
    list(sweep.blocks())
    assert set(sweep.result.green_region) == {FEED}


def test_the_stub_forces_every_point(catalogue: Catalogue) -> None:
    for level in (RiskLevel.GREEN, RiskLevel.UNKNOWN, RiskLevel.ERROR):
        sweep = sweep_of(catalogue, [Axis(FEED, [1_000.0, 2_000.0])], engine=StubEngine(level))
        list(sweep.blocks())
        assert sweep.result.counts[level] == 2


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (RuntimeError("x"), RiskLevel.UNKNOWN),
        (float("nan"), RiskLevel.ERROR),
        (101.0, RiskLevel.ERROR),
        (-1.0, RiskLevel.ERROR),
        (30.0, RiskLevel.RED),
    ],
)
def test_a_dimension_that_fails_is_never_green(catalogue: Catalogue, outcome: Any, level: RiskLevel) -> None:
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Broken(outcome)])
    table = engine.table(situation(catalogue), 3)
    assert [LEVELS[int(rank)] for rank in table.ranks] == [level] * 3


def test_the_fastest_point_may_come_in_an_early_block(catalogue: Catalogue) -> None:
    axes = [Axis(FEED, list(np.linspace(1_800, 1_650, 90))), Axis(SPEED, list(np.linspace(16_500, 17_500, 60)))]
    sweep = sweep_of(catalogue, axes)
    first, second = sweep.blocks()
    assert (first.table.ranks == 0).any()
    assert (second.table.ranks == 0).any()
    best = sweep.result.fastest_green
    assert best is not None
    assert best.index < 4_096


@pytest.mark.parametrize("count", [0, 4])
def test_a_grid_has_one_to_three_axes(count: int) -> None:
    check_axis_count(3)
    with pytest.raises(InvalidFieldsError, match=f"{count} axes; 1 to 3 are allowed"):
        check_axis_count(count)


def test_a_field_is_swept_once() -> None:
    with pytest.raises(InvalidFieldsError, match="a field may be swept once"):
        check_grid([Axis(SPEED, [1.0]), Axis(SPEED, [2.0])])


def test_a_grid_has_at_most_a_million_points() -> None:
    check_grid([Axis(SPEED, [1.0] * 1_000), Axis(FEED, [1.0] * 1_000)])
    with pytest.raises(InvalidFieldsError, match="1001000 points; at most 1000000 are swept"):
        check_grid([Axis(SPEED, [1.0] * 1_001), Axis(FEED, [1.0] * 1_000)])


def test_a_grid_over_many_thicknesses_is_scored_block_by_block(catalogue: Catalogue) -> None:
    thicknesses = [20.0 + number / 100 for number in range(300)]
    sweep = sweep_of(catalogue, [Axis("context.stock.thickness_mm", thicknesses)], engine=StubEngine(RiskLevel.GREEN))
    blocks = list(sweep.blocks())
    assert len(blocks) > 1
    assert sum(len(block.cut_times_s) for block in blocks) == 300
