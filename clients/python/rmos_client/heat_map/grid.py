"""A sweep as maps: one axis across, one down, and a map for each value of a third."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from string import ascii_uppercase

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos_client import units

_CHOSEN: Mapping[str, str] = {
    "CHIPLOAD": "C",
    "HEAT": "H",
    "DEFLECTION": "D",
    "RIMSPEED": "R",
    "BOM_EFFICIENCY": "B",
    "GEOMETRY": "G",
    "SAFETY_CONSTRAINTS": "S",
    "SPINDLE_POWER": "P",
    "CHATTER": "V",
    "TEAR_OUT": "T",
    "WORKHOLDING": "W",
    "FEED_LIMITS": "F",
    "CUT_TIME": "L",
    "CHIP_CLEARANCE": "E",
    "HAND": "M",
    "TABS": "A",
    "PRECEDENT": "X",
}


def letters(names: Iterable[str], chosen: Mapping[str, str] = _CHOSEN) -> Mapping[str, str]:
    """A letter for each name: the chosen one, else the first that is free, those of the name before others."""
    codes = dict(chosen)
    for name in names:
        if name not in codes:
            codes[name] = next(sign for sign in name + ascii_uppercase if sign.isalpha() and sign not in codes.values())
    return codes


CODES = letters(name.removeprefix("RISK_CATEGORY_") for name in risk_pb2.RiskCategory.keys()[1:])
"""A letter for the dimension that limits a cell."""
COLOURS: Mapping[str, str] = {
    "GREEN": "#3fa34d",
    "YELLOW": "#f2c14e",
    "RED": "#d1495b",
    "UNKNOWN": "#8d7b9c",
    "ERROR": "#3d3d3d",
}
_SIGNS = {"GREEN": "\u00b7 GREEN", "YELLOW": "small letter YELLOW", "RED": "capital RED", "UNKNOWN": "? UNKNOWN"}
_MARKS = {"o": "o yours", "*": "* fastest GREEN", "@": "@ yours and the fastest GREEN"}
_UNITS = (("_mm_per_min", "mm/min"), ("_rpm", "rpm"), ("_mm", "mm"), ("_percent", "%"), ("_deg", "deg"))


OWN, FASTEST, BOTH = "o", "*", "@"
"""Marks of the present setup, of the fastest GREEN point, and of one that is both."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One point: its level, the dimension that limits it, and whether it is marked."""

    level: str
    limited_by: str
    mark: str = ""

    @property
    def code(self) -> str:
        """Level and limit in a sign that needs no colour: a dot, a small letter, a capital, a question mark."""
        if self.level == "GREEN":
            return "\u00b7"
        letter = CODES.get(self.limited_by, "?")
        return {"YELLOW": letter.lower(), "RED": letter}.get(self.level, "?")


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter in words, with its values."""

    label: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """One map; rows from the first value of the axis down."""

    title: str
    across: Axis
    down: Axis
    rows: Sequence[Sequence[Cell]]

    @property
    def limits(self) -> Sequence[tuple[str, str]]:
        """Codes in the map with what they stand for, cells that are GREEN left out."""
        found = {cell.limited_by for row in self.rows for cell in row if cell.level != "GREEN"}
        return [(code, name) for name, code in CODES.items() if name in found]

    @property
    def key(self) -> str:
        """What the signs in the cells mean, those that there are."""
        levels = {cell.level for row in self.rows for cell in row}
        marks = {cell.mark for row in self.rows for cell in row}
        said = [text for level, text in _SIGNS.items() if level in levels]
        return ", ".join([*said, *(text for mark, text in _MARKS.items() if mark in marks)])


def heat_maps(
    parts: Iterable[pb.SweepFeasibilityResponse], own: Mapping[str, float | str] | None = None
) -> tuple[list[HeatMap], pb.SweepResult]:
    """The maps of a sweep, and what it says as a whole.

    Args:
        parts: What the sweep streams.
        own: The present setup, by field path; the point nearest to it is marked.
    """
    header, result = pb.SweepHeader(), pb.SweepResult()
    cells: list[Cell] = []
    for part in parts:
        match part.WhichOneof("part"):
            case "header":
                header = part.header
            case "block":
                cells.extend(_cells(part.block.table))
            case _:
                result = part.result
    _mark(cells, header, result, own or {})
    axes = [_axis(axis) for axis in header.axes]
    across = axes[-1]
    down = axes[-2] if len(axes) > 1 else Axis("", [""])
    sheets = axes[0].values if len(axes) > 2 else [""]
    size = len(across.values) * len(down.values)
    maps = [
        HeatMap(
            title=f"{axes[0].label} {value}" if value else "",
            across=across,
            down=down,
            rows=list(_rows(cells[sheet * size : (sheet + 1) * size], len(across.values))),
        )
        for sheet, value in enumerate(sheets)
    ]
    return maps, result


def _mark(cells: list[Cell], header: pb.SweepHeader, result: pb.SweepResult, own: Mapping[str, float | str]) -> None:
    place = _own_place(header, own)
    if place is not None:
        cells[place] = replace(cells[place], mark=OWN)
    if result.HasField("fastest_green"):
        fastest = result.fastest_green.index
        cells[fastest] = replace(cells[fastest], mark=BOTH if fastest == place else FASTEST)


def _own_place(header: pb.SweepHeader, own: Mapping[str, float | str]) -> int | None:
    """Index of the point nearest to the present setup; None where that is not known or lies outside the grid."""
    places, sizes = [], []
    for axis in header.axes:
        values: list[float | str] = list(axis.texts.values) or list(axis.numbers.values)
        place = _nearest(values, own.get(axis.field))
        if place is None:
            return None
        places.append(place)
        sizes.append(len(values))
    return sum(place * prod(sizes[axis + 1 :]) for axis, place in enumerate(places))


def _nearest(values: Sequence[float | str], wanted: float | str | None) -> int | None:
    if isinstance(wanted, str):
        return values.index(wanted) if wanted in values else None
    numbers = [value for value in values if not isinstance(value, str)]
    if wanted is None or not numbers or not min(numbers) <= wanted <= max(numbers):
        return None
    return min(range(len(numbers)), key=lambda place: abs(numbers[place] - wanted))


def _rows(cells: Sequence[Cell], width: int) -> Iterator[Sequence[Cell]]:
    for start in range(0, len(cells), width):
        yield cells[start : start + width]


def _cells(table: pb.ScoreTable) -> Iterator[Cell]:
    for risk, category in zip(table.risks, table.binding_categories, strict=True):
        yield Cell(
            risk_pb2.RiskLevel.Name(risk).removeprefix("RISK_LEVEL_"),
            risk_pb2.RiskCategory.Name(category).removeprefix("RISK_CATEGORY_"),
        )


def _axis(axis: pb.SweepAxis) -> Axis:
    if axis.WhichOneof("values") == "texts":
        return Axis(label_of(axis.field), list(axis.texts.values))
    return Axis(label_of(axis.field), [_short(value, axis.field) for value in axis.numbers.values])


def _short(value: float, field: str) -> str:
    if units.in_inches() and units.is_length(field):
        value /= 25.4
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def label_of(field: str) -> str:
    """What a person calls a field.

    >>> label_of("context.cut.feed_rate_mm_per_min")
    'feed rate [mm/min]'
    """
    name = field.rsplit(".", 1)[-1]
    for suffix, metric in _UNITS:
        if name.endswith(suffix):
            return f"{name.removesuffix(suffix).replace('_', ' ')} [{units.unit(metric)}]"
    return name.replace("_", " ")


def words(name: str) -> str:
    return name.lower().replace("_", " ")
