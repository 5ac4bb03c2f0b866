"""Numbers as a person sets them: positions of a dial, feeds in tens, depths in twentieths of a millimetre."""

from typing import Any

import numpy as np

from feasibility_svc.domain.inputs.context import Machine

SPEED_STEP_RPM = 100.0
"""Of a spindle without a dial. [rpm]"""
STICKOUT_STEP_MM = 0.5
_STICKOUT = "tool.stickout_mm"
_FEEDS = frozenset({"cut.feed_rate_mm_per_min", "cut.plunge_rate_mm_per_min"})
_SLACK = 1e-9
"""What a division may be off from a whole number of steps. [-]"""


def settable(key: str, values: Any, *, up: bool, machine: Machine) -> Any:
    """Values rounded to what can be set, upwards or downwards; a float or an array, as given.

    A speed is a position of the dial, else a multiple of 100 rpm within the range of the spindle; a feed a multiple of
    10 mm/min below 1000 and of 50 above, up to what the machine can do; a stick-out a multiple of 0.5 mm, any other
    length of 0.05 mm, below 1 mm of 0.01.

    >>> settable("cut.feed_rate_mm_per_min", 1_234.0, up=True, machine=Machine())
    1250.0
    >>> settable("cut.spindle_speed_rpm", 17_000.0, up=False, machine=Machine(dial_speeds_rpm=(10_000, 16_000, 21_000)))
    16000.0
    """
    given = np.asarray(values, dtype=float)
    rounded = (
        _speeds(given, machine, up=up) if key == "cut.spindle_speed_rpm" else _in_steps(given, _step(key, given), up=up)
    )
    if key in _FEEDS and machine.max_feed_rate_mm_per_min is not None:
        rounded = np.minimum(rounded, machine.max_feed_rate_mm_per_min)
    return rounded if isinstance(values, np.ndarray) else float(rounded)


def _step(key: str, values: np.ndarray) -> Any:
    if key in _FEEDS:
        return np.where(values < 1_000, 10.0, 50.0)
    return STICKOUT_STEP_MM if key == _STICKOUT else np.where(values < 1, 0.01, 0.05)


def _in_steps(values: np.ndarray, step: Any, *, up: bool) -> np.ndarray:
    steps = np.ceil(values / step - _SLACK) if up else np.floor(values / step + _SLACK)
    return np.asarray(np.round(steps * step, 6))


def _speeds(values: np.ndarray, machine: Machine, *, up: bool) -> np.ndarray:
    if machine.dial_speeds_rpm:
        dial = np.array(machine.dial_speeds_rpm)
        place = np.searchsorted(dial, values) if up else np.searchsorted(dial, values, side="right") - 1
        return np.asarray(dial[np.clip(place, 0, len(dial) - 1)])
    lowest, highest = machine.min_spindle_speed_rpm or 0.0, machine.max_spindle_speed_rpm or np.inf
    return np.asarray(np.clip(_in_steps(values, SPEED_STEP_RPM, up=up), lowest, highest))
