"""How long a machine takes: published examples, limits, directions."""

from itertools import accumulate
from math import cos, pi, radians, sin

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time, slowest_feed_mm_per_min
from feasibility_svc.domain.dimensions.cut_time import CutTime
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.physics import motion, surface_heat
from feasibility_svc.domain.physics.cutting_force import wood_force_law
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.examples import EXAMPLES
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, kinds, situation

TM = {example["id"]: (example["inputs"], example["expected"]) for example in EXAMPLES["D12_time"]}
SQUARE = [(0.0, 0.0, 0.0), (50.0, 0.0, 0.0), (50.0, 50.0, 0.0), (0.0, 50.0, 0.0), (0.0, 0.0, 0.0)]


def test_example_tm1_speed_through_a_corner() -> None:
    given, expected = TM["TM1"]
    speed = motion.junction_speed_mm_per_s(
        acceleration_mm_per_s2=given["a_mm_s2"],
        junction_deviation_mm=given["jd_mm"],
        angle_rad=radians(given["theta_deg"]),
    )
    assert speed == pytest.approx(expected["v_junction_mm_s"], rel=1e-9)


def test_example_tm2_square_from_rest_to_rest() -> None:
    given, expected = TM["TM2"]
    plan = motion.plan(
        SQUARE,
        speed_mm_per_s=given["vf_mm_min"] / 60,
        acceleration_mm_per_s2=given["a_mm_s2"],
        junction_deviation_mm=given["jd_mm"],
    )
    assert plan.time_s == pytest.approx(expected["t_plan_s"], rel=1e-9)
    assert plan.slowest_corner_mm_per_s == pytest.approx(expected["v_junction_mm_s"], rel=1e-9)
    naive_s = plan.length_mm / (given["vf_mm_min"] / 60)
    assert naive_s == pytest.approx(expected["t_naive_s"], rel=1e-9)
    assert plan.time_s / naive_s == pytest.approx(expected["ratio"], rel=1e-9)


def test_example_tm3_circle_in_chords() -> None:
    given, expected = TM["TM3"]
    turn = 2 * pi / 360
    points = [(50 * cos(turn * step), 50 * sin(turn * step), 0.0) for step in range(361)]
    seg_mm = ((points[1][0] - points[0][0]) ** 2 + points[1][1] ** 2) ** 0.5
    assert seg_mm == pytest.approx(expected["seg_mm"], rel=1e-9)
    junction = motion.junction_speed_mm_per_s(
        acceleration_mm_per_s2=given["a_mm_s2"], junction_deviation_mm=given["jd_mm"], angle_rad=pi - turn
    )
    assert junction == pytest.approx(expected["v_junction_mm_s"], rel=1e-9)
    assert motion.centripetal_speed_mm_per_s(acceleration_mm_per_s2=given["a_mm_s2"], radius_mm=50.0) == pytest.approx(
        expected["v_centripetal_exact_mm_s"], rel=1e-9
    )
    plan = motion.plan(
        points, speed_mm_per_s=given["vf_mm_min"] / 60, acceleration_mm_per_s2=500, junction_deviation_mm=0.01
    )
    middle = sorted([given["vf_mm_min"] / 60, junction])[0]
    assert middle == pytest.approx(expected["v_used_mm_s"], rel=1e-9)
    assert plan.time_s > plan.length_mm / middle


def test_example_tm4_a_run_too_short_for_its_feed() -> None:
    given, expected = TM["TM4"]
    time_s = motion.run_time_s(
        length_mm=given["L_mm"], speed_mm_per_s=given["vf_mm_min"] / 60, acceleration_mm_per_s2=given["a_mm_s2"]
    )
    assert time_s == pytest.approx(expected["t_plan_s"], rel=1e-9)
    assert given["L_mm"] / (given["vf_mm_min"] / 60) == pytest.approx(expected["t_naive_s"], rel=1e-9)
    assert (2 * given["a_mm_s2"] * given["L_mm"] / 2) ** 0.5 == pytest.approx(expected["v_peak_mm_s"], rel=1e-9)


def test_straight_on_is_not_limited_and_turning_back_stops() -> None:
    limits = {"acceleration_mm_per_s2": 400.0, "junction_deviation_mm": 0.02}
    assert motion.junction_speed_mm_per_s(**limits, angle_rad=pi) == float("inf")
    assert motion.junction_speed_mm_per_s(**limits, angle_rad=0.0) == 0.0


@pytest.mark.parametrize("pieces_mm", [(1.0, 3.0, 6.0), (6.0, 3.0, 1.0), (2.0,) * 5, (0.5, 9.0, 0.5), (4.0, 6.0)])
@pytest.mark.parametrize(("speed_mm_per_s", "expected_s"), [(200.0, 0.4), (25.0, 0.5)])
def test_a_straight_run_takes_as_long_in_pieces(
    pieces_mm: tuple[float, ...], speed_mm_per_s: float, expected_s: float
) -> None:
    """Braking begins pieces ahead, speeding up ends pieces later: 2 √(L / a), or L / v + v / a at the feed."""
    ends = [0.0, *accumulate(pieces_mm)]
    driven = motion.plan(
        [(x, 0.0, 0.0) for x in ends],
        speed_mm_per_s=speed_mm_per_s,
        acceleration_mm_per_s2=250.0,
        junction_deviation_mm=0.02,
    )
    assert driven.time_s == pytest.approx(expected_s, rel=1e-12)
    assert driven.length_mm == pytest.approx(10.0, rel=1e-12)


def test_points_that_repeat_take_no_time() -> None:
    limits = {"speed_mm_per_s": 50.0, "acceleration_mm_per_s2": 400.0, "junction_deviation_mm": 0.02}
    doubled = [point for point in SQUARE for _ in range(2)]
    assert motion.plan(doubled, **limits) == motion.plan(SQUARE, **limits)
    assert motion.plan(SQUARE[:1], **limits).time_s == 0.0


def test_every_operation_has_a_time(catalogue: Catalogue) -> None:
    part = builders.ROSETTE["part"]
    ring = {"inner_radius_mm": 46.0, "width_mm": 4.0}
    jobs = [
        situation(catalogue),
        fret_situation(catalogue),
        situation(catalogue, design={"rosette_rings": {"rings": [ring], "depth_mm": 2.0}, "part": part}),
        situation(catalogue, design={"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 2.0}}),
        situation(catalogue, design={"profile": {"length_mm": 900.0, "depth_mm": 2.0}}),
        situation(catalogue, design={"drilling": {"hole_diameter_mm": 4.0, "depth_mm": 2.0, "hole_count": 6}}),
        situation(catalogue, SAW, design=SAW_CUT),
    ]
    for job in jobs:
        duration = cut_time(job.varied({"machine.acceleration_mm_per_s2": 400.0}))
        assert duration.longest_s > duration.naive_s > 0


def test_a_time_is_a_range_while_the_acceleration_is_not_known(catalogue: Catalogue) -> None:
    unknown = {"machine.machine_id": REMOVED, "machine.tier": "HOBBY"}
    for paths in ({}, {"toolpaths.cuts": [{"x_mm": [0, 50], "y_mm": [0, 0]}]}):
        job = situation(catalogue, {**unknown, **paths})
        duration = cut_time(job)
        assert duration.is_range
        assert duration.longest_s == 4 * duration.shortest_s
        assessment = CutTime().assess(job)
        assert "range:acceleration_unknown" in assessment.assumptions
        assert slowest_feed_mm_per_min(job) is None


def test_a_given_path_replaces_the_implied_one(catalogue: Catalogue) -> None:
    path = [{"x_mm": [0, 50, 50], "y_mm": [0, 0, 50], "z_mm": [0, 0, 0]}]
    extra = {"toolpaths.tool_change_count": 2, "toolpaths.tool_change_s": 30.0, "toolpaths.dwell_total_s": 5.0}
    bare = cut_time(situation(catalogue, {"toolpaths.cuts": path}))
    assert bare.naive_s == pytest.approx(100 / 1750 * 60)
    assert cut_time(situation(catalogue, {"toolpaths.cuts": path, **extra})).longest_s == bare.longest_s + 65.0


def test_a_time_limit_is_kept_or_not(catalogue: Catalogue) -> None:
    duration = cut_time(situation(catalogue)).longest_s
    enough = assess(CutTime(), situation(catalogue, {"cut.time_limit_s": duration}))
    short = assess(CutTime(), situation(catalogue, {"cut.time_limit_s": duration / 1.001}))
    assert (enough.risk, short.risk, short.score) == (RiskLevel.GREEN, RiskLevel.YELLOW, 79.0)


def test_without_a_path_a_limit_cannot_be_judged(catalogue: Catalogue) -> None:
    profile = {"profile": {"depth_mm": 2.0}}
    limited = assess(CutTime(), situation(catalogue, {"cut.time_limit_s": 60.0}, design=profile))
    assert limited.risk is RiskLevel.UNKNOWN
    report = baseline_engine().evaluate(situation(catalogue, {"cut.time_limit_s": 60.0}, design=profile))
    informed = next(item for item in report.assessments if item.category is Category.CUT_TIME)
    assert (informed.risk, informed.score) == (RiskLevel.GREEN, None)
    assert slowest_feed_mm_per_min(situation(catalogue, design=profile)) is None
    rings = {"rosette_rings": {"rings": [{"width_mm": 4.0}], "depth_mm": 2.0}}
    assert kinds(assess(CutTime(), situation(catalogue, {"cut.time_limit_s": 60.0}, design=rings)))


def test_sharp_corners_of_a_slow_machine_scorch(catalogue: Catalogue) -> None:
    corner = [{"x_mm": [0, 50, 0], "y_mm": [0, 0, 4]}]
    slow = {
        "toolpaths.cuts": corner,
        "machine.acceleration_mm_per_s2": 20.0,
        "tool.wear": "WORN",
        "tool.diameter_mm": 12.7,
        "cut.radial_width_mm": 12.7,
        "cut.feed_rate_mm_per_min": 4_000.0,
    }
    assessment = assess(Heat(), situation(catalogue, slow))
    details = {detail.name: detail.value for detail in assessment.details}
    assert details["corner_feed"] < 100
    assert details["corner_temperature"] > details["surface_temperature"]
    assert assessment.risk is RiskLevel.GREEN  # a sentence, which lowers nothing
    assert "sharpest corner" in assessment.warnings[-1]
    no_deviation = {**slow, "machine.machine_id": REMOVED, "machine.tier": "HOBBY"}
    assert slowest_feed_mm_per_min(situation(catalogue, no_deviation)) is None


@pytest.mark.parametrize(
    ("dwell_s", "rise_k"), [(0.05, 121.525440769), (0.2, 243.050881538), (1.0, 543.47829311)], ids=str
)
def test_published_dwell_temperatures(dwell_s: float, rise_k: float) -> None:
    law = wood_force_law(density_kg_per_m3=705, climb=False, grain_angle_deg=None)
    conductivity = surface_heat.conductivity_w_per_m_k(specific_gravity=0.63, moisture_percent=8)
    flux = surface_heat.dwell_flux_w_per_m2(law, teeth_per_min=32_000, wear_factor=1.0)
    assert conductivity == pytest.approx(0.16140556, rel=1e-9)
    assert flux == pytest.approx(199_280, rel=1e-9)
    assert surface_heat.dwell_rise_k(
        dwell_s=dwell_s,
        flux_w_per_m2=flux,
        conductivity_w_per_m_k=conductivity,
        density_kg_per_m3=705,
        heat_capacity_kj_per_kg_k=surface_heat.heat_capacity_kj_per_kg_k(moisture_percent=8),
    ) == pytest.approx(rise_k, rel=1e-9)


def test_a_stop_in_the_cut_scorches_maple(catalogue: Catalogue) -> None:
    stop = {"material.material_id": "maple_hard", "toolpaths.longest_dwell_s": 0.25}
    assessment = assess(Heat(), situation(catalogue, stop))
    assert assessment.risk is RiskLevel.RED
    assert "dwell" in assessment.recommendations[-1].text
    long_stop = assess(Heat(), situation(catalogue, {**stop, "toolpaths.longest_dwell_s": 60.0}))
    assert {item.name: item.value for item in long_stop.details}["dwell_temperature"] == 400.0


def test_a_feed_override_counts(catalogue: Catalogue) -> None:
    half = situation(catalogue, {"toolpaths.feed_override_percent": 50.0})
    assert half.find("cut.feed_rate_mm_per_min") == 875.0
    assert half.find("cut.plunge_rate_mm_per_min") == 150.0
    assert (
        situation(catalogue, {"toolpaths.feed_override_percent": 50.0, "cut.feed_rate_mm_per_min": REMOVED}).find(
            "cut.feed_rate_mm_per_min"
        )
        is None
    )


@pytest.mark.parametrize(
    "path",
    [
        {"x_mm": [0], "y_mm": [0]},
        {"x_mm": [0, 1], "y_mm": [0]},
        {"x_mm": [0, 1], "y_mm": [0, 1], "z_mm": [0]},
    ],
)
def test_a_path_needs_as_many_coordinates_each(catalogue: Catalogue, path: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match="same length"):
        situation(catalogue, {"toolpaths.cuts": [path]})
