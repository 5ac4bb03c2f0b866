"""What is said of tear-out. The directions of its effects come from the physics specification."""

from math import radians, sin, sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.tear_out import TearOut
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, kinds, situation

POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 2.0}}
TOP = {"cut.quality_face": "TOP"}


def demand(catalogue: Catalogue, context: dict[str, Any]) -> float:
    utilization = assess(TearOut(), situation(catalogue, context)).utilization
    assert utilization is not None
    return utilization


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"cut.direction": "CONVENTIONAL"}, {"cut.direction": "CLIMB"}),
        ({"cut.grain_angle_deg": 135.0}, {"cut.grain_angle_deg": 45.0}),
        ({"cut.quality_face": "BOTTOM"}, {"cut.quality_face": "TOP"}),
        ({"tool.flute_direction": "UP"}, {"tool.flute_direction": "STRAIGHT"}),
        ({"material.figured": True}, {"material.figured": False}),
        ({}, {"cut.grain_angle_deg": 45.0}),
    ],
)
def test_what_lifts_the_grain_and_what_does_not(
    catalogue: Catalogue, worse: dict[str, Any], better: dict[str, Any]
) -> None:
    assert demand(catalogue, worse) > demand(catalogue, better)


def worst_angle(catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any] | None = None) -> float:
    details = assess(TearOut(), situation(catalogue, context, design=design)).details
    return next(item.value for item in details if item.name == "worst_grain_angle")


def test_a_closed_path_is_worst_against_the_grain(catalogue: Catalogue) -> None:
    """0.55 sin²(2 x) + 0.35 sin² x of every fifth degree is 0.7388 at 130, 0.7250 at 135 and 0.7205 at 125."""
    assert worst_angle(catalogue, {}) == 130.0
    names = {item.name for item in assess(TearOut(), situation(catalogue)).details}
    assert "arc_beyond_limit" in names


def test_a_path_that_nobody_describes_counts_as_the_worst(catalogue: Catalogue) -> None:
    assert worst_angle(catalogue, TOP, POCKET) == 135.0
    assert worst_angle(catalogue, {**TOP, "cut.grain_angle_deg": 20.0}, POCKET) == 20.0


def test_fret_slots_run_across_the_grain(catalogue: Catalogue) -> None:
    details = assess(TearOut(), fret_situation(catalogue, TOP)).details
    assert next(item.value for item in details if item.name == "worst_grain_angle") == 90.0


@pytest.mark.parametrize("material", ["spruce_sitka", "cedar_western_red"])
def test_it_never_blocks(catalogue: Catalogue, material: str) -> None:
    rough = {
        "material.material_id": material,
        "cut.direction": "CONVENTIONAL",
        "tool.flute_direction": "UP",
        "material.figured": True,
    }
    assessment = assess(TearOut(), situation(catalogue, rough))
    assert (assessment.risk, assessment.score) == (RiskLevel.YELLOW, 50.0)


@pytest.mark.parametrize(
    ("direction", "face", "capped"),
    [("UP", "TOP", True), ("UP", "BOTTOM", False), ("DOWN", "TOP", False), ("STRAIGHT", "TOP", False)],
)
def test_an_up_cut_spiral_and_a_seen_top_face_need_review(
    catalogue: Catalogue, direction: str, face: str, capped: bool
) -> None:
    calm = {"cut.grain_angle_deg": 0.0, "tool.flute_direction": direction, "cut.quality_face": face}
    assessment = assess(TearOut(), situation(catalogue, calm))
    assert (assessment.score == 79.0) == capped
    assert any("lifts the fibres" in text for text in assessment.warnings) == capped


def test_an_unstated_direction_counts_as_up_and_is_named(catalogue: Catalogue) -> None:
    tool = {"kind": "END_MILL", "diameter_mm": 3.175, "flute_count": 2, "wear": "SHARP"}
    looked_at = situation(catalogue, {"tool": tool, "cut.grain_angle_deg": 0.0})
    bare = assess(TearOut(), looked_at)
    assert bare.score == 79.0
    assert looked_at.assumed["tool.flute_direction"] == "assumed:up_cut"
    assert bare.recommendations[0].field == "context.tool.flute_direction"


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"cut.direction": "CONVENTIONAL", "material.figured": True}, "context.cut.direction"),
        ({"tool.flute_direction": "UP"}, "context.tool.flute_direction"),
        (
            {
                "tool.flute_direction": "COMPRESSION",
                "tool.upcut_length_mm": 0.1,
                "material.figured": True,
                "physics.chip_load_window": {"min_mm": 0.004, "max_mm": 0.01},
                "cut.feed_rate_mm_per_min": 5_000.0,
            },
            "context.cut.feed_rate_mm_per_min",
        ),
    ],
)
def test_the_advice_is_what_would_help_most(catalogue: Catalogue, context: dict[str, Any], field: str) -> None:
    assert assess(TearOut(), situation(catalogue, context)).recommendations[0].field == field


LEDGE = {"binding_ledge": {"ledge_width_mm": 2.0, "ledge_height_mm": 6.0}}
FIGURED = {"material.material_id": "maple_hard", "material.figured": True, "cut.direction": "CONVENTIONAL"}


def test_a_ledge_is_climbed_in_the_quarters_that_run_against_the_grain(catalogue: Catalogue) -> None:
    mild = {**FIGURED, "cut.feed_rate_mm_per_min": 2_500.0, "tool.flute_direction": "DOWN"}
    (said,) = assess(TearOut(), situation(catalogue, mild, design=LEDGE)).warnings
    assert "climb in the quarters at 90 to 180 and 270 to 360 degrees to the grain" in said


@pytest.mark.parametrize("feed", [1_500.0, 1_550.0, 1_600.0, 1_700.0, 1_900.0, 2_200.0, 2_500.0, 3_000.0])
def test_the_arc_against_the_grain_is_counted_in_steps_of_five_degrees(catalogue: Catalogue, feed: float) -> None:
    mild = {**FIGURED, "cut.feed_rate_mm_per_min": feed, "tool.flute_direction": "DOWN"}
    told = {item.name: item.value for item in assess(TearOut(), situation(catalogue, mild, design=LEDGE)).details}
    factor = 1.25 * sqrt(told["chip_ratio"])

    def lift(angle_deg: float) -> float:
        against = sin(radians(2 * (angle_deg % 180 - 90))) ** 2 if angle_deg % 180 > 90 else 0.0
        return 0.55 * against + 0.35 * sin(radians(angle_deg)) ** 2 + 0.45 * 0.25

    beyond = [angle for angle in range(0, 360, 5) if lift(angle) * factor > 1.0]
    assert 0 < len(beyond) < 72
    assert told["arc_beyond_limit"] == pytest.approx(5.0 * len(beyond), rel=1e-12)


def test_of_one_angle_no_arc_is_told(catalogue: Catalogue) -> None:
    one = assess(TearOut(), situation(catalogue, {**FIGURED, "cut.grain_angle_deg": 135.0}, design=LEDGE))
    assert "arc_beyond_limit" not in {item.name for item in one.details}


@pytest.mark.parametrize(("direction", "share"), [("UP", 0.25), ("STRAIGHT", 0.6), ("DOWN", 1.0)])
def test_flutes_lift_a_seen_bottom_the_other_way_round(catalogue: Catalogue, direction: str, share: float) -> None:
    along = {"cut.grain_angle_deg": 0.0, "cut.quality_face": "BOTTOM", "tool.flute_direction": direction}
    lifted_up = {**along, "cut.quality_face": "TOP", "tool.flute_direction": "UP"}
    assert demand(catalogue, along) == pytest.approx(share * demand(catalogue, lifted_up), rel=1e-12)


def test_a_hand_is_never_told_to_climb(catalogue: Catalogue) -> None:
    by_hand = assess(TearOut(), situation(catalogue, {**FIGURED, "machine.hand_feed": True}, design=LEDGE))
    assert by_hand.risk is RiskLevel.YELLOW
    told = [*by_hand.warnings, *(advice.text for advice in by_hand.recommendations)]
    assert any("score the edge first" in text for text in told)
    assert not any("climb" in text for text in told)


def test_who_climbs_already_is_not_told_to(catalogue: Catalogue) -> None:
    climbing = assess(TearOut(), situation(catalogue, {**FIGURED, "cut.direction": "CLIMB"}, design=LEDGE))
    assert climbing.risk is RiskLevel.YELLOW
    assert "context.cut.direction" not in {advice.field for advice in climbing.recommendations}


def test_a_compression_spiral_helps_only_beyond_its_up_cut_part(catalogue: Catalogue) -> None:
    spiral = {"tool.flute_direction": "COMPRESSION"}
    shallow, deep = {**spiral, "tool.upcut_length_mm": 5.0}, {**spiral, "tool.upcut_length_mm": 0.5}
    assert demand(catalogue, shallow) > demand(catalogue, deep)
    assert kinds(assess(TearOut(), situation(catalogue, spiral))) == [UnknownKind.MISSING]


@pytest.mark.parametrize(
    ("context", "design", "applies"),
    [
        ({}, None, True),
        ({"material.material_id": "mdf"}, None, False),
        ({"material": {"density_kg_per_m3": 400.0}}, None, False),
        ({}, POCKET, False),
        (TOP, POCKET, True),
        ({"cut.quality_face": "BOTTOM"}, POCKET, True),
        ({}, {"rosette_rings": {"rings": [{"inner_radius_mm": 46.0, "width_mm": 5.0}]}}, True),
        ({}, {"binding_ledge": {"ledge_width_mm": 2.0}}, True),
        ({}, {"v_carve": {"widest_line_mm": 2.0}}, True),
        ({}, {"facing": {"removal_mm": 1.0}}, False),
        (TOP, {"drilling": {"depth_mm": 9.0}}, False),
        ({**SAW, **TOP}, SAW_CUT, False),
    ],
)
def test_it_matters_in_solid_wood_where_a_face_is_seen(
    catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any] | None, applies: bool
) -> None:
    assert TearOut().applies(situation(catalogue, context, design=design)) is applies


@pytest.mark.parametrize(("tool_id", "is_advised"), [("v_bit_60", False), ("straight_12700_12700", True)])
def test_a_v_bit_is_advised_no_flutes_that_it_is_not_sold_with(
    catalogue: Catalogue, tool_id: str, is_advised: bool
) -> None:
    straight = {"tool": {"tool_id": tool_id}, "material.figured": True, "cut.feed_rate_mm_per_min": 5_000.0, **TOP}
    assessment = assess(TearOut(), situation(catalogue, straight, design=POCKET))
    assert assessment.risk is RiskLevel.YELLOW
    fields = {advice.field for advice in assessment.recommendations}
    assert ("context.tool.flute_direction" in fields) is is_advised
