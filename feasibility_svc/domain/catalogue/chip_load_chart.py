"""Makers' chip load charts, and the window that applies to a cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from feasibility_svc.domain.scoring.assessment import NotAssessedError, UnknownKind, UnknownReason
from feasibility_svc.domain.scoring.levels import Grade, weakest
from feasibility_svc.domain.scoring.numeric import interpolate

FRET_BOARD_GENERA = frozenset({"Dalbergia", "Diospyros"})
"""Rosewoods and ebonies: the woods of the fret slot cutter's own chart row."""
_NEAREST, _FARTHEST = 0.5, 1.5
_SPIRALS = frozenset({"END_MILL", "COMPRESSION", "BALL_NOSE", "BULL_NOSE", "TAPERED_BALL", "FRET_SLOT_END_MILL"})


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row of a maker's chart; diameter 0 means that the row holds for every diameter."""

    tier: str
    tool_type: str
    material_class: str
    diameter_mm: float
    low_mm: float
    high_mm: float
    speed_rpm: float | None
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Window:
    """Feed per tooth recommended for a cut one diameter deep, and the speed of the chart it stands in."""

    low_mm: float
    high_mm: float
    source: str
    grade: Grade
    speed_rpm: float | None = None


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """What selects a window."""

    tier: str
    tool_kind: str
    flute_count: int
    material_kind: str
    genus: str
    diameter_mm: float
    hand_feed: bool = False


class ChipLoadChart:
    """All rows of all makers."""

    def __init__(self, rows: Sequence[ChartRow]) -> None:
        self._rows: dict[tuple[str, str, str], list[ChartRow]] = {}
        for row in sorted(rows, key=lambda row: row.diameter_mm):
            self._rows.setdefault((row.tier, row.tool_type, row.material_class), []).append(row)
        self.window = lru_cache(maxsize=4_096)(self._window)

    def _window(self, query: ChartQuery) -> Window:
        """The window for a cut.

        Raises:
            NotAssessedError: No chart has this combination, or none reaches this diameter.
        """
        if query.tool_kind == "FRET_SLOT_END_MILL" and query.genus in FRET_BOARD_GENERA:
            own = self._rows.get(("vendor", "fret_slot_endmill", "rosewood_ebony"), [])
            if own and _reaches(own, query.diameter_mm):
                return _at(own, query.diameter_mm)
        if query.tool_kind in {"SAW_BLADE", "FRET_SAW_BLADE"}:
            return self._find("saw", *_saw_row(query), query)
        if query.tier == "BENCHTOP":
            return _between(
                self._find("hobby", *_hobby_row(query), query), self._find("industrial", *_industrial_row(query), query)
            )
        if query.tier == "HOBBY":
            return self._find("hobby", *_hobby_row(query), query)
        return self._find("industrial", *_industrial_row(query), query)

    def _find(self, tier: str, tool_type: str, material_class: str, query: ChartQuery) -> Window:
        rows = self._rows.get((tier, tool_type, material_class))
        if not rows:
            subject = f"chip_load:{tier}:{query.tool_kind.lower()}:{query.material_kind.lower()}"
            text = f"no {tier} chip load chart covers {query.tool_kind.lower()} in {query.material_kind.lower()}"
            raise NotAssessedError(UnknownReason(UnknownKind.NO_DATA, subject, text))
        if not _reaches(rows, query.diameter_mm):
            low, high = rows[0].diameter_mm * _NEAREST, rows[-1].diameter_mm * _FARTHEST
            raise NotAssessedError(
                UnknownReason(
                    UnknownKind.OUT_OF_CHART,
                    "context.tool.diameter_mm",
                    f"{query.diameter_mm} mm lies outside the chart ({low:.3g} to {high:.3g} mm): {rows[0].source}",
                )
            )
        return _at(rows, query.diameter_mm)


def _reaches(rows: Sequence[ChartRow], diameter_mm: float) -> bool:
    if rows[0].diameter_mm == 0:
        return True
    return rows[0].diameter_mm * _NEAREST <= diameter_mm <= rows[-1].diameter_mm * _FARTHEST


def _at(rows: Sequence[ChartRow], diameter_mm: float) -> Window:
    # Below the first row the window shrinks with the diameter, above the last it is held: both err towards less feed.
    first = rows[0]
    shrink = diameter_mm / first.diameter_mm if 0 < diameter_mm < first.diameter_mm else 1.0
    return Window(
        low_mm=interpolate(diameter_mm, [(row.diameter_mm, row.low_mm) for row in rows]) * shrink,
        high_mm=interpolate(diameter_mm, [(row.diameter_mm, row.high_mm) for row in rows]) * shrink,
        source=first.source,
        grade=weakest(row.grade for row in rows),
        speed_rpm=min((row.speed_rpm for row in rows if row.speed_rpm is not None), default=None),
    )


def _between(hobby: Window, industrial: Window) -> Window:
    return Window(
        low_mm=sqrt(hobby.low_mm * industrial.low_mm),
        high_mm=sqrt(hobby.high_mm * industrial.high_mm),
        source=f"geometric mean of {hobby.source} and {industrial.source}",
        grade=Grade.D,  # the mean itself is our assumption
    )


_HOBBY_CLASSES = {
    "SOFTWOOD": "softwood",
    "HARDWOOD": "hardwood",
    "PLASTIC_SOFT": "plastic_soft",
    "PLASTIC_HARD": "plastic_hard",
    "PHENOLIC": "plastic_hard",
    "ALUMINIUM": "metal",
    "BRASS": "metal",
}


def _hobby_row(query: ChartQuery) -> tuple[str, str]:
    milling = query.tool_kind in _SPIRALS or query.tool_kind in {"SURFACING", "O_FLUTE"}
    return ("endmill" if milling else "", _HOBBY_CLASSES.get(query.material_kind, ""))


def _industrial_row(query: ChartQuery) -> tuple[str, str]:
    kind, material = query.tool_kind, query.material_kind.lower().replace("phenolic", "plastic_hard")
    if kind == "V_BIT":
        return "v_groove", "plastic" if material.startswith("plastic") else material
    if kind == "O_FLUTE":
        return f"o_flute_{query.flute_count}f", "plastic" if material.startswith("plastic") else ""
    if kind not in _SPIRALS:
        return "", material
    if material == "aluminium":
        return "endmill_carbide", material
    if query.flute_count == 2 and material in {"softwood", "hardwood"}:
        return "spiral_2f", material
    return "spiral", material


_SAW_CLASSES = {
    "SOFTWOOD": "wood",
    "HARDWOOD": "wood",
    "PLYWOOD": "plywood",
    "MDF": "compressed_board",
    "PARTICLEBOARD": "compressed_board",
    "PLASTIC_HARD": "plastic_hard",
    "PHENOLIC": "plastic_hard",
    "ALUMINIUM": "aluminium",
}
_HAND_FED_CLASSES = {"PLASTIC_HARD": "acrylic", "PHENOLIC": "acrylic"}


def _saw_row(query: ChartQuery) -> tuple[str, str]:
    if query.hand_feed:
        return "saw_blade_hand_feed", _HAND_FED_CLASSES.get(query.material_kind, query.material_kind.lower())
    return "saw_blade", _SAW_CLASSES.get(query.material_kind, "")
