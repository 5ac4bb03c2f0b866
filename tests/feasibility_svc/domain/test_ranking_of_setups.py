"""Which of the setups that a search tries it prefers, of times and scores made up for it."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from feasibility_svc.domain.advice.setup_search import BITES, _Box, _ranked
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.levels import Category
from feasibility_svc.domain.search.sweep import Scored
from feasibility_svc.domain.verdict.aggregation import ranks_of, tabulate
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import FEED, SPEED, situation

PROFILES = [Profile(one, 1.0, mandatory=True, description="") for one in (Category.HEAT, Category.CHIPLOAD)]


def test_bites_are_tried_from_a_half_to_twice_the_usual_one() -> None:
    tried = sorted(BITES)
    assert (tried[0], tried[-1]) == (0.5, 2.0)
    assert [1.3 < after / before < 1.5 for before, after in pairwise(tried)] == [True] * 4


def box(catalogue: Catalogue, feeds: list[float], *, unusual: tuple[int, ...] = (), top: float = 5_000.0) -> _Box:
    """Rows that differ in their feed; the present one is 1,000 mm/min."""
    machine = {"machine.machine_id": REMOVED, "machine.max_feed_rate_mm_per_min": top or REMOVED, FEED: 1_000.0}
    rows = {SPEED: np.full(len(feeds), 17_000.0), FEED: np.array(feeds)}
    usual = np.array([place not in unusual for place in range(len(feeds))])
    return _Box(situation(catalogue, machine), rows, usual)


def order(given: _Box, times: list[float], heat: list[float], chip: list[float] | None = None) -> list[int]:
    scores = np.array([heat, chip or [100.0] * len(heat)])
    scored = Scored(tabulate(scores, ranks_of(scores), PROFILES), np.array(times), None, None)
    return _ranked(SimpleNamespace(profiles=PROFILES), given, scored)


def test_the_easy_ones_come_first_then_the_quick_ones(catalogue: Catalogue) -> None:
    feeds = [1_100.0, 1_200.0, 1_300.0, 1_400.0]
    assert order(box(catalogue, feeds), [4.0, 3.0, 2.0, 1.0], [100.0, 100.0, 99.5, 90.0]) == [1, 0, 3, 2]
    assert order(box(catalogue, feeds), [4.0, 3.0, 2.0, 1.0], [100.0] * 4, [90.0, 90.0, 60.0, 90.0]) == [3, 1, 0]
    fast = [1_100.0, 3_000.0, 3_050.0, 4_000.0]
    assert order(box(catalogue, fast), [4.0, 3.0, 2.0, 1.0], [100.0] * 4) == [1, 0, 3, 2]
    assert order(box(catalogue, fast, unusual=(1,)), [4.0, 3.0, 2.0, 1.0], [100.0] * 4) == [0, 3, 2, 1]


def test_what_is_green_as_it_is_gives_way_only_to_what_is_much_faster(catalogue: Catalogue) -> None:
    feeds = [1_000.0, 1_100.0, 1_200.0, 1_300.0, 1_400.0]
    assert order(box(catalogue, feeds), [100.0, 84.0, 85.0, 90.0, 200.0], [90.0, 100.0, 100.0, 100.0, 100.0]) == [1]
    assert order(box(catalogue, feeds), [100.0, 86.0, 85.0, 90.0, 200.0], [100.0] * 5) == [0]
    assert order(box(catalogue, feeds, unusual=(1,)), [100.0, 50.0, 90.0, 90.0, 90.0], [100.0] * 5) == [0]
    assert order(box(catalogue, feeds), [100.0, 50.0, 60.0, 90.0, 90.0], [100.0, 90.0, 100.0, 100.0, 100.0]) == [2]


def test_a_dozen_rows_are_looked_at_within_their_tolerances(catalogue: Catalogue) -> None:
    feeds = [1_100.0 + step for step in range(20)]
    assert order(box(catalogue, feeds), [1.0] * 20, [100.0] * 20) == list(range(12))


def test_a_feed_beyond_sixty_percent_of_the_highest_is_fast(catalogue: Catalogue) -> None:
    feeds = [2_999.0, 3_000.0, 3_001.0]
    assert box(catalogue, feeds).fast.tolist() == [False, False, True]
    assert box(catalogue, feeds, top=0.0).fast.tolist() == [False] * 3


def test_the_present_feed_is_kept_in_the_box_and_none_is_made_up(catalogue: Catalogue) -> None:
    present = _Box.around(situation(catalogue))
    assert np.mean(present.usual) == pytest.approx(2 / 6)
    assert np.sum(present.rows[FEED] == 1_750.0) >= present.count / 6
    none = _Box.around(situation(catalogue, {FEED: REMOVED}))
    assert np.mean(none.usual) == pytest.approx(1 / 5)
    assert np.min(none.rows[FEED]) >= 10.0
