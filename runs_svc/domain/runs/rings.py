"""The rings of a design, and which of them have a place and a width that a picture can show."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias

Members: TypeAlias = Mapping[str, Any]
"""Members of a design as they come, before anything is known of their values."""
LARGEST_RADIUS_MM = 300.0
"""More than the rosette of a double bass. What a drawing takes of time and memory grows with it."""


def rings_of(design: Members) -> Sequence[Members]:
    """The rings a design holds, innermost first; none for a design of another kind."""
    for operation in ("rosette_channel", "rosette_rings"):
        if operation in design:
            rings: Sequence[Members] = design[operation].get("rings", [])
            return rings
    return ()


def is_drawable(ring: Members) -> bool:
    """Whether a ring has a place and a width that a picture can show."""
    inner, width = ring.get("inner_radius_mm"), ring.get("width_mm")
    if inner is None or width is None or not (isfinite(inner) and isfinite(width)):
        return False
    return bool(inner > 0 and width > 0 and inner + width <= LARGEST_RADIUS_MM)


def can_be_drawn(design: Members) -> bool:
    """Whether a design holds a ring with radius and width."""
    return any(is_drawable(ring) for ring in rings_of(design))
