"""What each dimension says of a cut. Limits and levels come from the physics specification."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.assessment import UnknownKind
from feasibility_svc.domain.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.errors import MaterialNotFoundError
from feasibility_svc.domain.levels import Grade, RiskLevel
from feasibility_svc.domain.registry import baseline_engine
from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.situations import assess, fret_situation, situation

CATALOGUE = read_catalogue()
SAW_CUT = {"saw_cut": {"depth_mm": 20.0, "length_mm": 500.0}}
SAW: dict[str, Any] = {
    "tool.tool_id": "saw_254_60t",
    "machine.tier": "BENCHTOP",
    "cut.spindle_speed_rpm": 4000.0,
    "cut.feed_rate_mm_per_min": 72_000.0,
    "material.material_id": "maple_hard",
    "stock.thickness_mm": 25.0,
}


def kinds(assessment: Any) -> list[UnknownKind]:
    return [reason.kind for reason in assessment.unknown_reasons]


# --- chip load


def test_a_chip_below_the_rubbing_floor_is_red(catalogue: Catalogue) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": 300.0}))
    assert assessment.risk is RiskLevel.RED
    assert any("rubs" in warning for warning in assessment.warnings)
    assert assessment.recommendations[0].field == "context.cut.feed_rate_mm_per_min"


def test_following_the_advice_gives_green(catalogue: Catalogue) -> None:
    slow = situation(catalogue, {"cut.feed_rate_mm_per_min": 300.0})
    advised = assess(ChipLoad(), slow).recommendations[0].suggested_value
    again = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": advised}))
    assert again.risk is RiskLevel.GREEN


@pytest.mark.parametrize(("runout", "risk"), [(REMOVED, RiskLevel.YELLOW), (0.05, RiskLevel.RED)])
def test_assumed_runout_warns_and_measured_runout_decides(catalogue: Catalogue, runout: Any, risk: RiskLevel) -> None:
    thick = {"cut.feed_rate_mm_per_min": 2300.0, "tool.runout_mm": runout}
    assert assess(ChipLoad(), situation(catalogue, thick)).risk is risk


def test_a_pass_beyond_three_diameters_is_marked(catalogue: Catalogue) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"cut.axial_depth_mm": 10.0}))
    assert "beyond_chart:depth" in assessment.assumptions


def test_a_makers_own_window_wins_over_the_chart(catalogue: Catalogue) -> None:
    own = {"physics.chip_load_window": {"min_mm": 0.001, "max_mm": 0.01, "source": "card"}}
    assessment = assess(ChipLoad(), situation(catalogue, own))
    assert assessment.risk is RiskLevel.RED
    assert "card" in {detail.source for detail in assessment.details}


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        ({"material.material_id": "mother_of_pearl"}, UnknownKind.NO_DATA),
        ({"material.material_id": "mdf"}, UnknownKind.NO_DATA),
        ({"tool.kind": "V_BIT"}, UnknownKind.MISSING),
        ({"tool.diameter_mm": 0.5}, UnknownKind.OUT_OF_CHART),
        ({"tool.diameter_mm": 11.0}, UnknownKind.OUT_OF_CHART),
        ({"machine.machine_id": "grbl_generic"}, UnknownKind.MISSING),
    ],
)
def test_what_no_chart_covers_is_unknown(catalogue: Catalogue, context: dict[str, Any], kind: UnknownKind) -> None:
    assert set(kinds(assess(ChipLoad(), situation(catalogue, context)))) == {kind}


@pytest.mark.parametrize(
    ("context", "low", "high"),
    [
        ({"machine.tier": "INDUSTRIAL"}, 0.0762, 0.127),
        ({"machine.tier": "INDUSTRIAL", "tool.flute_count": 3}, 0.0762, 0.127),
        ({"machine.tier": "BENCHTOP"}, (0.025 * 0.0762) ** 0.5, (0.063 * 0.127) ** 0.5),
        ({"machine.tier": "INDUSTRIAL", "material.material_id": "mdf"}, 0.1016, 0.1778),
        ({"machine.tier": "INDUSTRIAL", "material.material_id": "aluminium_6061"}, 0.0203, 0.0305),
        (
            {
                "machine.tier": "INDUSTRIAL",
                "material.material_id": "acrylic",
                "tool.kind": "O_FLUTE",
                "tool.flute_count": 1,
            },
            0.1016,
            0.1524,
        ),
        ({"material.material_id": "aluminium_6061"}, 0.013, 0.025),
        ({"tool.diameter_mm": 1.0}, 0.025 / 1.5875, 0.04 / 1.5875),
        ({"tool.diameter_mm": 9.0}, 0.025, 0.127),
    ],
)
def test_the_window_of_each_chart(catalogue: Catalogue, context: dict[str, Any], low: float, high: float) -> None:
    window = situation(catalogue, context).window
    assert [window.low_mm, window.high_mm] == pytest.approx([low, high])


def test_v_bits_use_the_diameter_that_cuts(catalogue: Catalogue) -> None:
    v_bit = {
        "tool.tool_id": "v_bit_60",
        "tool.runout_mm": 0.0,
        "machine.tier": "INDUSTRIAL",
        "cut.radial_width_mm": 5.0,
    }
    assessment = assess(ChipLoad(), situation(catalogue, v_bit))
    assert assessment.score is not None


@pytest.mark.parametrize(
    ("tool", "extra"),
    [
        ("ball_nose_3175", {}),
        ("tapered_ball_0500", {}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 1.0}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 0.1}),
    ],
)
def test_every_cutter_shape_is_assessed(catalogue: Catalogue, tool: str, extra: dict[str, Any]) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"tool.tool_id": tool, **extra}))
    assert assessment.score is not None


def test_a_deep_ball_cuts_with_its_full_diameter(catalogue: Catalogue) -> None:
    ball = {"tool.tool_id": "ball_nose_3175", "cut.axial_depth_mm": 2.0, "cut.radial_width_mm": 1.0}
    flat = {**ball, "tool.tool_id": "end_mill_3175"}
    scores = {assess(ChipLoad(), situation(catalogue, item)).score for item in (ball, flat)}
    assert len(scores) == 1


def test_drilling_has_no_lateral_model(catalogue: Catalogue) -> None:
    holes = {"drilling": {"hole_diameter_mm": 6.0, "depth_mm": 2.0}}
    looked_at = situation(catalogue, design=holes)
    for dimension in (ChipLoad(), Heat(), ToolDeflection()):
        assert kinds(assess(dimension, looked_at)) == [UnknownKind.OUT_OF_MODEL]


# --- heat


def test_a_dull_cutter_fed_slowly_burns(catalogue: Catalogue) -> None:
    burning = {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 300.0}
    assessment = assess(Heat(), situation(catalogue, burning))
    assert assessment.risk is RiskLevel.RED
    assert [item.field for item in assessment.recommendations] == [
        "context.cut.feed_rate_mm_per_min",
        "context.cut.spindle_speed_rpm",
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_either_advice_on_heat_reaches_the_edge_of_green(catalogue: Catalogue, index: int) -> None:
    burning = {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 300.0, "material.resinous": False}
    advice = assess(Heat(), situation(catalogue, burning)).recommendations[index]
    assert advice.suggested_value is not None
    key = advice.field.removeprefix("context.")
    better = advice.suggested_value * (1.000001 if index == 0 else 0.999999)
    assert assess(Heat(), situation(catalogue, {**burning, key: better})).risk is RiskLevel.GREEN


def test_resin_gums_above_70_degrees(catalogue: Catalogue) -> None:
    warm = {"cut.feed_rate_mm_per_min": 1400.0}
    assert assess(Heat(), situation(catalogue, warm)).risk is RiskLevel.YELLOW
    assert assess(Heat(), situation(catalogue, {**warm, "material.resinous": False})).risk is RiskLevel.GREEN


def test_when_no_chip_is_thick_enough_the_advice_is_a_sharp_cutter(catalogue: Catalogue) -> None:
    hopeless = {"physics.specific_cutting_force_n_per_mm2": 9_000.0, "physics.edge_force_n_per_mm": 900.0}
    assessment = assess(Heat(), situation(catalogue, hopeless))
    assert assessment.recommendations[0].field == "context.tool.wear"


@pytest.mark.parametrize("material", ["acrylic", "aluminium_6061", "bone", "abalone"])
def test_heat_without_a_model_is_unknown(catalogue: Catalogue, material: str) -> None:
    assert kinds(assess(Heat(), situation(catalogue, {"material.material_id": material}))) == [UnknownKind.NO_DATA]


def test_a_stated_burn_class_wins_over_the_table(catalogue: Catalogue) -> None:
    def limit(context: dict[str, Any]) -> float | None:
        details = assess(Heat(), situation(catalogue, context)).details
        return next(item.limit for item in details if item.name == "surface_temperature")

    assert limit({}) == 200.0
    assert limit({"material.burn_class": 2}) == 170.0


@settings(max_examples=50, deadline=None)
@given(st.floats(200, 4_000), st.floats(1.01, 1.5))
def test_more_feed_never_heats_and_more_wear_never_cools(feed: float, factor: float) -> None:
    def surface(context: dict[str, Any]) -> float:
        details = assess(Heat(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "surface_temperature")

    slow, fast = ({"cut.feed_rate_mm_per_min": value} for value in (feed, feed * factor))
    assert surface(fast) <= surface(slow)
    assert surface({**slow, "tool.wear": "DULL"}) >= surface({**slow, "tool.wear": "SHARP"})


# --- deflection


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 5), st.floats(12, 40), st.floats(1.01, 1.5))
def test_deeper_and_longer_never_bends_less(depth: float, stickout: float, factor: float) -> None:
    def bend(context: dict[str, Any]) -> float:
        details = assess(ToolDeflection(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "total_deflection")

    base = {"cut.axial_depth_mm": depth, "tool.stickout_mm": stickout}
    assert bend({**base, "cut.axial_depth_mm": depth * factor}) >= bend(base)
    assert bend({**base, "tool.stickout_mm": stickout * factor}) >= bend(base)


def test_the_advised_depth_is_the_edge_of_green(catalogue: Catalogue) -> None:
    deep = {"cut.axial_depth_mm": 12.0, "machine.stiffness_n_per_mm": 500.0, "cut.feed_rate_mm_per_min": 3_000.0}
    advice = assess(ToolDeflection(), situation(catalogue, deep)).recommendations[0]
    again = assess(ToolDeflection(), situation(catalogue, {**deep, "cut.axial_depth_mm": advice.suggested_value}))
    assert again.utilization == pytest.approx(0.8)
    assert again.score == pytest.approx(80.0)


@pytest.mark.parametrize(("material", "risk"), [("acrylic", RiskLevel.YELLOW), ("mother_of_pearl", RiskLevel.UNKNOWN)])
def test_materials_without_a_force_law_are_never_green(catalogue: Catalogue, material: str, risk: RiskLevel) -> None:
    assert assess(ToolDeflection(), situation(catalogue, {"material.material_id": material})).risk is risk


@pytest.mark.parametrize("material", ["mdf", "plywood_baltic_birch", "aluminium_6061"])
def test_every_published_force_law_is_used(catalogue: Catalogue, material: str) -> None:
    assert assess(ToolDeflection(), situation(catalogue, {"material.material_id": material})).score is not None


def test_wood_beyond_the_force_law_needs_review(catalogue: Catalogue) -> None:
    assessment = assess(ToolDeflection(), situation(catalogue, {"material.material_id": "blackwood_african"}))
    assert assessment.score is not None
    assert assessment.score <= 79
    assert "out_of_model:rho" in assessment.assumptions


def test_wood_nobody_named_is_cut_by_its_density(catalogue: Catalogue) -> None:
    stated = {
        "material": {"kind": "SOFTWOOD", "density_kg_per_m3": 425.0, "moisture_percent": 8.0, "burn_class": 0},
    }
    named, unnamed = situation(catalogue), situation(catalogue, stated)
    assert assess(ToolDeflection(), unnamed).score == assess(ToolDeflection(), named).score
    other = {"material": {"kind": "BRASS", "density_kg_per_m3": 8500.0}}
    assert kinds(assess(ToolDeflection(), situation(catalogue, other))) == [UnknownKind.NO_DATA]


def test_measured_force_coefficients_replace_the_law_and_raise_the_grade(catalogue: Catalogue) -> None:
    measured = {
        "physics.specific_cutting_force_n_per_mm2": 26.35,
        "physics.edge_force_n_per_mm": 2.25,
        "machine.stiffness_n_per_mm": 1_000.0,
        "tool.diameter_mm": 3.175,
        "tool.flute_length_mm": 12.7,
        "tool.stickout_mm": 20.0,
        "tool.shank_diameter_mm": 3.175,
    }
    assert assess(ToolDeflection(), situation(catalogue, measured)).grade is Grade.A
    assert assess(ToolDeflection(), situation(catalogue)).grade is Grade.D


def test_three_flutes_in_a_slot_do_not_add_up(catalogue: Catalogue) -> None:
    def peak(flutes: int, feed: float) -> float:
        context = {"tool.flute_count": flutes, "cut.feed_rate_mm_per_min": feed}
        details = assess(ToolDeflection(), situation(catalogue, context)).details
        return next(item.value for item in details if item.name == "peak_force")

    assert peak(3, 1_500.0) == pytest.approx(peak(2, 1_000.0), rel=0.02)


# --- rim speed


def test_a_tool_beyond_its_marked_speed_scores_nothing(catalogue: Catalogue) -> None:
    marked = {"tool.marked_max_spindle_speed_rpm": 16_000.0}
    assessment = assess(RimSpeed(), situation(catalogue, marked))
    assert assessment.score == 0.0
    assert assessment.recommendations[0].suggested_value == 12_000.0  # the dial's next position below 15,200


def test_a_large_bit_without_a_marked_speed_is_unknown(catalogue: Catalogue) -> None:
    large = {"tool.diameter_mm": 100.0}
    assert kinds(assess(RimSpeed(), situation(catalogue, large))) == [UnknownKind.OUT_OF_CHART]
    marked = {**large, "tool.marked_max_spindle_speed_rpm": 20_000.0}
    assert assess(RimSpeed(), situation(catalogue, marked)).risk is RiskLevel.RED


def test_a_spiral_whose_maker_allows_more_is_held_to_the_ceiling_only(catalogue: Catalogue) -> None:
    fast = {"cut.spindle_speed_rpm": 30_000.0}
    assert assess(RimSpeed(), situation(catalogue, fast)).risk is RiskLevel.RED
    industrial = {**fast, "machine.tier": "INDUSTRIAL"}
    assert assess(RimSpeed(), situation(catalogue, industrial)).risk is RiskLevel.GREEN
    steel = {**industrial, "tool.substrate": "HSS"}
    assert assess(RimSpeed(), situation(catalogue, steel)).risk is RiskLevel.RED
    no_chart = {**industrial, "material.material_id": "bone"}
    assert assess(RimSpeed(), situation(catalogue, no_chart)).risk is RiskLevel.RED


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


# --- saws


def test_a_table_saw_cut_is_assessed_in_every_dimension(catalogue: Catalogue) -> None:
    part = {"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.2}
    report = baseline_engine().evaluate(situation(catalogue, SAW, design={**SAW_CUT, "part": part}))
    assert [item.category for item in report.assessments if item.risk is RiskLevel.UNKNOWN] == []


@pytest.mark.parametrize(
    ("context", "warning"),
    [
        ({"cut.spindle_speed_rpm": 2_000.0}, "kick back"),
        ({"cut.spindle_speed_rpm": 6_000.0}, "material_band"),
        ({"tool.tool_id": "fret_saw_762"}, "extrapolated"),
    ],
)
def test_what_a_saw_is_warned_of(catalogue: Catalogue, context: dict[str, Any], warning: str) -> None:
    assessment = assess(RimSpeed(), situation(catalogue, {**SAW, **context}, design=SAW_CUT))
    assert any(warning in text for text in assessment.warnings)
    assert assessment.risk is not RiskLevel.GREEN


def test_a_blade_without_marking_and_plate_is_unknown(catalogue: Catalogue) -> None:
    bare = {
        **SAW,
        "tool": {"kind": "SAW_BLADE", "diameter_mm": 254.0, "flute_count": 60, "kerf_mm": 3.2},
    }
    bare.pop("tool.tool_id")
    assert len(kinds(assess(RimSpeed(), situation(catalogue, bare, design=SAW_CUT)))) == 2


@pytest.mark.parametrize(("plate", "risk"), [(2.2, RiskLevel.GREEN), (3.1, RiskLevel.YELLOW), (3.2, RiskLevel.RED)])
def test_a_plate_needs_room_in_its_kerf(catalogue: Catalogue, plate: float, risk: RiskLevel) -> None:
    blade = {**SAW, "tool.plate_thickness_mm": plate}
    assert assess(ToolDeflection(), situation(catalogue, blade, design=SAW_CUT)).risk is risk


@pytest.mark.parametrize(
    ("hand_feed", "material", "low"),
    [(False, "maple_hard", 0.3), (True, "maple_hard", 0.0635), (True, "acrylic", 0.0254), (False, "mdf", 0.1)],
)
def test_the_window_of_a_saw(catalogue: Catalogue, hand_feed: bool, material: str, low: float) -> None:
    context = {**SAW, "machine.hand_feed": hand_feed, "material.material_id": material}
    assert situation(catalogue, context, design=SAW_CUT).window.low_mm == low


def test_a_saw_has_no_place_in_a_pocket(catalogue: Catalogue) -> None:
    assert kinds(assess(ChipLoad(), situation(catalogue, SAW))) == [UnknownKind.MISSING]


def test_a_saw_cuts_fret_slots_too(catalogue: Catalogue) -> None:
    blade = {"tool.tool_id": "fret_saw_762", "cut.spindle_speed_rpm": 6_000.0, "cut.feed_rate_mm_per_min": 9_000.0}
    assessment = assess(ChipLoad(), fret_situation(catalogue, blade))
    assert assessment.score is not None
    thinning = next(item.value for item in assessment.details if item.name == "mean_chip")
    assert thinning < 9_000.0 / (6_000 * 48) / 5 * 1.2  # a fret slot thins the bite five times and more


# --- material efficiency


def part(**fields: Any) -> dict[str, Any]:
    return rosette(part={"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.0, **fields})


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"count": 2}, RiskLevel.RED),
        ({"grain_locked": True, "quarter_turned": True}, RiskLevel.RED),
        ({"quarter_turned": True}, RiskLevel.RED),
    ],
)
def test_parts_must_fit_and_keep_their_grain(catalogue: Catalogue, changes: dict[str, Any], risk: RiskLevel) -> None:
    assert assess(MaterialEfficiency(), situation(catalogue, design=part(**changes))).risk is risk


def test_a_wasteful_layout_says_how_many_parts_would_pay(catalogue: Catalogue) -> None:
    large = {"stock.width_mm": 900.0, "stock.price": 30.0}
    assessment = assess(MaterialEfficiency(), situation(catalogue, large, design=part()))
    assert assessment.risk is RiskLevel.RED
    assert assessment.recommendations[0].suggested_value == 4
    assert next(item.value for item in assessment.details if item.name == "price_per_part") == 30.0


OUTLINE = {"points": [{"x_mm": 0, "y_mm": 0}, {"x_mm": 200, "y_mm": 0}, {"x_mm": 0, "y_mm": 510}]}


@pytest.mark.parametrize(
    "shape",
    [
        {"ring": {"outer_radius_mm": 58.0, "inner_radius_mm": 46.0}},
        {"outline": OUTLINE},
        {"outline": OUTLINE, "quarter_turned": True},
    ],
)
def test_every_shape_of_part_is_measured(catalogue: Catalogue, shape: dict[str, Any]) -> None:
    design = rosette(part={"count": 1, "spacing_mm": 3.0, **shape})
    assert assess(MaterialEfficiency(), situation(catalogue, design=design)).score is not None


@pytest.mark.parametrize(
    "shape",
    [
        {"ring": {"outer_radius_mm": 58.0}, "count": 1, "spacing_mm": 3.0},
        {"rectangle": {"width_mm": 1.0}, "count": 1, "spacing_mm": 3.0},
        {"rectangle": {"width_mm": 1.0, "length_mm": 1.0}},
    ],
)
def test_an_incomplete_part_is_unknown(catalogue: Catalogue, shape: dict[str, Any]) -> None:
    assessment = assess(MaterialEfficiency(), situation(catalogue, design=rosette(part=shape)))
    assert set(kinds(assessment)) == {UnknownKind.MISSING}


RING = {"inner_radius_mm": 46.0, "width_mm": 5.0}


@pytest.mark.parametrize(
    ("design", "known"),
    [
        ({"rosette_rings": {"rings": [RING, {"inner_radius_mm": 52.0, "width_mm": 4.0}], "depth_mm": 1.0}}, True),
        ({"rosette_rings": {"rings": [{"width_mm": 5.0}], "depth_mm": 1.0}}, False),
        ({"rosette_channel": {"depth_mm": 1.0}}, False),
        ({"fret_slots": {"heel_width_mm": 57.0, "board_length_mm": 500.0}}, True),
        ({"fret_slots": {"heel_width_mm": 57.0}}, False),
    ],
)
def test_a_part_is_derived_from_the_operation_where_it_can_be(
    catalogue: Catalogue, design: dict[str, Any], known: bool
) -> None:
    assert (assess(MaterialEfficiency(), situation(catalogue, design=design)).score is not None) == known


# --- safety constraints


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"safety_constraints.max_feed_rate_mm_per_min": 1_000.0}, RiskLevel.RED),
        ({"cut.feed_rate_mm_per_min": 5_001.0}, RiskLevel.RED),
        ({"cut.plunge_rate_mm_per_min": 501.0}, RiskLevel.YELLOW),
        ({"cut.axial_depth_mm": 3.1}, RiskLevel.YELLOW),
        ({"safety_constraints.max_axial_depth_mm": 0.5}, RiskLevel.RED),
        ({"tool.diameter_mm": 1.4}, RiskLevel.YELLOW),
        ({"tool.diameter_mm": 26.0}, RiskLevel.YELLOW),
        ({"safety_constraints.min_tool_diameter_mm": 6.0}, RiskLevel.RED),
        ({"safety_constraints.max_tool_diameter_mm": 3.0}, RiskLevel.RED),
        ({"safety_constraints.dust_collection_present": REMOVED}, RiskLevel.YELLOW),
        ({"safety_constraints.stops_present": False}, RiskLevel.YELLOW),
        ({"safety_constraints.stops_present": False, "safety_constraints.stops_required": True}, RiskLevel.RED),
        ({"safety_constraints.stops_present": REMOVED, "safety_constraints.stops_required": False}, RiskLevel.GREEN),
    ],
)
def test_stated_limits_are_hard_and_defaults_soft(
    catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel
) -> None:
    assert assess(SafetyLimits(), situation(catalogue, context)).risk is risk


def test_fret_slots_allow_tools_from_0_4_mm(catalogue: Catalogue) -> None:
    assert assess(SafetyLimits(), fret_situation(catalogue)).risk is RiskLevel.GREEN
    assert assess(SafetyLimits(), fret_situation(catalogue, {"tool.diameter_mm": 0.39})).risk is RiskLevel.YELLOW


def test_saws_are_not_held_against_the_default_diameter(catalogue: Catalogue) -> None:
    limits = {**SAW, "machine.max_feed_rate_mm_per_min": 100_000.0}
    assert assess(SafetyLimits(), situation(catalogue, limits, design=SAW_CUT)).risk is RiskLevel.GREEN
    own = {**limits, "safety_constraints.max_tool_diameter_mm": 200.0}
    assert assess(SafetyLimits(), situation(catalogue, own, design=SAW_CUT)).risk is RiskLevel.RED


# --- situation


def test_a_stated_number_wins_over_the_preset_and_counts_as_measured(catalogue: Catalogue) -> None:
    stated = situation(catalogue, {"tool.stickout_mm": 18.0})
    assert stated.need("tool.stickout_mm") == [18.0]
    assert stated.grade("tool.stickout_mm") is Grade.A
    assert situation(catalogue).grade("tool.stickout_mm") is Grade.D
    assert stated.grade("stock.price") is Grade.D


def test_an_unknown_preset_is_never_replaced(catalogue: Catalogue) -> None:
    with pytest.raises(MaterialNotFoundError):
        situation(catalogue, {"material.material_id": "unobtainium"})


def test_a_model_gives_the_sound_hole_unless_the_design_does(catalogue: Catalogue) -> None:
    def hole(design: dict[str, Any]) -> float | None:
        channel = situation(catalogue, {"model_id": "dreadnought_254"}, design=design).design.rosette_channel
        assert channel is not None
        return channel.soundhole_radius_mm

    assert hole(rosette(rosette_channel__soundhole_radius_mm=REMOVED)) == 50.8
    assert hole(rosette()) == 42.5


def test_a_model_leaves_other_designs_alone(catalogue: Catalogue) -> None:
    holes = {"drilling": {"hole_diameter_mm": 6.0, "depth_mm": 2.0}}
    looked_at = situation(catalogue, {"model_id": "dreadnought_254"}, design=holes)
    assert looked_at.design == situation(catalogue, design=holes).design


def test_a_model_keeps_the_scale_the_design_states(catalogue: Catalogue) -> None:
    looked_at = fret_situation(catalogue, {"model_id": "bass_34"})
    slots = looked_at.design.fret_slots
    assert slots is not None
    assert slots.straight is not None
    assert slots.straight.scale_length_mm == 647.7
