"""Where formulas bend: limits, corners and constants that the published examples do not reach."""

import dataclasses
from math import cos, exp, hypot, pi, radians, sin, sqrt
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


@pytest.mark.parametrize("value", [LAW, stock_yield.Layout(1, 2), motion.Plan(1.0, 2.0, 3.0)])
def test_values_do_not_change(value: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, next(iter(value.__dataclass_fields__)), 9.0)


def tangential_n(law: ForceLaw, depth_mm: float, chip_mm: float) -> float:
    edge = law.edge_force_n_per_mm * (1 - exp(-chip_mm / 0.010))
    return depth_mm * (law.slope_n_per_mm2 * chip_mm + edge)


def peak_n(law: ForceLaw, *, depth_mm: float, feed_mm: float, engagement_rad: float, flutes: int) -> float:
    """The definition, tooth by tooth, at the same ninety places of the leading tooth."""
    thickest = feed_mm * (1.0 if engagement_rad >= pi / 2 else sin(engagement_rad))
    peak = tangential_n(law, depth_mm, thickest) * sqrt(1 + 0.4**2)
    pitch = 2 * pi / flutes
    if engagement_rad <= pitch:
        return peak
    for step in range(90):
        along = across = 0.0
        angle = step * pitch / 90
        while angle <= engagement_rad:
            force = tangential_n(law, depth_mm, feed_mm * max(sin(angle), 0.0))
            along += force * (cos(angle) + 0.4 * sin(angle))
            across += force * (-sin(angle) + 0.4 * cos(angle))
            angle += pitch
        peak = max(peak, hypot(along, across))
    return peak


@pytest.mark.parametrize("flutes", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("engagement_rad", [0.3, 1.0, 1.3, 1.5, 1.8, 2.0, 2.5, 3.0, pi])
def test_the_peak_force_is_the_largest_vector_sum(flutes: int, engagement_rad: float) -> None:
    found = cutting_force.peak_in_plane_force_n(
        LAW, axial_depth_mm=1.5, feed_per_tooth_mm=0.05, engagement_rad=engagement_rad, flute_count=flutes
    )
    expected = peak_n(LAW, depth_mm=1.5, feed_mm=0.05, engagement_rad=engagement_rad, flutes=flutes)
    assert isinstance(found, float)
    assert found == pytest.approx(expected, rel=1e-9)


def test_the_peak_force_of_many_cuts_at_once() -> None:
    engagements = np.array([0.3, 1.3, 1.8, 2.5, pi])
    feeds = np.array([0.02, 0.05, 0.05, 0.1, 0.01])
    found: Any = cutting_force.peak_in_plane_force_n(
        LAW,
        axial_depth_mm=1.5,
        feed_per_tooth_mm=feeds,  # type: ignore[arg-type]
        engagement_rad=engagements,  # type: ignore[arg-type]
        flute_count=4,
    )
    expected = [
        peak_n(LAW, depth_mm=1.5, feed_mm=feed, engagement_rad=engagement, flutes=4)
        for feed, engagement in zip(feeds, engagements, strict=True)
    ]
    assert found == pytest.approx(expected, rel=1e-9)


def test_the_edge_force_acts_on_every_tooth_in_the_cut() -> None:
    law = ForceLaw(slope_n_per_mm2=0.0, edge_force_n_per_mm=2.0)
    power_w = cutting_power.cutting_power_w(
        law,
        axial_depth_mm=3.0,
        radial_width_mm=1.0,
        feed_rate_mm_per_min=1000.0,
        spindle_speed_rpm=18_000.0,
        flute_count=4,
        diameter_mm=6.0,
        engagement_rad=pi,
        mean_chip_mm=0.05,
    )
    speed_m_per_s = pi * 6.0 * 18_000 / 60_000
    assert power_w == pytest.approx(2.0 * (1 - exp(-5.0)) * 3.0 * 2.0 * speed_m_per_s, rel=1e-12)


@pytest.mark.parametrize(
    ("substrate", "diameter_mm", "stress_mpa"),
    [
        ("CARBIDE", 2.0, 1000.0),
        ("MICROGRAIN_CARBIDE", 2.9, 1600.0),
        ("MICROGRAIN_CARBIDE", 3.0, 1000.0),
        ("POLYCRYSTALLINE_DIAMOND", 2.0, 1000.0),
        ("HSS", 2.0, 800.0),
    ],
)
def test_allowed_stress(substrate: str, diameter_mm: float, stress_mpa: float) -> None:
    assert deflection.allowed_stress_mpa(substrate=substrate, diameter_mm=diameter_mm) == stress_mpa


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


@pytest.mark.parametrize(("depth_mm", "diameter_mm"), [(0.5, 3.0 + 2 * sqrt(0.5 * 2.5)), (1.5, 6.0), (4.0, 6.0)])
def test_bull_nose(depth_mm: float, diameter_mm: float) -> None:
    found = effective_diameter.bull_nose_diameter_mm(diameter_mm=6.0, corner_radius_mm=1.5, axial_depth_mm=depth_mm)
    assert found == pytest.approx(diameter_mm, rel=1e-12)


def test_a_light_hold_is_still_a_hold() -> None:
    assert holding.holding_utilization(lateral_force_n=10.0, hold_n=0.5) == pytest.approx(40.0, rel=1e-12)
    assert holding.holding_utilization(lateral_force_n=10.0, hold_n=0.0) == 1e6
    assert holding.holding_utilization(lateral_force_n=10.0, hold_n=-1.0) == 1e6


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
