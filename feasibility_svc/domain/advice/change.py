"""Changes of a setup and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.scoring.levels import Category, RiskLevel

UNITS = {
    "cut.spindle_speed_rpm": "rpm",
    "cut.feed_rate_mm_per_min": "mm/min",
    "cut.plunge_rate_mm_per_min": "mm/min",
    "cut.axial_depth_mm": "mm",
    "cut.radial_width_mm": "mm",
    "tool.stickout_mm": "mm",
}
STEPS = {
    "cut.spindle_speed_rpm": 10.0,
    "cut.feed_rate_mm_per_min": 1.0,
    "cut.plunge_rate_mm_per_min": 1.0,
    "cut.axial_depth_mm": 0.01,
    "cut.radial_width_mm": 0.01,
    "tool.stickout_mm": 0.1,
}
"""What a person sets: numbers are offered in these steps."""
_NAMES = {
    "cut.spindle_speed_rpm": "spindle speed",
    "cut.feed_rate_mm_per_min": "feed",
    "cut.plunge_rate_mm_per_min": "plunge feed",
    "cut.axial_depth_mm": "depth of pass",
    "cut.radial_width_mm": "stepover",
    "tool.stickout_mm": "stick-out",
    "tool.wear": "edge",
    "cut.cooling": "cooling",
    "cut.direction": "direction of cut",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after: a number with its unit, or a word."""

    key: str
    current: float | None
    suggested: float | str
    unit: str

    @property
    def name(self) -> str:
        """What a person calls the field."""
        return _NAMES[self.key]

    @property
    def in_words(self) -> str:
        """A phrase such as "feed 900 instead of 1750 mm/min"."""
        if isinstance(self.suggested, str):
            return f"{_NAMES[self.key]} {self.suggested.lower()}"
        before = "" if self.current is None else f" instead of {self.current:g}"
        return f"{_NAMES[self.key]} {self.suggested:g}{before} {self.unit}"


@dataclass(frozen=True, slots=True)
class Shift:
    """Score of a dimension before and after."""

    category: Category
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SetupChange:
    """A change of one or two fields with its price."""

    fields: Sequence[FieldChange]
    risk: RiskLevel
    score: float | None
    time_ratio: float | None
    costs: Sequence[Shift]

    @property
    def text(self) -> str:
        """A sentence with the change and its price.

        >>> change = FieldChange("cut.feed_rate_mm_per_min", 1750.0, 900.0, "mm/min")
        >>> SetupChange([change], RiskLevel.GREEN, 91.0, 1.9, []).text
        'set feed 900 instead of 1750 mm/min: GREEN, 1.9 times the time'
        """
        price = "" if self.time_ratio is None else f", {self.time_ratio:.2g} times the time"
        lost = ", ".join(
            f"{shift.category.lower().replace('_', ' ')} falls to {shift.after:.0f}" for shift in self.costs
        )
        changes = " and ".join(field.in_words for field in self.fields)
        return f"set {changes}: {self.risk}{price}{', ' + lost if lost else ''}"


def rounded(key: str, value: float, *, up: bool) -> float:
    """A value in the steps a person sets, not past it.

    >>> rounded("cut.axial_depth_mm", 0.6789, up=False), rounded("cut.feed_rate_mm_per_min", 900.2, up=True)
    (0.67, 901.0)
    """
    step = STEPS[key]
    steps = -(-value // step) if up else value // step
    return round(steps * step, 6)
