"""From the words of an arc to its centre and angle."""

from dataclasses import dataclass
from math import acos, atan2, ceil, hypot, pi, sqrt

FREE_MISMATCH_MM = 0.005
"""GRBL's rule: so much is rounding; more is refused when it is also over a thousandth of the radius."""
_MISMATCH_SHARE = 0.001
_TELLING_MISMATCH_MM = 0.002  # three decimals in the program make up to 0.0015
_SAME_ANGLE_RAD = 5e-7  # GRBL's ARC_ANGULAR_TRAVEL_EPSILON
CHORD_EXCESS_MM = 1e-4
"""LinuxCNC's TOLERANCE_EQUAL: how much longer than its radius half the chord of an arc may be. [mm]"""
_SINGLE = 2.5e-7  # twice the last bit of GRBL's numbers, of the position and of the radius each
CHORD_TOLERANCE_MM = 0.002
"""How far chords may be from their arc, GRBL's default ($12). [mm]"""
MOST_CHORDS = 4_096
"""Of one turn; coarser than the tolerance from 6.8 m of radius on."""
MOST_CHORDS_OF_ARC = 65_536
"""Of all its turns together."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arc:
    """An arc in its plane."""

    centre: Point
    radius_mm: float
    sweep_rad: float
    """Counter-clockwise positive. [rad]"""
    mismatch_mm: float
    """How much farther one end is from the centre than the other."""

    @property
    def is_refused(self) -> bool:
        """Whether controllers refuse it for its mismatch."""
        return self.mismatch_mm > FREE_MISMATCH_MM and self.mismatch_mm > _MISMATCH_SHARE * self.radius_mm

    @property
    def is_doubtful(self) -> bool:
        return self.mismatch_mm > _TELLING_MISMATCH_MM

    @property
    def chord_count(self) -> int:
        """How many chords follow it within `CHORD_TOLERANCE_MM`.

        >>> Arc((0.0, 0.0), 0.004, 2 * pi, 0.0).chord_count
        3
        """
        sweep = abs(self.sweep_rad)
        step = 2 * acos(1 - CHORD_TOLERANCE_MM / max(self.radius_mm, 2 * CHORD_TOLERANCE_MM))
        most = min(MOST_CHORDS * max(sweep / (2 * pi), 1.0), MOST_CHORDS_OF_ARC)
        return max(ceil(min(sweep / step, most)), 1)


def around(start: Point, end: Point, centre: Point, *, clockwise: bool, turns: int = 1) -> Arc:
    """The arc around a centre; a full circle where start and end are the same.

    >>> round(around((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), clockwise=True).sweep_rad / pi, 6)
    -1.5
    """
    from_x, from_y = start[0] - centre[0], start[1] - centre[1]
    to_x, to_y = end[0] - centre[0], end[1] - centre[1]
    sweep = atan2(from_x * to_y - from_y * to_x, from_x * to_x + from_y * to_y)
    if clockwise and sweep >= -_SAME_ANGLE_RAD:
        sweep -= 2 * pi
    elif not clockwise and sweep <= _SAME_ANGLE_RAD:
        sweep += 2 * pi
    sweep += (turns - 1) * (-2 * pi if clockwise else 2 * pi)
    radius = hypot(from_x, from_y)
    return Arc(centre, radius, sweep, abs(radius - hypot(to_x, to_y)))


def by_radius(
    start: Point, end: Point, radius_mm: float, *, clockwise: bool, excess_mm: float = CHORD_EXCESS_MM
) -> Arc | None:
    """The arc of a radius: up to a half turn, or over it where the radius is negative.

    None where there is none, also where half the chord is longer than the radius by more than `excess_mm`.

    >>> by_radius((0.0, 0.0), (2.0, 0.0), 1.0, clockwise=True).centre
    (1.0, 0.0)
    """
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    chord = hypot(along_x, along_y)
    size = abs(radius_mm)
    if chord == 0.0 or size == 0.0 or chord / 2 - size > excess_mm:
        return None
    height = sqrt(max(size * size - chord * chord / 4, 0.0))
    left = clockwise != (radius_mm > 0)
    side = height if left else -height
    centre = (start[0] + along_x / 2 - along_y / chord * side, start[1] + along_y / 2 + along_x / chord * side)
    arc = around(start, end, centre, clockwise=clockwise)
    return Arc(arc.centre, size, arc.sweep_rad, 0.0)


def rounding_of_grbl_mm(start: Point, end: Point, radius_mm: float) -> float:
    """By how much GRBL's numbers of single precision err in half the chord of an arc less its radius.

    >>> round(rounding_of_grbl_mm((0.0, 0.0), (20.0, 0.0), 10.0), 7)
    7.5e-06
    """
    return _SINGLE * (abs(radius_mm) + max(map(abs, (*start, *end))))


def is_half_turn(start: Point, end: Point, radius_mm: float, within_mm: float) -> bool:
    """Whether the radius of an arc is half its chord."""
    return abs(hypot(end[0] - start[0], end[1] - start[1]) / 2 - abs(radius_mm)) <= within_mm
