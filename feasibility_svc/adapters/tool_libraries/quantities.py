"""Lengths, feeds, speeds and angles with the units that libraries write behind them."""

import re
from math import isnan

from feasibility_svc.adapters.tool_libraries.numbers import LARGEST, count_of, number_of, shown

MM_PER_INCH = 25.4
_UNITS = {
    1.0: ("mm", "millimeter", "millimeters", "millimetre", "millimetres", "millimeter(s)", "metric"),
    10.0: ("cm", "centimeter", "centimeters", "centimetre", "centimetres"),
    1_000.0: ("m", "meter", "meters", "metre", "metres"),
    0.001: ("µm", "μm", "um", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres"),
    MM_PER_INCH: ("in", "in.", '"', "″", "”", "''", "inch", "inches", "imperial", "english", "us", "zoll"),
    MM_PER_INCH / 1_000: ("thou", "thous", "mil", "mils"),
    MM_PER_INCH / 1_000_000: ("µin", "μin", "uin", "microinch"),
    12 * MM_PER_INCH: ("ft", "ft.", "foot", "feet", "'", "′"),
}
_MM_PER = {word: factor for factor, words in _UNITS.items() for word in words}
_DEGREES = {"", "°", "deg", "degree", "degrees"}
_NUMBER = re.compile(
    r"[-+]?(?:\d{1,9}[-\s]+\d{1,9}\s?[/⁄]\s?\d{1,9}|\d{1,9}\s?[/⁄]\s?\d{1,9}|\d*\s?[¼½¾⅛⅜⅝⅞]"
    r"|[.,]?\d(?:[\d.,']*\d)?(?: \d{3}(?![\d/]))*(?:[eE][-+]?\d+)?)"
)
_RATES = {
    "ipm": MM_PER_INCH, "sfm": 12 * MM_PER_INCH, "fpm": 12 * MM_PER_INCH, "mmpm": 1.0, "mm/m": 1.0, "in/m": MM_PER_INCH,
}  # fmt: skip
_PER_MINUTE = {"min": 1.0, "minute": 1.0, "s": 60.0, "sec": 60.0, "second": 60.0}
_SPEEDS = {"", "rpm", "1/min", "/min", "min-1", "min^-1", "r/min", "rev/min"}


def mm_per(word: str) -> float | None:
    """Millimetres in a unit by its name; None for what is no unit.

    >>> mm_per("mm"), mm_per("Inches"), mm_per("imperial"), mm_per("furlongs")
    (1.0, 25.4, 25.4, None)
    """
    return _MM_PER.get(word.strip().lower())


def length_mm(value: object, *, factor: float | None) -> float:
    """A length with its unit; without one it is in the library's unit.

    Args:
        value: A number, or text.
        factor: Millimetres per unit of the library; None where nobody has said it.

    Raises:
        ValueError: It is none, or its unit is not known.

    >>> length_mm("6,0 mm", factor=None), length_mm('1/4"', factor=None), length_mm(0.5, factor=25.4)
    (6.0, 6.35, 12.7)
    """
    number, unit = _quantity(value)
    scale = mm_per(unit) if unit else factor
    if number is None or (unit and scale is None):
        raise ValueError(f"{shown(value)} is not a length")
    if scale is None:
        raise UnitMissingError(f"{shown(value)}")
    return number * scale


def length_unit(value: object) -> str:
    """What stands behind the number of a length.

    >>> length_unit("6 mm"), length_unit("6")
    ('mm', '')
    """
    return _quantity(value)[1]


class UnitMissingError(ValueError):
    """A length without a unit, in a library that does not say which it uses."""


def angle_deg(value: object) -> float:
    """An angle in degrees.

    Raises:
        ValueError: It is none.

    >>> angle_deg("60,00 °"), angle_deg(30)
    (60.0, 30.0)
    """
    number, unit = _quantity(value)
    if number is None or unit not in _DEGREES:
        raise ValueError(f"{shown(value)} is not an angle")
    return number


def feed_mm_per_min(value: object, *, factor: float | None) -> float:
    """A feed with its unit; without one in units of the library per minute.

    Raises:
        ValueError: It is none.

    >>> feed_mm_per_min("1200 mm/min", factor=25.4), feed_mm_per_min(60, factor=25.4)
    (1200.0, 1524.0)
    >>> feed_mm_per_min("20 mm/s", factor=None)
    1200.0
    """
    number, unit = _quantity(value)
    scale = rate_per(unit) if unit else factor
    if number is None or scale is None:
        raise ValueError(f"{shown(value)} is not a feed")
    return number * scale


def rate_per(word: str) -> float | None:
    """Millimetres per minute in a unit of feed by its name; None for what is none.

    >>> rate_per("mm/min"), rate_per("IPM"), rate_per("m/min"), rate_per("mm/s"), rate_per("furlongs/min")
    (1.0, 25.4, 1000.0, 60.0, None)
    """
    unit = word.strip().lower()
    length, _, time = unit.partition("/")
    per_minute, scale = _PER_MINUTE.get(time.strip()), mm_per(length)
    if unit in _RATES or per_minute is None or scale is None:
        return _RATES.get(unit)
    return scale * per_minute


def says_degrees(word: str) -> bool:
    """Whether a word behind an angle leaves it in degrees."""
    return word.strip().lower() in _DEGREES


def says_rpm(word: str) -> bool:
    """Whether a word behind a speed leaves it in turns a minute."""
    return word.strip().lower() in _SPEEDS


def speed_rpm(value: object) -> float:
    """A spindle speed.

    Raises:
        ValueError: It is none.

    >>> speed_rpm("18000"), speed_rpm("18,000 rpm")
    (18000.0, 18000.0)
    """
    number, unit = _quantity(value)
    if number is None or unit not in _SPEEDS:
        raise ValueError(f"{shown(value)} is not a speed")
    return number * 1_000 if _is_thousands(str(value).strip()) else number


def _is_thousands(text: str) -> bool:
    """Whether a speed has its thousands set apart, as in "18,000": no spindle turns at 18.000 rpm."""
    digits = text.split(" ", maxsplit=1)[0].lower().removesuffix("rpm")
    head, sign, tail = digits.partition("," if "," in digits else ".")
    return bool(sign) and head.isdecimal() and tail.isdecimal() and len(tail) == 3 and 1 <= len(head) <= 3


def count(value: object) -> float:
    """A whole number of flutes.

    Raises:
        ValueError: It is none.
    """
    return count_of(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else _no(value)


def _no(value: object) -> float:
    raise ValueError(f"{shown(value)} is not a number")


def _quantity(value: object) -> tuple[float | None, str]:
    """A number and the unit behind it, in lower case; None for what is no number.

    >>> _quantity(" 6,0 mm "), _quantity('1-1/2"'), _quantity("6 mm !"), _quantity("mm"), _quantity(True)
    ((6.0, 'mm'), (1.5, '"'), (6.0, 'mm !'), (None, 'mm'), (None, ''))
    """
    if isinstance(value, bool):
        return None, ""
    if isinstance(value, float) and isnan(value):
        return value, ""
    if isinstance(value, int | float):
        return (float(value) if abs(value) < LARGEST else float("inf") if value > 0 else float("-inf")), ""
    if not isinstance(value, str):
        return None, ""
    whole = value.strip()
    match = _NUMBER.match(whole)
    if match is None:
        return None, " ".join(whole.split()).lower()
    return number_of(match[0]), " ".join(whole[match.end() :].split()).lower()
