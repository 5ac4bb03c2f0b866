"""Numbers and edges of decisions that nothing else pins, each with the value that its rule gives."""

from math import sqrt
from typing import Any

import pytest

from feasibility_svc.domain.advice.change import time_in_words
from feasibility_svc.domain.advice.units import in_units
from feasibility_svc.domain.advice.usual_practice import deepest_pass_mm, is_delicate, is_one_line, usual_chip_mm
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.dimensions.chip_clearance import enclosure_of_cut
from feasibility_svc.domain.dimensions.cut_time import CutTime
from feasibility_svc.domain.dimensions.precedent import Shown, shown
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.geometry.fret_slots import cents_score
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.verdict.uncertainty import TOLERANCES
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation

POCKET = {"pocket": {"width_mm": 40.0, "length_mm": 80.0, "depth_mm": 1.3}}


def test_a_shorter_cut_is_told_in_percent_of_the_present_time() -> None:
    assert time_in_words(0.12) == "takes 88 % less time"


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (254.0, "mm/min", "10 in/min"),
        (645_160.0, "mm2", "1000 in2"),
        (2.54, "mm", "0.1 in"),
        (100.0, "m/s", "19685 ft/min"),
        (100.0, "degC", "212 degF"),
        (0.0, "degC", "32 degF"),
        (2.0, "N/mm2", "290 psi"),
        (100.0, "N m", "73.8 lbf ft"),
        (1_000.0, "N", "225 lbf"),
        (745_699.872, "W", "1000 hp"),
    ],
)
def test_units_of_the_inch_are_those_of_the_yard_and_pound(value: float, unit: str, told: str) -> None:
    assert in_units(value, unit, "INCH") == told


def test_half_as_wide_a_cut_may_be_four_times_as_deep() -> None:
    half = deepest_pass_mm(diameter_mm=6.0, radial_ratio=0.5, precedent=Shown(0.75, 0.025))
    assert half == pytest.approx(0.75 / 1.5 * 6.0 * 4.0)


def test_the_usual_bite_aims_at_half_the_high_edge_where_the_chart_is_narrower_than_practice() -> None:
    """What light machines have shown would be 0.25 mm."""
    bite_mm = usual_chip_mm(low_mm=0.01, high_mm=0.04, diameter_mm=10.0, precedent=Shown(0.75, 0.025))
    assert bite_mm == pytest.approx(sqrt(0.01 * 0.02))


@pytest.mark.parametrize(("thickness_mm", "delicate"), [(2.6, True), (4.99, True), (5.0, False), (20.0, False)])
def test_boards_below_5_mm_are_tops(catalogue: Catalogue, thickness_mm: float, delicate: bool) -> None:
    board = {"stock.thickness_mm": thickness_mm}
    assert is_delicate(situation(catalogue, board, design=POCKET)) is delicate


@pytest.mark.parametrize(
    ("design", "face", "delicate"), [(POCKET, "TOP", True), (None, REMOVED, True), (POCKET, REMOVED, False)]
)
def test_what_is_seen_is_delicate_however_thick(
    catalogue: Catalogue, design: dict[str, Any] | None, face: str, delicate: bool
) -> None:
    thick = {"stock.thickness_mm": 20.0, "cut.quality_face": face}
    assert is_delicate(situation(catalogue, thick, design=design)) is delicate


def test_without_a_thickness_a_board_that_nobody_sees_is_no_top(catalogue: Catalogue) -> None:
    assert not is_delicate(situation(catalogue, {"stock.thickness_mm": REMOVED}, design=POCKET))


CHANNEL = {"soundhole_radius_mm": 40.0, "inner_radius_mm": 46.0, "depth_mm": 1.3}
RINGS = {"rings": [{"inner_radius_mm": 46.0, "width_mm": 4.0}], "depth_mm": 1.3}


@pytest.mark.parametrize(
    ("design", "context", "one_line"),
    [
        ({"profile": {"depth_mm": 2.0, "length_mm": 100.0}}, {}, True),
        ({"profile": {"depth_mm": 2.0, "length_mm": 100.0}}, {"cut.radial_width_mm": 3.0}, False),
        ({"rosette_rings": RINGS}, {}, True),
        ({"pocket": {"width_mm": 3.175, "length_mm": 80.0, "depth_mm": 1.3}}, {"cut.radial_width_mm": 1.0}, True),
        ({"pocket": {"width_mm": 3.2, "length_mm": 80.0, "depth_mm": 1.3}}, {}, False),
        ({"pocket": {"length_mm": 80.0, "depth_mm": 1.3}}, {}, False),
        ({"rosette_channel": {**CHANNEL, "outer_radius_mm": 49.175}}, {}, True),
        ({"rosette_channel": {**CHANNEL, "outer_radius_mm": 49.2}}, {}, False),
        ({"rosette_channel": CHANNEL}, {}, False),
        (SAW_CUT, SAW, False),
        ({"profile": {"depth_mm": 2.0}}, {"tool.tool_id": "", "tool.diameter_mm": REMOVED}, False),
    ],
)
def test_a_slot_as_wide_as_its_cutter_is_one_line(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], one_line: bool
) -> None:
    assert is_one_line(situation(catalogue, {"cut.radial_width_mm": 3.175, **context}, design=design)) is one_line


def test_teeth_per_minute_are_flutes_times_speed(catalogue: Catalogue) -> None:
    cut = situation(catalogue, {"cut.spindle_speed_rpm": 12_000.0}, design=POCKET)
    assert engagement_of(cut).teeth_per_min == 12_000.0 * (cut.context.tool.flute_count or 0)


def test_a_benchtop_machine_has_shown_softwood_as_deep_and_as_thick_as_hardwood() -> None:
    softwood = shown(tier="BENCHTOP", material_kind="SOFTWOOD", material_class=MaterialClass.WOOD)
    assert softwood == Shown(1.0, 0.035)


def test_a_pitch_error_of_6_cents_scores_nothing() -> None:
    assert (cents_score(4.5), cents_score(6.0), cents_score(9.0)) == (25.0, 0.0, 0.0)


@pytest.mark.parametrize(("limit_s", "score"), [(1.0, 79.0), (1e6, 100.0)])
def test_a_time_limit_needs_review_only_when_the_cut_is_longer(
    catalogue: Catalogue, limit_s: float, score: float
) -> None:
    limited = situation(catalogue, {"cut.time_limit_s": limit_s})
    assert CutTime().score(limited) == score


def test_usual_limits_of_small_workshops_are_said_as_such(catalogue: Catalogue) -> None:
    bare = {"machine.machine_id": REMOVED, "machine.tier": "HOBBY"}
    limits = {item.name: item.limit for item in assess(SafetyLimits(), situation(catalogue, bare)).details}
    assert {2_000.0, 24_000.0} <= {limit for limit in limits.values() if limit is not None}


def test_only_a_green_report_that_rests_on_an_assumption_is_an_estimate(catalogue: Catalogue) -> None:
    engine = baseline_engine()
    green = engine.evaluate(situation(catalogue))
    red = engine.evaluate(situation(catalogue, {"cut.feed_rate_mm_per_min": 100.0}))
    assert (green.verdict.risk, red.verdict.risk) == (RiskLevel.GREEN, RiskLevel.RED)
    assert green.verdict_in_words == "GREEN (estimate)"
    assert red.verdict_in_words == "RED"


def test_every_tolerance_has_a_prime_of_its_own() -> None:
    bases = [tolerance.base for tolerance in TOLERANCES]
    assert sorted(bases) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31]


def test_a_cut_narrower_than_half_the_cutter_is_no_slot_at_all() -> None:
    assert [enclosure_of_cut(ratio) for ratio in (0.0, 0.3, 0.5)] == [0.0, 0.0, 0.0]
