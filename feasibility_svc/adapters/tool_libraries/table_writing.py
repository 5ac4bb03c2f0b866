"""Tool tables in CSV and LinuxCNC's `.tbl`: the counterparts of `table.py` and `linuxcnc.py`."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_identity import exported_id

_COLUMNS: Mapping[str, str] = {
    "diameter (mm)": "diameter_mm",
    "flutes": "flute_count",
    "flute length (mm)": "flute_length_mm",
    "shank diameter (mm)": "shank_diameter_mm",
    "stickout (mm)": "stickout_mm",
    "tip diameter (mm)": "tip_diameter_mm",
    "tip angle (deg)": "tip_angle_deg",
    "taper angle (deg)": "taper_angle_deg",
    "corner radius (mm)": "corner_radius_mm",
    "kerf (mm)": "kerf_mm",
    "plate (mm)": "plate_thickness_mm",
}
_PRESET_COLUMNS: Mapping[str, str] = {
    "preset name": "name",
    "workpiece": "material",
    "rpm": "spindle_speed_rpm",
    "feed rate (mm/min)": "feed_rate_mm_per_min",
    "plunge rate (mm/min)": "plunge_rate_mm_per_min",
    "stepdown (mm)": "axial_depth_mm",
    "stepover (mm)": "radial_width_mm",
}
_TYPES: Mapping[str, str] = {
    "END_MILL": "end mill",
    "COMPRESSION": "compression",
    "BALL_NOSE": "ball nose",
    "BULL_NOSE": "bull nose",
    "V_BIT": "v-bit",
    "TAPERED_BALL": "tapered ball",
    "FRET_SLOT_END_MILL": "fret",
    "ENGRAVING": "engraving",
    "SURFACING": "surfacing",
    "O_FLUTE": "o-flute",
    "DRILL": "drill",
    "SAW_BLADE": "saw blade",
}
_SUBSTRATES = {"CARBIDE": "carbide", "MICROGRAIN_CARBIDE": "carbide", "HSS": "hss", "COBALT_HSS": "cobalt"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(entries: Sequence[ToolEntry]) -> bytes:
    """A CSV with a header line, in millimetres; a tool with several presets has a row for each."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["guid", "number", "name", "type", "substrate", *_COLUMNS, *_PRESET_COLUMNS])
    for number, entry in enumerate(entries, start=1):
        writer.writerows(_rows(entry, number))
    return target.getvalue().encode()


def _rows(entry: ToolEntry, number: int) -> Iterator[list[object]]:
    tool = entry.tool
    kind, substrate = _TYPES.get(tool.kind or "", ""), _SUBSTRATES.get(tool.substrate or "", "")
    head = [exported_id(tool.tool_id), number, _cell(entry.display_name), kind, substrate]
    numbers = [_number(getattr(tool, field)) for field in _COLUMNS.values()]
    presets: Sequence[CuttingPreset | None] = entry.presets or (None,)
    for preset in presets:
        feeds = [_feed(getattr(preset, field, None)) for field in _PRESET_COLUMNS.values()]
        yield [*head, *numbers, *feeds]


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _feed(value: object) -> str:
    return "" if value is None else _cell(value) if isinstance(value, str) else repr(value)


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_linuxcnc_table(entries: Sequence[ToolEntry], *, factor: float) -> bytes:
    """A LinuxCNC table: number, pocket, diameter, and name and id of each tool as its comment.

    Args:
        entries: The tools, numbered from 1.
        factor: Millimetres per unit of the machine.
    """
    lines = []
    for number, entry in enumerate(entries, start=1):
        diameter = 0.0 if entry.tool.diameter_mm is None else entry.tool.diameter_mm / factor
        name = " ".join(entry.display_name.split())
        lines.append(f"T{number} P{number} D{diameter:.12f} ;{name} [rmos {entry.tool.tool_id}]\n")
    return "".join(lines).encode()
