"""What kind of tool an entry is where its program uses another word, or one word for several kinds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import radians, tan
from typing import Any, TypeAlias

Members: TypeAlias = Mapping[str, Any]
"""Members of an entry as its file has them, before anything is known of their values."""

_SURFACING = re.compile(r"surfac|spoil ?board|fly ?cut|slab", re.IGNORECASE)
_PROFILED = re.compile(
    r"key ?-?hole|dove ?-?tail|t ?-?slot|woodruff|round ?-?over|ogee|undercut|lollipop|thread(?!ed)|rabbet|cove\b",
    re.IGNORECASE,
)
_BLADE = re.compile(r"\bsaws?\b|slitting|blade", re.IGNORECASE)
_THIN = 0.1
"""A cutter this thin beside its diameter is a blade."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a tool with what follows from it, or why it is none of the kinds that can be judged."""

    kind: str = ""
    numbers: Members | None = None
    skipped: str = ""


def profiled(name: str) -> str:
    """What a name says of a profile that no kind describes; empty where it says nothing.

    >>> profiled('3/8" Keyhole bit'), profiled("6 mm flat")
    ('Keyhole', '')
    """
    match = _PROFILED.search(name)
    return match[0] if match else ""


def slot_mill(name: str, *, diameter_mm: float | None, cutting_length_mm: float | None) -> Shape:
    """A "slot mill", which libraries use for thin blades, for surfacing bits and for keyhole bits."""
    if profiled(name):
        return Shape(skipped=f"by its name it is a {profiled(name).lower()} bit, which is not supported")
    if _SURFACING.search(name):
        return Shape("SURFACING")
    thin = diameter_mm is not None and cutting_length_mm is not None and cutting_length_mm <= _THIN * diameter_mm
    if thin or _BLADE.search(name):
        kerf = {} if cutting_length_mm is None else {"kerf_mm": cutting_length_mm}
        return Shape("SAW_BLADE", kerf)
    return Shape(skipped="a slot mill that is no thin blade, and whose name says no more, is not supported")


def tapered(numbers: dict[str, Any], *, ball_radius_mm: float | None, remarks: list[str]) -> None:
    """Set tip and largest diameter of a tapered tool from its ball, its cone and its shank.

    Fusion's diameter is that of the cone at the tip, D = 2 r tan(45° - a/2) for a ball of radius r and a taper of a per
    side; some libraries write the diameter at the upper end instead, which is larger than the ball.
    """
    if ball_radius_mm:
        numbers["tip_diameter_mm"] = round(2 * ball_radius_mm, 9)
    tip, given = numbers.get("tip_diameter_mm"), numbers.get("diameter_mm")
    if tip is not None and given is not None and given <= tip:
        grown = _upper_diameter(numbers, start_mm=given)
        if grown is None:
            numbers["diameter_mm"] = tip
            remarks.append("the diameter where the taper ends is not given: that of the tip stands in its place")
        else:
            numbers["diameter_mm"] = grown
            remarks.append(f"the diameter where the taper ends is {grown:g} mm")
    if tip is None:
        remarks.append("the diameter of its tip is not given")


def _upper_diameter(numbers: Members, *, start_mm: float) -> float | None:
    """Where the cone ends: at the length of its flutes, or at the shank if that comes first."""
    fields = ("flute_length_mm", "taper_angle_deg", "shank_diameter_mm")
    length, angle, shank = (None if numbers.get(field) is None else float(numbers[field]) for field in fields)
    if length is None or angle is None:
        return shank
    grown = start_mm + 2 * length * tan(radians(angle))
    return round(min(grown, shank) if shank is not None else grown, 6)
