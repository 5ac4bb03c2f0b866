"""Cutting force, affine in chip thickness: edge force plus shear."""

from dataclasses import dataclass

from feasibility_svc.domain.scoring.numeric import clip, exp, power, sqrt

EDGE_SCALE_MM = 0.010
"""Chip thickness over which the edge force builds up: sharp carbide edge radius [A]. [mm]"""
RADIAL_RATIO = 0.4
"""Radial over tangential force, 0.3 to 0.5 [M]. [-]"""
DENSITY_RANGE_KG_PER_M3 = (287.0, 1080.0)
"""Densities of the species behind the wood law (Curti et al. 2021). [kg/m3]"""
_WEAR_FACTORS = {"SHARP": 1.0, "USED": 1.3, "WORN": 1.6, "DULL": 2.0}  # [A]
_RESULTANT = sqrt(1 + RADIAL_RATIO**2)
MEAN_RESULTANT = 1.08
"""In-plane over tangential force of the mean, √(1 + k_r²) rounded up. [-]"""


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
        return axial_depth_mm * (self.shear_force_at(chip_mm) + self.edge_force_at(chip_mm))

    def shear_force_at(self, chip_mm: float) -> float:
        """Force per length of edge that forms the chip. [N/mm]"""
        return self.slope_n_per_mm2 * (chip_mm if self.exponent == 1.0 else power(chip_mm, self.exponent))

    def slope_at(self, chip_mm: float) -> float:
        """How fast the shear force per length of edge grows with the chip. [N/mm2]

        >>> ForceLaw(26.35, 2.2525).slope_at(0.04)
        26.35
        >>> round(ForceLaw(641.0, 0.0, exponent=0.73).slope_at(0.05), 6)
        1050.652234
        """
        return self.exponent * self.slope_n_per_mm2 * power(chip_mm, self.exponent - 1)


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


def peak_force_n(law: ForceLaw, *, axial_depth_mm: float, chip_mm: float) -> float:
    """Largest in-plane force of one tooth, at its thickest chip, F_t √(1 + k_r²): what bends a tool. [N]

    The teeth of a cutter in a slot pull in different directions, so it is one tooth's and not the sum of several [D].

    >>> law = ForceLaw(slope_n_per_mm2=48.363, edge_force_n_per_mm=3.525)
    >>> round(peak_force_n(law, axial_depth_mm=1.9, chip_mm=0.09077068140998616), 9)
    16.196018275
    """
    return law.tangential_force_n(axial_depth_mm=axial_depth_mm, chip_mm=chip_mm) * _RESULTANT


def mean_force_n(law: ForceLaw, *, axial_depth_mm: float, mean_chip_mm: float, teeth_in_cut: float) -> float:
    """In-plane force over a turn, 1.08 F_t(h_m) z φ / (2 π): what axes, machine and clamps answer to. [N]

    Teeth come 200 to 1000 times a second, far above the machine's own frequency, so it feels the mean [D].

    Args:
        law: Force law of the material.
        axial_depth_mm: Depth of the pass. [mm]
        mean_chip_mm: Mean chip over the arc of engagement. [mm]
        teeth_in_cut: Mean number of teeth in the cut. [-]

    >>> law = ForceLaw(slope_n_per_mm2=48.363, edge_force_n_per_mm=3.525)
    >>> round(mean_force_n(law, axial_depth_mm=1.9, mean_chip_mm=0.05578695517769948,
    ...     teeth_in_cut=0.4673599275649786), 9)
    5.955250959
    """
    tangential_n = law.tangential_force_n(axial_depth_mm=axial_depth_mm, chip_mm=mean_chip_mm)
    return MEAN_RESULTANT * tangential_n * teeth_in_cut
