"""Chip thickness in peripheral milling and sawing."""

from math import pi

from feasibility_svc.domain.scoring.numeric import acos, interpolate, maximum, minimum, sin, sqrt, where

_DEPTH_DERATING = ((1.0, 1.0), (2.0, 0.75), (3.0, 0.5))
_MINIMUM_CHIP = 0.3
"""Thinnest chip over edge radius [D]. [-]"""
_EDGE_RADIUS_MM = 0.010
"""Of a sharp edge from 3.175 mm of diameter on [A]. [mm]"""
_BLUNTNESS = {"SHARP": 1.0, "USED": 1.5, "WORN": 2.0, "DULL": 3.0}
"""Edge radius over that of a sharp edge [A]. [-]"""


def feed_per_tooth_mm(*, feed_rate_mm_per_min: float, spindle_speed_rpm: float, flute_count: float) -> float:
    """Advance of the tool per tooth (chip load), f_z = v_f / (n z). [mm]

    >>> round(feed_per_tooth_mm(feed_rate_mm_per_min=1500, spindle_speed_rpm=18000, flute_count=2), 6)
    0.041667
    """
    return feed_rate_mm_per_min / (spindle_speed_rpm * flute_count)


def radial_ratio(*, radial_width_mm: float, diameter_mm: float) -> float:
    """Radial engagement over diameter, at most 1 (a full slot). [-]"""
    return minimum(radial_width_mm / diameter_mm, 1.0)


def engagement_angle_rad(ratio: float) -> float:
    """Angle over which a tooth is in the wood, φ = acos(1 - 2 a_e/D); π for a slot. [rad]"""
    return acos(1 - 2 * ratio)


def thickest_chip_factor(ratio: float) -> float:
    """Largest chip thickness over feed per tooth: radial chip thinning. [-]

        h_max / f_z = 2 √(r (1 - r)) for r < 1/2, else 1

    Reference:
        Shapeoko CNC A to Z, "Chip load"; Harvey Performance, "Chip thinning" [R].

    >>> round(thickest_chip_factor(0.1), 12)
    0.6
    """
    return where(ratio < 0.5, 2 * sqrt(ratio * (1 - ratio)), 1.0)


def mean_chip_factor(ratio: float) -> float:
    """Mean chip thickness over the arc of engagement over feed per tooth, 2 r / φ. [-]

    Exact arc mean [D]; 2/π for a slot.

    >>> round(mean_chip_factor(1.0), 6)
    0.63662
    """
    return 2 * ratio / engagement_angle_rad(ratio)


def depth_derating(depth_over_diameter: float) -> float:
    """Factor on the chip load window for deep passes: 1 up to 1 D, 0.75 at 2 D, 0.5 from 3 D on. [-]

    Reference:
        Amana Tool and AST Tooling charts, "2 x D: reduce by 25 %, 3 x D: by 50 %" [R].

    >>> depth_derating(2.5)
    0.625
    """
    return interpolate(depth_over_diameter, _DEPTH_DERATING)


def no_chip_mm(*, diameter_mm: float, wear: str) -> float:
    """Bite below which the edge rubs and forms no chip, 0.3 r_e. [mm]

        r_e = 0.010 mm min(1, max(0.25, D / 3.175 mm)) w_e

    The minimum chip is 0.25 to 0.4 of the edge radius [D]; the radii are assumed [A], w_e is 1 for a sharp edge, 1.5, 2
    and 3 for a used, worn and dull one.

    Args:
        diameter_mm: Diameter that cuts. [mm]
        wear: State of the edge.

    >>> round(no_chip_mm(diameter_mm=9.525, wear="USED"), 6), no_chip_mm(diameter_mm=0.584, wear="SHARP")
    (0.0045, 0.00075)
    """
    fineness = minimum(1.0, maximum(0.25, diameter_mm / 3.175))
    return _MINIMUM_CHIP * _EDGE_RADIUS_MM * fineness * _BLUNTNESS[wear]


def runout_bounds_mm(*, feed_per_tooth_mm: float, runout_mm: float, flute_count: float) -> tuple[float, float]:
    """Smallest and largest feed per tooth when the tool runs out by `runout_mm` (TIR). [mm]

    Teeth alternate f_z ∓ TIR sin(π/z); a tooth cannot take more than z feeds [D].

    >>> runout_bounds_mm(feed_per_tooth_mm=0.04, runout_mm=0.02, flute_count=2)
    (0.02, 0.06)
    """
    difference_mm = runout_mm * sin(pi / flute_count)
    lowest = maximum(feed_per_tooth_mm - difference_mm, 0.0)
    highest = minimum(feed_per_tooth_mm + difference_mm, flute_count * feed_per_tooth_mm)
    return lowest, highest
