"""Rim speed and the speeds a tool may run at."""

from math import pi
from typing import NamedTuple

from feasibility_svc.domain.scoring.numeric import Node, interpolate, where

ROUTER_LIMIT_M_PER_S = 60.0
"""Tip speed ceiling of router bits, implied by the charts of `brazed_chart` [D]. [m/s]"""
SAW_LIMIT_M_PER_S = 100.0
"""Ceiling of carbide-tipped saw blades (Seal Tool [R]). [m/s]"""
SOLID_SAW_LIMIT_M_PER_S = 60.0
"""Ceiling of solid steel slitting and jeweller's blades [M]. [m/s]"""
SAW_MINIMUM_M_PER_S = 40.0
"""Below this a circular saw fed by hand tends to kick back (German trade body's rule of thumb [R]). [m/s]"""
SLOW_SAW_FROM_MM = 160.0
"""Diameter from which that rule is meant; fret saw blades are smaller and run slowly. [mm]"""
PLATE_CONSTANT = 2.6e8
"""n_plate = c t / D², lowest constant implied by a saw maker's thickness table [R Tenryu, D]. [rpm mm]"""
PLATE_VALID_FROM_MM = 150.0
"""Below this diameter the plate limit is extrapolated. [mm]"""
EXTRAPOLATED_FACTOR = 1.5
"""How many times the share of an extrapolated plate limit counts [A]. [-]"""
CHARTED_FROM_MM = 12.7
"""Brazed bits up to this diameter are in no chart: laminate trimmers turn them at 30,000 rpm. [mm]"""
_BRAZED_CHART = (
    (25.4, 22_000.0, 24_000.0),
    (38.1, 18_000.0, 18_000.0),
    (50.8, 15_000.0, 18_000.0),
    (63.5, 15_000.0, 16_000.0),
    (88.9, 10_000.0, 12_000.0),
)
"""Diameter up to, lower speed (Fine Woodworking [R]), higher speed (general router bit chart [R]). [mm, rpm, rpm]"""
_SLOW_SAW: tuple[Node, ...] = ((20.0, 45.0), (30.0, 60.0), (40.0, 80.0), (44.0, 100.0))
_LENGTHS_ALIKE_MM = 1e-6
SAW_BAND_ENDS_M_PER_S = {
    "SOFTWOOD": 90.0,
    "HARDWOOD": 70.0,
    "PARTICLEBOARD": 80.0,
    "PLYWOOD": 80.0,
    "MDF": 80.0,
    "PLASTIC_HARD": 50.0,
    "PHENOLIC": 50.0,
    "PLASTIC_SOFT": 60.0,
    "ALUMINIUM": 80.0,
}
"""Upper ends of the speed bands of saw blades by material (Central Saws [R]). [m/s]"""


class ChartedSpeeds(NamedTuple):
    """What two charts allow. [rpm]"""

    cautious_rpm: float
    highest_rpm: float


def rim_speed_m_per_s(*, diameter_mm: float, spindle_speed_rpm: float) -> float:
    """Speed of the outermost edge, π D n. [m/s]

    >>> round(rim_speed_m_per_s(diameter_mm=25.4, spindle_speed_rpm=16000), 2)
    21.28
    """
    return pi * diameter_mm * spindle_speed_rpm / 60_000


def speed_at_rim_rpm(*, diameter_mm: float, rim_speed_m_per_s: float) -> float:
    """Spindle speed at which the rim reaches a speed. [rpm]"""
    return rim_speed_m_per_s * 60_000 / (pi * diameter_mm)


def brazed_chart(diameter_mm: float) -> ChartedSpeeds | None:
    """Speeds of brazed bits in two charts; None beyond 88.9 mm, where only a marking counts [R].

    >>> brazed_chart(22.2).highest_rpm, brazed_chart(63.5).cautious_rpm, brazed_chart(100)
    (24000.0, 15000.0, None)
    """
    rows = (ChartedSpeeds(*speeds) for widest, *speeds in _BRAZED_CHART if diameter_mm <= widest + _LENGTHS_ALIKE_MM)
    return next(rows, None)


def chart_utilization(spindle_speed_rpm: float, chart: ChartedSpeeds) -> float:
    """Speed over what the charts allow: between them it needs review, above both it is refused. [-]

    >>> round(chart_utilization(15_500, ChartedSpeeds(15_000, 16_000)), 5)
    0.96495
    >>> round(chart_utilization(18_450, ChartedSpeeds(18_000, 18_000)), 4)
    0.9995
    """
    low, high = chart
    if low == high:
        beyond: tuple[Node, ...] = ((high, 0.949), (1.05 * high, 1.05))
        near = interpolate(spindle_speed_rpm, ((0.0, 0.0), *beyond))
        return where(spindle_speed_rpm > 1.05 * high, spindle_speed_rpm / high, near)
    nodes = ((0.0, 0.0), (0.9 * low, 0.85), (low, 0.93), (high, 0.9999), (1.05 * high, 1.2))
    return interpolate(spindle_speed_rpm, nodes)


def highest_charted_rpm(chart: ChartedSpeeds, *, utilization: float) -> float:
    """Speed at which `chart_utilization` reaches a value between 0.93 and 0.95. [rpm]

    >>> highest_charted_rpm(ChartedSpeeds(18_000, 18_000), utilization=0.95)
    18000.0
    """
    low, high = chart
    return low + (high - low) * (utilization - 0.93) / (0.9999 - 0.93)


def plate_limit_rpm(*, diameter_mm: float, plate_thickness_mm: float) -> float:
    """Speed at which a thin plate starts to flutter; fitted from 205 to 405 mm, extrapolated below [D]. [rpm]

    >>> round(plate_limit_rpm(diameter_mm=254, plate_thickness_mm=1.8), 3)
    7254.015
    """
    return PLATE_CONSTANT * plate_thickness_mm / (diameter_mm * diameter_mm)


def slow_saw_score(rim_speed_m_per_s: float) -> float:
    """Score of a hand-fed blade by its rim speed: too slow it grips and kicks back.

    >>> [slow_saw_score(speed) for speed in (20.0, 40.0, 44.0)]
    [45.0, 80.0, 100.0]
    """
    return interpolate(rim_speed_m_per_s, _SLOW_SAW)
