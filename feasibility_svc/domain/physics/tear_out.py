"""How much a cut wants to tear the grain: a heuristic, to be calibrated on scrap.

The weights are assumed [A]; the direction of each effect follows Goli (2003, 2009), Stewart (1969), McKenzie [M] and
shop handbooks [R].
"""

from math import radians, sin

from feasibility_svc.domain.scoring.numeric import clip, sqrt

AGAINST_WEIGHT, END_GRAIN_WEIGHT, FACE_WEIGHT = 0.55, 0.35, 0.45
CLIMB_FACTOR = 0.8
FIGURED_FACTOR = 1.25
SWEEP_DEG = tuple(5.0 * step for step in range(72))
"""Directions of cut along a closed path. [deg]"""


def against_grain(grain_angle_deg: float) -> float:
    """Lift of the fibres when cutting against the grain, largest at 135 degrees. [-]

    >>> against_grain(45), round(against_grain(135), 12)
    (0.0, 1.0)
    """
    return sin(radians(2 * (grain_angle_deg - 90))) ** 2 if 90 < grain_angle_deg < 180 else 0.0


def end_grain(grain_angle_deg: float) -> float:
    """Crushing of end grain, largest across it. [-]"""
    return sin(radians(grain_angle_deg)) ** 2


def chip_ratio(*, thickest_chip_mm: float, low_mm: float, high_mm: float) -> float:
    """Chip over the middle of its window, held within a half and two. [-]"""
    return clip(thickest_chip_mm / sqrt(low_mm * high_mm), 0.5, 2.0)


def lift(*, grain_angle_deg: float, face: float) -> float:
    """What lifts and crushes the fibres at one angle, 0.55 A + 0.35 E + 0.45 F. [-]

    Args:
        grain_angle_deg: Between cutting velocity and fibre, 0 to 180. [deg]
        face: How much the flutes lift the face that is seen: 1 against it, 0.25 towards it.
    """
    return (
        AGAINST_WEIGHT * against_grain(grain_angle_deg)
        + END_GRAIN_WEIGHT * end_grain(grain_angle_deg)
        + FACE_WEIGHT * face
    )


def demand_factor(*, climb: bool, chip_ratio: float, figured: bool) -> float:
    """How the sense of the cut, the chip and the figure raise or lower it, M √c g. [-]"""
    return (CLIMB_FACTOR if climb else 1.0) * sqrt(chip_ratio) * (FIGURED_FACTOR if figured else 1.0)


def tear_out_demand(*, grain_angle_deg: float, face: float, climb: bool, chip_ratio: float, figured: bool) -> float:
    """Demand over limit, R = (0.55 A + 0.35 E + 0.45 F) M √c g. [-]"""
    factor = demand_factor(climb=climb, chip_ratio=chip_ratio, figured=figured)
    return lift(grain_angle_deg=grain_angle_deg, face=face) * factor
