"""A sweep as maps: one axis across, one down, and a map for each value of a third."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import risk_pb2

CODES: Mapping[str, str] = {
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
"""A letter for the dimension that limits a cell."""
COLOURS: Mapping[str, str] = {
    "GREEN": "#3fa34d",
    "YELLOW": "#f2c14e",
    "RED": "#d1495b",
    "UNKNOWN": "#8d7b9c",
    "ERROR": "#3d3d3d",
}
_UNITS = (("_mm_per_min", "mm/min"), ("_rpm", "rpm"), ("_mm", "mm"), ("_percent", "%"), ("_deg", "deg"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One point: its level and the dimension that limits it."""

    level: str
    limited_by: str

    @property
    def code(self) -> str:
        return CODES.get(self.limited_by, "?")


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


def heat_maps(parts: Iterable[pb.SweepFeasibilityResponse]) -> tuple[list[HeatMap], pb.SweepResult]:
    """The maps of a sweep, and what it says as a whole."""
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
    return Axis(label_of(axis.field), [_short(value) for value in axis.numbers.values])


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def label_of(field: str) -> str:
    """What a person calls a field.

    >>> label_of("context.cut.feed_rate_mm_per_min")
    'feed rate [mm/min]'
    """
    name = field.rsplit(".", 1)[-1]
    for suffix, unit in _UNITS:
        if name.endswith(suffix):
            return f"{name.removesuffix(suffix).replace('_', ' ')} [{unit}]"
    return name.replace("_", " ")


def words(name: str) -> str:
    return name.lower().replace("_", " ")
