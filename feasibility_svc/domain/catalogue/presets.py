"""Speeds and feeds that a library gives with a tool. They decide nothing: a person may start from one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_NUMBERS = (
    "spindle_speed_rpm",
    "feed_rate_mm_per_min",
    "plunge_rate_mm_per_min",
    "axial_depth_mm",
    "radial_width_mm",
)
_LARGEST = 1e12
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class CuttingPreset:
    """Speeds and feeds of a library; None where it gives none, because none is made up. Lengths in mm."""

    name: str
    material: str = ""
    spindle_speed_rpm: float | None = None
    feed_rate_mm_per_min: float | None = None
    plunge_rate_mm_per_min: float | None = None
    axial_depth_mm: float | None = None
    radial_width_mm: float | None = None

    @property
    def remarks(self) -> list[str]:
        """What a person should know before using it."""
        found = []
        if self.axial_depth_mm is None:
            found.append(f"preset {self.name!r}: no stepdown given")
        feed, plunge = self.feed_rate_mm_per_min, self.plunge_rate_mm_per_min
        if feed is not None and plunge is not None and plunge >= feed:
            found.append(f"preset {self.name!r}: plunge not below feed")
        return found

    @property
    def says_something(self) -> bool:
        return any(getattr(self, name) is not None for name in _NUMBERS)

    def to_json(self) -> dict[str, str | float]:
        """The preset as one JSON object, without what is not given."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None and value != ""}

    @classmethod
    def from_json(cls, value: object) -> "CuttingPreset":
        """The preset a JSON object holds.

        Raises:
            ValueError: It holds none.
        """
        if not isinstance(value, Mapping) or not isinstance(value.get("name", ""), str):
            raise ValueError(f"{value!r} is not a preset")  # noqa: TRY004  one error for what a journal holds
        numbers: dict[str, Any] = {name: value.get(name) for name in _NUMBERS}
        for number in numbers.values():
            if number is not None and not (isinstance(number, int | float) and 0 < number <= _LARGEST):
                raise ValueError(f"{number!r} is not a number of a preset")
        given = {name: float(number) for name, number in numbers.items() if number is not None}
        name, material = (str(value.get(field, ""))[:_LONGEST] for field in ("name", "material"))
        return cls(name, material, **given)
