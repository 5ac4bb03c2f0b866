"""How close a drill comes to burning the hole."""

from math import pi

from feasibility_svc.domain.scoring.numeric import power, sqrt

STEEL_SHARE = 0.6
"""Rim speed a steel drill bears over that of a carbide one [A]. [-]"""
_AT_LIMIT = 0.6
_USUAL_ADVANCE_MM = 0.05
_THIN_EXPONENT = 0.35
_SPEED_EXPONENT = 0.5 + _THIN_EXPONENT
"""A faster drill also advances less per turn."""


def rim_speed_m_per_s(*, diameter_mm: float, spindle_speed_rpm: float) -> float:
    """Speed of the corner of the drill, π D n. [m/s]"""
    return pi * diameter_mm * spindle_speed_rpm / 60_000


def heat_utilization(*, speed_share: float, depth_mm: float, diameter_mm: float, advance_mm: float) -> float:
    """Heat of a hole over what burns it, 0.6 √(v/v_max) √(p/(3 D)) (0.05/f)^0.35, set by three reports [A]. [-]

    Args:
        speed_share: Rim speed over the highest usual one. [-]
        depth_mm: Depth drilled without clearing the chips. [mm]
        diameter_mm: Diameter of the drill. [mm]
        advance_mm: Advance per turn. [mm]
    """
    thin = power(_USUAL_ADVANCE_MM / advance_mm, _THIN_EXPONENT)
    return _AT_LIMIT * sqrt(speed_share) * sqrt(depth_mm / (3 * diameter_mm)) * thin


def speed_for(spindle_speed_rpm: float, *, times_the_heat: float) -> float:
    """Spindle speed that makes so many times the heat at the same plunge. [rpm]

    >>> round(speed_for(18_000, times_the_heat=0.5))
    7964
    """
    return spindle_speed_rpm * power(times_the_heat, 1 / _SPEED_EXPONENT)


def plunge_for(plunge_rate_mm_per_min: float, *, times_the_heat: float) -> float:
    """Plunge that makes so many times the heat at the same speed. [mm/min]

    >>> round(plunge_for(500, times_the_heat=0.5))
    3623
    """
    return plunge_rate_mm_per_min * power(times_the_heat, -1 / _THIN_EXPONENT)
