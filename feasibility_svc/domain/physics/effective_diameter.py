"""Diameter that does the cutting, for tools whose diameter changes along the axis."""

from math import pi, radians, tan

from feasibility_svc.domain.scoring.numeric import acos, minimum, sin, sqrt, where


def ball_nose_diameter_mm(*, diameter_mm: float, axial_depth_mm: float) -> float:
    """Diameter of a ball nose at the surface, 2 √(a_p (D - a_p)) above its centre. [mm]

    >>> ball_nose_diameter_mm(diameter_mm=6, axial_depth_mm=1) < ball_nose_diameter_mm(diameter_mm=6, axial_depth_mm=3)
    True
    """
    dipped_mm = minimum(axial_depth_mm, diameter_mm / 2)
    return where(axial_depth_mm >= diameter_mm / 2, diameter_mm, 2 * sqrt(dipped_mm * (diameter_mm - dipped_mm)))


def ball_nose_on_slope_diameter_mm(*, diameter_mm: float, axial_depth_mm: float, slope_deg: float) -> float:
    """Diameter of a ball nose at the top of its contact with a slope, D sin(min(90°, β + acos(1 - 2 a_p / D))). [mm]

    >>> round(ball_nose_on_slope_diameter_mm(diameter_mm=6, axial_depth_mm=0.5, slope_deg=15), 9)
    4.497708767
    """
    reach_rad = acos(1 - 2 * minimum(axial_depth_mm / diameter_mm, 0.5))
    return diameter_mm * sin(minimum(radians(slope_deg) + reach_rad, pi / 2))


def bull_nose_diameter_mm(*, diameter_mm: float, corner_radius_mm: float, axial_depth_mm: float) -> float:
    """Diameter of a bull nose at the surface: its flat plus the corner as a ball of twice the corner radius. [mm]"""
    flat_mm = diameter_mm - 2 * corner_radius_mm
    corner_mm = ball_nose_diameter_mm(diameter_mm=2 * corner_radius_mm, axial_depth_mm=axial_depth_mm)
    return where(axial_depth_mm >= corner_radius_mm, diameter_mm, flat_mm + corner_mm)


def v_bit_mean_diameter_mm(*, tip_diameter_mm: float, tip_angle_deg: float, axial_depth_mm: float) -> float:
    """Mean of tip and surface diameter of a V-bit, surface = d_tip + 2 a_p tan(α/2). [mm]

    >>> round(v_bit_mean_diameter_mm(tip_diameter_mm=0, tip_angle_deg=90, axial_depth_mm=2), 9)
    2.0
    """
    surface_mm = tip_diameter_mm + 2 * axial_depth_mm * tan(radians(tip_angle_deg) / 2)
    return (tip_diameter_mm + surface_mm) / 2


def tapered_ball_diameter_mm(*, tip_diameter_mm: float, taper_angle_deg: float, axial_depth_mm: float) -> float:
    """Diameter of a tapered ball at the surface, 2 (r_tip + a_p tan(taper)). [mm]"""
    return 2 * (tip_diameter_mm / 2 + axial_depth_mm * tan(radians(taper_angle_deg)))
