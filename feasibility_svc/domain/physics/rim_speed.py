"""Rim speed and the speeds a tool may run at."""

from math import pi

from feasibility_svc.domain.scoring.numeric import maximum

ROUTER_LIMIT_M_PER_S = 60.0
"""Tip speed ceiling of router bits, implied by the chart of `router_chart_speed_rpm` [D]. [m/s]"""
SAW_LIMIT_M_PER_S = 100.0
"""Ceiling of carbide-tipped saw blades (Seal Tool [R]). [m/s]"""
SOLID_SAW_LIMIT_M_PER_S = 60.0
"""Ceiling of solid steel slitting and jeweller's blades [M]. [m/s]"""
SAW_MINIMUM_M_PER_S = 40.0
"""Below this a circular saw tends to kick back (German trade body's rule of thumb [R]). [m/s]"""
PLATE_CONSTANT = 2.6e8
"""n_plate = c t / D², lowest constant implied by a saw maker's thickness table [R Tenryu, D]. [rpm mm]"""
PLATE_VALID_FROM_MM = 150.0
"""Below this diameter the plate limit is extrapolated too far to be GREEN. [mm]"""

_ROUTER_CHART_RPM = ((25.4, 24_000.0), (50.8, 18_000.0), (63.5, 16_000.0), (88.9, 12_000.0))
SAW_BANDS_M_PER_S = {
    "SOFTWOOD": (45.0, 90.0),
    "HARDWOOD": (45.0, 70.0),
    "PARTICLEBOARD": (50.0, 80.0),
    "PLYWOOD": (50.0, 80.0),
    "MDF": (50.0, 80.0),
    "PLASTIC_HARD": (15.0, 50.0),
    "PHENOLIC": (15.0, 50.0),
    "PLASTIC_SOFT": (30.0, 60.0),
    "ALUMINIUM": (50.0, 80.0),
}
"""Speed bands of saw blades by material (Central Saws [R]). [m/s]"""


def rim_speed_m_per_s(*, diameter_mm: float, spindle_speed_rpm: float) -> float:
    """Speed of the outermost edge, π D n. [m/s]

    >>> round(rim_speed_m_per_s(diameter_mm=25.4, spindle_speed_rpm=16000), 2)
    21.28
    """
    return pi * diameter_mm * spindle_speed_rpm / 60_000


def speed_at_rim_rpm(*, diameter_mm: float, rim_speed_m_per_s: float) -> float:
    """Spindle speed at which the rim reaches a speed. [rpm]"""
    return rim_speed_m_per_s * 60_000 / (pi * diameter_mm)


def router_chart_speed_rpm(diameter_mm: float) -> float | None:
    """Highest speed of the general router bit chart; None beyond 88.9 mm, where only a marking counts [R]. [rpm]

    >>> router_chart_speed_rpm(6.35), router_chart_speed_rpm(63.5), router_chart_speed_rpm(100)
    (24000.0, 16000.0, None)
    """
    return next((speed for largest, speed in _ROUTER_CHART_RPM if diameter_mm <= largest), None)


def plate_limit_rpm(*, diameter_mm: float, plate_thickness_mm: float) -> float:
    """Speed at which a thin plate starts to flutter; fitted from 205 to 405 mm, extrapolated below [D]. [rpm]

    >>> round(plate_limit_rpm(diameter_mm=254, plate_thickness_mm=1.8), 3)
    7254.015
    """
    return PLATE_CONSTANT * plate_thickness_mm / diameter_mm**2


def too_slow_cap(*, rim_speed_m_per_s: float, minimum_m_per_s: float) -> float:
    """Highest score of a blade below its lowest speed, 80 - 40 (1 - v/v_min) and at least 50."""
    return maximum(50.0, 80 - 40 * (1 - rim_speed_m_per_s / minimum_m_per_s))
