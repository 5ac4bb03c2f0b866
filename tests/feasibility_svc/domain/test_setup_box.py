"""What a search for setups looks through, and which of several GREEN setups it proposes."""

from math import ceil, pi, sqrt
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.setup_search import _Box as Box
from feasibility_svc.domain.advice.setup_search import _depths as depths_of
from feasibility_svc.domain.advice.setup_search import _ranked as ranked
from feasibility_svc.domain.advice.setup_search import _speeds as speeds_of
from feasibility_svc.domain.advice.setup_search import search_setups
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.scoring.levels import Category, Grade
from feasibility_svc.domain.search.sweep import Scored
from feasibility_svc.domain.verdict.aggregation import ranks_of, tabulate
from tests.builders import REMOVED
from tests.feasibility_svc.domain.made_up import Fixed, engine_of
from tests.feasibility_svc.domain.situations import DEPTH, FEED, PLUNGE, SAW, SAW_CUT, SPEED, situation

POCKET = {"pocket": {"width_mm": 40.0, "length_mm": 80.0, "depth_mm": 10.0}}
PRO = {"machine.machine_id": "avid_pro", "stock.thickness_mm": 20.0}
PLAIN = {"machine.machine_id": REMOVED, "machine.tier": "INDUSTRIAL", "stock.thickness_mm": 20.0}


def pocket(catalogue: Catalogue, **changes: Any) -> Situation:
    return situation(
        catalogue, {**PRO, **{key.replace("__", "."): item for key, item in changes.items()}}, design=POCKET
    )


def plain(catalogue: Catalogue, **changes: Any) -> Situation:
    given = {**PLAIN, **{key.replace("__", "."): item for key, item in changes.items()}}
    return situation(catalogue, given, design=POCKET)


def test_speeds_go_from_the_lowest_to_the_highest_in_equal_ratios_rounded_down(catalogue: Catalogue) -> None:
    steps = np.floor(np.geomspace(6_000.0, 24_000.0, 24) / 100 + 1e-9) * 100
    assert list(speeds_of(pocket(catalogue))) == sorted({*steps, 17_000.0})


def test_without_a_lowest_speed_a_quarter_of_the_highest_is_the_lowest(catalogue: Catalogue) -> None:
    speeds = speeds_of(plain(catalogue, machine__max_spindle_speed_rpm=20_000.0))
    assert (speeds[0], speeds[-1]) == (5_000.0, 20_000.0)


def test_a_dial_has_its_positions(catalogue: Catalogue) -> None:
    dial = {"machine__dial_speeds_rpm": (10_000.0, 20_000.0, 40_000.0), "machine__max_spindle_speed_rpm": 20_000.0}
    assert list(speeds_of(plain(catalogue, **dial))) == [10_000.0, 17_000.0, 20_000.0]


def test_a_tool_that_may_hardly_turn_has_no_speed(catalogue: Catalogue) -> None:
    slow = pocket(catalogue, tool__marked_max_spindle_speed_rpm=50.0)
    assert list(speeds_of(slow)) == []
    assert search_setups(scoring(100.0), slow).never_green == (Category.RIMSPEED,)


def test_depths_are_those_of_equal_passes_rounded_up(catalogue: Catalogue) -> None:
    depths = list(depths_of(pocket(catalogue)))
    assert depths[-10:] == [1.0, 1.15, 1.25, 1.45, 1.7, 2.0, 2.5, 3.35, 5.0, 10.0]
    assert depths[0] == 0.25  # in 40 passes
    assert 0.65 in depths  # the present one


@pytest.mark.parametrize(
    ("changes", "deepest"),
    [
        ({"tool__flute_length_mm": 5.0}, 5.0),
        ({"tool__flute_length_mm": 4.9}, 3.35),
        ({"cut__axial_depth_mm": 10.0, "tool__flute_length_mm": 5.0}, 10.0),
        ({"cut__axial_depth_mm": 12.0, "tool__flute_length_mm": 5.0}, 5.0),
        ({"cut__axial_depth_mm": REMOVED, "tool__flute_length_mm": 5.0}, 5.0),
        ({"cut__axial_depth_mm": 7.0, "tool__flute_length_mm": 5.0}, 7.0),
    ],
)
def test_no_pass_is_deeper_than_the_flutes_but_the_present_one(
    catalogue: Catalogue, changes: dict[str, Any], deepest: float
) -> None:
    assert max(depths_of(pocket(catalogue, **changes))) == deepest


def test_tops_are_cut_half_as_deep(catalogue: Catalogue) -> None:
    rosette = situation(catalogue, {"machine.machine_id": "avid_pro", "cut.axial_depth_mm": 0.3})
    assert max(depths_of(rosette)) == 0.65  # of 1.3 mm


BARE: dict[str, Any] = {
    "machine.machine_id": REMOVED,
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 4.0,
    "tool.flute_count": 2,
    "tool.flute_length_mm": 20.0,
    "cut.radial_width_mm": 4.0,
    "stock.thickness_mm": 20.0,
}


def bare(catalogue: Catalogue, depth_mm: float = 6.0, **context: Any) -> Situation:
    given = {key.replace("__", "."): value for key, value in context.items()}
    return situation(catalogue, {**BARE, **given}, design={"profile": {"length_mm": 900.0, "depth_mm": depth_mm}})


def passes(depth_mm: float, deepest_mm: float, *present: float) -> list[float]:
    """Equal passes, rounded up to what can be set."""
    made = []
    for count in range(1, 41):
        step = 0.01 if depth_mm / count < 1 else 0.05
        made.append(round(ceil(depth_mm / count / step - 1e-9) * step, 6))
    return sorted({*(one for one in made if one <= deepest_mm), *present})


@pytest.mark.parametrize(
    ("depth_mm", "present", "thickness_mm", "expected"),
    [
        (6.0, 1.3, 20.0, passes(6.0, 4.0 / 1.5, 1.3)),  # in spruce two thirds of a diameter are usual practice
        (6.0, 6.0, 20.0, passes(6.0, 4.0 / 1.5, 6.0)),
        (6.0, 7.0, 20.0, passes(6.0, 4.0 / 1.5)),
        (6.0, REMOVED, 20.0, passes(6.0, 4.0 / 1.5)),
        (20.0, 1.3, 40.0, passes(20.0, 4.0 / 1.5, 1.3)),  # 40 passes at most
        (2.0, 0.5, 20.0, passes(2.0, 2.0, 0.5)),
        (2.0, 0.5, 4.0, passes(2.0, 1.0, 0.5)),  # of a top half the depth at most
    ],
)
def test_passes_are_equal_and_no_deeper_than_practice_goes(
    catalogue: Catalogue, depth_mm: float, present: Any, thickness_mm: float, expected: list[float]
) -> None:
    looked_at = bare(catalogue, depth_mm, cut__axial_depth_mm=present, stock__thickness_mm=thickness_mm)
    assert depths_of(looked_at).tolist() == pytest.approx(expected)


def test_no_spindle_stands_still(catalogue: Catalogue) -> None:
    assert list(speeds_of(bare(catalogue, tool__marked_max_spindle_speed_rpm=300.0))) == [100.0, 200.0]


def feeds(box: Box, speed: float, depth: float) -> list[float]:
    rows = (box.rows[SPEED] == speed) & (box.rows[DEPTH] == depth)
    return sorted(box.rows[FEED][rows])


def test_feeds_give_the_usual_bite_and_some_beside_it_and_the_present_one(catalogue: Catalogue) -> None:
    looked_at = pocket(catalogue)
    window = window_of(looked_at)
    usual = sqrt(window.low_mm * 0.5 * window.high_mm) * 17_000.0 * 2  # 1182 mm/min with two flutes
    wanted = [usual * share for share in (0.5, 0.7, 1.0, 1.4, 2.0)]
    steps = [10.0 if feed < 1_000 else 50.0 for feed in wanted]
    down = [feed - feed % step for feed, step in zip(wanted, steps, strict=True)]
    box = Box.around(looked_at)
    assert feeds(box, 17_000.0, 0.65) == pytest.approx(sorted([*down, 1_750.0]))
    assert np.count_nonzero(box.usual) * 3 == box.count  # the usual one and the present one, of six
    assert box.count == len(speeds_of(looked_at)) * len(depths_of(looked_at)) * 6


def test_no_feed_is_above_the_highest_of_the_machine(catalogue: Catalogue) -> None:
    box = Box.around(pocket(catalogue, machine__max_feed_rate_mm_per_min=2_000.0, cut__feed_rate_mm_per_min=1_200.0))
    assert feeds(box, 17_000.0, 0.65)[-1] == 2_000.0
    fast = box.fast[(box.rows[SPEED] == 17_000.0) & (box.rows[DEPTH] == 0.65)]
    at = box.rows[FEED][(box.rows[SPEED] == 17_000.0) & (box.rows[DEPTH] == 0.65)]
    assert sorted(at[fast]) == [feed for feed in sorted(at) if feed > 1_200.0]  # three fifths
    assert 1_200.0 in at


def test_the_highest_feed_is_one_that_can_be_set(catalogue: Catalogue) -> None:
    slow: dict[str, Any] = {
        "machine__max_feed_rate_mm_per_min": 777.0,
        "cut__feed_rate_mm_per_min": REMOVED,
        "cut__plunge_rate_mm_per_min": REMOVED,
    }
    assert max(Box.around(bare(catalogue, **slow)).rows[FEED]) == 770.0


def test_the_slowest_feed_is_10(catalogue: Catalogue) -> None:
    tiny = {"tool__diameter_mm": 0.2, "machine__dial_speeds_rpm": (1_000.0,), "cut__feed_rate_mm_per_min": REMOVED}
    box = Box.around(plain(catalogue, **tiny, cut__radial_width_mm=0.1, cut__spindle_speed_rpm=1_000.0))
    assert min(box.rows[FEED]) == 10.0
    assert min(box.rows[PLUNGE]) == 10.0


@pytest.mark.parametrize(
    ("by_hand", "feed", "shares"), [(False, REMOVED, 5), (False, 1_750.0, 6), (True, REMOVED, 1), (True, 1_750.0, 1)]
)
def test_a_hand_is_told_no_feed(catalogue: Catalogue, by_hand: bool, feed: Any, shares: int) -> None:
    looked_at = pocket(catalogue, machine__hand_feed=by_hand, cut__feed_rate_mm_per_min=feed)
    box = Box.around(looked_at)
    assert box.count == len(speeds_of(looked_at)) * len(depths_of(looked_at)) * shares
    assert (FEED in box.rows) is not by_hand


def test_a_plunge_faster_than_the_feed_becomes_half_of_it(catalogue: Catalogue) -> None:
    box = Box.around(pocket(catalogue, cut__plunge_rate_mm_per_min=1_150.0))
    at = (box.rows[SPEED] == 17_000.0) & (box.rows[DEPTH] == 0.65)
    plunges = dict(zip(box.rows[FEED][at], box.rows[PLUNGE][at], strict=True))
    assert (plunges[590.0], plunges[1_150.0], plunges[1_650.0]) == (290.0, 1_150.0, 1_150.0)


def test_changes_are_counted_up_and_down(catalogue: Catalogue) -> None:
    looked_at = pocket(catalogue)
    present = {SPEED: 17_000.0, FEED: 1_750.0, PLUNGE: 300.0, DEPTH: 0.65}
    values = {key: np.array([item, item * 2, item / 2, item]) for key, item in present.items()}
    values[SPEED][3] = 6_000.0
    assert list(Box(looked_at, values, np.ones(4, bool)).changes) == [0, 4, 4, 1]
    unstated = pocket(catalogue, cut__feed_rate_mm_per_min=REMOVED)
    assert list(Box(unstated, values, np.ones(4, bool)).changes) == [1, 4, 4, 2]


def test_what_is_removed_in_a_minute(catalogue: Catalogue) -> None:
    rows: Any = {SPEED: np.array([17_000.0]), FEED: np.array([1_000.0]), DEPTH: np.array([2.0])}
    narrow = Box(pocket(catalogue, cut__radial_width_mm=1.5), rows, np.ones(1, bool))
    assert narrow.removal_rates == pytest.approx([1_000.0 * 1.5 * 2.0])
    wide = Box(pocket(catalogue, cut__radial_width_mm=5.0), rows, np.ones(1, bool))
    assert wide.removal_rates == pytest.approx([1_000.0 * 3.175 * 2.0])
    saw = situation(catalogue, {**SAW, "tool.kerf_mm": 2.5}, design=SAW_CUT)
    sawn = Box(saw, {SPEED: np.array([4_000.0])}, np.ones(1, bool))
    assert sawn.removal_rates == pytest.approx([72_000.0 * 2.5 * 20.0])
    holes = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    drilled = Box(situation(catalogue, PRO, design=holes), {SPEED: np.array([4_000.0])}, np.ones(1, bool))
    assert drilled.removal_rates == pytest.approx([300.0 * pi / 4 * 3.175**2])


def scoring(*scores: float) -> DimensionEngine:
    categories = (Category.HEAT, Category.CHIPLOAD)
    return engine_of(*(Fixed(one, score, Grade.A) for one, score in zip(categories, scores, strict=False)))


def order(catalogue: Catalogue, heat: list[float], times: list[float], speeds: list[float]) -> list[int]:
    """Which rows are proposed, of which those differ from the present setup that have another speed."""
    looked_at = pocket(catalogue)
    engine = scoring(100.0)
    scores: Any = np.array([heat])
    box = Box(looked_at, {SPEED: np.array(speeds), FEED: np.full(len(speeds), 1_750.0)}, np.ones(len(speeds), bool))
    return ranked(engine, box, Scored(tabulate(scores, ranks_of(scores), engine.profiles), np.array(times), None, None))


def test_what_keeps_clear_of_every_limit_is_proposed_before_what_is_faster(catalogue: Catalogue) -> None:
    assert order(catalogue, [99.5, 100.0, 60.0], [50.0, 100.0, 10.0], [6_000.0, 6_100.0, 6_200.0]) == [1, 0]


@pytest.mark.parametrize(
    ("times", "proposed"),
    [
        ([100.0, 90.0, 80.0], [2]),
        ([100.0, 90.0, 85.0], [0]),
        ([100.0, 90.0, 84.9], [2]),
        ([100.0, 70.0, 80.0], [1, 2]),
        ([100.0, 90.0, float("nan")], [0]),
    ],
)
def test_a_green_setup_gives_way_to_one_that_takes_less_than_85_percent(
    catalogue: Catalogue, times: list[float], proposed: list[int]
) -> None:
    assert order(catalogue, [100.0, 100.0, 100.0], times, [17_000.0, 6_000.0, 6_100.0]) == proposed


def test_a_dimension_that_is_never_better_than_yellow_is_never_green(catalogue: Catalogue) -> None:
    found = search_setups(scoring(100.0, 60.0), pocket(catalogue, cut__axial_depth_mm=10.0))
    assert (found.setup, found.never_green) == (None, [Category.CHIPLOAD])
