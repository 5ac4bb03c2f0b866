"""Deflection and bending stress of a slender tool."""

from math import pi

from feasibility_svc.domain.scoring.numeric import maximum, minimum, power

_CORE_TWO_FLUTES = 0.80
_CORE_MORE_FLUTES = 0.85
YOUNGS_MODULUS_GPA = {"CARBIDE": 600.0, "MICROGRAIN_CARBIDE": 600.0, "HSS": 200.0, "COBALT_HSS": 210.0}
_KIVANC_BUDAK = {2: (7.93, 0.974), 3: (8.30, 0.965), 4: (9.05, 0.950)}


def core_factor(flute_count: int) -> float:
    """Diameter of the equivalent solid bar over the cutting diameter. [-]

    0.80 (Kops and Vo, CIRP Annals 39/1, 1990 [M]) for one and two flutes; 0.85, the upper bound, for three and more,
    whose web is thicker: without it a published fret slot recipe for a three-flute cutter would be RED.

    >>> core_factor(2), core_factor(3)
    (0.8, 0.85)
    """
    return _CORE_TWO_FLUTES if flute_count <= 2 else _CORE_MORE_FLUTES


def second_moment_mm4(diameter_mm: float) -> float:
    """Second moment of area of a round bar, π d⁴ / 64. [mm4]"""
    square_mm2 = diameter_mm * diameter_mm
    return pi * (square_mm2 * square_mm2) / 64


def tool_deflection_mm(
    *,
    force_n: float,
    youngs_modulus_gpa: float,
    diameter_mm: float,
    flute_length_mm: float,
    stickout_mm: float,
    shank_diameter_mm: float,
    core_factor: float = _CORE_TWO_FLUTES,
) -> float:
    """Tip deflection of a two-segment cantilever: fluted core, then shank. [mm]

        δ = F / (3 E) [L_f³ / I_f + (L³ - L_f³) / I_s]

    Rigid at the collet, loaded at the tip. Adding two cantilevers instead would drop the rotation of the shank's end.

    Args:
        force_n: Force at the tip. [N]
        youngs_modulus_gpa: 600 for carbide. [GPa]
        diameter_mm: Cutting diameter. [mm]
        flute_length_mm: At most the stick-out. [mm]
        stickout_mm: Collet face to tip. [mm]
        shank_diameter_mm: Shank. [mm]
        core_factor: Equivalent solid bar over cutting diameter. [-]

    Reference:
        Standard beam theory [D].

    >>> round(tool_deflection_mm(force_n=5.35634486409, youngs_modulus_gpa=600, diameter_mm=3.175,
    ...     flute_length_mm=12.7, stickout_mm=20, shank_diameter_mm=3.175), 8)
    0.00653381
    """
    flute_mm3, shank_mm3 = _cubes(flute_length_mm, stickout_mm)
    flute = flute_mm3 / second_moment_mm4(core_factor * diameter_mm)
    shank = shank_mm3 / second_moment_mm4(shank_diameter_mm)
    return force_n / (3 * youngs_modulus_gpa * 1e3) * (flute + shank)


def kivanc_budak_deflection_mm(
    *,
    force_n: float,
    youngs_modulus_gpa: float,
    diameter_mm: float,
    flute_length_mm: float,
    stickout_mm: float,
    shank_diameter_mm: float,
    flute_count: int,
) -> float | None:
    """Tip deflection by a fit to finite elements; None for flute counts outside 2 to 4. [mm]

    Reference:
        Kivanc and Budak, Int. J. Mach. Tools Manuf. 44, 2004 [M]; constants second-hand [R2].
    """
    if flute_count not in _KIVANC_BUDAK:
        return None
    factor, exponent = _KIVANC_BUDAK[flute_count]
    flute_mm3, shank_mm3 = _cubes(flute_length_mm, stickout_mm)
    flute = flute_mm3 * pi / 64 / second_moment_mm4(diameter_mm)
    shank = shank_mm3 * pi / 64 / second_moment_mm4(shank_diameter_mm)
    return factor * force_n / (youngs_modulus_gpa * 1e3) * power(flute + shank, exponent)


def _cubes(flute_length_mm: float, stickout_mm: float) -> tuple[float, float]:
    """L_f³ and L³ - L_f³, the flutes counted at most up to the collet. [mm3]"""
    fluted_mm = minimum(flute_length_mm, stickout_mm)
    flute_mm3 = fluted_mm * fluted_mm * fluted_mm
    return flute_mm3, stickout_mm * stickout_mm * stickout_mm - flute_mm3


def bending_stress_mpa(
    *,
    force_n: float,
    diameter_mm: float,
    flute_length_mm: float,
    stickout_mm: float,
    shank_diameter_mm: float,
    core_factor: float = _CORE_TWO_FLUTES,
) -> float:
    """Largest bending stress: at the end of the flutes or at the collet. [MPa]"""
    fluted_mm = minimum(flute_length_mm, stickout_mm)
    core_mm = core_factor * diameter_mm
    at_flutes = force_n * fluted_mm * (core_mm / 2) / second_moment_mm4(core_mm)
    at_collet = force_n * stickout_mm * (shank_diameter_mm / 2) / second_moment_mm4(shank_diameter_mm)
    return maximum(at_flutes, at_collet)


def allowed_stress_mpa(*, substrate: str, diameter_mm: float) -> float:
    """Bending stress a tool may carry: carbide 1000, micro-grain under 3 mm 1600, steel 800 [A]. [MPa]

    >>> allowed_stress_mpa(substrate="MICROGRAIN_CARBIDE", diameter_mm=0.58)
    1600.0
    """
    if substrate in {"HSS", "COBALT_HSS"}:
        return 800.0
    return 1600.0 if substrate == "MICROGRAIN_CARBIDE" and diameter_mm < 3.0 else 1000.0
