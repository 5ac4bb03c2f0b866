"""What is said of rim speed. Limits and levels come from the physics specification."""

from math import pi
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.speed_limits import speed_limits
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed, highest_green_rpm
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, kinds, situation

CATALOGUE = read_catalogue()
BRAZED = {
    "tool": {
        "kind": "END_MILL",
        "diameter_mm": 38.1,
        "flute_count": 2,
        "shank_diameter_mm": 12.7,
        "flute_length_mm": 15.0,
        "stickout_mm": 25.0,
    }
}


def names_of(context: dict[str, Any]) -> set[str]:
    details = assess(RimSpeed(), situation(CATALOGUE, context)).details
    return {item.name.removesuffix("_limit") for item in details if item.name.endswith("_limit")}


@pytest.mark.parametrize(
    ("speed", "score"), [(15_200.0, 80.0), (16_000.0, 50.0), (16_400.0, 25.0), (16_800.0, 0.0), (20_000.0, 0.0)]
)
def test_a_marked_speed_is_kept_without_a_step(catalogue: Catalogue, speed: float, score: float) -> None:
    marked = {"tool.marked_max_spindle_speed_rpm": 16_000.0, "cut.spindle_speed_rpm": speed}
    assert assess(RimSpeed(), situation(catalogue, marked)).score == pytest.approx(score)


def test_the_advice_is_a_position_of_the_dial(catalogue: Catalogue) -> None:
    fast = {"tool.marked_max_spindle_speed_rpm": 16_000.0, "cut.spindle_speed_rpm": 22_000.0}
    assessment = assess(RimSpeed(), situation(catalogue, fast))
    assert assessment.recommendations[0].suggested_value == 12_000.0  # the dial's next position below 15,200
    free = {**fast, "machine.machine_id": "avid_pro"}
    assert assess(RimSpeed(), situation(catalogue, free)).recommendations[0].suggested_value == 15_200.0


@pytest.mark.parametrize(
    ("tool", "limits"),
    [
        ({"kind": "END_MILL", "diameter_mm": 6.35, "shank_diameter_mm": 6.35}, {"ceiling", "whirl"}),
        ({"kind": "END_MILL", "diameter_mm": 12.7, "shank_diameter_mm": 12.7}, {"ceiling", "whirl"}),
        ({"kind": "END_MILL", "diameter_mm": 12.7, "shank_diameter_mm": 6.35}, {"ceiling", "whirl"}),
        ({"kind": "END_MILL", "diameter_mm": 12.8, "shank_diameter_mm": 12.7}, {"ceiling", "chart", "whirl"}),
        ({"kind": "SURFACING", "diameter_mm": 22.0, "shank_diameter_mm": 22.0}, {"ceiling", "chart", "whirl"}),
        (
            {"kind": "END_MILL", "diameter_mm": 19.0, "shank_diameter_mm": 12.7, "construction": "SOLID"},
            {"ceiling", "whirl"},
        ),
        (
            {"kind": "END_MILL", "diameter_mm": 100.0, "shank_diameter_mm": 12.7, "marked_max_spindle_speed_rpm": 9e3},
            {"ceiling", "marked", "whirl"},
        ),
    ],
)
def test_which_limits_a_tool_has_follows_from_how_it_is_made(tool: dict[str, Any], limits: set[str]) -> None:
    assert names_of({"tool": tool}) == limits


def test_a_large_brazed_bit_without_a_marked_speed_is_unknown(catalogue: Catalogue) -> None:
    large = {"tool.diameter_mm": 100.0, "tool.construction": "BRAZED"}
    assessment = assess(RimSpeed(), situation(catalogue, large))
    assert kinds(assessment) == [UnknownKind.OUT_OF_CHART]
    assert assessment.unknown_reasons[0].subject == "context.tool.marked_max_spindle_speed_rpm"
    marked = {**large, "tool.marked_max_spindle_speed_rpm": 20_000.0}
    assert assess(RimSpeed(), situation(catalogue, marked)).risk is RiskLevel.RED


def test_a_one_piece_cutter_turns_as_fast_as_its_spindle(catalogue: Catalogue) -> None:
    assert assess(RimSpeed(), situation(catalogue, {"cut.spindle_speed_rpm": 30_000.0})).risk is RiskLevel.GREEN


@pytest.mark.parametrize(
    ("stickout", "risk"), [(30.0, RiskLevel.GREEN), (60.0, RiskLevel.GREEN), (140.0, RiskLevel.RED)]
)
def test_a_heavy_head_far_out_on_a_thin_shank_whirls(catalogue: Catalogue, stickout: float, risk: RiskLevel) -> None:
    head = {
        "kind": "END_MILL",
        "diameter_mm": 19.05,
        "flute_count": 2,
        "shank_diameter_mm": 6.35,
        "flute_length_mm": 25.4,
        "stickout_mm": stickout,
    }
    looked_at = situation(catalogue, {"tool": head, "cut.spindle_speed_rpm": 18_000.0})
    assert assess(RimSpeed(), looked_at).risk is risk


@pytest.mark.parametrize(
    ("diameter", "shank", "limits"),
    [
        (8.5, 6.35, {"ceiling", "drill_whirl"}),
        (9.0, 6.35, {"ceiling", "drill_whirl", "whirl"}),
        (8.1, 6.0, {"ceiling", "drill_whirl"}),
    ],
)
def test_a_drill_whirls_on_its_shank_from_1_35_times_the_shank(
    catalogue: Catalogue, diameter: float, shank: float, limits: set[str]
) -> None:
    drill = {"kind": "DRILL", "diameter_mm": diameter, "shank_diameter_mm": shank, "flute_count": 2}
    hole = {"drilling": {"hole_diameter_mm": diameter, "depth_mm": 10.0, "hole_count": 1}}
    details = assess(RimSpeed(), situation(catalogue, {"tool": drill}, design=hole)).details
    assert {item.name.removesuffix("_limit") for item in details if item.name.endswith("_limit")} == limits


def test_a_head_longer_than_the_stickout_counts_up_to_the_collet(catalogue: Catalogue) -> None:
    buried = {"tool.stickout_mm": 10.0, "tool.flute_length_mm": 12.7}
    assert assess(RimSpeed(), situation(catalogue, buried)).score is not None


def test_the_highest_green_speed_is_green_and_the_next_is_not(catalogue: Catalogue) -> None:
    for context in (BRAZED, {"tool.stickout_mm": 120.0}, {"tool.marked_max_spindle_speed_rpm": 16_000.0}):
        highest = highest_green_rpm(situation(catalogue, context))
        at, beyond = (
            assess(RimSpeed(), situation(catalogue, {**context, "cut.spindle_speed_rpm": highest * factor}))
            for factor in (0.999999, 1.01)
        )
        assert at.risk is RiskLevel.GREEN
        assert beyond.risk is not RiskLevel.GREEN


SMALL_BLADE = {"tool.diameter_mm": 149.0, "tool.plate_thickness_mm": 1.0}


@pytest.mark.parametrize(
    ("extra", "limit"),
    [
        ({}, 2.6e8 / 149**2 / 1.5),  # extrapolated
        ({"tool.diameter_mm": 150.0}, 2.6e8 / 150**2),
        ({"tool.marked_max_spindle_speed_rpm": 99_000.0}, 2.6e8 / 149**2),
    ],
)
def test_the_plate_limit_of_small_blades_is_extrapolated(
    catalogue: Catalogue, extra: dict[str, Any], limit: float
) -> None:
    blade = {"tool.marked_max_spindle_speed_rpm": REMOVED, **SMALL_BLADE, **extra}
    tool = {"kind": "SAW_BLADE", "flute_count": 40, "kerf_mm": 1.6}
    context = {**{key: value for key, value in SAW.items() if key != "tool.tool_id"}, "tool": tool}
    details = assess(RimSpeed(), situation(catalogue, {**context, **blade}, design=SAW_CUT)).details
    assert next(item.value for item in details if item.name == "plate_limit") == pytest.approx(0.95 * limit)


@pytest.mark.parametrize(
    ("kind", "by_hand", "diameter", "risk"),
    [
        ("SAW_BLADE", True, 160.0, RiskLevel.RED),
        ("SAW_BLADE", True, 159.0, RiskLevel.GREEN),
        ("SAW_BLADE", False, 254.0, RiskLevel.GREEN),
        ("FRET_SAW_BLADE", True, 254.0, RiskLevel.GREEN),
    ],
)
def test_only_large_blades_fed_by_hand_must_not_be_slow(
    catalogue: Catalogue, kind: str, by_hand: bool, diameter: float, risk: RiskLevel
) -> None:
    slow = {
        **SAW,
        "tool.kind": kind,
        "tool.diameter_mm": diameter,
        "machine.hand_feed": by_hand,
        "cut.spindle_speed_rpm": 1_000.0,
    }
    assessment = assess(RimSpeed(), situation(catalogue, slow, design=SAW_CUT))
    assert assessment.risk is risk
    assert ("44 m/s" in assessment.finding) == (risk is RiskLevel.RED)


def test_a_wide_head_fed_by_hand_may_turn_slowly(catalogue: Catalogue) -> None:
    head = {"kind": "SURFACING", "diameter_mm": 160.0, "flute_count": 3, "marked_max_spindle_speed_rpm": 9_000.0}
    slow = situation(catalogue, {"tool": head, "machine.hand_feed": True, "cut.spindle_speed_rpm": 1_000.0})
    assessment = assess(RimSpeed(), slow)
    assert (assessment.score, assessment.warnings) == (100.0, [])


def test_a_blade_without_marking_plate_and_kerf_is_unknown(catalogue: Catalogue) -> None:
    bare = {**SAW, "tool": {"kind": "SAW_BLADE", "diameter_mm": 254.0, "flute_count": 60}}
    bare.pop("tool.tool_id")
    assessment = assess(RimSpeed(), situation(catalogue, bare, design=SAW_CUT))
    assert [reason.subject for reason in assessment.unknown_reasons] == ["context.tool.kerf_mm"]


def test_a_drill_whirls_with_what_sticks_out_of_a_thicker_shank(catalogue: Catalogue) -> None:
    def limit(shank_mm: float) -> float:
        tool = {
            "kind": "DRILL",
            "diameter_mm": 3.0,
            "flute_count": 2,
            "shank_diameter_mm": shank_mm,
            "flute_length_mm": 20.0,
            "stickout_mm": 46.0,
        }
        hole = {"drilling": {"hole_diameter_mm": 3.0, "depth_mm": 5.0, "hole_count": 1}}
        details = assess(RimSpeed(), situation(catalogue, {"tool": tool}, design=hole)).details
        return next(item.value for item in details if item.name == "drill_whirl_limit")

    assert limit(6.0) / limit(3.0) == pytest.approx((46.0 / 23.0) ** 2)  # the frequency falls with the length squared


@pytest.mark.parametrize("kind", ["BALL_NOSE", "END_MILL"])
def test_a_cutter_that_drills_does_not_whirl_on_its_own_shank(kind: str) -> None:
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 5.0, "hole_count": 1}}
    details = assess(RimSpeed(), situation(CATALOGUE, {"tool.kind": kind}, design=hole)).details
    assert {item.name for item in details} == {"rim_speed", "ceiling_limit"}


@settings(max_examples=50, deadline=None)
@given(st.floats(1_000, 60_000), st.floats(1.01, 2))
def test_more_speed_never_scores_better(speed: float, factor: float) -> None:
    slow, fast = (
        assess(RimSpeed(), situation(CATALOGUE, {"cut.spindle_speed_rpm": value})).score
        for value in (speed, speed * factor)
    )
    assert slow is not None
    assert fast is not None
    assert fast <= slow


def test_the_rim_of_a_router_bit_runs_at_60_m_per_s_at_most(catalogue: Catalogue) -> None:
    ceiling = speed_limits(situation(catalogue), 20_000.0, 50.0)[0]
    assert ceiling.utilization == pytest.approx(pi * 0.050 * 20_000.0 / 60 / 60.0, rel=1e-9)


@pytest.mark.parametrize(
    ("rim_m_per_s", "told"), [(39.9, ["below 40 m/s a circular saw tends to kick back"]), (40.1, [])]
)
def test_below_40_m_per_s_a_blade_is_said_to_kick_back(
    catalogue: Catalogue, rim_m_per_s: float, told: list[str]
) -> None:
    slow = {**SAW, "tool.diameter_mm": 250.0, "cut.spindle_speed_rpm": rim_m_per_s * 60 / (pi * 0.250)}
    assert assess(RimSpeed(), situation(catalogue, slow, design=SAW_CUT)).warnings == told
