"""The path an operation takes when the CAM tool gives none, computed by hand: lengths, passes, times."""

from math import ceil, pi
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation

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


def test_a_run_starts_and_ends_at_rest(catalogue: Catalogue) -> None:
    straight = {"profile": {"length_mm": 100.0, "depth_mm": 2.0}}
    machine = {"machine.acceleration_mm_per_s2": 400.0, "cut.feed_rate_mm_per_min": 1_200.0}
    duration = cut_time(situation(catalogue, {**CUT, **machine}, design=straight))
    assert duration.longest_s == pytest.approx(100.0 / 20.0 + 20.0 / 400.0, rel=1e-12)


def test_every_pass_is_plunged_into(catalogue: Catalogue) -> None:
    straight = {"profile": {"length_mm": 100.0, "depth_mm": 4.0}}
    plunged = cut_time(situation(catalogue, {**CUT, "cut.plunge_rate_mm_per_min": 300.0}, design=straight))
    assert plunged.naive_s == pytest.approx(2 * (100.0 / 1_000.0 + 2.0 / 300.0) * 60, rel=1e-12)
