"""Lengths and feeds in the unit of the workshop, for people. JSON and files keep the contract's mm and mm/min."""

import re
from contextvars import ContextVar
from decimal import Decimal
from enum import StrEnum
from math import floor, log10

_MM_PER_INCH = 25.4
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_SAID = re.compile(rf"(?<![\w.,])(?P<numbers>{_NUMBER}(?:(?: (?:to|of|by|x|×) |, ){_NUMBER})*) mm(?![\w²³^])")
_EACH = re.compile(_NUMBER)
_LENGTHS = ("_mm", "_mm_per_min")


class Units(StrEnum):
    """What lengths are printed in."""

    MM = "mm"
    IN = "in"


shop_units: ContextVar[Units] = ContextVar("shop_units", default=Units.MM)
"""Of everything that a command prints for people; `rmosctl` sets it once."""


def in_inches() -> bool:
    return shop_units.get() is Units.IN


def is_length(field: str) -> bool:
    """Whether a field of the contract holds a length [mm] or a feed [mm/min]."""
    return field.endswith(_LENGTHS)


def inches(value_mm: float) -> str:
    """A length in inches, to a ten-thousandth; where that is coarse, to three figures.

    >>> inches(3.175), inches(648), inches(0.0522), inches(-0.013)
    ('0.125', '25.5118', '0.00206', '-0.000512')
    """
    value = value_mm / _MM_PER_INCH
    figures = 4 if abs(value) >= 0.01 or not value else 2 - floor(log10(abs(value)))
    return f"{Decimal(f'{value:.{figures}f}').normalize() + 0:f}"


def length(value_mm: float) -> str:
    """A length or a feed in the workshop's unit, without the unit."""
    return inches(value_mm) if in_inches() else f"{value_mm:g}"


def unit(name: str) -> str:
    """The workshop's unit in the place of the contract's: "mm/min" is "in/min"."""
    return re.sub(r"\bmm\b", "in", name) if in_inches() and name in {"mm", "mm/min"} else name


def said(sentence: str) -> str:
    """A sentence of a server with its lengths and feeds in the workshop's unit.

    Areas, volumes, forces and stiffness stay as they are. Never for words that a person wrote.
    """
    return _SAID.sub(_converted, sentence) if in_inches() else sentence


def _converted(found: "re.Match[str]") -> str:
    return _EACH.sub(lambda number: inches(float(number[0])), found["numbers"]) + " in"


def time_in_words(seconds: float) -> str:
    """A time as it is planned with: seconds, minutes from two on, hours from two on.

    >>> [time_in_words(seconds) for seconds in (119.4, 5582, 10_000)]
    ['119 s', '93 min', '2 h 47 min']
    """
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if seconds < 7_200 else f"{minutes // 60} h {minutes % 60} min"
