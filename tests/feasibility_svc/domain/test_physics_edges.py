"""Where formulas bend: limits, corners and constants that the published examples do not reach."""

import dataclasses
from math import cos, exp, pi, radians, sin, sqrt
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.physics import (
    chatter,
    cutting_force,
    cutting_power,
    deflection,
    effective_diameter,
    holding,
    motion,
    rim_speed,
    stock_yield,
    surface_heat,
    tear_out,
)
from feasibility_svc.domain.physics.cutting_force import ForceLaw

LAW = ForceLaw(slope_n_per_mm2=26.35, edge_force_n_per_mm=2.2525)


def test_at_least_a_quarter_of_a_tooth_is_in_the_cut() -> None:
    assert chatter.teeth_in_cut(flute_count=1, engagement_rad=0.1) == 0.25
    assert chatter.teeth_in_cut(flute_count=2, engagement_rad=pi) == 1.0


def test_the_densities_behind_the_wood_law() -> None:
    assert cutting_force.DENSITY_RANGE_KG_PER_M3 == (287.0, 1080.0)


@pytest.mark.parametrize("exponent", [0.0, 0.7, 1.0, 1.5, 2.0])
def test_the_exponent_of_the_force_law(exponent: float) -> None:
    law = ForceLaw(slope_n_per_mm2=10.0, edge_force_n_per_mm=0.0, exponent=exponent)
    assert law.tangential_force_n(axial_depth_mm=2.0, chip_mm=0.3) == pytest.approx(20.0 * 0.3**exponent, rel=1e-12)


@pytest.mark.parametrize(
    ("exponent", "slope"), [(0.5, 10 * 0.5 / sqrt(0.3)), (1.0, 10.0), (1.5, 15 * sqrt(0.3)), (2.0, 10 * 2 * 0.3)]
)
def test_the_slope_of_the_force_law(exponent: float, slope: float) -> None:
    law = ForceLaw(slope_n_per_mm2=10.0, edge_force_n_per_mm=0.0, exponent=exponent)
    assert law.slope_at(0.3) == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("value", [LAW, stock_yield.Layout(1, 2), motion.Plan(1.0, 2.0, 3.0)])
def test_values_do_not_change(value: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, next(iter(value.__dataclass_fields__)), 9.0)


def tangential_n(law: ForceLaw, depth_mm: float, chip_mm: float) -> float:
    edge = law.edge_force_n_per_mm * (1 - exp(-chip_mm / 0.010))
    return depth_mm * (law.slope_n_per_mm2 * chip_mm + edge)


def test_the_peak_force_is_one_tooth_s_with_its_radial_part() -> None:
    found = cutting_force.peak_force_n(LAW, axial_depth_mm=1.5, chip_mm=0.05)
    assert found == pytest.approx(tangential_n(LAW, 1.5, 0.05) * sqrt(1 + 0.4**2), rel=1e-12)


def test_the_mean_force_counts_the_teeth_in_the_cut() -> None:
    found = cutting_force.mean_force_n(LAW, axial_depth_mm=1.5, mean_chip_mm=0.03, teeth_in_cut=1.5)
    assert found == pytest.approx(1.08 * 1.5 * tangential_n(LAW, 1.5, 0.03), rel=1e-12)


def test_the_edge_force_acts_on_every_tooth_in_the_cut() -> None:
    law = ForceLaw(slope_n_per_mm2=0.0, edge_force_n_per_mm=2.0)
    power_w = cutting_power.cutting_power_w(
        law, axial_depth_mm=3.0, mean_chip_mm=0.05, teeth_in_cut=2.0, cutting_speed_m_per_s=5.5
    )
    assert power_w == pytest.approx(2.0 * (1 - exp(-5.0)) * 3.0 * 2.0 * 5.5, rel=1e-12)


@pytest.mark.parametrize(
    ("substrate", "stress_mpa"),
    [("CARBIDE", 1500.0), ("MICROGRAIN_CARBIDE", 1500.0), ("HSS", 800.0), ("COBALT_HSS", 900.0)],
)
def test_allowed_stress(substrate: str, stress_mpa: float) -> None:
    assert deflection.allowed_stress_mpa(substrate) == stress_mpa


@pytest.mark.parametrize(("flutes", "core"), [(1, 0.8), (2, 0.8), (3, 0.8), (4, 0.8), (5, 0.85), (8, 0.85)])
def test_a_core_is_thicker_above_four_flutes(flutes: int, core: float) -> None:
    assert deflection.core_factor(flutes) == core


def test_a_force_beyond_its_section_still_has_a_lever() -> None:
    section_mm3 = pi * 2.0**3 / 32
    for lever_mm in (-3.0, 0.0, 0.1):
        stress_mpa = deflection.bending_stress_mpa(force_n=10.0, diameter_mm=2.0, lever_mm=lever_mm)
        assert stress_mpa == pytest.approx(10.0 * 0.1 / section_mm3, rel=1e-12)


@pytest.mark.parametrize(
    ("depth_mm", "diameter_mm"), [(1.0, 2 * sqrt(5.0)), (2.5, 2 * sqrt(2.5 * 3.5)), (3.0, 6.0), (4.0, 6.0), (7.0, 6.0)]
)
def test_ball_nose(depth_mm: float, diameter_mm: float) -> None:
    found = effective_diameter.ball_nose_diameter_mm(diameter_mm=6.0, axial_depth_mm=depth_mm)
    assert found == pytest.approx(diameter_mm, rel=1e-12)
    many: Any = effective_diameter.ball_nose_diameter_mm(
        diameter_mm=6.0,
        axial_depth_mm=np.array([depth_mm]),  # type: ignore[arg-type]
    )
    assert many == pytest.approx([diameter_mm], rel=1e-12)


@pytest.mark.parametrize("depth_mm", [3.0, 5.4, 6.0, 7.2])
@pytest.mark.parametrize("slope_deg", [0.0, 30.0])
def test_a_ball_deeper_than_its_centre_cuts_with_its_whole_diameter_on_a_slope_too(
    depth_mm: float, slope_deg: float
) -> None:
    found = effective_diameter.ball_nose_on_slope_diameter_mm(
        diameter_mm=6.0, axial_depth_mm=depth_mm, slope_deg=slope_deg
    )
    assert found == pytest.approx(6.0, rel=1e-12)


@pytest.mark.parametrize(
    ("widest_mm", "speeds_rpm"),
    [
        (25.4, (22_000, 24_000)),
        (38.1, (18_000, 18_000)),
        (50.8, (15_000, 18_000)),
        (63.5, (15_000, 16_000)),
        (88.9, (10_000, 12_000)),
    ],
)
def test_two_makers_charts_of_brazed_bits(widest_mm: float, speeds_rpm: tuple[float, float]) -> None:
    assert rim_speed.brazed_chart(widest_mm) == speeds_rpm
    assert rim_speed.brazed_chart(widest_mm + 0.5) != speeds_rpm


@pytest.mark.parametrize(("depth_mm", "diameter_mm"), [(0.5, 3.0 + 2 * sqrt(0.5 * 2.5)), (1.5, 6.0), (4.0, 6.0)])
def test_bull_nose(depth_mm: float, diameter_mm: float) -> None:
    found = effective_diameter.bull_nose_diameter_mm(diameter_mm=6.0, corner_radius_mm=1.5, axial_depth_mm=depth_mm)
    assert found == pytest.approx(diameter_mm, rel=1e-12)


def test_a_light_hold_is_still_a_hold() -> None:
    pull = {"mean_force_n": 10.0, "peak_force_n": 12.0}
    assert holding.holding_utilization(hold_n=0.5, **pull) == pytest.approx(40.0, rel=1e-12)
    assert holding.holding_utilization(hold_n=0.0, **pull) == 1e6
    assert holding.holding_utilization(hold_n=-1.0, **pull) == 1e6
    assert holding.holding_utilization(hold_n=100.0, mean_force_n=10.0, peak_force_n=30.0) == 0.3


def test_a_path_of_one_point_takes_no_time() -> None:
    plan = motion.plan(
        [(1.0, 2.0, 0.0)] * 3, speed_mm_per_s=20.0, acceleration_mm_per_s2=250.0, junction_deviation_mm=0.02
    )
    assert plan == motion.Plan(0.0, 0.0, 20.0)


def staircase(lengths: list[float]) -> list[tuple[float, float, float]]:
    """Runs at right angles, so that every corner has the same speed of its own."""
    points = [(0.0, 0.0, 0.0)]
    for index, length in enumerate(lengths):
        x, y, z = points[-1]
        points.append((x + length, y, z) if index % 2 == 0 else (x, y + length, z))
    return points


def slowest(lengths: list[float], acceleration: float, speed: float, deviation: float) -> tuple[float, float]:
    """Time and slowest corner by the rule itself, relaxed until nothing changes."""
    half = sin(radians(45))
    corner = min(speed, sqrt(acceleration * deviation * half / (1 - half)))
    speeds = [0.0, *[corner] * (len(lengths) - 1), 0.0]
    for _ in range(len(lengths) + 2):
        for index, length in enumerate(lengths):
            reach = 2 * acceleration * length
            speeds[index + 1] = min(speeds[index + 1], sqrt(speeds[index] ** 2 + reach))
            speeds[index] = min(speeds[index], sqrt(speeds[index + 1] ** 2 + reach))
    time_s = sum(
        motion.run_time_s(
            length_mm=length,
            speed_mm_per_s=speed,
            acceleration_mm_per_s2=acceleration,
            entry_mm_per_s=speeds[index],
            exit_mm_per_s=speeds[index + 1],
        )
        for index, length in enumerate(lengths)
    )
    return time_s, min(speeds[1:-1])


@pytest.mark.parametrize(
    "lengths",
    [
        [5.0, 0.01, 0.01, 0.01, 5.0],
        [0.01, 0.02, 5.0, 5.0],
        [5.0, 5.0, 0.02, 0.01],
        [0.02, 0.02],
        [0.005] * 9,
        [3.0, 0.004, 0.1, 0.004, 0.004, 2.0, 0.004],
    ],
)
def test_short_runs_hold_their_neighbours_back(lengths: list[float]) -> None:
    plan = motion.plan(
        staircase(lengths), speed_mm_per_s=40.0, acceleration_mm_per_s2=400.0, junction_deviation_mm=0.05
    )
    time_s, corner = slowest(lengths, 400.0, 40.0, 0.05)
    assert dataclasses.astuple(plan) == pytest.approx((time_s, sum(lengths), corner), rel=1e-9)


@pytest.mark.parametrize(
    ("stock", "cell", "spacing", "count"),
    [((100.0, 100.0), (30.0, 33.4), 5.0, (3, 2)), ((20.0, 90.0), (30.0, 100.0), 3.0, (0, 0))],
)
def test_cells_on_a_stock(
    stock: tuple[float, float], cell: tuple[float, float], spacing: float, count: tuple[int, int]
) -> None:
    layout = stock_yield.grid(
        stock_width_mm=stock[0],
        stock_length_mm=stock[1],
        cell_width_mm=cell[0],
        cell_length_mm=cell[1],
        spacing_mm=spacing,
    )
    assert (layout.columns, layout.rows) == count


def test_the_area_of_a_polygon_away_from_the_origin() -> None:
    assert stock_yield.polygon_area_mm2([(10, 10), (14, 11), (13, 15), (9, 12)]) == pytest.approx(14.0, rel=1e-12)


@pytest.mark.parametrize(("cooling", "factor"), [("NONE", 1.0), ("AIR", 0.85), ("MIST", 0.7)])
def test_cooling(cooling: str, factor: float) -> None:
    assert surface_heat.cooling_factor(cooling) == factor


def test_gravity_of_oven_dry_wood() -> None:
    found = surface_heat.oven_dry_gravity(density_kg_per_m3=550.0, moisture_percent=10.0)
    assert found == pytest.approx(0.5, rel=1e-12)


def test_flux_of_a_worn_edge_that_stands() -> None:
    law = ForceLaw(slope_n_per_mm2=1.0, edge_force_n_per_mm=3.0)
    found = surface_heat.dwell_flux_w_per_m2(law, teeth_per_min=36_000.0, wear_factor=1.6, edge_heat_share=0.5)
    assert found == pytest.approx(0.5 * 1.6 * surface_heat.DWELL_SHARE * 3.0 * 1e3 * 600, rel=1e-12)


@pytest.mark.parametrize("angle_deg", [0.0, 89.5, 90.0, 90.5, 91.0, 100.0, 120.0, 135.0, 160.0, 179.5, 180.0, 180.5])
def test_against_the_grain(angle_deg: float) -> None:
    expected = sin(radians(2 * angle_deg)) ** 2 if 90 < angle_deg < 180 else 0.0
    assert tear_out.against_grain(angle_deg) == pytest.approx(expected, abs=1e-12)


def corner_speed(end: tuple[float, float, float], turn: tuple[float, float, float]) -> float:
    """Slowest speed of a path from the origin over a turn to an end."""
    points = [(0.0, 0.0, 0.0), turn, end]
    plan = motion.plan(points, speed_mm_per_s=50.0, acceleration_mm_per_s2=1e4, junction_deviation_mm=0.1)
    speed: float = dataclasses.astuple(plan)[2]
    return speed


def test_a_sharp_corner_is_slower_than_a_square_one() -> None:
    half = sin(radians(15))
    found = corner_speed((100 - 80 * cos(radians(30)), 80 * sin(radians(30)), 0.0), (100.0, 0.0, 0.0))
    assert found == pytest.approx(sqrt(1e4 * 0.1 * half / (1 - half)), rel=1e-9)


def test_turning_back_stops_and_going_straight_on_does_not() -> None:
    there = (0.5, 2.6, 2.3)  # rounding makes the cosine of these a little more than 1
    assert corner_speed((0.0, 0.0, 0.0), there) == pytest.approx(0.0, abs=1e-3)
    on = (0.5, 2.6, 2.3)
    assert corner_speed((1.0, 5.2, 4.6), on) == 50.0
