"""How fast a machine with finite acceleration moves along a path, by GRBL's rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import acos, dist, fsum, inf, sin, sqrt

from feasibility_svc.domain.scoring import numeric
from foundation.abandonment import watched

Point = tuple[float, float, float]


def junction_speed_mm_per_s(*, acceleration_mm_per_s2: float, junction_deviation_mm: float, angle_rad: float) -> float:
    """Speed through a corner, √(a δ s / (1 - s)) with s = sin(θ/2). [mm/s]

    Args:
        acceleration_mm_per_s2: Acceleration of the axes. [mm/s2]
        junction_deviation_mm: How far GRBL lets the path deviate. [mm]
        angle_rad: Between the reversed incoming and the outgoing segment: π goes straight on, 0 turns back. [rad]

    Reference:
        GRBL, planner.c [R].

    >>> from math import pi
    >>> round(junction_speed_mm_per_s(acceleration_mm_per_s2=400, junction_deviation_mm=0.02, angle_rad=pi / 2), 6)
    4.394736
    """
    half = sin(angle_rad / 2)
    if half >= 1.0 - 1e-12:
        return inf
    return sqrt(acceleration_mm_per_s2 * junction_deviation_mm * half / (1 - half))


def centripetal_speed_mm_per_s(*, acceleration_mm_per_s2: float, radius_mm: float) -> float:
    """Highest speed on an arc, √(a r). [mm/s]"""
    return numeric.sqrt(acceleration_mm_per_s2 * radius_mm)


def run_time_s(
    *,
    length_mm: float,
    speed_mm_per_s: float,
    acceleration_mm_per_s2: float,
    entry_mm_per_s: float = 0.0,
    exit_mm_per_s: float = 0.0,
) -> float:
    """Time along a straight run that speeds up, holds its speed if it reaches it, and slows down. [s]

        v_pk² = (2 a L + v_i² + v_o²) / 2

    >>> run_time_s(length_mm=10, speed_mm_per_s=5000 / 60, acceleration_mm_per_s2=250)
    0.4
    """
    entry, leave = numeric.minimum(entry_mm_per_s, speed_mm_per_s), numeric.minimum(exit_mm_per_s, speed_mm_per_s)
    ends = entry * entry + leave * leave
    reachable = numeric.sqrt((2 * acceleration_mm_per_s2 * length_mm + ends) / 2)
    peak = numeric.minimum(reachable, speed_mm_per_s)
    ramps_s = (2 * peak - entry - leave) / acceleration_mm_per_s2
    held_mm = length_mm - (2 * peak * peak - ends) / (2 * acceleration_mm_per_s2)
    return ramps_s + numeric.maximum(held_mm, 0.0) / peak


@dataclass(frozen=True, slots=True)
class Plan:
    """A path as the controller drives it."""

    time_s: float
    length_mm: float
    slowest_corner_mm_per_s: float
    """Lowest speed at a point where the path goes on; the feed itself where there is none."""


def plan(
    points: Sequence[Point], *, speed_mm_per_s: float, acceleration_mm_per_s2: float, junction_deviation_mm: float
) -> Plan:
    """Drive a polyline from rest to rest.

    1. every corner gets the speed GRBL allows there
    2. backwards: no corner is faster than braking to the next one allows
    3. forwards: nor faster than speeding up from the one before allows

    GRBL looks 16 blocks ahead; this looks ahead without end, which only matters for very short segments. The speed may
    be an array of many: the path is then walked once for all of them.
    """
    points = _without_repeats(points)
    lengths = [dist(start, end) for start, end in pairwise(points)]
    if not lengths:
        return Plan(0.0, 0.0, speed_mm_per_s)
    corners = [
        numeric.minimum(
            speed_mm_per_s,
            junction_speed_mm_per_s(
                acceleration_mm_per_s2=acceleration_mm_per_s2,
                junction_deviation_mm=junction_deviation_mm,
                angle_rad=_angle_rad(before, corner, after),
            ),
        )
        for before, corner, after in watched(zip(points, points[1:], points[2:], strict=False))
    ]
    speeds = [0.0, *corners, 0.0]
    for index in watched(reversed(range(len(lengths)))):
        reached = _after_mm(speeds[index + 1], lengths[index], acceleration_mm_per_s2)
        speeds[index] = numeric.minimum(speeds[index], reached)
    for index, length_mm in watched(enumerate(lengths)):
        reached = _after_mm(speeds[index], length_mm, acceleration_mm_per_s2)
        speeds[index + 1] = numeric.minimum(speeds[index + 1], reached)
    time_s = numeric.exact_sum(
        run_time_s(
            length_mm=length_mm,
            speed_mm_per_s=speed_mm_per_s,
            acceleration_mm_per_s2=acceleration_mm_per_s2,
            entry_mm_per_s=speeds[index],
            exit_mm_per_s=speeds[index + 1],
        )
        for index, length_mm in watched(enumerate(lengths))
    )
    return Plan(time_s, fsum(lengths), numeric.smallest([speed_mm_per_s, *speeds[1:-1]]))


def _after_mm(speed_mm_per_s: float, length_mm: float, acceleration_mm_per_s2: float) -> float:
    """Speed that is reached after a length. [mm/s]"""
    return numeric.sqrt(speed_mm_per_s * speed_mm_per_s + 2 * acceleration_mm_per_s2 * length_mm)


def _without_repeats(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in watched(points):
        if not kept or dist(point, kept[-1]) > 0.0:
            kept.append(point)
    return kept


def _angle_rad(before: Point, corner: Point, after: Point) -> float:
    """Angle at a corner between the way back and the way on. [rad]"""
    back = [start - here for start, here in zip(before, corner, strict=True)]
    onward = [end - here for end, here in zip(after, corner, strict=True)]
    cosine = sum(one * other for one, other in zip(back, onward, strict=True)) / (
        dist(before, corner) * dist(corner, after)
    )
    return acos(min(max(cosine, -1.0), 1.0))
