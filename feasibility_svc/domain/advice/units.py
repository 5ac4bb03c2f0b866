"""Numbers in words, metric, inch, or metric with inch in brackets."""

from typing import Literal

UnitSystem = Literal["BOTH", "METRIC", "INCH"]
_INCH: dict[str, tuple[float, float, str]] = {
    "mm": (1 / 25.4, 0.0, "in"),
    "mm/min": (1 / 25.4, 0.0, "in/min"),
    "mm2": (1 / 645.16, 0.0, "in2"),
    "m/s": (196.850394, 0.0, "ft/min"),
    "degC": (1.8, 32.0, "degF"),
    "N": (0.224808943, 0.0, "lbf"),
    "W": (1 / 745.699872, 0.0, "hp"),
    "N/mm2": (145.037738, 0.0, "psi"),
    "N m": (0.737562149, 0.0, "lbf ft"),
}
"""Factor, offset and name of the customary unit."""


def in_units(value: float, unit: str, system: UnitSystem) -> str:
    """A number with its unit.

    >>> in_units(25.4, "mm", "BOTH"), in_units(200, "degC", "INCH"), in_units(18000, "rpm", "INCH")
    ('25.4 mm (1 in)', '392 degF', '18000 rpm')
    """
    metric = f"{_digits(value)} {unit}".strip()
    if system == "METRIC" or unit not in _INCH:
        return metric
    factor, offset, name = _INCH[unit]
    customary = f"{_digits(value * factor + offset)} {name}"
    return customary if system == "INCH" else f"{metric} ({customary})"


def _digits(value: float) -> str:
    """Three significant digits, and never fewer than the whole number has.

    >>> _digits(1428.7), _digits(0.04166), _digits(2.0)
    ('1429', '0.0417', '2')
    """
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
