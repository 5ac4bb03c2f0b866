"""Speeds at which a tool in a collet whirls: imbalance bends it, and the faster it turns the further."""

from math import pi
from typing import NamedTuple

from feasibility_svc.domain.physics.deflection import second_moment_mm4
from feasibility_svc.domain.scoring.numeric import sqrt

CORE_SHARE = 0.8
"""Diameter of the bar that carries a fluted head over its cutting diameter. [-]"""
_DRILL_CORE_SHARE = 0.7
_SHANK_SHARE = 0.24
"""Share of a shank's mass that swings with its end: of a clamped bar 33/140 (Rayleigh) [M]. [-]"""
_FIRST_MODE = 3.516
"""Square of the first root of cos x cosh x = -1, the clamped beam. [-]"""


class Stuff(NamedTuple):
    """What a tool is made of."""

    youngs_modulus_gpa: float
    density_kg_per_mm3: float


CARBIDE, STEEL = Stuff(600.0, 14.5e-6), Stuff(200.0, 7.85e-6)


class Head(NamedTuple):
    """The head of a tool as its mass counts: diameter of the full cylinder and how much of it is there."""

    diameter_mm: float
    filled: float


def head_of(*, diameter_mm: float, brazed: bool) -> Head:
    """The head of a brazed bit, wings on a body, or that of a solid cutter, its core. [mm]"""
    return Head(diameter_mm, 0.7) if brazed else Head(CORE_SHARE * diameter_mm, 1.0)


def swinging_mass_kg(
    stuff: Stuff, head: Head, *, head_length_mm: float, shank_length_mm: float, shank_diameter_mm: float
) -> float:
    """Mass that swings at the middle of the head: the head and 0.24 of the shank. [kg]"""
    head_mm3 = pi / 4 * head.diameter_mm * head.diameter_mm * head_length_mm * head.filled
    shank_mm3 = pi / 4 * shank_diameter_mm * shank_diameter_mm * shank_length_mm
    return stuff.density_kg_per_mm3 * (head_mm3 + _SHANK_SHARE * shank_mm3)


def compliance_mm_per_n(
    stuff: Stuff, *, diameter_mm: float, head_length_mm: float, shank_length_mm: float, shank_diameter_mm: float
) -> float:
    """How far the middle of the head moves per force there: shank bent and turned, and half the head bent. [mm/N]

        c = (L_s³/3 + L_s² l/2 + L_s (l/2)²) / (E I_s) + (l/2)³ / (3 E I_h)

    Reference:
        Standard beam theory [D].
    """
    modulus = stuff.youngs_modulus_gpa * 1e3
    half_mm, long_mm = head_length_mm / 2, shank_length_mm
    of_shank = long_mm * long_mm * long_mm / 3 + long_mm * long_mm * half_mm + long_mm * half_mm * half_mm
    of_head = half_mm * half_mm * half_mm / 3
    head_mm4 = second_moment_mm4(CORE_SHARE * diameter_mm)
    return of_shank / (modulus * second_moment_mm4(shank_diameter_mm)) + of_head / (modulus * head_mm4)


def critical_speed_rpm(*, mass_kg: float, compliance_mm_per_n: float) -> float:
    """Speed of a mass on a spring at resonance, 60/(2 π) √(1000 / (c m)). [rpm]

    Collet and spindle are taken as rigid; the true one may lie a third lower.

    >>> round(critical_speed_rpm(mass_kg=0.08190187873460265, compliance_mm_per_n=0.005297761700953668))
    14497
    """
    return 60 / (2 * pi) * sqrt(1e3 / (compliance_mm_per_n * mass_kg))


def drill_frequency_hz(stuff: Stuff, *, diameter_mm: float, free_length_mm: float) -> float:
    """First bending frequency of a drill as a clamped bar of 0.7 D, 3.516/(2 π) √(E I 1000 / (ρ A L⁴)). [Hz]

    >>> round(drill_frequency_hz(STEEL, diameter_mm=3.0, free_length_mm=45), 6)
    732.290573
    """
    core_mm = _DRILL_CORE_SHARE * diameter_mm
    rigidity = stuff.youngs_modulus_gpa * 1e3 * second_moment_mm4(core_mm) * 1e3
    square_mm2 = free_length_mm * free_length_mm
    per_length = stuff.density_kg_per_mm3 * pi * core_mm * core_mm / 4 * (square_mm2 * square_mm2)
    return _FIRST_MODE / (2 * pi) * sqrt(rigidity / per_length)
