"""Where frets go, and what a misplaced one costs in pitch."""

from math import atan2, degrees, log, sqrt


def fret_position_mm(*, scale_length_mm: float, fret: float) -> float:
    """Distance from nut to fret in equal temperament, x = S (1 - 2^(-k/12)). [mm]

    >>> round(fret_position_mm(scale_length_mm=647.7, fret=12), 6)
    323.85
    """
    return scale_length_mm * (1 - 2 ** (-fret / 12))


def cents_error(*, scale_length_mm: float, fret: float, error_mm: float) -> float:
    """Pitch error of a misplaced fret, Δx / ((S - x_k) ln 2 / 1200). [cent]

    >>> round(cents_error(scale_length_mm=648, fret=12, error_mm=0.187), 2)
    1.0
    """
    string_mm = scale_length_mm - fret_position_mm(scale_length_mm=scale_length_mm, fret=fret)
    return abs(error_mm) / (string_mm * log(2) / 1200)


def fan_shift_mm(*, bass_scale_mm: float, treble_scale_mm: float, perpendicular_fret: float) -> float:
    """How far the treble side starts behind the bass side so that one fret stands square. [mm]

    >>> round(fan_shift_mm(bass_scale_mm=686, treble_scale_mm=648, perpendicular_fret=7), 6)
    12.638043
    """
    bass = fret_position_mm(scale_length_mm=bass_scale_mm, fret=perpendicular_fret)
    treble = fret_position_mm(scale_length_mm=treble_scale_mm, fret=perpendicular_fret)
    return bass - treble


def fan_angle_deg(
    *, bass_scale_mm: float, treble_scale_mm: float, perpendicular_fret: float, fret: float, string_span_mm: float
) -> float:
    """Angle of a fanned fret off the square, positive when the bass end lies further from the nut. [deg]"""
    shift = fan_shift_mm(
        bass_scale_mm=bass_scale_mm, treble_scale_mm=treble_scale_mm, perpendicular_fret=perpendicular_fret
    )
    bass = fret_position_mm(scale_length_mm=bass_scale_mm, fret=fret)
    treble = fret_position_mm(scale_length_mm=treble_scale_mm, fret=fret) + shift
    return degrees(atan2(bass - treble, string_span_mm))


def crown_sagitta_mm(*, radius_mm: float, width_mm: float) -> float:
    """Height of a radiused board's centre over its edge, R - √(R² - (w/2)²). [mm]

    >>> round(crown_sagitta_mm(radius_mm=304.8, width_mm=56), 6)
    1.288814
    """
    return radius_mm - sqrt(radius_mm**2 - (width_mm / 2) ** 2)


def saw_run_out_mm(*, blade_diameter_mm: float, depth_mm: float) -> float:
    """How far a blade cuts beyond the full depth on each side, √(a (D - a)). [mm]

    >>> round(saw_run_out_mm(blade_diameter_mm=76.2, depth_mm=3.2), 6)
    15.283979
    """
    return sqrt(depth_mm * (blade_diameter_mm - depth_mm))
