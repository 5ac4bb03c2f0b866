"""Which changes are offered: the smallest that suffice, in numbers that can be set, of an engine made up for it."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.single_change import (
    _FACTORS,
    _SET_FACTORS,
    ChangeSearch,
    is_searched,
    words_of,
)
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.changes import (
    CUT,
    DEPTH,
    FEED,
    GREEN,
    SPEED,
    WIDTH,
    YELLOW,
    Made,
    Score,
    search,
    told,
    when,
)
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation


@pytest.mark.parametrize(
    ("key", "holds", "suggested"),
    [
        (FEED, lambda feed: feed >= 1_233.0, 1_250.0),
        (FEED, lambda feed: feed >= 5_060.0, 5_150.0),  # 5042 rounds up to 5050, 5118 to 5150
        (FEED, lambda feed: feed <= 965.0, 950.0),  # 970.5 rounds down to 970, 956.1 to 950
        (FEED, lambda feed: feed <= 800.0, 790.0),  # 810.8, 798.7
        (FEED, lambda feed: feed <= 50.0, 50.0),  # a twentieth
        (FEED, lambda feed: feed >= 19_800.0, 20_000.0),  # twentyfold
        (SPEED, lambda speed: speed <= 9_000.0, 9_000.0),
        (DEPTH, lambda depth: depth <= 0.735, 0.73),
        (DEPTH, lambda depth: depth <= 0.965, 0.95),
        (WIDTH, lambda width: width >= 2.02, 2.05),
    ],
)
def test_the_smallest_change_of_a_number_that_suffices_is_offered(
    catalogue: Catalogue, key: str, holds: Callable[[Any], Any], suggested: float
) -> None:
    (found,) = told(list(search(catalogue, when(holds, key)).numbers()))
    assert list(found) == [key]
    assert found[key] == pytest.approx(suggested, rel=1e-12)


@pytest.mark.parametrize("holds", [lambda feed: feed <= 40.0, lambda feed: feed >= 21_500.0])
def test_a_change_beyond_twentyfold_is_none(catalogue: Catalogue, holds: Callable[[Any], Any]) -> None:
    assert list(search(catalogue, when(holds, FEED)).numbers()) == []


def test_no_pass_becomes_nothing_by_rounding_down(catalogue: Catalogue) -> None:
    thin = search(catalogue, when(lambda depth: depth <= 0.004, DEPTH), cut__axial_depth_mm=0.05)
    assert list(thin.numbers()) == []


@pytest.mark.parametrize(
    ("holds", "suggested"), [(lambda feed: feed <= 904.0, 890.0), (lambda feed: feed >= 906.0, 920.0)]
)
def test_the_present_number_is_not_rounded_to_another_one(
    catalogue: Catalogue, holds: Callable[[Any], Any], suggested: float
) -> None:
    found = search(catalogue, when(holds, FEED), cut__feed_rate_mm_per_min=905.0)
    assert told(list(found.numbers())) == [{FEED: suggested}]


def test_what_is_offered_may_overshoot_by_one_and_a_half_percent(catalogue: Catalogue) -> None:
    (found,) = told(list(search(catalogue, when(lambda feed: feed >= 5_000.0, FEED)).numbers()))
    assert 5_000.0 <= float(found[FEED]) <= 5_125.0


def test_one_number_of_each_field_is_offered_and_the_cheapest_comes_first(catalogue: Catalogue) -> None:
    either: Score = lambda one: np.where(  # noqa: E731
        (np.asarray(one.find(FEED)) >= 1_500.0) | (np.asarray(one.find(DEPTH)) <= 0.5), 100.0, 60.0
    )
    found = told(search(catalogue, either).single())
    assert [list(change) for change in found] == [[FEED], [DEPTH]]  # a faster feed takes less time


def test_a_target_of_yellow_is_reached_by_what_is_yellow_or_better(catalogue: Catalogue) -> None:
    rising: Score = lambda one: np.where(np.asarray(one.find(FEED)) >= 2_000.0, 60.0, 10.0)  # noqa: E731
    assert list(search(catalogue, rising).numbers()) == []
    (change,) = search(catalogue, rising, target=YELLOW).numbers()
    assert change.risk is YELLOW
    assert change.score == 60.0


def test_a_number_nobody_knows_is_not_changed(catalogue: Catalogue) -> None:
    faster = when(lambda rate: False if rate is None else rate >= 200.0, "cut.plunge_rate_mm_per_min")
    assert told(list(search(catalogue, faster).numbers())) != []
    assert list(search(catalogue, lambda _: 60.0, cut__plunge_rate_mm_per_min=REMOVED).numbers()) == []
    wider = search(catalogue, when(lambda width: width >= 2.0, WIDTH), cut__plunge_rate_mm_per_min=REMOVED)
    assert [list(change) for change in told(list(wider.numbers()))] == [[WIDTH]]


def test_nobody_sets_the_feed_of_a_hand(catalogue: Catalogue) -> None:
    by_hand = search(catalogue, when(lambda feed: feed >= 1_200.0, FEED), machine__hand_feed=True)
    assert list(by_hand.numbers()) == []
    slower = search(catalogue, when(lambda speed: speed <= 9_000.0, SPEED), machine__hand_feed=True)
    assert [list(change) for change in told(list(slower.numbers()))] == [[SPEED]]


@pytest.mark.parametrize(
    ("present_mm", "longest_mm", "suggested"),
    [
        (20.0, 19.4, 19.0),
        (20.0, 15.0, 15.0),
        (20.0, 5.2, 5.0),
        (20.0, 4.5, None),
        (20.3, 20.2, 19.0),
        (2.0, 1.0, 1.0),
        (1.0, 0.2, None),
        (21.0, 5.2, 5.0),  # 27 twentieths less, each of what is left: 5.26 mm
    ],
)
def test_a_tool_sticks_out_less_in_half_millimetres(
    catalogue: Catalogue, present_mm: float, longest_mm: float, suggested: float | None
) -> None:
    holds = when(lambda out: out <= longest_mm, "tool.stickout_mm")
    found = told(search(catalogue, holds, tool__stickout_mm=present_mm).single())
    assert found == ([] if suggested is None else [{"tool.stickout_mm": suggested}])


@pytest.mark.parametrize(
    ("present", "most", "suggested"), [(4, 3, 3), (4, 2, 2), (4, 1, 1), (6, 5, 4), (2, 1, 1), (1, 0, None)]
)
def test_the_most_flutes_below_the_present_number_are_offered(
    catalogue: Catalogue, present: int, most: int, suggested: int | None
) -> None:
    fewer = when(lambda count: count <= most, "tool.flute_count")
    found = told(search(catalogue, fewer, tool__flute_count=present).single())
    assert found == ([] if suggested is None else [{"tool.flute_count": float(suggested)}])


def test_as_many_flutes_as_now_or_more_are_no_fewer(catalogue: Catalogue) -> None:
    assert search(catalogue, when(lambda count: count >= 3, "tool.flute_count")).single() == []
    anything = told(search(catalogue, lambda _: 100.0, tool__flute_count=4).single())
    assert [change for change in anything if "tool.flute_count" in change or not change] == [{"tool.flute_count": 3.0}]


def test_holes_are_bored_with_the_flutes_that_a_drill_has(catalogue: Catalogue) -> None:
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    engine = DimensionEngine(
        engine_id="t", version="1", description="", dimensions=[Made(when(lambda n: n <= 1, "tool.flute_count"))]
    )
    drilled = situation(catalogue, {**CUT, "tool.kind": "DRILL"}, design=hole)
    assert ChangeSearch(engine, drilled, target=GREEN).single() == []


def word(group: str, name: str, wanted: str) -> Score:
    return lambda one: 100.0 if getattr(getattr(one.context, group), name) == wanted else 60.0


@pytest.mark.parametrize(
    ("group", "name", "present", "wanted"),
    [
        ("tool", "wear", "DULL", "SHARP"),
        ("cut", "cooling", "NONE", "AIR"),
        ("cut", "direction", "CONVENTIONAL", "CLIMB"),
        ("cut", "direction", "CLIMB", "CONVENTIONAL"),
        ("tool", "flute_direction", "UP", "DOWN"),
    ],
)
def test_another_word_is_offered_where_it_suffices(
    catalogue: Catalogue, group: str, name: str, present: str, wanted: str
) -> None:
    changed: dict[str, Any] = {f"{group}__{name}": present}
    found = search(catalogue, word(group, name, wanted), **changed).single()
    assert told(found) == [{f"{group}.{name}": wanted}]
    assert [field.current for change in found for field in change.fields] == [None]


def test_of_words_that_suffice_the_first_is_offered(catalogue: Catalogue) -> None:
    cooled: Score = lambda one: 60.0 if one.context.cut.cooling == "NONE" else 100.0  # noqa: E731
    acrylic: dict[str, Any] = {"material__material_id": "acrylic", "cut__cooling": "NONE"}
    assert told(search(catalogue, cooled, **acrylic).single()) == [{"cut.cooling": "AIR"}]


def test_words_suit_the_material_and_who_holds_the_tool(catalogue: Catalogue) -> None:
    def choices(context: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(words) for _, name, words in words_of(situation(catalogue, context))}

    assert choices({})["cooling"] == ("AIR",)
    assert choices({"material.material_id": "acrylic"})["cooling"] == ("AIR", "MIST")
    assert choices({"material": {}})["cooling"] == ("AIR",)
    assert choices({})["direction"] == ("CLIMB", "CONVENTIONAL")
    assert choices({"machine.hand_feed": True})["direction"] == ("CONVENTIONAL",)


@pytest.mark.parametrize(("count", "farthest", "step"), [(1, 20.0, 1.015091), (2, 20.0, 1.105014), (3, 8.0, 1.345900)])
def test_numbers_are_looked_for_as_far_down_as_up_in_equal_ratios(count: int, farthest: float, step: float) -> None:
    factors = _FACTORS if count == 1 else _SET_FACTORS[count]
    assert (factors[0], factors[-1]) == pytest.approx((1 / farthest, farthest))
    assert factors[1:] / factors[:-1] == pytest.approx(step, rel=1e-6)


def test_of_all_that_suffice_the_smallest_is_tried_first_then_ever_larger_ones(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    looked = search(catalogue, when(lambda feed: feed > 1_000.0, FEED))
    monkeypatch.setattr(ChangeSearch, "_holds", lambda _, changed: tried.append(changed.find(FEED)))
    assert list(looked.numbers()) == []
    faster = sorted({50.0 * ceil(1_000.0 * 20.0 ** (power / 200) / 50 - 1e-9) for power in range(1, 201)})
    assert tried == pytest.approx([faster[place] for place in (0, *(2**power for power in range(7)))])


@pytest.mark.parametrize(("target", "offered"), [(GREEN, []), (YELLOW, [{FEED: 2_000.0}])])
def test_tolerances_are_asked_of_what_is_to_be_green_only(
    catalogue: Catalogue, target: RiskLevel, offered: list[dict[str, float]]
) -> None:
    def score(one: Situation) -> Any:
        sampled = one.context.uncertainty.method == "SAMPLED"
        return np.where(~sampled & (np.asarray(one.find(FEED)) >= 1_999.0), 100.0, 10.0)

    assert told(list(search(catalogue, score, target=target).numbers())) == offered


def test_only_settings_are_searched_for_here() -> None:
    assert is_searched(FEED)
    assert is_searched("tool.wear")
    assert not is_searched("tool.runout_mm")


@pytest.mark.parametrize(("key", "most"), [("tool.stickout_mm", 15.0), ("tool.flute_count", 4.0)])
def test_a_blade_is_not_let_out_less_nor_has_it_fewer_teeth(catalogue: Catalogue, key: str, most: float) -> None:
    less = [Made(when(lambda number: number <= most, key))]
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=less)
    sawn = situation(catalogue, {**SAW, "tool.stickout_mm": 20.0}, design=SAW_CUT)
    assert ChangeSearch(engine, sawn, target=GREEN).single() == []
