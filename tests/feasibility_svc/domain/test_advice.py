"""What to change: every proposal, once followed, is what it promises."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from feasibility_svc.domain.advice.advice import Advice, advise
from feasibility_svc.domain.advice.change import FieldChange, SetupChange, Shift
from feasibility_svc.domain.advice.explanation import Explanation, Request, explain
from feasibility_svc.domain.advice.sensitivity import sensitivities
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.advice.units import UnitSystem, in_units, sentence_in_units
from feasibility_svc.domain.advice.wording import CALLED, CHAINS, OPENINGS
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, fret_situation, situation
from tests.growth import TIMES, cpu_s, grows_too_fast

ENGINE = baseline_engine()
DULL_AND_SLOW = {"cut.feed_rate_mm_per_min": 400.0, "tool.wear": "DULL"}
JOBS: list[dict[str, Any]] = [
    {},
    {"cut.feed_rate_mm_per_min": 500.0},
    {"cut.feed_rate_mm_per_min": 4_800.0},
    {"cut.spindle_speed_rpm": 30_000.0},
    {"cut.axial_depth_mm": 1.3, "tool.stickout_mm": 45.0},
    {"cut.plunge_rate_mm_per_min": 2_500.0},
    DULL_AND_SLOW,
    {"machine.machine_id": "avid_pro", "cut.feed_rate_mm_per_min": 500.0},
    {"material.material_id": "maple_hard", "cut.cooling": "NONE", "cut.feed_rate_mm_per_min": 700.0},
]


def followed(looked_at: Situation, change: list[FieldChange]) -> RiskLevel:
    return ENGINE.evaluate(looked_at.restated({field.key: field.suggested for field in change})).verdict.risk


@pytest.mark.parametrize("context", JOBS, ids=str)
def test_what_is_proposed_is_green_once_followed(catalogue: Catalogue, context: dict[str, Any]) -> None:
    looked_at = situation(catalogue, context)
    advice = advise(ENGINE, looked_at)
    if advice.setup is not None:
        assert followed(looked_at, list(advice.setup.fields)) is RiskLevel.GREEN
    changes = [*advice.single_changes, *([advice.pair_change] if advice.pair_change else [])]
    for change in changes:
        assert change.risk is RiskLevel.GREEN
        assert followed(looked_at, list(change.fields)) is RiskLevel.GREEN
    assert advice.report.verdict.risk is RiskLevel.GREEN or changes or advice.setup or advice.obstacles


def test_the_fastest_setup_is_not_slower_than_a_green_one_at_hand(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue))
    assert advice.setup is not None
    assert advice.setup.cut_time_s is not None
    assert advice.present_cut_time_s is not None
    assert advice.setup.cut_time_s <= advice.present_cut_time_s
    assert advice.single_changes == []


def test_the_smallest_change_is_the_smallest(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, {"cut.plunge_rate_mm_per_min": 2_500.0})
    change = next(
        item for item in advise(ENGINE, looked_at).single_changes if item.fields[0].key == "cut.plunge_rate_mm_per_min"
    )
    suggested = change.fields[0].suggested
    assert isinstance(suggested, float)
    step_more = [replace(change.fields[0], suggested=suggested + 50.0)]
    assert followed(looked_at, step_more) is not RiskLevel.GREEN


def test_two_changes_together_where_one_is_not_enough(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, DULL_AND_SLOW))
    assert advice.single_changes == []
    assert advice.pair_change is not None
    assert len(advice.pair_change.fields) == 2


def test_another_tool_is_named_where_the_present_one_cannot(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, {"tool.flute_length_mm": 1.0}))
    assert advice.setup is None
    assert advice.tool_changes


def test_what_nothing_mends_is_said(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, {"stock.thickness_mm": 1.4}))
    assert advice.setup is None
    assert advice.single_changes == []
    assert any(item.startswith("no setting of this machine mends the geometry: ") for item in advice.obstacles)
    unknown = advise(ENGINE, situation(catalogue, {"cut.spindle_speed_rpm": REMOVED}))
    assert "state the spindle speed" in unknown.obstacles


def test_without_a_chart_nothing_is_searched(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, {"machine.machine_id": REMOVED}))
    assert advice.setup is None
    assert advise(ENGINE, situation(catalogue, base={})).present_cut_time_s is None


def test_a_spindle_that_cannot_turn_slowly_enough_has_no_setup(catalogue: Catalogue) -> None:
    marked = {"tool.marked_max_spindle_speed_rpm": 5_000.0}
    advice = advise(ENGINE, situation(catalogue, marked))
    assert advice.setup is None
    assert any("mends the rim speed" in item for item in advice.obstacles)


def test_saws_and_frets_get_advice_too(catalogue: Catalogue) -> None:
    saw = advise(ENGINE, situation(catalogue, SAW, design=SAW_CUT))
    assert {item.category for item in saw.report.assessments} <= set(saw.sensitivities)
    board = advise(ENGINE, fret_situation(catalogue))
    assert board.report.verdict.risk is RiskLevel.GREEN
    assert board.setup is not None


def test_scores_react_as_the_physics_says(catalogue: Catalogue) -> None:
    moved = sensitivities(ENGINE, situation(catalogue, {"tool.stickout_mm": 50.0}))
    (key, slope), *_ = moved[Category.DEFLECTION]
    assert (key, slope < 0) == ("tool.stickout_mm", True)
    assert moved[Category.BOM_EFFICIENCY] == []
    assert set(sensitivities(ENGINE, situation(catalogue, base={}))) == {item.category for item in ENGINE.profiles}


def test_a_change_says_its_price() -> None:
    change = SetupChange(
        [FieldChange("cut.feed_rate_mm_per_min", None, 900.0, "mm/min"), FieldChange("tool.wear", None, "SHARP", "")],
        RiskLevel.GREEN,
        91.0,
        None,
        [Shift(Category.TEAR_OUT, 100.0, 85.0)],
    )
    assert change.text == "set feed 900 mm/min and edge sharp: GREEN"
    assert replace(change, time_ratio=1.9).text.endswith("GREEN, takes 90 % longer")
    assert replace(change, time_ratio=1.04).text == change.text


def explanation_of(
    catalogue: Catalogue, context: dict[str, Any] | None = None, units: UnitSystem = "BOTH", **fields: Any
) -> tuple[Explanation, Advice]:
    looked_at = situation(catalogue, context)
    advice = advise(ENGINE, looked_at)
    to_yellow = ChangeSearch(ENGINE, looked_at, target=RiskLevel.YELLOW).single()
    request = Request(fields.pop("run_id", ""), "ab" * 32, units, **fields)
    return explain(advice, to_yellow, request), advice


def sections_of(explanation: Explanation) -> dict[str, str]:
    return {section.title: " ".join(section.lines) for section in explanation.sections}


@pytest.mark.parametrize("context", JOBS, ids=str)
def test_an_explanation_fits_a_screen_and_is_the_same_twice(catalogue: Catalogue, context: dict[str, Any]) -> None:
    explanation, advice = explanation_of(catalogue, context)
    assert explanation_of(catalogue, context)[0].text == explanation.text
    lines = explanation.text.splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 80
    assert all(section.lines for section in explanation.sections)
    assert explanation.text.startswith(advice.report.verdict.risk)
    assert explanation.text.count(explanation.summary[:40]) == 1


def test_an_explanation_names_what_decides_and_what_mends_it(catalogue: Catalogue) -> None:
    explanation, _ = explanation_of(catalogue, {"cut.feed_rate_mm_per_min": 100.0})
    assert explanation.summary.startswith("RED: do not cut this: ")
    sections = sections_of(explanation)
    assert "To GREEN: feed" in sections["What to change"]
    assert "the bite of each edge" in sections["Why"]


def test_sources_are_told_on_request_and_at_most_six(catalogue: Catalogue) -> None:
    assert "Where the numbers come from" not in sections_of(explanation_of(catalogue)[0])
    explanation, _ = explanation_of(catalogue, with_sources=True)
    (sources,) = (item for item in explanation.sections if item.title == "Where the numbers come from")
    assert 2 <= len(sources.lines) <= 7
    assert sources.lines[-1].startswith("The weakest number behind the verdict is")


def test_an_explanation_of_a_run_says_which(catalogue: Catalogue) -> None:
    last = explanation_of(catalogue, run_id="run_0123456789ab")[0].text.splitlines()[-1]
    assert last.startswith("  run run_0123456789ab, engine baseline_v")
    assert last.endswith(", inputs abababababab")


def test_units_are_those_asked_for(catalogue: Catalogue) -> None:
    context = {"cut.feed_rate_mm_per_min": 100.0}
    both, metric, inch = (explanation_of(catalogue, context, units)[0].text for units in ("BOTH", "METRIC", "INCH"))
    assert " mm/min (" in both
    assert "in/min" not in metric
    assert " mm" not in inch
    assert in_units(100.0, "mm/min", "BOTH") == "100 mm/min (3.94 in/min)"


def test_a_question_is_asked_where_nothing_can_be_said(catalogue: Catalogue) -> None:
    explanation, _ = explanation_of(catalogue, {"cut.spindle_speed_rpm": REMOVED})
    assert explanation.summary.startswith("UNKNOWN: do not cut this before the question is answered")
    assert "State the spindle speed." in sections_of(explanation)["What to change"]
    assert "the spindle speed is not stated" in sections_of(explanation)["Not checked"]


def test_a_green_report_has_no_fault_to_tell(catalogue: Catalogue) -> None:
    explanation, advice = explanation_of(catalogue)
    assert explanation.sections[0].lines[0] == "Nothing has to change."
    assert advice.setup is not None
    as_fast = replace(advice, present_cut_time_s=advice.setup.cut_time_s)
    told = explain(as_fast, [], Request("", "x", "BOTH"))
    assert told.sections[0].lines == ["Nothing has to change."]
    assert (
        explain(replace(advice, setup=None), [], Request("", "x", "BOTH")).sections[0].lines == told.sections[0].lines
    )
    slow = replace(advice, present_cut_time_s=10 * (advice.setup.cut_time_s or 0.0))
    assert "Also GREEN" in " ".join(explain(slow, [], Request("", "x", "METRIC")).sections[0].lines)


def test_a_way_out_is_named_where_one_change_is_not_enough(catalogue: Catalogue) -> None:
    _, advice = explanation_of(catalogue, {"cut.feed_rate_mm_per_min": 100.0})
    few = replace(advice, single_changes=[], pair_change=advice.single_changes[0])
    assert "To GREEN, together: feed" in sections_of(explain(few, [], Request("", "x", "METRIC")))["What to change"]
    setup = advise(ENGINE, situation(catalogue)).setup
    assert setup is not None
    whole = replace(few, pair_change=None, setup=setup)
    told = sections_of(explain(whole, [], Request("", "x", "METRIC")))["What to change"]
    assert "To GREEN, together: " in told
    other = replace(whole, setup=None, tool_changes=[("end_mill_6350_down", setup)])
    told = sections_of(explain(other, [], Request("", "x", "METRIC")))["What to change"]
    assert "To GREEN with the tool end_mill_6350_down: " in told
    nothing = replace(few, pair_change=None, setup=None, obstacles=["No setting of this machine mends the geometry"])
    told = sections_of(explain(nothing, [], Request("", "x", "METRIC")))["What to change"]
    assert told == "No setting of this machine mends the geometry."


def test_every_dimension_and_level_has_its_words() -> None:
    assert set(CALLED) == set(CHAINS) == set(Category)
    assert set(OPENINGS) == set(RiskLevel)


def test_without_a_stepover_no_tool_is_offered(catalogue: Catalogue) -> None:
    pocket = {"pocket": {"length_mm": 90.0, "width_mm": 56.0, "depth_mm": 1.2}}
    advice = advise(ENGINE, situation(catalogue, {"cut.radial_width_mm": REMOVED}, design=pocket))
    assert advice.tool_changes == []


def test_a_dull_bit_is_to_be_changed_before_anything_else(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, {"tool.wear": "DULL", "stock.thickness_mm": 1.4}))
    assert advice.obstacles[0] == "change the dull bit first"
    assert any("mends the geometry" in text for text in advice.obstacles)


def test_for_tops_and_rosettes_small_down_cut_tools_are_offered(catalogue: Catalogue) -> None:
    advice = advise(ENGINE, situation(catalogue, {"tool.stickout_mm": 150.0, "tool.flute_length_mm": 140.0}))
    assert advice.setup is None
    assert advice.tool_changes
    for tool_id, _ in advice.tool_changes:
        tool = catalogue.tools[tool_id].tool
        assert tool.diameter_mm is not None
        assert tool.diameter_mm <= 3.2
        assert tool.flute_direction == "DOWN"


def test_a_saw_that_can_be_green_gets_a_setup(catalogue: Catalogue) -> None:
    board = {
        **SAW,
        "material.material_id": "mdf",
        "machine.spindle_power_w": 9_000.0,
        "machine.hand_feed": False,
        "cut.feed_rate_mm_per_min": 9_000.0,
        "workholding.clamp_force_n": 40_000.0,
    }
    design = {**SAW_CUT, "part": {"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.0}}
    advice = advise(ENGINE, situation(catalogue, board, design=design))
    assert advice.setup is not None
    assert advice.setup.removal_rate_mm3_per_min > 0


def test_a_change_that_reaches_more_than_yellow_is_reported_once(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue, {"cut.feed_rate_mm_per_min": 100.0})
    advice = advise(ENGINE, looked_at)
    told = sections_of(explain(advice, advice.single_changes, Request("", "x", "BOTH")))["What to change"]
    assert "To YELLOW" not in told
    yellow = [replace(advice.single_changes[0], risk=RiskLevel.YELLOW)]
    assert "To YELLOW" in sections_of(explain(advice, yellow, Request("", "x", "INCH")))["What to change"]


def test_nothing_assumed_is_not_said(catalogue: Catalogue) -> None:
    _, advice = explanation_of(catalogue)
    bare = replace(advice.report, assessments=[replace(item, assumptions=()) for item in advice.report.assessments])
    assert "Assumed" not in sections_of(explain(replace(advice, report=bare), [], Request("", "x", "BOTH")))


def test_a_long_summary_is_shortened(catalogue: Catalogue) -> None:
    _, advice = explanation_of(catalogue, {"cut.feed_rate_mm_per_min": 100.0})
    wordy = [replace(item, finding="word " * 100) for item in advice.report.assessments]
    told = explain(replace(advice, report=replace(advice.report, assessments=wordy)), [], Request("", "x", "BOTH"))
    assert told.summary.endswith("…")
    assert len(told.text.splitlines()) <= 24


def test_a_sentence_full_of_digits_costs_no_more_than_its_length() -> None:
    small, large = (cpu_s(partial(sentence_in_units, "7" * 20_000 * many + " mm", "BOTH")) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"
