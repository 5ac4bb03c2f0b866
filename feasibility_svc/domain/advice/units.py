"""Numbers in words, metric, inch, or metric with inch in brackets."""

import re
from typing import Literal

UnitSystem = Literal["BOTH", "METRIC", "INCH"]
_INCH: dict[str, tuple[float, float, str]] = {
    "mm/min": (1 / 25.4, 0.0, "in/min"),
    "mm2": (1 / 645.16, 0.0, "in2"),
    "mm": (1 / 25.4, 0.0, "in"),
    "m/s": (196.850394, 0.0, "ft/min"),
    "degC": (1.8, 32.0, "degF"),
    "N/mm2": (145.037738, 0.0, "psi"),
    "N m": (0.737562149, 0.0, "lbf ft"),
    "N": (0.224808943, 0.0, "lbf"),
    "W": (1 / 745.699872, 0.0, "hp"),
}
"""Factor, offset and name of the customary unit, longer names first."""
_NUMBER = r"(?<!\d)\d++(?:\.\d++)?"
_MEASURE = re.compile(rf"({_NUMBER})(?:( of | to )({_NUMBER}))? ({'|'.join(map(re.escape, _INCH))})(?![\w/])")


def in_units(value: float, unit: str, system: UnitSystem) -> str:
    """A number with its unit.

    >>> in_units(25.4, "mm", "BOTH"), in_units(200, "degC", "INCH"), in_units(18000, "rpm", "INCH")
    ('25.4 mm (1 in)', '392 degF', '18000 rpm')
    """
    metric = f"{_digits(value)} {unit}".strip()
    if system == "METRIC" or unit not in _INCH:
        return metric
    customary = f"{_customary(value, unit)} {_INCH[unit][2]}"
    return customary if system == "INCH" else f"{metric} ({customary})"


def sentence_in_units(sentence: str, system: UnitSystem) -> str:
    """A metric sentence with every measure in it as asked for.

    >>> sentence_in_units("force of 10 of 89 N at 2 mm", "INCH")
    'force of 2.25 of 20 lbf at 0.0787 in'
    >>> sentence_in_units("the window is 0.025 to 0.063 mm", "BOTH")
    'the window is 0.025 to 0.063 mm (0.000984 to 0.00248 in)'
    """
    if system == "METRIC":
        return sentence

    def replaced(match: "re.Match[str]") -> str:
        first, between, second, unit = match.groups()
        values = [_customary(float(number), unit) for number in (first, second) if number is not None]
        customary = f"{(between or '').join(values)} {_INCH[unit][2]}"
        return customary if system == "INCH" else f"{match[0]} ({customary})"

    return _MEASURE.sub(replaced, sentence)


def _customary(value: float, unit: str) -> str:
    factor, offset, _ = _INCH[unit]
    return _digits(value * factor + offset)


def _digits(value: float) -> str:
    """Three significant digits, never fewer than the whole number has, and no power of ten.

    >>> _digits(1428.7), _digits(99.5), _digits(0.04166), _digits(2.0), _digits(6.69e-05), _digits(0.0)
    ('1429', '99.5', '0.0417', '2', '0.000067', '0')
    """
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 else f"{value:.6f}".rstrip("0").rstrip(".")
