"""Lengths and feeds as they are written in a workshop: `3 5/8 in`, `1-1/8"`, `0.023 in`, `3.2 mm`, `60 in/min`."""

import re
from fractions import Fraction

_MM_PER_INCH = Fraction("25.4")
_LENGTH = re.compile(
    r"^\s*(?P<sign>-?)\s*(?:(?P<whole>\d+)(?:\s+|-)(?=\d+/)|)(?P<number>\d+/[1-9]\d*|\d+(?:\.\d+)?|\.\d+)\s*"
    r'(?P<unit>mm|in|inch|inches|"|\u2033)(?P<per>\s*(?:/|per)\s*min)?\s*$'
)


def millimetres(text: str, *, per_minute: bool) -> float | None:
    """A length [mm], or a feed [mm/min]; None when the text is no such thing or names no unit.

    >>> millimetres("3 5/8 in", per_minute=False)
    92.075
    >>> millimetres("60 in/min", per_minute=True)
    1524.0
    >>> millimetres("17:50", per_minute=False) is None
    True
    """
    written = _LENGTH.match(text)
    if written is None or bool(written["per"]) != per_minute:
        return None
    value = Fraction(written["number"]) + Fraction(written["whole"] or 0)
    scale = 1 if written["unit"] == "mm" else _MM_PER_INCH
    return float(value * scale) * (-1.0 if written["sign"] else 1.0)
