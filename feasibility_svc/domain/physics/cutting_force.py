"""Cutting force, affine in chip thickness: edge force plus shear."""

from dataclasses import dataclass
from math import pi

import numpy as np

from feasibility_svc.domain.scoring.numeric import clip, cos, exp, maximum, power, sin, sqrt, where

EDGE_SCALE_MM = 0.010
"""Chip thickness over which the edge force builds up: sharp carbide edge radius [A]. [mm]"""
RADIAL_RATIO = 0.4
"""Radial over tangential force, 0.3 to 0.5 [M]. [-]"""
DENSITY_RANGE_KG_PER_M3 = (287.0, 1080.0)
"""Densities of the species behind the wood law (Curti et al. 2021). [kg/m3]"""
_WEAR_FACTORS = {"SHARP": 1.0, "USED": 1.3, "WORN": 1.6, "DULL": 2.0}  # [A]
_ARC_STEPS = 90
_RESULTANT = sqrt(1 + RADIAL_RATIO**2)


@dataclass(frozen=True, slots=True)
class ForceLaw:
    """F_t = a_p (K_s h^exponent + Int (1 - exp(-h/h_c))) per engaged tooth."""

    slope_n_per_mm2: float
    edge_force_n_per_mm: float
    exponent: float = 1.0

    def edge_force_at(self, chip_mm: float) -> float:
        """Edge force per length of edge at a chip thickness; it falls to zero with the chip. [N/mm]"""
        return self.edge_force_n_per_mm * (1 - exp(-chip_mm / EDGE_SCALE_MM))

    def tangential_force_n(self, *, axial_depth_mm: float, chip_mm: float) -> float:
        """Force along the cutting velocity on one tooth. [N]

        >>> law = ForceLaw(slope_n_per_mm2=26.35, edge_force_n_per_mm=2.2525)
        >>> round(law.tangential_force_n(axial_depth_mm=1.5, chip_mm=0.041666666666666664), 9)
        4.973241355
        """
        return axial_depth_mm * (self.slope_n_per_mm2 * self._thickness(chip_mm) + self.edge_force_at(chip_mm))

    def _thickness(self, chip_mm: float) -> float:
        return chip_mm if self.exponent == 1.0 else power(chip_mm, self.exponent)


def wood_force_law(*, density_kg_per_m3: float, climb: bool, grain_angle_deg: float | None) -> ForceLaw:
    """Force law of solid wood from its density.

    Straight flute, rake 25 degrees, 3.1 m/s, chips 0.04 to 0.10 mm, five species of 287 to 1080 kg/m3; polynomial
    coefficients re-fitted by us [D]. Without a grain angle the mean over 0 to 180 degrees.

    Args:
        density_kg_per_m3: Density at the moisture in use. [kg/m3]
        climb: True for down-milling.
        grain_angle_deg: Angle between cutting velocity at exit and fibre, 0 along the grain; None for the mean. [deg]

    Reference:
        Curti et al., Eur. J. Wood Wood Prod., 2021 [R2].

    >>> law = wood_force_law(density_kg_per_m3=425, climb=False, grain_angle_deg=None)
    >>> round(law.slope_n_per_mm2, 9), round(law.edge_force_n_per_mm, 9)
    (26.35, 2.2525)
    """
    if climb:
        slope = 0.0686 if grain_angle_deg is None else 0.056 + 5.0e-4 * grain_angle_deg - 3.0e-6 * grain_angle_deg**2
        return ForceLaw(density_kg_per_m3 * slope, density_kg_per_m3 * 0.0050)
    slope = 0.0620 if grain_angle_deg is None else 0.026 + 1.0e-3 * grain_angle_deg - 5.0e-6 * grain_angle_deg**2
    return ForceLaw(density_kg_per_m3 * slope, density_kg_per_m3 * 0.0053)


def ettelt_coefficient(*, density_kg_per_m3: float) -> float:
    """Coefficient of Ettelt's law across the grain (Kivimaa's direction A), 46 ρ / 1000. [N/mm^1.5]

    Middle of the ranges given for beech, oak, pine and spruce, over their densities [D].

    Reference:
        Ettelt 1987, in: Zerspanung von Holz und Holzwerkstoffen, 2023, p. 120 [R2].
    """
    return 46.0 * density_kg_per_m3 / 1_000


def ettelt_force_n_per_mm(*, coefficient: float, chip_mm: float) -> float:
    """Tangential force per length of edge by Ettelt's law, K √h: the second witness. [N/mm]

    >>> round(ettelt_force_n_per_mm(coefficient=ettelt_coefficient(density_kg_per_m3=705), chip_mm=0.04), 6)
    6.486
    """
    return coefficient * sqrt(chip_mm)


def moisture_factor(moisture_percent: float) -> float:
    """Factor on both terms, 1 - 0.01 (MC - 12), moisture held within 6 to 20 % [trend M, slope A].

    >>> moisture_factor(8), moisture_factor(40)
    (1.04, 0.92)
    """
    return 1 - 0.01 * (clip(moisture_percent, 6.0, 20.0) - 12)


def rake_factor(rake_angle_deg: float) -> float:
    """Factor on both terms, 1 - 0.01 (rake - 25°) [A, Kienzle practice of 1 to 1.5 % per degree]."""
    return 1 - 0.01 * (rake_angle_deg - 25)


def wear_factor(wear: str) -> float:
    """Factor on the edge force for the state of the edge [A].

    >>> wear_factor("SHARP"), wear_factor("DULL")
    (1.0, 2.0)
    """
    return _WEAR_FACTORS[wear]


def resultant_n(tangential_n: float) -> float:
    """In-plane force of one tooth from its tangential force, F_t √(1 + k_r²). [N]"""
    return tangential_n * _RESULTANT


def peak_in_plane_force_n(
    law: ForceLaw, *, axial_depth_mm: float, feed_per_tooth_mm: float, engagement_rad: float, flute_count: int
) -> float:
    """Largest in-plane force over one tooth period. [N]

    Vector sum of the engaged teeth, each with its own chip f_z sin θ. With at most one tooth in the wood this is the
    force at the thickest chip. Teeth of a three-flute cutter in a slot pull in different directions, so the peak must
    never be multiplied by the mean number of teeth [D].

    Args:
        law: Force law of the material.
        axial_depth_mm: Depth of the pass. [mm]
        feed_per_tooth_mm: Chip load. [mm]
        engagement_rad: Arc of engagement, π for a slot. [rad]
        flute_count: Number of teeth.
    """
    thickest_mm = feed_per_tooth_mm * where(engagement_rad >= pi / 2, 1.0, sin(engagement_rad))
    single_n = resultant_n(law.tangential_force_n(axial_depth_mm=axial_depth_mm, chip_mm=thickest_mm))
    pitch_rad = 2 * pi / flute_count
    if not np.any(engagement_rad > pitch_rad + 1e-12):
        return single_n
    dimensions = np.ndim(engagement_rad + single_n)
    # steps of the leading tooth along the first axis; cuts of a sweep, if there are several, along the second
    steps_rad = np.linspace(0.0, pitch_rad, _ARC_STEPS, endpoint=False).reshape(-1, *(1,) * dimensions)
    along_n = across_n = 0.0
    for tooth in range(int(np.max(engagement_rad) / pitch_rad) + 1):
        angle_rad: float = steps_rad + tooth * pitch_rad  # type: ignore[assignment]
        chip_mm = feed_per_tooth_mm * where(angle_rad <= engagement_rad, maximum(sin(angle_rad), 0.0), 0.0)
        force_n = law.tangential_force_n(axial_depth_mm=axial_depth_mm, chip_mm=chip_mm)
        along_n = along_n + force_n * (cos(angle_rad) + RADIAL_RATIO * sin(angle_rad))
        across_n = across_n + force_n * (-sin(angle_rad) + RADIAL_RATIO * cos(angle_rad))
    overlapping_n = np.max(sqrt(along_n * along_n + across_n * across_n), axis=0)
    peak_n = maximum(single_n, overlapping_n if dimensions else float(overlapping_n))
    return where(engagement_rad > pitch_rad + 1e-12, peak_n, single_n)
