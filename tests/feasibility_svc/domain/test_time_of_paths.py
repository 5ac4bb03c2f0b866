"""How long given and implied paths take on a machine that needs time to speed up, each computed by hand."""

from math import pi, sin, sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cut_motion import cut_time
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation

ACCELERATION = 400.0
CUT: dict[str, Any] = {
    "machine.machine_id": REMOVED,
    "machine.acceleration_mm_per_s2": ACCELERATION,
    "stock.thickness_mm": 20.0,
    "tool.diameter_mm": 4.0,
    "cut.feed_rate_mm_per_min": 1_200.0,
    "cut.plunge_rate_mm_per_min": REMOVED,
    "cut.axial_depth_mm": 2.0,
    "cut.radial_width_mm": 2.0,
}
FEED = 20.0
"""The feed, in millimetres per second."""
PLUNGE = {"cut.plunge_rate_mm_per_min": 300.0}
PLUNGE_S = 2.0 / 5.0
"""One plunge of 2 mm."""
PROFILE = {"profile": {"length_mm": 100.0, "depth_mm": 5.0}}
POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 38.0, "depth_mm": 4.0}}
RINGS = {"rosette_rings": {"rings": [{"inner_radius_mm": 46.0, "width_mm": 4.0}], "depth_mm": 4.0}}


def from_rest_s(length_mm: float, feed_mm_per_s: float = FEED, acceleration: float = ACCELERATION) -> float:
    """A run from rest to rest that reaches its feed."""
    return length_mm / feed_mm_per_s + feed_mm_per_s / acceleration


def naive_s(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> float:
    return cut_time(situation(catalogue, {**CUT, **context}, design=design)).naive_s


def planned_s(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> float:
    return cut_time(situation(catalogue, {**CUT, **context}, design=design)).longest_s


def test_a_given_path_comes_to_rest_at_corners_when_no_deviation_is_stated(catalogue: Catalogue) -> None:
    corner = {"toolpaths.cuts": [{"x_mm": [0, 50, 50], "y_mm": [0, 0, 50]}]}
    assert planned_s(catalogue, PROFILE, corner) == pytest.approx(2 * from_rest_s(50.0), rel=1e-12)


def test_a_closed_path_returns_to_its_first_point(catalogue: Catalogue) -> None:
    triangle = {"toolpaths.cuts": [{"x_mm": [0, 30, 30], "y_mm": [0, 0, 40], "closed": True}]}
    assert naive_s(catalogue, PROFILE, triangle) == pytest.approx((30.0 + 40.0 + 50.0) / FEED, rel=1e-12)


def test_one_feed_takes_one_time(catalogue: Catalogue) -> None:
    straight = {"toolpaths.cuts": [{"x_mm": [0, 50], "y_mm": [0, 0]}]}
    assert isinstance(planned_s(catalogue, PROFILE, straight), float)


def test_a_circle_is_driven_no_faster_than_its_radius_allows(catalogue: Catalogue) -> None:
    slow = {"machine.acceleration_mm_per_s2": 1.0}
    circles_s = sum(from_rest_s(2 * pi * radius, sqrt(radius), 1.0) for radius in (46.0, 50.0))
    assert planned_s(catalogue, RINGS, slow) == pytest.approx(2 * circles_s, rel=1e-12)


def test_between_its_corners_a_pocket_is_cut_at_the_feed(catalogue: Catalogue) -> None:
    corner = sqrt(ACCELERATION * 0.01 * sin(pi / 4) / (1 - sin(pi / 4)))
    ramps_mm, ramps_s = (FEED**2 - corner**2) / ACCELERATION, 2 * (FEED - corner) / ACCELERATION
    sides_s = sum(ramps_s + (side_mm - ramps_mm) / FEED for side_mm in (18.0, 60.0))
    deviating = {"machine.junction_deviation_mm": 0.01}
    assert planned_s(catalogue, POCKET, deviating) == pytest.approx(2 * 2 * 9 * sides_s, rel=1e-9)


@pytest.mark.parametrize(
    ("design", "context", "plunges"),
    [
        (POCKET, {}, 2),
        (RINGS, {}, 2 * 2),
        ({"facing": {"length_mm": 100.0, "width_mm": 20.0, "removal_mm": 4.0}}, {}, 2),
        ({"drilling": {"hole_diameter_mm": 4.0, "depth_mm": 5.0, "hole_count": 6}}, {"tool.kind": "DRILL"}, 0),
        (SAW_CUT, SAW, 0),
    ],
)
def test_each_piece_that_no_other_leads_into_is_plunged_into(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], plunges: int
) -> None:
    fed = {**context, "cut.feed_rate_mm_per_min": 300.0}
    without = naive_s(catalogue, design, fed)
    assert naive_s(catalogue, design, {**fed, **PLUNGE}) - without == pytest.approx(plunges * PLUNGE_S, abs=1e-9)


@pytest.mark.parametrize(("depth_mm", "passes"), [(4.0, 2), (5.0, 3)])
def test_a_ball_that_carves_no_surface_needs_as_many_passes_as_a_flat_end(
    catalogue: Catalogue, depth_mm: float, passes: int
) -> None:
    ball = {"tool.kind": "BALL_NOSE"}
    straight = {"profile": {"length_mm": 100.0, "depth_mm": depth_mm}}
    assert naive_s(catalogue, straight, ball) == pytest.approx(passes * 100.0 / FEED, rel=1e-12)
