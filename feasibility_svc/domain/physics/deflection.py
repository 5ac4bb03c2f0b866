"""Deflection and bending stress of a slender tool."""

from math import pi

from feasibility_svc.domain.scoring.numeric import maximum, minimum

CORE_FEW_FLUTES = 0.80
"""Diameter of the equivalent solid bar over the cutting diameter, up to four flutes. [-]"""
_CORE_MANY_FLUTES = 0.85
_FEW_FLUTES = 4
SHORTEST_LEVER_MM = 0.1
"""Least lever of a force over the section it bends. [mm]"""
BRAZED_SHANK_MPA = 450.0
"""Bending stress of the steel shank of a brazed tool: yield of tool shanks [M]. [MPa]"""
_ALLOWED_MPA = {"CARBIDE": 1500.0, "MICROGRAIN_CARBIDE": 1500.0, "HSS": 800.0, "COBALT_HSS": 900.0}
YOUNGS_MODULUS_GPA = {"CARBIDE": 600.0, "MICROGRAIN_CARBIDE": 600.0, "HSS": 200.0, "COBALT_HSS": 210.0}


def core_factor(flute_count: int) -> float:
    """Diameter of the equivalent solid bar over the cutting diameter. [-]

    0.80 (Kops and Vo, CIRP Annals 39/1, 1990 [M]) up to four flutes; above, the web is thicker and 0.85, the upper
    bound, counts.

    >>> core_factor(2), core_factor(4), core_factor(5)
    (0.8, 0.8, 0.85)
    """
    return CORE_FEW_FLUTES if flute_count <= _FEW_FLUTES else _CORE_MANY_FLUTES


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
    core_factor: float = CORE_FEW_FLUTES,
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


def _cubes(flute_length_mm: float, stickout_mm: float) -> tuple[float, float]:
    """L_f³ and L³ - L_f³, the flutes counted at most up to the collet. [mm3]"""
    fluted_mm = minimum(flute_length_mm, stickout_mm)
    flute_mm3 = fluted_mm * fluted_mm * fluted_mm
    return flute_mm3, stickout_mm * stickout_mm * stickout_mm - flute_mm3


def bending_stress_mpa(*, force_n: float, diameter_mm: float, lever_mm: float) -> float:
    """Bending stress of a round section, F l / (π d³ / 32), the lever at least 0.1 mm. [MPa]

    >>> round(bending_stress_mpa(force_n=12.559977220647056, diameter_mm=3.175, lever_mm=19.25), 6)
    76.946435
    """
    return force_n * maximum(lever_mm, SHORTEST_LEVER_MM) / section_modulus_mm3(diameter_mm)


def section_modulus_mm3(diameter_mm: float) -> float:
    """Section modulus of a round bar, π d³ / 32. [mm3]"""
    return pi * (diameter_mm * diameter_mm * diameter_mm) / 32


def allowed_stress_mpa(substrate: str) -> float:
    """Bending stress that a tool may carry. [MPa]

    Carbide, micro-grain too, half the 3000 MPa of transverse rupture of fine grades; the half is the force model's
    factor of two [M, D]. HSS 800, cobalt 900.

    >>> allowed_stress_mpa("MICROGRAIN_CARBIDE"), allowed_stress_mpa("HSS")
    (1500.0, 800.0)
    """
    return _ALLOWED_MPA[substrate]
