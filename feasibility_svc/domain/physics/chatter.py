"""Where a flexible tool or machine starts to chatter."""

from math import pi

from feasibility_svc.domain.physics.deflection import CORE_FEW_FLUTES
from feasibility_svc.domain.scoring.numeric import maximum, sqrt

DIRECTION_FACTOR = 0.7
"""Mean directional factor of the cutting force [M]. [-]"""
TOOL_DAMPING = 0.03
"""Damping ratio of a tool in its collet [A]. [-]"""
MACHINE_DAMPING = {"HOBBY": 0.07, "BENCHTOP": 0.05, "INDUSTRIAL": 0.05}
"""Damping ratio of a machine: belts damp more than screws [A]. [-]"""
DENSITY_KG_PER_M3 = {"CARBIDE": 14_500.0, "MICROGRAIN_CARBIDE": 14_500.0, "HSS": 7_850.0, "COBALT_HSS": 7_850.0}
_FIRST_MODE = 1.87510406871  # first root of cos x cosh x = -1, the clamped beam


def first_frequency_hz(
    *, youngs_modulus_gpa: float, density_kg_per_m3: float, diameter_mm: float, stickout_mm: float
) -> float:
    """First bending frequency of a uniform tool, 1.8751² / (2 π) √(E I / (ρ A L⁴)). [Hz]"""
    core_m, length_m = CORE_FEW_FLUTES * diameter_mm / 1e3, stickout_mm / 1e3
    second_moment_m4, area_m2 = pi * core_m**4 / 64, pi * core_m**2 / 4
    rigidity = youngs_modulus_gpa * 1e9 * second_moment_m4
    return _FIRST_MODE**2 / (2 * pi) * sqrt(rigidity / (density_kg_per_m3 * area_m2 * length_m**4))


def teeth_in_cut(*, flute_count: float, engagement_rad: float) -> float:
    """Mean number of teeth in the wood, at least a quarter. [-]"""
    return maximum(flute_count * engagement_rad / (2 * pi), 0.25)


def stable_depth_mm(*, stiffness_n_per_mm: float, damping_ratio: float, slope_n_per_mm2: float, teeth: float) -> float:
    """Depth of pass that is stable at every speed, 2 k ζ (1 + ζ) / (K_t μ N*) (Tlusty, Altintas [M]). [mm]

    >>> round(stable_depth_mm(stiffness_n_per_mm=2179.382648096944, damping_ratio=0.03, slope_n_per_mm2=43.71,
    ...     teeth=1.0), 6)
    4.40193
    """
    return 2 * stiffness_n_per_mm * damping_ratio * (1 + damping_ratio) / (slope_n_per_mm2 * DIRECTION_FACTOR * teeth)
