"""One geometric check, and those every operation shares."""

from collections.abc import Iterator
from typing import NamedTuple

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP
from feasibility_svc.domain.scoring.score_curves import one_sided

SPOILBOARD_ALLOWANCE_MM = 0.5
"""How far a through cut may run into the spoilboard. [mm]"""
COLLET_CLEARANCE_MM = 3.0
"""Room between the work and the collet nut. [mm]"""
DEFAULT_TOLERANCE_MM = 0.15
"""Machine Z repeat, stock thickness tolerance and bow together, when none is stated [A]. [mm]"""


class Check(NamedTuple):
    """A demand against a limit, with the score it earns."""

    name: str
    score: float
    text: str
    value: float
    limit: float
    unit: str = "mm"
    recommendation: tuple[str, float] | None = None
    """Field to change and the value that passes."""


def ratio(
    name: str, *, demand: float, limit: float, text: str, unit: str = "mm", fix: tuple[str, float] | None = None
) -> Check:
    """A demand scored by its ratio to the limit."""
    return Check(name, one_sided(demand / limit), text, demand, limit, unit, fix)


def must(
    name: str,
    *,
    holds: bool,
    value: float,
    limit: float,
    text: str,
    unit: str = "mm",
    fix: tuple[str, float] | None = None,
) -> Check:
    """A condition that is RED when it does not hold."""
    return Check(name, 100.0 if holds else 0.0, text, value, limit, unit, fix)


def should(name: str, *, holds: bool, value: float, limit: float, text: str, unit: str = "mm") -> Check:
    """A condition that needs review when it does not hold."""
    return Check(name, 100.0 if holds else REVIEW_CAP, text, value, limit, unit)


def tolerance_mm(situation: Situation) -> float:
    stated = situation.find("stock.thickness_tolerance_mm")
    return DEFAULT_TOLERANCE_MM if stated is None else stated


def reach(situation: Situation, depth_mm: float, *, through: bool) -> Iterator[Check]:
    """Flutes, stick-out and stock are long enough for the depth."""
    (thickness_mm,) = situation.need("stock.thickness_mm")
    if not situation.is_saw:
        flute_mm, stickout_mm = situation.need("tool.flute_length_mm", "tool.stickout_mm")
        yield must(
            "flute_reach",
            holds=depth_mm <= flute_mm,
            value=depth_mm,
            limit=flute_mm,
            text=f"{depth_mm:g} mm deep with flutes of {flute_mm:g} mm: above them the shank rubs",
        )
        room_mm = stickout_mm - COLLET_CLEARANCE_MM
        yield must(
            "collet_clearance",
            holds=depth_mm <= room_mm,
            value=depth_mm,
            limit=room_mm,
            text=f"{depth_mm:g} mm deep with {stickout_mm:g} mm stick-out: the collet nut comes within 3 mm",
        )
    limit_mm = thickness_mm + (SPOILBOARD_ALLOWANCE_MM if through else 0.0)
    yield must(
        "stock_thickness",
        holds=depth_mm <= limit_mm,
        value=depth_mm,
        limit=limit_mm,
        text=f"{depth_mm:g} mm deep in {thickness_mm:g} mm of stock",
    )


def corner(situation: Situation, corner_radius_mm: float | None) -> Iterator[Check]:
    """The cutter reaches into the smallest internal corner."""
    if corner_radius_mm is None:
        return
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "corner_radius",
        holds=corner_radius_mm >= diameter_mm / 2,
        value=diameter_mm / 2,
        limit=corner_radius_mm,
        text=f"corners of {corner_radius_mm:g} mm radius with a {diameter_mm:g} mm cutter",
        fix=("context.tool.diameter_mm", 2 * corner_radius_mm),
    )


def wall(situation: Situation, *, height_mm: float, thickness_mm: float | None) -> Iterator[Check]:
    """The thinnest wall left standing: 1 mm at least, and not too slender [A]."""
    if thickness_mm is None:
        return
    slenderness = 6.0 if situation.context.material.kind == "SOFTWOOD" else 8.0
    yield must(
        "wall_thickness",
        holds=thickness_mm >= 1.0,
        value=thickness_mm,
        limit=1.0,
        text=f"a wall of {thickness_mm:g} mm, at least 1 mm must stand",
    )
    yield ratio(
        "wall_slenderness",
        demand=height_mm / thickness_mm,
        limit=slenderness,
        unit="",
        text=f"a wall {height_mm / thickness_mm:.1f} times as high as thick, {slenderness:g} times is the limit",
    )


def floor(situation: Situation, depth_mm: float) -> Iterator[Check]:
    """The floor left under a recess: 2 mm is the edge of GREEN [A, F038]."""
    (thickness_mm,) = situation.need("stock.thickness_mm")
    remaining_mm = thickness_mm - depth_mm - tolerance_mm(situation)
    if remaining_mm <= 0:
        text = "nothing certain is left of the floor"
        yield must("remaining_floor", holds=False, value=remaining_mm, limit=0.0, text=text)
        return
    yield ratio(
        "remaining_floor",
        demand=1.6 / remaining_mm,
        limit=1.0,
        unit="",
        text=f"{remaining_mm:.2f} mm of floor remain in the worst case, 2 mm are comfortable",
    )
