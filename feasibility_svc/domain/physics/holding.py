"""The force that keeps the work where it is."""

from feasibility_svc.domain.scoring.numeric import maximum, where

TAPE_SHEAR_N_PER_MM2 = 0.05
"""Shear strength of double-sided tape [A]. [N/mm2]"""
SAFETY_FACTOR = 2.0
"""How many times the cutting force must be held. [-]"""

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


def holding_utilization(*, lateral_force_n: float, hold_n: float) -> float:
    """Demand over limit with a safety factor of two; work that is lifted off is not held at all. [-]"""
    held_n = maximum(hold_n, 1e-9)
    return where(hold_n > 0, SAFETY_FACTOR * lateral_force_n / held_n, _NOT_HELD)
