"""Pointed tools (V-bits, engraving bits, tapered balls) as beams: a cone from the tip to the shank."""

from functools import reduce
from math import radians, tan

from feasibility_svc.domain.physics.deflection import section_modulus_mm3
from feasibility_svc.domain.scoring.numeric import maximum, minimum

STATIONS = 40
"""Equal parts of the cone at whose ends the stress is looked at. [-]"""


def cone_length_mm(
    *, tip_diameter_mm: float, half_angle_deg: float, shank_diameter_mm: float, flute_length_mm: float
) -> float:
    """Length over which the tool widens: to the thickness of its shank, at most its flutes. [mm]

    >>> round(cone_length_mm(tip_diameter_mm=0.5, half_angle_deg=5.177, shank_diameter_mm=3.175,
    ...     flute_length_mm=20), 9)
    14.762303149
    """
    widening_mm = maximum(shank_diameter_mm - tip_diameter_mm, 0.0)
    return minimum(flute_length_mm, widening_mm / (2 * tan(radians(half_angle_deg))))


def mean_cone_diameter_mm(
    *, tip_diameter_mm: float, half_angle_deg: float, shank_diameter_mm: float, diameter_mm: float, length_mm: float
) -> float:
    """Mean diameter over a cone, the bar that bends like it: between its tip and its shank. [mm]"""
    surface_mm = tip_diameter_mm + 2 * length_mm * tan(radians(half_angle_deg))
    mean_mm = (tip_diameter_mm + minimum(maximum(diameter_mm, shank_diameter_mm), surface_mm)) / 2
    return maximum(minimum(mean_mm, shank_diameter_mm), tip_diameter_mm)


def cone_stress_mpa(
    *,
    force_n: float,
    axial_depth_mm: float,
    tip_diameter_mm: float,
    half_angle_deg: float,
    shank_diameter_mm: float,
    length_mm: float,
    core_factor: float,
) -> float:
    """Largest bending stress along a cone; 0 where the force acts above all of it. [MPa]

        σ = max F (x - a_p/2) / (π (k d(x))³ / 32),   d(x) = min(d_s, d_tip + 2 x tan)

    >>> round(cone_stress_mpa(force_n=10, axial_depth_mm=1, tip_diameter_mm=0.5, half_angle_deg=5.177,
    ...     shank_diameter_mm=3.175, length_mm=14.762303149400273, core_factor=0.8), 6)
    465.899942
    """
    widening = 2 * tan(radians(half_angle_deg))
    stresses_mpa = []
    for station in range(1, STATIONS + 1):
        height_mm = length_mm * station / STATIONS
        lever_mm = maximum(height_mm - axial_depth_mm / 2, 0.0)
        diameter_mm = minimum(shank_diameter_mm, tip_diameter_mm + height_mm * widening)
        stresses_mpa.append(force_n * lever_mm / section_modulus_mm3(core_factor * diameter_mm))
    return reduce(maximum, stresses_mpa)
