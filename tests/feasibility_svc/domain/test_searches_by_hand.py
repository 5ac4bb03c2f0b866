"""What a search tries and prefers, how scores react, and what an explanation says, of numbers made up for it."""

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice import setup_search
from feasibility_svc.domain.advice.change import FieldChange, SetupChange
from feasibility_svc.domain.advice.explanation import Request, explain
from feasibility_svc.domain.advice.screen import COLUMNS, fitted, paragraph
from feasibility_svc.domain.advice.sensitivity import sensitivities
from feasibility_svc.domain.advice.setup_search import BITES, Setup, _Box, _ranked, search_setups
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.assessment import Assessment, Quantity, Recommendation
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel
from feasibility_svc.domain.search.sweep import Scored
from feasibility_svc.domain.verdict.aggregation import ranks_of, tabulate
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation
from tests.feasibility_svc.domain.test_advice_by_hand import advice_of, assessed, report_of

GREEN, YELLOW = RiskLevel.GREEN, RiskLevel.YELLOW
SPEED, FEED, DEPTH = "cut.spindle_speed_rpm", "cut.feed_rate_mm_per_min", "cut.axial_depth_mm"
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


def test_changes_are_counted_up_and_down(catalogue: Catalogue) -> None:
    assert box(catalogue, [900.0, 1_000.0, 1_100.0]).changes.tolist() == [1, 0, 1]
    nameless = _Box(situation(catalogue, {FEED: REMOVED}), {FEED: np.array([1.0, 2.0])}, np.array([True, True]))
    assert nameless.changes.tolist() == [1, 1]


def test_the_present_feed_is_kept_in_the_box_and_none_is_made_up(catalogue: Catalogue) -> None:
    present = _Box.around(situation(catalogue))
    assert np.mean(present.usual) == pytest.approx(2 / 6)
    assert np.sum(present.rows[FEED] == 1_750.0) >= present.count / 6
    none = _Box.around(situation(catalogue, {FEED: REMOVED}))
    assert np.mean(none.usual) == pytest.approx(1 / 5)
    assert np.min(none.rows[FEED]) >= 10.0


def test_a_blade_removes_its_kerf(catalogue: Catalogue) -> None:
    sawn = situation(catalogue, {**SAW, "tool.kerf_mm": 3.0}, design=SAW_CUT)
    rows = {SPEED: np.array([4_000.0]), FEED: np.array([1_000.0])}
    assert _Box(sawn, rows, np.array([True])).removal_rates.tolist() == [1_000.0 * 3.0 * 20.0]


def test_a_dull_edge_is_never_green_whatever_is_set(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_search, "SPEED_COUNT", 3)
    monkeypatch.setattr(setup_search, "MOST_PASSES", 2)
    dull = {"tool.wear": "DULL", "machine.machine_id": REMOVED, "machine.max_spindle_speed_rpm": 24_000.0}
    power = {"machine.spindle_power_w": 900.0, "machine.spindle_rated_speed_rpm": 24_000.0}
    found = search_setups(baseline_engine(), situation(catalogue, {**dull, **power}))
    assert found.setup is None
    assert Category.HEAT in found.never_green


class Reacting(OfEveryOperation):
    def __init__(self, category: Category, score: Callable[[Any, Any], Any]) -> None:
        self.profile = Profile(category, 1.0, mandatory=True, description="")
        self._score = score

    def score(self, situation: Situation) -> Any:
        speed, feed = situation.need(SPEED, FEED)
        return self._score(np.log(np.asarray(speed) / 17_000.0), np.log(np.asarray(feed) / 1_750.0))

    def assess(self, situation: Situation) -> Assessment:
        return assessed(self.profile.category, float(self.score(situation)))


def kink(below: float, above: float) -> Callable[[Any, Any], Any]:
    return lambda _, feed: 50.0 + np.where(feed < 0, below, above) * feed


def test_scores_react_by_the_gentler_side_of_a_kink_and_by_the_mean_of_a_smooth_slope(catalogue: Catalogue) -> None:
    dimensions = [
        Reacting(Category.CHIPLOAD, lambda speed, feed: 50.0 - 5.0 * speed + 10.0 * feed),
        Reacting(Category.HEAT, kink(2.0, 3.9)),
        Reacting(Category.DEFLECTION, kink(4.0, 1.0)),
        Reacting(Category.RIMSPEED, kink(2.0, -2.01)),
        Reacting(Category.GEOMETRY, lambda speed, _: 50.0 + 0.5 * speed),
    ]
    engine = DimensionEngine(engine_id="t", version="1", description="", dimensions=dimensions)
    found = sensitivities(engine, situation(catalogue))
    told: Any = {
        category: [(key, pytest.approx(slope, rel=1e-3)) for key, slope in moved] for category, moved in found.items()
    }
    assert told == {
        Category.CHIPLOAD: [(FEED, 10.0), (SPEED, -5.0)],
        Category.HEAT: [(FEED, 2.0)],
        Category.DEFLECTION: [(FEED, 1.0)],
        Category.RIMSPEED: [(FEED, 2.0)],
        Category.GEOMETRY: [(SPEED, 0.5)],
    }


def explained(*items: Assessment, risk: RiskLevel = YELLOW, sources: bool = False, **more: Any) -> str:
    advised = more.pop("advised", ())
    report = report_of(risk, *items, advised=advised)
    return explain(advice_of(report, **more), [], Request("", "0" * 64, "METRIC", with_sources=sources)).text


BINDING = assessed(Category.HEAT, 60.0)


def test_other_dimensions_are_told_worst_first_and_perfect_ones_not_at_all() -> None:
    others = [
        assessed(Category.RIMSPEED, 100.0),
        assessed(Category.GEOMETRY, 99.5),
        assessed(Category.CHIPLOAD, 90.0),
        assessed(Category.DEFLECTION, 70.0),
    ]
    lines = [line.strip() for line in explained(BINDING, *others, sensitivities={}).splitlines()]
    told = [line.split(":")[0] for line in lines if line.startswith(("GREEN ", "YELLOW "))]
    assert told == ["YELLOW 70, the deflection of the tool", "GREEN 90, the chip load", "GREEN 100, the geometry"]


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (12.3, "raises the score by 1.2 points"),
        (0.5, "raises the score by 0.05 points"),
        (-0.5, "lowers the score by 0.05 points"),
    ],
)
def test_what_moves_a_score_most_is_told_in_points_for_a_tenth(slope: float, said: str) -> None:
    moved = {Category.HEAT: [(FEED, slope), (SPEED, 0.1)]}
    text = " ".join(explained(BINDING, sensitivities=moved).split())
    assert f"It reacts most to the feed: a tenth more {said}." in text


def test_warnings_of_what_decides_are_told_once_and_only_where_something_is_wrong() -> None:
    warned = assessed(Category.HEAT, 60.0, "made it hot", warnings=["a first", "made it hot", "z last"])
    text = explained(warned)
    assert (text.count("a first"), text.count("z last"), text.count("made it hot")) == (1, 1, 1)
    fine = explained(assessed(Category.HEAT, 90.0, "cool", warnings=["a first"]), risk=GREEN)
    assert "a first" not in fine


def test_what_dimensions_propose_beyond_settings_is_told_but_for_the_hand() -> None:
    def propose(category: Category, text: str) -> Recommendation:
        return Recommendation(category, "design.x.y_mm", None, 1.0, "mm", text, resulting_risk=GREEN)

    advised = [
        propose(Category.CHIPLOAD, "first thing"),
        propose(Category.HAND, "second thing"),
        propose(Category.RIMSPEED, "third thing"),
    ]
    text = explained(BINDING, advised=advised)
    assert "To GREEN: first thing." in text
    assert "To GREEN: third thing." in text
    assert "second thing" not in text


def test_sources_are_told_only_where_there_is_one() -> None:
    details = [Quantity("peak_force", 1.0, "N", None, "a book"), Quantity("mean_force", 1.0, "N", None, "")]
    text = explained(assessed(Category.HEAT, 60.0, details=details), sources=True)
    assert "peak force: a book" in text
    assert "mean force" not in text


def test_six_sources_are_told_at_most() -> None:
    details = [Quantity(f"number_{place}", 1.0, "N", None, f"book {place}") for place in range(9)]
    text = explained(assessed(Category.HEAT, 60.0, details=details), sources=True)
    assert [place for place in range(9) if f"book {place}" in text] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("category", "grade", "estimate"),
    [
        (Category.HEAT, Grade.D, True),
        (Category.HEAT, Grade.C, False),
        (Category.HEAT, Grade.A, False),
        (Category.GEOMETRY, Grade.D, False),
    ],
)
def test_what_is_computed_of_assumptions_is_an_estimate(category: Category, grade: Grade, estimate: bool) -> None:
    text = explained(assessed(category, 60.0, "so it is", grade=grade))
    assert ("so it is (an estimate)." in text) is estimate


@pytest.mark.parametrize(
    ("ratio", "end"),
    [(2.0, "feed 1000 mm/min (now 900 mm/min); takes 100 % longer."), (1.0, "feed 1000 mm/min (now 900 mm/min).")],
)
def test_the_price_of_a_change_stands_behind_it(ratio: float, end: str) -> None:
    change = SetupChange([FieldChange(FEED, 900.0, 1_000.0, "mm/min")], GREEN, 90.0, ratio, [])
    text = " ".join(explained(BINDING, single_changes=[change]).split())
    assert f"To GREEN: {end}" in text


@pytest.mark.parametrize("length", [229, 230, 231, 400])
def test_a_summary_has_230_characters_at_most(length: int) -> None:
    opening = len(explain_summary(""))
    summary = explain_summary("x" * (length - opening))
    assert len(summary) == min(length, 230)
    assert summary.endswith("…") is (length > 230)


def explain_summary(finding: str) -> str:
    report = report_of(YELLOW, assessed(Category.HEAT, 60.0, finding))
    return explain(advice_of(report), [], Request("", "0" * 64, "METRIC")).summary


def test_eighty_columns_are_used_to_the_last() -> None:
    assert COLUMNS == 80
    assert paragraph("x" * 39 + " " + "y" * 40) == ["x" * 39 + " " + "y" * 40]


def test_a_sentence_of_two_lines_does_not_fit_into_one() -> None:
    section = fitted("Why", ["word " * 25], 1)
    assert section is not None
    assert len(section.on_screen) == 2


@pytest.mark.parametrize("most", [1, 2, 3, 5])
@pytest.mark.parametrize("letters", [1, 4, 7, 8])
def test_a_sentence_that_is_cut_short_fills_its_lines_and_no_more(most: int, letters: int) -> None:
    section = fitted("Why", [f"{'a' * letters} " * 400, "never"], most)
    assert section is not None
    assert most <= len(section.on_screen) <= most + 1
    assert "never" not in section.lines[0]


def test_later_lines_of_a_sentence_are_indented_further() -> None:
    section = fitted("Why", ["word " * 25], 3)
    assert section is not None
    assert [len(line) - len(line.lstrip()) for line in section.on_screen] == [0, 2, 4]


FASTER = FieldChange(FEED, 900.0, 1_000.0, "mm/min")


def test_of_changes_that_lead_out_of_red_those_to_yellow_are_told_as_such() -> None:
    report = report_of(RiskLevel.RED, assessed(Category.HEAT, 10.0))
    to_yellow = [SetupChange([FASTER], level, 60.0, 1.0, []) for level in (YELLOW, GREEN)]
    text = explain(advice_of(report), to_yellow, Request("", "0" * 64, "METRIC")).text
    assert text.count("To YELLOW: feed 1000 mm/min") == 1


@pytest.mark.parametrize(("now_s", "then_s", "told"), [(10.0, 5.0, True), (10.0, 20.0, False), (None, 5.0, False)])
def test_a_green_setup_is_told_of_one_that_takes_less_time(now_s: float | None, then_s: float, told: bool) -> None:
    setup = Setup([FASTER], GREEN, 90.0, 1.0, then_s)
    fine = assessed(Category.HEAT, 90.0)
    text = " ".join(explained(fine, risk=GREEN, setup=setup, present_cut_time_s=now_s).split())
    said = "Also GREEN: feed 1000 mm/min (now 900 mm/min); takes 50 % less time."
    assert (said in text) is told
    assert ("Also GREEN" in text) is told


def test_other_tools_are_told_with_their_setups() -> None:
    setup = Setup([FASTER], GREEN, 90.0, 1.0, 5.0)
    text = " ".join(explained(BINDING, tool_changes=[("end_mill_9", setup)]).split())
    assert "To GREEN with the tool end_mill_9: feed 1000 mm/min (now 900 mm/min)." in text
