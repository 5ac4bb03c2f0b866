"""Faces, carved surfaces and lettering: how much a line leaves, how deep it goes, how long the path is."""

from math import asin, degrees, hypot, radians, tan

from feasibility_svc.domain.scoring.numeric import ceil, minimum, sqrt

_WHOLE = 1e-9
"""How far a quotient may lie above a whole number and still be it. [-]"""


def scallop_height_mm(*, ball_radius_mm: float, stepover_mm: float) -> float:
    """Ridge that a ball leaves between neighbouring lines, R - √(R² - (s/2)²); R where they no longer meet. [mm]

    >>> round(scallop_height_mm(ball_radius_mm=3.175, stepover_mm=0.6), 9)
    0.014205005
    """
    half_mm = minimum(stepover_mm / 2, ball_radius_mm)
    return ball_radius_mm - sqrt(ball_radius_mm**2 - half_mm**2)


def stepover_mm(*, ball_radius_mm: float, scallop_mm: float) -> float:
    """Distance of lines that leaves a given ridge, 2 √(2 R h - h²). [mm]

    >>> round(stepover_mm(ball_radius_mm=3.175, scallop_mm=0.01), 9)
    0.503587132
    """
    height_mm = minimum(scallop_mm, ball_radius_mm)
    return 2 * sqrt(2 * ball_radius_mm * height_mm - height_mm**2)


def edge_slope_deg(*, radius_mm: float, width_mm: float) -> float:
    """Slope of a rounded board at its edge, asin(w / 2R). [deg]

    >>> round(edge_slope_deg(radius_mm=304.8, width_mm=56), 6)
    5.270823
    """
    return degrees(asin(min(width_mm / (2 * radius_mm), 1.0)))


def layers(*, removal_mm: float, axial_depth_mm: float) -> float:
    """Layers of equal depth that take a thickness off. [-]"""
    return ceil(removal_mm / axial_depth_mm - _WHOLE)


def lines(*, width_mm: float, radial_width_mm: float) -> float:
    """Lines that cover a face, the first and the last over its edges. [-]"""
    return ceil(width_mm / radial_width_mm - _WHOLE) + 1


def v_carve_depth_mm(*, line_width_mm: float, tip_diameter_mm: float, tip_angle_deg: float) -> float:
    """Depth at which a V-bit cuts a line of a width, (w - tip) / (2 tan(α/2)). [mm]

    >>> round(v_carve_depth_mm(line_width_mm=4, tip_diameter_mm=0.5, tip_angle_deg=90), 9)
    1.75
    """
    return (line_width_mm - tip_diameter_mm) / (2 * tan(radians(tip_angle_deg / 2)))


def perimeter_mm(points: list[tuple[float, float]]) -> float:
    """Length of a closed line through points. [mm]

    >>> perimeter_mm([(0, 0), (3, 0), (3, 4)])
    12.0
    """
    return sum(hypot(x - u, y - v) for (x, y), (u, v) in zip(points, [*points[1:], points[0]], strict=True))
