"""Changes of a setup and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.scoring.field_names import field_name
from feasibility_svc.domain.scoring.levels import Category, RiskLevel

UNITS = {
    "cut.spindle_speed_rpm": "rpm",
    "cut.feed_rate_mm_per_min": "mm/min",
    "cut.plunge_rate_mm_per_min": "mm/min",
    "cut.axial_depth_mm": "mm",
    "cut.radial_width_mm": "mm",
    "tool.stickout_mm": "mm",
}
AS_LONG = 0.05
"""How far two times may differ and still be called the same. [-]"""
_MANIFOLD = 3.0


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
        return field_name(self.key)

    @property
    def differs(self) -> bool:
        """Whether anything has to be set."""
        return self.suggested != self.current

    @property
    def in_words(self) -> str:
        """A phrase such as "feed 900 mm/min (now 1750)"."""
        if isinstance(self.suggested, str):
            return f"{self.name} {self.suggested.lower()}"
        now = "" if self.current is None else f" (now {self.current:g})"
        return f"{self.name} {f'{self.suggested:g} {self.unit}'.strip()}{now}"


@dataclass(frozen=True, slots=True)
class Shift:
    """Score of a dimension before and after."""

    category: Category
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SetupChange:
    """A change of one field or of a few with its price."""

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
        'set feed 900 mm/min (now 1750): GREEN, takes 90 % longer'
        """
        changes = " and ".join(field.in_words for field in self.fields)
        return ", ".join([f"set {changes}: {self.risk}", *filter(None, [time_in_words(self.time_ratio)])])


def time_in_words(ratio: float | None) -> str:
    """What a change does to the cut time; empty where it does next to nothing, or nobody knows.

    >>> time_in_words(0.8), time_in_words(1.0), time_in_words(4.2)
    ('takes 20 % less time', '', 'takes 4 x as long')
    """
    if ratio is None or abs(ratio - 1) < AS_LONG:
        return ""
    if ratio >= _MANIFOLD:
        return f"takes {ratio:.0f} x as long"
    return f"takes {100 * (ratio - 1):.0f} % longer" if ratio > 1 else f"takes {100 * (1 - ratio):.0f} % less time"
