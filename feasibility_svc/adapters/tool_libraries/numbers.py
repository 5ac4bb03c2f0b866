"""Numbers as libraries write them: with units, with decimal commas, with thousands."""

import re

MM_PER_INCH = 25.4
_QUANTITY = re.compile(r"\s*([-+]?[\d.,' ]*\d)\s*([a-zA-Z\"°/]*)\s*")
_FACTORS = {"": 1.0, "mm": 1.0, "cm": 10.0, "m": 1_000.0, "in": MM_PER_INCH, '"': MM_PER_INCH, "inch": MM_PER_INCH}
_ANGLES = {"", "°", "deg"}


def number_of(text: str) -> float:
    """A plain number, whichever sign separates its decimals.

    A sign that occurs once separates decimals; of two different signs the last does.

    Raises:
        ValueError: It is none.

    >>> number_of("6,0"), number_of("1.234,5"), number_of("12000")
    (6.0, 1234.5, 12000.0)
    """
    compact = text.strip().replace(" ", "").replace("'", "")
    if "," in compact and "." in compact:
        decimal = max(compact.rfind(","), compact.rfind("."))
        compact = re.sub(r"[.,]", "", compact[:decimal]) + "." + compact[decimal + 1 :]
    return float(compact.replace(",", "."))


def length_mm(text: str, *, factor: float = 1.0) -> float:
    """A length with its unit; without one it is in the library's unit.

    Raises:
        ValueError: It is none.

    >>> length_mm("6,0 mm"), length_mm('0.25"'), length_mm("0.5", factor=25.4)
    (6.0, 6.35, 12.7)
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2].lower() not in _FACTORS:
        raise ValueError(f"{text!r} is not a length")
    own = factor if not match[2] else _FACTORS[match[2].lower()]
    return number_of(match[1]) * own


def angle_deg(text: str) -> float:
    """An angle in degrees.

    Raises:
        ValueError: It is none.

    >>> angle_deg("60,00 °")
    60.0
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2].lower() not in _ANGLES:
        raise ValueError(f"{text!r} is not an angle")
    return number_of(match[1])
