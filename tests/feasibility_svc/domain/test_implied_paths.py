"""The path an operation takes when the CAM tool gives none, computed by hand: lengths, passes, times."""

from math import ceil, pi, sin, sqrt
from re import fullmatch
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time, slowest_feed_mm_per_min
from feasibility_svc.domain.dimensions.cut_time import CutTime
from tests.builders import FRET_SLOTS, REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation

CUT: dict[str, Any] = {
    "stock.thickness_mm": 20.0,
    "tool.diameter_mm": 4.0,
    "cut.feed_rate_mm_per_min": 1_000.0,
    "cut.plunge_rate_mm_per_min": REMOVED,
    "cut.axial_depth_mm": 2.0,
    "cut.radial_width_mm": 2.0,
}
CHANNEL = {"soundhole_radius_mm": 42.5, "inner_radius_mm": 46.0, "depth_mm": 4.0}
RINGS = {"rings": [{"inner_radius_mm": 46.0, "width_mm": 4.0}], "depth_mm": 4.0}


@pytest.mark.parametrize(
    ("design", "context", "length_mm"),
    [
        # ten rectangles 2 mm apart, of 36 by 76 mm down to a line of 40 mm: 18 and 58 mm on average, two passes
        ({"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 4.0}}, {}, 2 * 10 * 2 * (18.0 + 58.0)),
        # one step less in width: nine rectangles, the last two of them 2 mm apart
        ({"pocket": {"length_mm": 80.0, "width_mm": 38.0, "depth_mm": 4.0}}, {}, 2 * 9 * 2 * (18.0 + 60.0)),
        # a line to and fro, with 1 mm between
        ({"pocket": {"length_mm": 80.0, "width_mm": 5.0, "depth_mm": 4.0}}, {}, 2 * 2 * (1.0 + 76.0)),
        # five circles from 48 to 56 mm
        ({"rosette_channel": {**CHANNEL, "outer_radius_mm": 58.0}}, {}, 2 * 5 * 2 * pi * 52.0),
        # a channel narrower than its cutter: one circle along its inner wall
        (
            {"rosette_channel": {**CHANNEL, "outer_radius_mm": 48.0}},
            {"cut.radial_width_mm": 0.5},
            2 * 2 * pi * 48.0,
        ),
        # both edges of a ring
        ({"rosette_rings": RINGS}, {}, 2 * 2 * pi * (46.0 + 50.0)),
        ({"profile": {"length_mm": 900.0, "depth_mm": 5.0}}, {}, 3 * 900.0),
        ({"drilling": {"hole_diameter_mm": 4.0, "depth_mm": 5.0, "hole_count": 6}}, {}, 6 * 5.0),
        (SAW_CUT, {**SAW, "cut.feed_rate_mm_per_min": 1_000.0}, 500.0),
        # around a binding ledge once, and a half of 3 by 4 by 5
        (
            {
                "binding_ledge": {
                    "outline": [{"x_mm": 0, "y_mm": 0}, {"x_mm": 300, "y_mm": 0}, {"x_mm": 300, "y_mm": 400}],
                    "ledge_width_mm": 2.0,
                    "ledge_height_mm": 2.0,
                }
            },
            {},
            1_200.0,
        ),
        # lines from before the face to beyond it, and the steps between them
        (
            {"facing": {"length_mm": 100.0, "width_mm": 20.0, "removal_mm": 2.0}},
            {},
            (ceil(20.0 / 2.0) + 1) * 104.0 + 10 * 2.0,
        ),
    ],
)
def test_the_implied_path_is_as_long_as_drawn_by_hand(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], length_mm: float
) -> None:
    assert cut_time(situation(catalogue, {**CUT, **context}, design=design)).naive_s == pytest.approx(
        length_mm / 1_000.0 * 60, rel=1e-9
    )


@pytest.mark.parametrize("width_mm", [4.0, 2.0])
def test_a_pocket_no_wider_than_its_cutter_is_one_line_to_and_fro(catalogue: Catalogue, width_mm: float) -> None:
    slot = {"pocket": {"length_mm": 80.0, "width_mm": width_mm, "depth_mm": 2.0}}
    narrow = situation(catalogue, {**CUT, "cut.radial_width_mm": 1.0}, design=slot)
    assert cut_time(narrow).naive_s == pytest.approx(2 * 76.0 / 1_000.0 * 60, rel=1e-6)


def test_a_run_starts_and_ends_at_rest(catalogue: Catalogue) -> None:
    straight = {"profile": {"length_mm": 100.0, "depth_mm": 2.0}}
    machine = {"machine.acceleration_mm_per_s2": 400.0, "cut.feed_rate_mm_per_min": 1_200.0}
    duration = cut_time(situation(catalogue, {**CUT, **machine}, design=straight))
    assert duration.longest_s == pytest.approx(100.0 / 20.0 + 20.0 / 400.0, rel=1e-12)


def test_every_pass_is_plunged_into(catalogue: Catalogue) -> None:
    straight = {"profile": {"length_mm": 100.0, "depth_mm": 4.0}}
    plunged = cut_time(situation(catalogue, {**CUT, "cut.plunge_rate_mm_per_min": 300.0}, design=straight))
    assert plunged.naive_s == pytest.approx(2 * (100.0 / 1_000.0 + 2.0 / 300.0) * 60, rel=1e-12)


def test_fret_slots_are_as_long_as_the_board_is_wide_at_the_middle(catalogue: Catalogue) -> None:
    board = {**FRET_SLOTS["fret_slots"], "nut_width_mm": 43.0, "heel_width_mm": 57.0, "fret_count": 22}
    context = {"cut.feed_rate_mm_per_min": 1_000.0, "cut.plunge_rate_mm_per_min": REMOVED, "cut.axial_depth_mm": 50.0}
    naive_s = cut_time(fret_situation(catalogue, context, design={"fret_slots": board})).naive_s
    assert naive_s == pytest.approx(22 * (43.0 + 57.0) / 2 / 1_000.0 * 60, rel=1e-9)


def test_pauses_and_changes_of_tool_are_added(catalogue: Catalogue) -> None:
    def taken(**paths: float) -> tuple[float, float]:
        context = {**CUT, **{f"toolpaths.{key}": value for key, value in paths.items()}}
        duration = cut_time(situation(catalogue, context, design={"profile": {"length_mm": 900.0, "depth_mm": 5.0}}))
        return duration.naive_s, duration.longest_s

    naive_s, planned_s = taken()
    assert taken(dwell_total_s=5.0, tool_change_count=2, tool_change_s=30.0) == pytest.approx(
        (naive_s + 65.0, planned_s + 65.0), rel=1e-12
    )
    assert taken(tool_change_s=30.0) == taken(tool_change_count=2) == (naive_s, planned_s)


@pytest.mark.parametrize("acceleration", [400.0, REMOVED])
def test_pauses_are_added_to_a_given_path(catalogue: Catalogue, acceleration: Any) -> None:
    def taken(dwell_s: float) -> tuple[float, float]:
        context = {
            **CUT,
            "machine.machine_id": REMOVED,
            "machine.acceleration_mm_per_s2": acceleration,
            "toolpaths.cuts": [{"x_mm": [0, 50], "y_mm": [0, 0]}],
            "toolpaths.dwell_total_s": dwell_s,
        }
        duration = cut_time(situation(catalogue, context))
        return duration.naive_s, duration.shortest_s

    straight_s = 50.0 / 1_000.0 * 60
    assert taken(0.0)[0] == pytest.approx(straight_s, rel=1e-12)
    assert taken(5.0) == pytest.approx((straight_s + 5.0, taken(0.0)[1] + 5.0), rel=1e-12)


def test_a_square_corner_is_taken_at_the_speed_of_its_junction(catalogue: Catalogue) -> None:
    """GRBL: the square of the speed is acceleration times deviation times sin(t/2)/(1 - sin(t/2)), t 90 degrees."""
    square = {
        "toolpaths.cuts": [{"x_mm": [0, 50, 50], "y_mm": [0, 0, 50]}],
        "machine.acceleration_mm_per_s2": 400.0,
        "machine.junction_deviation_mm": 0.01,
        "cut.feed_rate_mm_per_min": 1_000.0,
    }
    corner_mm_per_s = sqrt(400.0 * 0.01 * sin(pi / 4) / (1 - sin(pi / 4)))
    assert slowest_feed_mm_per_min(situation(catalogue, square)) == pytest.approx(60 * corner_mm_per_s, rel=1e-9)


@pytest.mark.parametrize(
    ("length_mm", "acceleration", "said"),
    [
        (100.0, 400.0, "the cut takes 6 s"),
        (2_100.0, 400.0, "the cut takes 2 min"),
        (10_000.0, 400.0, "the cut takes 10 min"),
        (100.0, None, "the cut takes 6 s to [0-9]+ s, the acceleration is not known"),
    ],
)
def test_a_time_is_said_as_it_is_planned_with(
    catalogue: Catalogue, length_mm: float, acceleration: float | None, said: str
) -> None:
    context = {**CUT, "machine.machine_id": REMOVED, "machine.tier": "HOBBY"}
    known = {**context, "machine.acceleration_mm_per_s2": acceleration or REMOVED}
    straight = {"profile": {"length_mm": length_mm, "depth_mm": 2.0}}
    assert fullmatch(said, assess(CutTime(), situation(catalogue, known, design=straight)).finding)


def test_a_time_that_is_limited_is_said_to_the_second(catalogue: Catalogue) -> None:
    straight = {"profile": {"length_mm": 2_100.0, "depth_mm": 2.0}}
    limited = situation(
        catalogue, {**CUT, "machine.acceleration_mm_per_s2": 400.0, "cut.time_limit_s": 127.0}, design=straight
    )
    assert assess(CutTime(), limited).finding == "the cut takes 126 s, 127 s are there"
