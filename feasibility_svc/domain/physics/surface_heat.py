"""Temperature of the surface left behind, and what scorches it.

The edge term of the force law is friction left on each fresh surface. A layer of the mean chip's thickness is peeled
off per tooth and heated again, so the surface settles at deposited energy over the heat capacity of that layer [D]:
thin chips burn wood, at any speed.
"""

from math import pi

from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.scoring.numeric import clip, minimum, sqrt

EDGE_HEAT_SHARE = 0.5
"""Share of the edge energy that enters the wood [A]. [-]"""
SHEAR_HEAT_SHARE = 0.1
"""Share of the shear energy that enters the wood; the chip carries the rest [A]. [-]"""
DWELL_SHARE = 0.2
"""Share of the edge energy that keeps rubbing when the feed stops [A]. [-]"""
HOTTEST_C = 400.0
"""Wood is gone above this; no model goes on. [degC]"""
_COOLING_FACTORS = {"NONE": 1.0, "AIR": 0.85, "MIST": 0.7}  # [A]
_BISECTIONS = 100


def heat_capacity_kj_per_kg_k(*, moisture_percent: float, temperature_c: float = 20.0) -> float:
    """Specific heat of moist wood. [kJ/(kg K)]

    Reference:
        FPL Wood Handbook, chapter 4, equations 4-16 and 4-17 [M].

    >>> round(heat_capacity_kj_per_kg_k(moisture_percent=12), 6)
    1.620192
    """
    kelvin = temperature_c + 273.15
    dry = 0.1031 + 0.003867 * kelvin
    bound_water = moisture_percent * (-0.06191 + 2.36e-4 * kelvin - 1.33e-4 * moisture_percent)
    return (dry + 4.18 * moisture_percent / 100) / (1 + moisture_percent / 100) + bound_water


def cooling_factor(cooling: str) -> float:
    """Factor on the temperature rise [A].

    >>> cooling_factor("AIR")
    0.85
    """
    return _COOLING_FACTORS[cooling]


def surface_temperature_c(
    law: ForceLaw,
    *,
    mean_chip_mm: float,
    density_kg_per_m3: float,
    heat_capacity_kj_per_kg_k: float,
    wear_factor: float,
    cooling_factor: float,
    ambient_c: float,
    edge_heat_share: float = EDGE_HEAT_SHARE,
) -> float:
    """Steady temperature of the cut surface. [degC]

        T = T_amb + C_cool [R_e C_wear Int_eff(h) 1e3 / (h 1e-3) + R_s K_s 1e6] / (ρ c_p)

    Args:
        law: Force law of the material with a sharp edge.
        mean_chip_mm: Mean chip thickness. [mm]
        density_kg_per_m3: Density. [kg/m3]
        heat_capacity_kj_per_kg_k: Specific heat. [kJ/(kg K)]
        wear_factor: 1 for a sharp edge.
        cooling_factor: 1 without cooling.
        ambient_c: Temperature of the workshop. [degC]
        edge_heat_share: R_e, calibrated by a scrap burn cut or 0.5.
    """
    edge_j_per_m3 = edge_heat_share * wear_factor * law.edge_force_at(mean_chip_mm) * 1e3 / (mean_chip_mm * 1e-3)
    shear_j_per_m3 = SHEAR_HEAT_SHARE * law.slope_n_per_mm2 * 1e6
    rise_k = (edge_j_per_m3 + shear_j_per_m3) / (density_kg_per_m3 * heat_capacity_kj_per_kg_k * 1e3)
    return ambient_c + cooling_factor * rise_k


def speed_factor(cutting_speed_m_per_s: float) -> float:
    """Factor on the temperature rise for the speed of the edge, √(v_c / 5 m/s) within 0.3 to 2.5. [-]

    The contact temperature of a moving source grows with the root of its speed (Jaeger [M]); 5 m/s is a 6.35 mm cutter
    at 15,000 rpm.

    >>> speed_factor(5.0), speed_factor(0.1), speed_factor(100.0)
    (1.0, 0.3, 2.5)
    """
    return clip(sqrt(cutting_speed_m_per_s / 5.0), 0.3, 2.5)


def contact_factor(engagement_rad: float) -> float:
    """Factor on the temperature rise for the time in the cut: short contact cools between cuts [A]. [-]

        C_c = 0.35 + 0.65 min(1, 2 φ / π)

    >>> contact_factor(pi), round(contact_factor(pi / 4), 3)
    (1.0, 0.675)
    """
    return 0.35 + 0.65 * minimum(1.0, 2 * engagement_rad / pi)


def conductivity_w_per_m_k(*, specific_gravity: float, moisture_percent: float) -> float:
    """Thermal conductivity across the grain, G (0.1941 + 0.004064 M) + 0.01864. [W/(m K)]

    Reference:
        FPL Wood Handbook, chapter 4, equation 4-15 [M].

    >>> round(conductivity_w_per_m_k(specific_gravity=0.63, moisture_percent=8), 8)
    0.16140556
    """
    return specific_gravity * (0.1941 + 0.004064 * moisture_percent) + 0.01864


def oven_dry_gravity(*, density_kg_per_m3: float, moisture_percent: float) -> float:
    """Specific gravity on oven-dry mass and volume in use, ρ / (1000 (1 + M/100)). [-]"""
    return density_kg_per_m3 / (1_000 * (1 + moisture_percent / 100))


def dwell_flux_w_per_m2(
    law: ForceLaw, *, teeth_per_min: float, wear_factor: float, edge_heat_share: float = EDGE_HEAT_SHARE
) -> float:
    """Heat into the wall while the feed stands and the tool turns, R_e C_wear r Int 1e3 n z / 60. [W/m2]"""
    return edge_heat_share * wear_factor * DWELL_SHARE * law.edge_force_n_per_mm * 1e3 * teeth_per_min / 60


def dwell_rise_k(
    *,
    dwell_s: float,
    flux_w_per_m2: float,
    conductivity_w_per_m_k: float,
    density_kg_per_m3: float,
    heat_capacity_kj_per_kg_k: float,
) -> float:
    """Temperature rise of a half-space under a constant flux, 2 q √(t / (π k ρ c_p)). [K]

    Reference:
        Carslaw and Jaeger, Conduction of Heat in Solids [M].

    >>> round(dwell_rise_k(dwell_s=0.2, flux_w_per_m2=199280, conductivity_w_per_m_k=0.16140556, density_kg_per_m3=705,
    ...     heat_capacity_kj_per_kg_k=1.5044076537), 6)
    243.050882
    """
    effusivity_squared = conductivity_w_per_m_k * density_kg_per_m3 * heat_capacity_kj_per_kg_k * 1e3
    return 2 * flux_w_per_m2 * sqrt(dwell_s / (pi * effusivity_squared))


def chip_for_temperature_mm(law: ForceLaw, *, limit_c: float, **state: float) -> float | None:
    """Smallest mean chip at which the surface stays below a limit; 0 if any chip does, None if none does. [mm]

    Bisection on the chip: the temperature falls with it. `state` is that of `surface_temperature_c`.
    """
    low_mm, high_mm = 1e-9, 10.0
    if surface_temperature_c(law, mean_chip_mm=high_mm, **state) > limit_c:
        return None
    if surface_temperature_c(law, mean_chip_mm=low_mm, **state) <= limit_c:
        return 0.0
    for _ in range(_BISECTIONS):
        middle_mm = (low_mm + high_mm) / 2
        if surface_temperature_c(law, mean_chip_mm=middle_mm, **state) > limit_c:
            low_mm = middle_mm
        else:
            high_mm = middle_mm
    return high_mm
