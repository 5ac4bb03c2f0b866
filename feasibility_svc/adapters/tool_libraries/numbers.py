"""Numbers as libraries write them: decimal commas, thousands, fractions, exponents.

A cell may be as long as a file: each is looked at once from its end and once from its beginning, and what is longer
than any number is none.
"""

import json
import re
from fractions import Fraction
from math import isfinite
from typing import Any

LARGEST = 1e12
"""Far beyond any length, speed or angle, and far below what JSON cannot carry exactly."""
_MOST_SHOWN = 60
_LONGEST = 1_000
"""Characters a number may have; Python reads longer whole numbers in quadratic time."""
_FRACTION = re.compile(r"(?P<sign>[-+]?)(?:(?P<whole>\d{1,9})[-\s]+)?(?P<top>\d{1,9})\s?[/⁄]\s?(?P<bottom>\d{1,9})")
_GLYPHS = {"¼": "1/4", "½": "1/2", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}


def number_of(text: str) -> float:
    """A plain number or a fraction, whichever sign separates decimals.

    A sign that occurs once separates decimals; of two different signs the last does.

    Raises:
        ValueError: It is none.

    >>> number_of("6,0"), number_of("1.234,5"), number_of("12000"), number_of("6e0")
    (6.0, 1234.5, 12000.0, 6.0)
    >>> number_of("1/4"), number_of("1-1/2"), number_of("1 1/2"), number_of("3⅜")
    (0.25, 1.5, 1.5, 3.375)
    """
    if len(text) > _LONGEST:
        raise ValueError(f"{shown(text)} is not a number")
    plain = text.strip()
    for glyph, fraction in _GLYPHS.items():
        plain = plain.replace(glyph, f" {fraction}")
    match = _FRACTION.fullmatch(plain.strip())
    if match is not None and int(match["bottom"]):
        value = int(match["whole"] or 0) + Fraction(int(match["top"]), int(match["bottom"]))
        return float(-value if match["sign"] == "-" else value)
    compact = plain.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace("'", "").replace("_", "?")
    if "," in compact and "." in compact:
        decimal = max(compact.rfind(","), compact.rfind("."))
        compact = re.sub(r"[.,]", "", compact[:decimal]) + "." + compact[decimal + 1 :]
    try:
        return float(compact.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not a number") from error


def tool_number(value: object) -> int | None:
    """The number of a tool's place, also where it is written as text; None for what is none.

    >>> tool_number(3), tool_number(" 12"), tool_number("x"), tool_number(True)
    (3, 12, None, None)
    """
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        return int(value.strip()[:_MOST_SHOWN])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def count_of(text: str) -> float:
    """A whole number; one too large for a float stays infinite, which no rule allows.

    Raises:
        ValueError: It is none.

    >>> count_of("2"), count_of("1e400"), count_of("2.0")
    (2, inf, 2)
    """
    value = number_of(text)
    if not isfinite(value):
        return value
    if value != int(value):
        raise ValueError(f"{shown(text)} is not a whole number")
    return int(value)


def read_json(data: bytes) -> Any:
    """The value of a JSON file whose texts can be sent on, with or without a byte order mark.

    Raises:
        ValueError: It is no JSON, or a text holds half a character.
        RecursionError: It is nested too deep.
    """
    value = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    json.dumps(value, ensure_ascii=False).encode()
    return value


def shown(text: object) -> str:
    """A value of a library as a remark quotes it."""
    whole = str(text)
    return repr(whole if len(whole) <= _MOST_SHOWN else f"{whole[:_MOST_SHOWN]}…")
