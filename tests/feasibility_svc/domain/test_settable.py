"""Numbers as a person sets them."""

import numpy as np
import pytest

from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.inputs.context import Machine

DIAL = Machine(dial_speeds_rpm=(10_000.0, 12_000.0, 17_000.0, 22_000.0, 27_000.0, 30_000.0))
SPINDLE = Machine(min_spindle_speed_rpm=8_000.0, max_spindle_speed_rpm=24_000.0)


@pytest.mark.parametrize(
    ("key", "value", "down", "up"),
    [
        ("cut.feed_rate_mm_per_min", 994.0, 990.0, 1_000.0),
        ("cut.feed_rate_mm_per_min", 999.5, 990.0, 1_000.0),
        ("cut.feed_rate_mm_per_min", 1_000.5, 1_000.0, 1_050.0),
        ("cut.plunge_rate_mm_per_min", 410.0, 410.0, 410.0),
        ("cut.axial_depth_mm", 0.678, 0.67, 0.68),
        ("cut.axial_depth_mm", 0.998, 0.99, 1.0),
        ("cut.axial_depth_mm", 1.002, 1.0, 1.05),
        ("cut.axial_depth_mm", 2.31, 2.3, 2.35),
        ("cut.radial_width_mm", 1.0, 1.0, 1.0),
        ("tool.stickout_mm", 31.7, 31.5, 32.0),
    ],
)
def test_a_number_is_set_in_its_steps(key: str, value: float, down: float, up: float) -> None:
    assert settable(key, value, up=False, machine=DIAL) == down
    assert settable(key, value, up=True, machine=DIAL) == up


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [(17_000.0, 17_000.0, 17_000.0), (17_001.0, 17_000.0, 22_000.0), (900.0, 10_000.0, 10_000.0), (4e4, 3e4, 3e4)],
)
def test_a_dial_has_its_positions_only(value: float, down: float, up: float) -> None:
    assert settable("cut.spindle_speed_rpm", value, up=False, machine=DIAL) == down
    assert settable("cut.spindle_speed_rpm", value, up=True, machine=DIAL) == up


@pytest.mark.parametrize(
    ("value", "down", "up"), [(17_234.0, 17_200.0, 17_300.0), (500.0, 8_000.0, 8_000.0), (30_000.0, 24_000.0, 24_000.0)]
)
def test_a_spindle_without_a_dial_turns_in_hundreds_within_its_range(value: float, down: float, up: float) -> None:
    assert settable("cut.spindle_speed_rpm", value, up=False, machine=SPINDLE) == down
    assert settable("cut.spindle_speed_rpm", value, up=True, machine=SPINDLE) == up


def test_many_numbers_are_set_as_one_would_be() -> None:
    feeds = np.array([333.0, 1_333.0])
    assert settable("cut.feed_rate_mm_per_min", feeds, up=False, machine=SPINDLE).tolist() == [330.0, 1_300.0]
    assert settable("cut.spindle_speed_rpm", np.array([1e3, 11_999.0]), up=True, machine=DIAL).tolist() == [1e4, 12e3]
