"""FreeCAD tool bits and libraries: the counterpart of `freecad.py` and `freecad_library.py`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import pi

from feasibility_svc.adapters.tool_libraries.fusion_writing import zipped
from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_identity import exported_id
from feasibility_svc.domain.inputs.context import Tool
from foundation.canonical_json import JsonObject

_SHAPES: Mapping[str | None, tuple[str, str]] = {
    "BALL_NOSE": ("ballend", "Ballend"),
    "BULL_NOSE": ("bullnose", "Bullnose"),
    "V_BIT": ("v-bit", "VBit"),
    "ENGRAVING": ("v-bit", "VBit"),
    "TAPERED_BALL": ("taperedballnose", "TaperedBallNose"),
    "DRILL": ("drill", "Drill"),
    "SAW_BLADE": ("slittingsaw", "SlittingSaw"),
    "FRET_SAW_BLADE": ("slittingsaw", "SlittingSaw"),
}
_FLAT = ("endmill", "Endmill")
"""The shape of a kind that FreeCAD has none for."""
_MATERIALS = {"CARBIDE": "Carbide", "MICROGRAIN_CARBIDE": "Carbide", "HSS": "HSS", "COBALT_HSS": "HSS"}


def write_freecad_bit(entry: ToolEntry) -> bytes:
    """One tool bit (`.fctb`), in millimetres."""
    tool = entry.tool
    shape, shape_type = _SHAPES.get(tool.kind, _FLAT)
    parameters: JsonObject = {**dict(_parameters(tool)), "Units": "Metric"}
    if tool.flute_count is not None:
        parameters["Flutes"] = tool.flute_count
    if tool.substrate is not None:
        parameters["Material"] = _MATERIALS[tool.substrate]
    bit: JsonObject = {
        "version": 2,
        "id": exported_id(tool.tool_id),
        "name": entry.display_name,
        "shape": f"{shape}.fcstd",
        "shape-type": shape_type,
        "parameter": parameters,  # all of it: versions before 1.1 read no "attribute"
        "attribute": {},
    }
    presets = [written for preset in entry.presets if (written := _preset(preset, tool)) is not None]
    if presets:
        bit["presets"] = list(presets)
    return json.dumps(bit, ensure_ascii=False, indent=2).encode()


def write_freecad_library(entries: Sequence[ToolEntry], *, name: str) -> bytes:
    """A zip of a library (`.fctl`) and its bits, in the folders that FreeCAD has for them."""
    listed = [{"nr": number, "path": f"{entry.tool.tool_id}.fctb"} for number, entry in enumerate(entries, start=1)]
    library = json.dumps({"version": 1, "label": name, "tools": listed}, ensure_ascii=False, indent=2).encode()
    bits = {f"Bit/{entry.tool.tool_id}.fctb": write_freecad_bit(entry) for entry in entries}
    return zipped({f"Library/{name}.fctl": library, **bits})


def _parameters(tool: Tool) -> Iterator[tuple[str, str]]:
    """The numbers by FreeCAD's names, each with its unit. A tapered ball's diameter is that of its ball."""
    is_tapered = tool.kind == "TAPERED_BALL"
    lengths: Mapping[str, float | None] = {
        "Diameter": tool.tip_diameter_mm if is_tapered else tool.diameter_mm,
        "TaperDiameter": tool.diameter_mm if is_tapered else None,
        "CuttingEdgeHeight": tool.flute_length_mm,
        "ShankDiameter": tool.shank_diameter_mm,
        "TipDiameter": tool.tip_diameter_mm if tool.kind in {"V_BIT", "ENGRAVING"} else None,
        "CornerRadius": tool.corner_radius_mm if tool.kind == "BULL_NOSE" else None,
        "BladeThickness": tool.kerf_mm,
    }
    angles: Mapping[str, float | None] = {
        "CuttingEdgeAngle": tool.tip_angle_deg if tool.kind in {"V_BIT", "ENGRAVING"} else None,
        "TipAngle": tool.tip_angle_deg if tool.kind == "DRILL" else None,
        "TaperAngle": 2 * tool.taper_angle_deg if is_tapered and tool.taper_angle_deg else None,
    }
    for name, length in lengths.items():
        if length is not None:
            yield name, f"{length!r} mm"
    for name, angle in angles.items():
        if angle is not None:
            yield name, f"{angle!r} °"


def _preset(preset: CuttingPreset, tool: Tool) -> JsonObject | None:
    """Surface speed [m/min], chip load [mm] and the share of the feed for plunges; None without what they take."""
    speed, feed, plunge = preset.spindle_speed_rpm, preset.feed_rate_mm_per_min, preset.plunge_rate_mm_per_min
    if speed is None or not tool.diameter_mm:
        return None
    written: JsonObject = {"name": preset.name, "surface_speed": speed * pi * tool.diameter_mm / 1_000}
    if preset.material:
        written["material_hint"] = {"name": preset.material}
    if feed is not None and tool.flute_count:
        written["chipload"] = feed / speed / tool.flute_count
        if plunge is not None:
            written["vert_feed_ratio"] = plunge / feed
    return written
