"""Tool lists in CSV with a header line, as spreadsheets write them: any separator, decimal commas, units."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.numbers import MM_PER_INCH, angle_deg, count_of, length_mm
from feasibility_svc.domain.catalogue.tool_import import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_KINDS = {
    "end mill": "END_MILL", "endmill": "END_MILL", "flat": "END_MILL", "spiral": "END_MILL",
    "ball": "BALL_NOSE", "ball nose": "BALL_NOSE", "bull nose": "BULL_NOSE", "v-bit": "V_BIT", "vbit": "V_BIT",
    "v bit": "V_BIT", "compression": "COMPRESSION", "tapered ball": "TAPERED_BALL", "drill": "DRILL",
    "surfacing": "SURFACING", "o-flute": "O_FLUTE", "saw": "SAW_BLADE", "fret": "FRET_SLOT_END_MILL",
    "engraving": "ENGRAVING",
}  # fmt: skip
_LENGTHS = {
    "diameter": "diameter_mm", "dia": "diameter_mm", "d": "diameter_mm", "flute length": "flute_length_mm",
    "cutting length": "flute_length_mm", "shank": "shank_diameter_mm", "shank diameter": "shank_diameter_mm",
    "stickout": "stickout_mm", "stick-out": "stickout_mm", "tip diameter": "tip_diameter_mm", "kerf": "kerf_mm",
    "corner radius": "corner_radius_mm", "plate": "plate_thickness_mm",
}  # fmt: skip
_ANGLES = {"angle": "tip_angle_deg", "tip angle": "tip_angle_deg", "taper": "taper_angle_deg"}
_UNITS = {"mm": 1.0, "in": MM_PER_INCH, "inch": MM_PER_INCH, "inches": MM_PER_INCH, "millimeters": 1.0}
_IDENTITY, _NAME = ("guid", "uuid", "id"), ("name", "description", "tool")
_SUBSTRATES = {"carbide": "CARBIDE", "hss": "HSS", "cobalt": "COBALT_HSS"}


def read_table(data: bytes, *, factor: float) -> list[LibraryTool]:
    """The tools of a table.

    Args:
        data: The file.
        factor: Millimetres per unit where neither header nor row says.

    Raises:
        LibraryUnreadableError: It is no table with a column for the diameter.
    """
    try:
        text = data.decode("utf-8-sig")
        first = text.split("\n", 1)[0].splitlines()[0]
    except (UnicodeDecodeError, IndexError) as error:
        raise LibraryUnreadableError("it is no table: no UTF-8 text with a header line") from error
    separator = max(";\t,", key=first.count)
    try:
        header, *rows = limited(row for row in csv.reader(io.StringIO(text), delimiter=separator) if row)
    except (csv.Error, ValueError) as error:
        raise LibraryUnreadableError(f"it is no table: {error}") from error
    columns = {name: _column(name, factor) for name in header if name}
    if not any(field == "diameter_mm" for field, _ in columns.values()):
        raise LibraryUnreadableError("it is no tool table: no column is called diameter")
    return [_tool(zip(header, row, strict=False), columns, factor) for row in rows]


def _column(name: str, factor: float) -> tuple[str, float]:
    """Field of a column, and millimetres per unit where its header says, as in "Diameter (in)"."""
    plain, _, unit = name.lower().replace("[", "(").partition("(")
    unit = unit.strip(" )]")
    plain = plain.strip().replace("_", " ")
    field = _LENGTHS.get(plain.removesuffix(" mm")) or _ANGLES.get(plain.removesuffix(" deg")) or plain
    if plain.endswith(" mm"):
        unit = "mm"
    return field, _UNITS.get(unit, factor)


def _tool(row: Iterable[tuple[str, str]], columns: Mapping[str, tuple[str, float]], factor: float) -> LibraryTool:
    """The tool of a row. A row is often shorter than its header: only cells that are there are looked at."""
    cells = {
        columns[name][0]: (value.strip(), columns[name][1]) for name, value in row if name in columns and value.strip()
    }
    name = next((cells[key][0] for key in _NAME if key in cells), "unnamed")[:200]
    identity = next((cells[key][0] for key in _IDENTITY if key in cells), "")
    own = _UNITS.get(cells.get("unit", cells.get("units", ("", 0.0)))[0].lower())
    kind = _KINDS.get(cells.get("type", cells.get("kind", ("", 0.0)))[0].lower())
    remarks: list[str] = []
    numbers: dict[str, Any] = {"kind": kind} if kind else {}
    if cells.get("type", ("", 0.0))[0].lower() == "holder":
        return LibraryTool(identity, _number(cells), name, {}, skipped="a holder is not a tool")
    for field, (text, unit) in cells.items():
        scale = own or unit or factor
        if field in _LENGTHS.values():
            _read(numbers, remarks, field, text, partial(length_mm, factor=scale))
        elif field in _ANGLES.values():
            _read(numbers, remarks, field, text, angle_deg)
        elif field in {"flutes", "flute count", "z", "teeth"}:
            _read(numbers, remarks, "flute_count", text, count_of)
        elif field in {"material", "substrate"} and text.lower() in _SUBSTRATES:
            numbers["substrate"] = _SUBSTRATES[text.lower()]
    return LibraryTool(identity, _number(cells), name, numbers, remarks=remarks)


def _read(numbers: dict[str, Any], remarks: list[str], field: str, text: str, read: Callable[[str], float]) -> None:
    try:
        numbers[field] = round(read(text), 9)
    except ValueError as error:
        remarks.append(f"{field}: {error}")


def _number(cells: Mapping[str, tuple[str, float]]) -> int | None:
    for key in ("number", "nr", "t", "tool number"):
        if key in cells and cells[key][0].isdecimal():
            return int(cells[key][0][:9])
    return None
