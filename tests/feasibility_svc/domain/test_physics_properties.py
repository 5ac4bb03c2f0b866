"""Directions, limits and steadiness of the physics: what holds for every input."""

from math import atan, degrees, log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feasibility_svc.domain.physics import (
    chip_formation,
    cutting_force,
    cutting_power,
    deflection,
    effective_diameter,
    fretting,
    motion,
    rim_speed,
    stock_yield,
    surface_heat,
    tear_out,
)
from feasibility_svc.domain.physics.cutting_force import ForceLaw

CHIPS = st.floats(0.001, 0.5)
DENSITIES = st.floats(287, 1_080)
LAW = ForceLaw(43.71, 3.7365)
STATE: dict[str, float] = {
    "density_kg_per_m3": 705.0,
    "heat_capacity_kj_per_kg_k": 1.5,
    "wear_factor": 1.0,
    "cooling_factor": 1.0,
    "ambient_c": 20.0,
}
TOOL: dict[str, Any] = {
    "youngs_modulus_gpa": 600.0,
    "diameter_mm": 3.175,
    "flute_length_mm": 12.7,
    "stickout_mm": 20.0,
    "shank_diameter_mm": 3.175,
}


@given(CHIPS, st.floats(1.05, 3.0))
def test_thicker_chips_leave_a_cooler_surface(chip_mm: float, factor: float) -> None:
    thin, thick = (
        surface_heat.surface_temperature_c(LAW, mean_chip_mm=chip, **STATE) for chip in (chip_mm, factor * chip_mm)
    )
    assert thick < thin


@given(CHIPS, st.sampled_from(["wear_factor", "cooling_factor", "ambient_c"]))
def test_wear_and_warmth_heat_the_surface(chip_mm: float, name: str) -> None:
    cool = surface_heat.surface_temperature_c(LAW, mean_chip_mm=chip_mm, **STATE)
    warm = surface_heat.surface_temperature_c(LAW, mean_chip_mm=chip_mm, **{**STATE, name: 1.2 * STATE[name]})
    assert warm > cool


@given(st.floats(60.0, 180.0))
def test_the_chip_for_a_temperature_gives_that_temperature(limit_c: float) -> None:
    chip_mm = surface_heat.chip_for_temperature_mm(LAW, limit_c=limit_c, **STATE)
    assert chip_mm is not None
    if chip_mm > 0:
        reached = surface_heat.surface_temperature_c(LAW, mean_chip_mm=chip_mm, **STATE)
        assert reached == pytest.approx(limit_c, rel=1e-6)


def test_no_chip_cools_below_the_workshop_and_any_chip_stays_below_the_stars() -> None:
    assert surface_heat.chip_for_temperature_mm(LAW, limit_c=20.0, **STATE) is None
    assert surface_heat.chip_for_temperature_mm(LAW, limit_c=5_000.0, **STATE) == 0.0


@given(st.floats(1.05, 2.0), st.sampled_from(["force_n", "stickout_mm"]))
def test_force_and_stickout_bend_the_tool_more(factor: float, name: str) -> None:
    base = {"force_n": 5.0, **TOOL}
    more = {**base, name: factor * base[name]}
    assert deflection.tool_deflection_mm(**more) > deflection.tool_deflection_mm(**base)


def test_flutes_longer_than_the_stickout_count_up_to_the_collet() -> None:
    long, whole = ({**TOOL, "force_n": 5.0, "flute_length_mm": length} for length in (50.0, 20.0))
    assert deflection.tool_deflection_mm(**long) == deflection.tool_deflection_mm(**whole)


@given(DENSITIES, st.floats(0, 180), st.booleans())
def test_the_wood_law_is_linear_in_density(density: float, angle: float, climb: bool) -> None:
    law = cutting_force.wood_force_law(density_kg_per_m3=density, climb=climb, grain_angle_deg=angle)
    half = cutting_force.wood_force_law(density_kg_per_m3=density / 2, climb=climb, grain_angle_deg=angle)
    assert law.slope_n_per_mm2 == pytest.approx(2 * half.slope_n_per_mm2)
    assert law.edge_force_n_per_mm == pytest.approx(2 * half.edge_force_n_per_mm)


@pytest.mark.parametrize(
    ("climb", "angle", "slope", "edge"),
    [
        (False, 0.0, 0.026, 0.0053),
        (False, 90.0, 0.0755, 0.0053),
        (False, 100.0, 0.076, 0.0053),
        (True, 0.0, 0.056, 0.0050),
        (True, 90.0, 0.0767, 0.0050),
        (False, None, 0.0620, 0.0053),
        (True, None, 0.0686, 0.0050),
    ],
)
def test_the_anchors_of_the_wood_law(climb: bool, angle: float | None, slope: float, edge: float) -> None:
    law = cutting_force.wood_force_law(density_kg_per_m3=1.0, climb=climb, grain_angle_deg=angle)
    assert law.slope_n_per_mm2 == pytest.approx(slope, rel=1e-9)
    assert law.edge_force_n_per_mm == pytest.approx(edge, rel=1e-9)


def test_moisture_rake_and_wear_correct_the_force() -> None:
    assert [cutting_force.moisture_factor(moisture) for moisture in (3, 6, 12, 20, 30)] == pytest.approx(
        [1.06, 1.06, 1.0, 0.92, 0.92]
    )
    assert [cutting_force.rake_factor(rake) for rake in (25, 15, 35)] == pytest.approx([1.0, 1.1, 0.9])
    assert [cutting_force.wear_factor(wear) for wear in ("SHARP", "USED", "WORN", "DULL")] == [1.0, 1.3, 1.6, 2.0]


def test_a_broken_exponent_bends_the_law() -> None:
    law = ForceLaw(641.0, 0.0, exponent=0.73)
    assert law.tangential_force_n(axial_depth_mm=2.0, chip_mm=0.05) == pytest.approx(2 * 641 * 0.05**0.73)


@given(st.floats(0.01, 0.99))
def test_the_mean_chip_is_thinner_than_the_thickest(ratio: float) -> None:
    assert chip_formation.mean_chip_factor(ratio) < chip_formation.thickest_chip_factor(ratio) <= 1.0
    assert chip_formation.radial_ratio(radial_width_mm=ratio, diameter_mm=0.5) == min(ratio / 0.5, 1.0)


def test_the_thinnest_chip_grows_with_the_tool_and_its_wear() -> None:
    sharp = [
        chip_formation.no_chip_mm(diameter_mm=diameter, wear="SHARP") for diameter in (0.1, 0.79375, 1.5875, 3.175, 9)
    ]
    assert sharp == pytest.approx([0.00075, 0.00075, 0.0015, 0.003, 0.003])
    worn = [chip_formation.no_chip_mm(diameter_mm=6.35, wear=wear) for wear in ("SHARP", "USED", "WORN", "DULL")]
    assert worn == pytest.approx([0.003, 0.0045, 0.006, 0.009])


def test_runout_never_takes_a_tooth_below_nothing_or_beyond_all_feed() -> None:
    bounds = chip_formation.runout_bounds_mm(feed_per_tooth_mm=0.01, runout_mm=0.05, flute_count=2)
    assert bounds == (0.0, 0.02)
    three = chip_formation.runout_bounds_mm(feed_per_tooth_mm=0.1, runout_mm=0.02, flute_count=3)
    assert three == pytest.approx((0.1 - 0.02 * 0.866025403784, 0.1 + 0.02 * 0.866025403784))


def test_a_router_weakens_at_the_slow_end_of_its_dial() -> None:
    full = cutting_power.router_power_w(input_power_w=900, top_speed_rpm=30_000, spindle_speed_rpm=16_500)
    slow = cutting_power.router_power_w(input_power_w=900, top_speed_rpm=30_000, spindle_speed_rpm=8_250)
    assert (full, slow) == (450.0, 225.0)
    assert cutting_power.vfd_power_w(rated_power_w=100, rated_speed_rpm=50, spindle_speed_rpm=75) == 100
    assert cutting_power.torque_nm(power_w=100.0, spindle_speed_rpm=6_000) == pytest.approx(0.159154943)


def test_tools_with_a_shape_cut_with_the_diameter_at_the_surface() -> None:
    assert effective_diameter.ball_nose_diameter_mm(diameter_mm=6, axial_depth_mm=1) == pytest.approx(2 * 5**0.5)
    assert effective_diameter.ball_nose_diameter_mm(diameter_mm=6, axial_depth_mm=3) == 6
    assert effective_diameter.ball_nose_diameter_mm(diameter_mm=6, axial_depth_mm=9) == 6
    bull = effective_diameter.bull_nose_diameter_mm
    assert bull(diameter_mm=10, corner_radius_mm=1, axial_depth_mm=0.5) == pytest.approx(8 + 2 * 0.75**0.5)
    assert bull(diameter_mm=10, corner_radius_mm=1, axial_depth_mm=1) == 10
    assert effective_diameter.v_bit_mean_diameter_mm(
        tip_diameter_mm=0.2, tip_angle_deg=60, axial_depth_mm=1.5
    ) == pytest.approx(0.2 + 1.5 * 0.577350269)
    assert effective_diameter.tapered_ball_diameter_mm(
        tip_diameter_mm=1, taper_angle_deg=5, axial_depth_mm=4
    ) == pytest.approx(1 + 8 * 0.0874886635)


@pytest.mark.parametrize(
    ("diameter_mm", "speeds"),
    [
        (25.4, (22e3, 24e3)),
        (25.4000005, (22e3, 24e3)),
        (25.5, (18e3, 18e3)),
        (38.1, (18e3, 18e3)),
        (50.8, (15e3, 18e3)),
        (50.9, (15e3, 16e3)),
        (88.9, (10e3, 12e3)),
        (89.0, None),
    ],
)
def test_two_charts_of_brazed_bits(diameter_mm: float, speeds: tuple[float, float] | None) -> None:
    assert rim_speed.brazed_chart(diameter_mm) == speeds


def test_rim_speeds_and_slow_blades() -> None:
    speed = rim_speed.speed_at_rim_rpm(diameter_mm=63.5, rim_speed_m_per_s=60.0)
    assert rim_speed.rim_speed_m_per_s(diameter_mm=63.5, spindle_speed_rpm=speed) == pytest.approx(60.0)
    scores = [rim_speed.slow_saw_score(rim) for rim in (10.0, 20.0, 25.0, 30.0, 35.0, 40.0, 42.0, 44.0, 90.0)]
    assert scores == pytest.approx([45.0, 45.0, 52.5, 60.0, 70.0, 80.0, 90.0, 100.0, 100.0])


@pytest.mark.parametrize(
    ("speed_rpm", "utilization"),
    [(0, 0.0), (9e3, 0.4745), (18e3, 0.949), (18.9e3, 1.05), (19e3, 19 / 18), (36e3, 2.0)],
)
def test_where_both_charts_agree_the_limit_is_one_speed(speed_rpm: float, utilization: float) -> None:
    chart = rim_speed.ChartedSpeeds(18e3, 18e3)
    assert rim_speed.chart_utilization(speed_rpm, chart) == pytest.approx(utilization, abs=1e-12)


@pytest.mark.parametrize(
    ("speed_rpm", "utilization"),
    [(0, 0.0), (9.9e3, 0.425), (19.8e3, 0.85), (22e3, 0.93), (24e3, 0.9999), (25.2e3, 1.2), (40e3, 1.2)],
)
def test_between_two_charts_a_speed_needs_review(speed_rpm: float, utilization: float) -> None:
    chart = rim_speed.ChartedSpeeds(22e3, 24e3)
    assert rim_speed.chart_utilization(speed_rpm, chart) == pytest.approx(utilization, abs=1e-12)
    green = rim_speed.highest_charted_rpm(chart, utilization=0.95)
    assert rim_speed.chart_utilization(green, chart) == pytest.approx(0.95, rel=1e-12)


def test_speed_and_short_contact_change_how_hot_a_surface_gets() -> None:
    speeds = [surface_heat.speed_factor(speed) for speed in (0.0, 0.45, 5.0, 20.0, 31.25, 100.0)]
    assert speeds == pytest.approx([0.3, 0.3, 1.0, 2.0, 2.5, 2.5])
    arcs = [surface_heat.contact_factor(arc) for arc in (0.0, 0.25 * 3.141592653589793, 1.5707963267948966, 3.0)]
    assert arcs == pytest.approx([0.35, 0.675, 1.0, 1.0])


def test_frets_fans_and_saws() -> None:
    assert fretting.fret_position_mm(scale_length_mm=648, fret=0) == 0
    flat = fretting.fan_angle_deg(
        bass_scale_mm=686, treble_scale_mm=648, perpendicular_fret=7, fret=7, string_span_mm=36
    )
    assert flat == pytest.approx(0.0, abs=1e-12)
    at_twelve = fretting.fan_angle_deg(
        bass_scale_mm=686, treble_scale_mm=648, perpendicular_fret=7, fret=12, string_span_mm=36
    )
    assert at_twelve == pytest.approx(degrees(atan(6.36195722923 / 36)), rel=1e-9)  # worked example GE2
    one_cent_mm = 324 * log(2) / 1_200
    assert fretting.cents_error(scale_length_mm=648, fret=12, error_mm=-one_cent_mm) == pytest.approx(1.0, rel=1e-12)


def test_sheets_strips_and_tiles() -> None:
    nothing = stock_yield.grid(stock_width_mm=10, stock_length_mm=10, cell_width_mm=20, cell_length_mm=5, spacing_mm=0)
    assert (nothing.columns, nothing.capacity) == (0, 0)
    square, hexagonal = (
        stock_yield.ring_reference(net_mm2=50, outer_diameter_mm=9, spacing_mm=1, rows=rows) for rows in (2, 3)
    )
    assert square == 0.5
    assert hexagonal / square == pytest.approx(2 / 3**0.5)
    assert stock_yield.strips_needed(length_mm=801, strip_length_mm=800) == 2
    assert stock_yield.tiles_needed(around_mm=99.0, pitch_mm=2.0, waste=0.0) == 50
    inches = stock_yield.grid(
        stock_width_mm=10 * 25.4 - 1e-9, stock_length_mm=25.4, cell_width_mm=25.4, cell_length_mm=25.4, spacing_mm=0
    )
    assert inches.capacity == 10
    assert stock_yield.polygon_area_mm2([(0, 3), (2, 3), (2, 0), (0, 0)]) == 6


def test_where_the_grain_tears() -> None:
    lifts = {angle: tear_out.against_grain(angle) for angle in (0, 45, 90, 135, 180)}
    assert lifts == pytest.approx({0: 0, 45: 0, 90: 0, 135: 1, 180: 0})
    assert [tear_out.end_grain(angle) for angle in (0, 90, 180)] == pytest.approx([0, 1, 0])
    assert tear_out.lift(grain_angle_deg=135, face=1.0) == pytest.approx(0.55 + 0.35 * 0.5 + 0.45)
    assert tear_out.demand_factor(climb=True, chip_ratio=0.25, figured=True) == pytest.approx(0.8 * 0.5 * 1.25)
    ratios = [tear_out.chip_ratio(thickest_chip_mm=chip, low_mm=0.02, high_mm=0.08) for chip in (0.01, 0.04, 0.2)]
    assert ratios == pytest.approx([0.5, 1.0, 2.0])
    assert tear_out.SWEEP_DEG[:2] == (0.0, 5.0)
    assert len(tear_out.SWEEP_DEG) == 72


@given(st.floats(0.1, 500), st.floats(1, 200), st.floats(50, 3_000))
def test_a_run_takes_longer_than_its_length_over_its_feed(length: float, speed: float, acceleration: float) -> None:
    time_s = motion.run_time_s(length_mm=length, speed_mm_per_s=speed, acceleration_mm_per_s2=acceleration)
    assert time_s >= length / speed
    rolling = motion.run_time_s(
        length_mm=length,
        speed_mm_per_s=speed,
        acceleration_mm_per_s2=acceleration,
        entry_mm_per_s=speed,
        exit_mm_per_s=2 * speed,
    )
    assert rolling == pytest.approx(length / speed)
