"""Numbers as libraries write them: with units, with decimal commas, with thousands.

A cell may be as long as a file: each is looked at once from its end and once from its beginning.
"""

import json
import re
import string
from math import isfinite
from typing import Any

MM_PER_INCH = 25.4
_DIGITS = re.compile(r"[-+]?[\d.,' ]+")
_LETTERS = string.ascii_letters + '"°/'
LARGEST = 1e12
"""Far beyond any length, speed or angle, and far below what JSON cannot carry exactly."""
_MOST_SHOWN = 60
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
    try:
        return float(compact.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"{_shown(text)} is not a number") from error


def tool_number(value: object) -> int | None:
    """The number of a tool's place; None for what is none."""
    return value if isinstance(value, int) else None


def count_of(text: str) -> float:
    """A whole number; one too large for a float stays infinite, which no rule allows.

    Raises:
        ValueError: It is none.

    >>> count_of("2"), count_of("1e400")
    (2, inf)
    """
    value = number_of(text)
    return int(value) if isfinite(value) else value


def read_json(data: bytes) -> Any:
    """The value of a JSON file whose texts can be sent on.

    Raises:
        ValueError: It is no JSON, or a text holds half a character.
        RecursionError: It is nested too deep.
    """
    value = json.loads(data)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def length_mm(text: str, *, factor: float = 1.0) -> float:
    """A length with its unit; without one it is in the library's unit.

    Raises:
        ValueError: It is none.

    >>> length_mm("6,0 mm"), length_mm('0.25"'), length_mm("0.5", factor=25.4)
    (6.0, 6.35, 12.7)
    """
    digits, unit = _quantity(text)
    if not digits or unit not in _FACTORS:
        raise ValueError(f"{_shown(text)} is not a length")
    return number_of(digits) * (_FACTORS[unit] if unit else factor)


def angle_deg(text: str) -> float:
    """An angle in degrees.

    Raises:
        ValueError: It is none.

    >>> angle_deg("60,00 °")
    60.0
    """
    digits, unit = _quantity(text)
    if not digits or unit not in _ANGLES:
        raise ValueError(f"{_shown(text)} is not an angle")
    return number_of(digits)


def _quantity(text: str) -> tuple[str, str]:
    """A number and the unit behind it, in lower case; "" for what is no number.

    >>> _quantity(" 6,0 mm "), _quantity('0.25"'), _quantity("6 mm !"), _quantity("mm")
    (('6,0', 'mm'), ('0.25', '"'), ('', ''), ('', 'mm'))
    """
    whole = text.strip()
    digits = whole.rstrip(_LETTERS)
    unit = whole[len(digits) :].lower()
    digits = digits.rstrip()
    readable = digits[-1:].isdecimal() and _DIGITS.fullmatch(digits) is not None
    return (digits if readable else "", unit)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")
