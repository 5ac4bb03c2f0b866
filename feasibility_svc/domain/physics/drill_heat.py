"""How close a drill comes to burning the hole."""

from math import pi

from feasibility_svc.domain.scoring.numeric import power, sqrt

STEEL_SHARE = 0.6
"""Rim speed a steel drill bears over that of a carbide one [A]. [-]"""
_AT_LIMIT = 0.6
_USUAL_ADVANCE_MM = 0.05


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
    thin = power(_USUAL_ADVANCE_MM / advance_mm, 0.35)
    return _AT_LIMIT * sqrt(speed_share) * sqrt(depth_mm / (3 * diameter_mm)) * thin
