"""The force that keeps the work where it is."""

from math import radians, tan

from feasibility_svc.domain.scoring.numeric import maximum, where

TAPE_SHEAR_N_PER_MM2 = 0.05
"""Shear strength of double-sided tape [A]. [N/mm2]"""
SAFETY_FACTOR = 2.0
"""How many times the mean cutting force must be held. [-]"""
LIFTED_SHARE = 0.5
"""Share of the force that an up-cut helix turns upwards [A]. [-]"""

_NOT_HELD = 1e6


def friction_hold_n(*, normal_force_n: float, lift_force_n: float, friction: float) -> float:
    """Sideways force that friction holds, μ (F_N - F_lift). [N]

    >>> friction_hold_n(normal_force_n=1600, lift_force_n=10, friction=0.3)
    477.0
    """
    return friction * (normal_force_n - lift_force_n)


def tape_hold_n(area_mm2: float) -> float:
    """Sideways force that tape holds. [N]"""
    return TAPE_SHEAR_N_PER_MM2 * area_mm2


def lift_force_n(*, peak_force_n: float, helix_angle_deg: float) -> float:
    """Upward pull of an up-cut spiral, half the peak force times the tangent of its helix [A]. [N]

    >>> round(lift_force_n(peak_force_n=35, helix_angle_deg=30), 9)
    10.103629711
    """
    return LIFTED_SHARE * tan(radians(helix_angle_deg)) * peak_force_n


def holding_utilization(*, mean_force_n: float, peak_force_n: float, hold_n: float) -> float:
    """Demand over limit: twice the mean force, and the peak once; work that is lifted off is not held at all. [-]

    >>> holding_utilization(mean_force_n=26, peak_force_n=35, hold_n=26)
    2.0
    """
    held_n = maximum(hold_n, 1e-9)
    return where(hold_n > 0, maximum(SAFETY_FACTOR * mean_force_n, peak_force_n) / held_n, _NOT_HELD)
