"""Rows of tool tables: what each says of a tool, and the rows that say more about the same one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from feasibility_svc.adapters.tool_libraries import shapes
from feasibility_svc.adapters.tool_libraries.entries import UNIT_ASKED
from feasibility_svc.adapters.tool_libraries.fusion_presets import value_of
from feasibility_svc.adapters.tool_libraries.numbers import shown, tool_number
from feasibility_svc.adapters.tool_libraries.quantities import (
    UnitMissingError,
    angle_deg,
    count,
    feed_mm_per_min,
    length_mm,
    speed_rpm,
)
from feasibility_svc.adapters.tool_libraries.table_columns import ANGLES, FLUTES, KINDS, LENGTHS, NO_TOOLS, PRESETS
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from foundation.canonical_json import JsonObject

_SUBSTRATES = {"carbide": "CARBIDE", "hss": "HSS", "cobalt": "COBALT_HSS"}
_MOST_NAMED = 5
_LENGTH_FIELDS, _ANGLE_FIELDS = frozenset(LENGTHS.values()), frozenset(ANGLES.values())
_PRESET_FIELDS = frozenset(PRESETS.values()) - {"workpiece", "preset"}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by their field, and millimetres per unit of each length and feed."""

    cells: Mapping[str, str]
    factors: Mapping[str, float]
    unread: tuple[str, ...] = ()
    skipped: str = ""


def read_rows(rows: Sequence[Row]) -> list[LibraryTool]:
    """The tools of a table; rows that differ in their feeds only are one tool with several presets.

    Raises:
        LibraryUnreadableError: A length has no unit.
    """
    tools: dict[object, LibraryTool] = {}
    for place, row in enumerate(rows):
        tool = _tool(row)
        same: object = (tool.source_id, tool.number, tool.display_name, tuple(sorted(tool.numbers.items())))
        key = same if tool.presets else place
        known = tools.get(key)
        if known is None:
            tools[key] = tool
        else:
            tools[key] = replace(known, presets=(*known.presets, *(p for p in tool.presets if p not in known.presets)))
    return list(tools.values())


def _tool(row: Row) -> LibraryTool:
    cells = row.cells
    name, number = cells.get("name", "unnamed")[:200], tool_number(cells.get("number", "")[:20])
    kind_word = cells.get("type", "").lower()
    kind = KINDS.get(kind_word, "")
    skipped = row.skipped or NO_TOOLS.get(kind_word, "")
    if not skipped and not kind and shapes.profiled(f"{name} {kind_word}"):
        skipped = f"by its name it is a {shapes.profiled(f'{name} {kind_word}').lower()} bit, which is not supported"
    if skipped:
        return LibraryTool(cells.get("guid", ""), number, name, {}, skipped=skipped)
    remarks = [f"the type {shown(cells['type'])} is not known"] if kind_word and not kind else []
    numbers: JsonObject = {"kind": kind} if kind else {}
    for field in cells:
        reader = _reader(field, row.factors.get(field))
        if reader is not None:
            _read(numbers, remarks, field, cells[field], reader)
    _shape(numbers, remarks)
    material = cells.get("material", "")
    if material.lower() in _SUBSTRATES:
        numbers["substrate"] = _SUBSTRATES[material.lower()]
    preset = _preset(row, "" if material.lower() in _SUBSTRATES else material, remarks)
    if row.unread:
        more = len(row.unread) - _MOST_NAMED
        remarks.append("not read: " + ", ".join(row.unread[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else ""))
    return LibraryTool(cells.get("guid", ""), number, name, numbers, preset, remarks)


def _reader(field: str, factor: float | None) -> Callable[[object], float] | None:
    if field in _LENGTH_FIELDS:
        return partial(length_mm, factor=factor)
    if field in _ANGLE_FIELDS:
        return angle_deg
    return count if field in FLUTES.values() else None


def _read(numbers: JsonObject, remarks: list[str], field: str, text: str, read: Callable[[object], float]) -> None:
    try:
        numbers[field] = round(read(text), 9)
    except UnitMissingError as error:
        raise LibraryUnreadableError(f"the table has no unit, as in {error}: {UNIT_ASKED}") from error
    except (ValueError, OverflowError) as error:
        remarks.append(f"{field}: {error}")


def _shape(numbers: JsonObject, remarks: list[str]) -> None:
    """What follows from the kind: which of the numbers it has."""
    kind = numbers.get("kind")
    if kind == "END_MILL" and numbers.get("corner_radius_mm"):
        numbers["kind"] = "BULL_NOSE"
    elif kind != "BULL_NOSE":
        numbers.pop("corner_radius_mm", None)
    if kind == "TAPERED_BALL":
        shapes.tapered(numbers, ball_radius_mm=None, remarks=remarks)


def _preset(row: Row, material: str, remarks: list[str]) -> tuple[CuttingPreset, ...]:
    """The feeds of a row, if it has some."""
    if not _PRESET_FIELDS & row.cells.keys():
        return ()

    def read(field: str, reader: Callable[[object], float]) -> float | None:
        try:
            return value_of(row.cells.get(field), reader)
        except ValueError as error:
            remarks.append(f"{field}: {error}")
            return None

    factor = {field: row.factors.get(field) for field in _PRESET_FIELDS}
    workpiece = row.cells.get("workpiece", material)[:200]
    preset = CuttingPreset(
        name=row.cells.get("preset", workpiece or "default")[:200],
        material=workpiece,
        spindle_speed_rpm=read("speed", speed_rpm),
        feed_rate_mm_per_min=read("feed", partial(feed_mm_per_min, factor=factor["feed"])),
        plunge_rate_mm_per_min=read("plunge", partial(feed_mm_per_min, factor=factor["plunge"])),
        axial_depth_mm=read("stepdown", partial(length_mm, factor=factor["stepdown"])),
        radial_width_mm=read("stepover", partial(length_mm, factor=factor["stepover"])),
    )
    return (preset,) if preset.says_something else ()
