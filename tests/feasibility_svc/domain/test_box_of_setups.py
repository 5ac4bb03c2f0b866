"""The speeds, depths and feeds that a search spans, each computed by hand."""

from math import ceil, floor
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.setup_search import _Box, _depths, _feeds, _speeds
from feasibility_svc.domain.advice.usual_practice import precedent_of, usual_chip_mm
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.rim_speed import highest_green_rpm
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

SPEED, FEED, PLUNGE, DEPTH = (
    "cut.spindle_speed_rpm",
    "cut.feed_rate_mm_per_min",
    "cut.plunge_rate_mm_per_min",
    "cut.axial_depth_mm",
)
BARE: dict[str, Any] = {
    "machine.machine_id": REMOVED,
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 4.0,
    "tool.flute_count": 2,
    "tool.flute_length_mm": 20.0,
    "cut.radial_width_mm": 4.0,
    "stock.thickness_mm": 20.0,
}


def bare(catalogue: Catalogue, depth_mm: float = 6.0, **context: Any) -> Situation:
    given = {key.replace("__", "."): value for key, value in context.items()}
    return situation(catalogue, {**BARE, **given}, design={"profile": {"length_mm": 900.0, "depth_mm": depth_mm}})


def test_speeds_of_a_spindle_lie_between_its_slowest_and_its_fastest(catalogue: Catalogue) -> None:
    spindle = bare(catalogue, machine__min_spindle_speed_rpm=8_000.0, machine__max_spindle_speed_rpm=24_000.0)
    expected = {floor(speed / 100 + 1e-9) * 100.0 for speed in np.geomspace(8_000.0, 24_000.0, 24)} | {17_000.0}
    assert _speeds(spindle).tolist() == sorted(expected)


def test_a_spindle_without_a_slowest_speed_is_tried_down_to_a_quarter(catalogue: Catalogue) -> None:
    spindle = bare(catalogue, machine__max_spindle_speed_rpm=24_000.0, cut__spindle_speed_rpm=REMOVED)
    assert (_speeds(spindle)[0], _speeds(spindle)[-1]) == (6_000.0, 24_000.0)


def test_a_dial_offers_its_positions_and_the_present_speed(catalogue: Catalogue) -> None:
    dial = bare(catalogue, machine__dial_speeds_rpm=[10_000.0, 16_000.0, 400_000.0 / 2])
    assert highest_green_rpm(dial) < 200_000.0
    assert _speeds(dial).tolist() == [10_000.0, 16_000.0, 17_000.0]


def test_no_spindle_stands_still(catalogue: Catalogue) -> None:
    slow = bare(catalogue, tool__marked_max_spindle_speed_rpm=300.0)
    assert _speeds(slow).tolist() == [100.0, 200.0]


def passes(depth_mm: float, deepest_mm: float, *present: float) -> list[float]:
    """Equal passes, rounded up to what can be set."""
    made = []
    for count in range(1, 41):
        step = 0.01 if depth_mm / count < 1 else 0.05
        made.append(round(ceil(depth_mm / count / step - 1e-9) * step, 6))
    return sorted({*(one for one in made if one <= deepest_mm), *present})


@pytest.mark.parametrize(
    ("depth_mm", "present", "thickness_mm", "expected"),
    [
        (6.0, 1.3, 20.0, passes(6.0, 4.0 / 1.5, 1.3)),  # in spruce two thirds of a diameter are usual practice
        (6.0, 6.0, 20.0, passes(6.0, 4.0 / 1.5, 6.0)),
        (6.0, 7.0, 20.0, passes(6.0, 4.0 / 1.5)),
        (6.0, REMOVED, 20.0, passes(6.0, 4.0 / 1.5)),
        (2.0, 0.5, 20.0, passes(2.0, 2.0, 0.5)),
        (2.0, 0.5, 4.0, passes(2.0, 1.0, 0.5)),  # of a top half the depth at most
    ],
)
def test_passes_are_equal_and_no_deeper_than_practice_goes(
    catalogue: Catalogue, depth_mm: float, present: Any, thickness_mm: float, expected: list[float]
) -> None:
    looked_at = bare(catalogue, depth_mm, cut__axial_depth_mm=present, stock__thickness_mm=thickness_mm)
    assert _depths(looked_at).tolist() == pytest.approx(expected)


def test_a_pass_is_no_deeper_than_the_flutes(catalogue: Catalogue) -> None:
    short = bare(catalogue, cut__axial_depth_mm=1.0, tool__flute_length_mm=1.2)
    assert _depths(short).tolist() == pytest.approx(passes(6.0, 1.2, 1.0))


def feeds(looked_at: Situation, *shares: float, speed: float = 17_000.0, present: float = 1_750.0) -> Any:
    rows = _feeds(looked_at, np.full(len(shares), speed), np.array(shares), present)
    return [rows[key].tolist() for key in (FEED, PLUNGE) if key in rows]


def usual_feed(looked_at: Situation, speed: float = 17_000.0) -> float:
    window = window_of(looked_at)
    shown = precedent_of(looked_at)
    chip = usual_chip_mm(low_mm=window.low_mm, high_mm=window.high_mm, diameter_mm=4.0, precedent=shown)
    return chip * speed * 2


def in_feeds(feed: float) -> float:
    step = 10.0 if feed < 1_000 else 50.0
    return floor(feed / step + 1e-9) * step


def test_feeds_are_shares_of_the_usual_bite_and_the_present_one_stays(catalogue: Catalogue) -> None:
    looked_at = bare(catalogue, cut__plunge_rate_mm_per_min=300.0)
    usual = usual_feed(looked_at)
    expected = [1_750.0, in_feeds(usual), in_feeds(usual / 2)]
    assert feeds(looked_at, np.nan, 1.0, 0.5) == [expected, [300.0] * 3]


def test_feeds_stay_below_the_highest_of_the_machine_and_above_ten(catalogue: Catalogue) -> None:
    slow = bare(catalogue, machine__max_feed_rate_mm_per_min=777.0, cut__plunge_rate_mm_per_min=REMOVED)
    assert feeds(slow, 1.0, 2.0) == [[770.0, 770.0]]
    assert feeds(slow, 1.0, speed=10.0) == [[10.0]]


@pytest.mark.parametrize(
    ("plunge", "present", "told"),
    [(300.0, 300.0, 300.0), (301.0, 300.0, 150.0), (500.0, 333.0, 160.0), (500.0, 12.0, 10.0), (200.0, 333.0, 200.0)],
)
def test_a_plunge_faster_than_the_feed_becomes_half_of_it(
    catalogue: Catalogue, plunge: float, present: float, told: float
) -> None:
    looked_at = bare(catalogue, cut__plunge_rate_mm_per_min=plunge)
    assert feeds(looked_at, np.nan, present=present)[1] == [told]


@pytest.mark.parametrize(("radial_mm", "cut_mm"), [(3.0, 3.0), (9.0, 4.0)])
def test_what_a_cutter_removes_is_as_wide_as_the_cut_and_no_wider_than_itself(
    catalogue: Catalogue, radial_mm: float, cut_mm: float
) -> None:
    looked_at = bare(catalogue, cut__radial_width_mm=radial_mm)
    rows = {SPEED: np.array([17_000.0]), FEED: np.array([1_000.0]), DEPTH: np.array([1.5])}
    assert _Box(looked_at, rows, np.array([True])).removal_rates.tolist() == [1_000.0 * cut_mm * 1.5]
