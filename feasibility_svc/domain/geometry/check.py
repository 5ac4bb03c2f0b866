"""One geometric check, and what else the geometry says: rules it leaves out, and what is worth knowing."""

from collections.abc import Iterator
from typing import NamedTuple

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP
from feasibility_svc.domain.scoring.numeric import where
from feasibility_svc.domain.scoring.score_curves import advisory, one_sided

SPOILBOARD_ALLOWANCE_MM = 0.5
"""How far a through cut may run into the spoilboard. [mm]"""
DEFAULT_TOLERANCE_MM = 0.15
"""Machine Z repeat, stock thickness tolerance and bow together, when none is stated [A]. [mm]"""
THINNEST_FLOOR_MM = 0.3
"""Floor below which a recess is a hole that nobody called one. [mm]"""
SAME_MM = 1e-6
"""Lengths that differ by less are the same: 3/8 in and 9.525 mm. [mm]"""


class Check(NamedTuple):
    """A demand against a limit, with the score it earns; numbers are arrays where a cut has many variants."""

    name: str
    score: float
    template: str
    """The finding, with {value} and {limit} where it names them."""
    value: float
    limit: float
    unit: str = "mm"
    recommendation: tuple[str, float] | None = None
    """Field to change and the value that passes."""

    @property
    def text(self) -> str:
        return self.template.format(value=self.value, limit=self.limit)


class Question(NamedTuple):
    """A rule that is left out because a number is not stated."""

    path: str
    what: str
    """What is not checked."""


class Note(NamedTuple):
    """Something worth knowing that makes nothing worse."""

    text: str


Found = Check | Question | Note


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
    return Check(name, where(holds, 100.0, 0.0), text, value, limit, unit, fix)


def should(name: str, *, holds: bool, value: float, limit: float, text: str, unit: str = "mm") -> Check:
    """A condition that needs review when it does not hold."""
    return Check(name, where(holds, 100.0, REVIEW_CAP), text, value, limit, unit)


def tolerance_mm(situation: Situation) -> float:
    stated = situation.find("stock.thickness_tolerance_mm")
    return DEFAULT_TOLERANCE_MM if stated is None else stated


def corner(situation: Situation, corner_radius_mm: float | None) -> Iterator[Found]:
    """The cutter reaches into the smallest internal corner."""
    if corner_radius_mm is None:
        return
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "corner_radius",
        holds=corner_radius_mm >= diameter_mm / 2 - SAME_MM,
        value=diameter_mm / 2,
        limit=corner_radius_mm,
        text=f"corners of {corner_radius_mm:g} mm radius with a {diameter_mm:g} mm cutter",
        fix=("context.tool.diameter_mm", 2 * corner_radius_mm),
    )


def wall(situation: Situation, *, height_mm: float, thickness_mm: float | None, name: str = "wall") -> Iterator[Found]:
    """The thinnest wall left standing: 1 mm at least, and not too slender [A]."""
    if thickness_mm is None:
        return
    slenderness = 6.0 if situation.context.material.kind == "SOFTWOOD" else 8.0
    yield must(
        f"{name}_thickness",
        holds=thickness_mm >= 1.0 - SAME_MM,
        value=thickness_mm,
        limit=1.0,
        text=f"a wall of {thickness_mm:g} mm, at least 1 mm must stand",
    )
    yield ratio(
        f"{name}_slenderness",
        demand=height_mm / max(thickness_mm, SAME_MM),
        limit=slenderness,
        unit="",
        text=f"a wall {{value:.1f}} times as high as thick, {slenderness:g} times is the limit",
    )


def floor(situation: Situation, depth_mm: float) -> Iterator[Found]:
    """The floor left under a recess: from 2 mm on GREEN [A, F038], below 0.3 mm the cut goes through."""
    thickness_mm = situation.find("stock.thickness_mm")
    if thickness_mm is None:
        return
    nominal_mm = thickness_mm - depth_mm
    yield must(
        "floor",
        holds=nominal_mm >= THINNEST_FLOOR_MM - SAME_MM,
        value=nominal_mm,
        limit=THINNEST_FLOOR_MM,
        text=f"{nominal_mm:.2f} mm of floor remain under a recess {depth_mm:g} mm deep in {thickness_mm:g} mm",
    )
    worst_mm = nominal_mm - tolerance_mm(situation)
    thin = 1.6 / max(worst_mm, SAME_MM)
    text = f"{max(worst_mm, 0):.2f} mm of floor remain in the worst case, 2 mm are comfortable"
    yield Check("remaining_floor", advisory(thin), text, worst_mm, 2.0)
