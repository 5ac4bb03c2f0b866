"""Fusion tool libraries as Fusion reads them: the counterpart of `fusion.py`."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from math import radians, tan

from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_identity import exported_id
from feasibility_svc.domain.inputs.context import Tool
from foundation.canonical_json import JsonObject

_TYPES: Mapping[str | None, str] = {
    "BALL_NOSE": "ball end mill",
    "BULL_NOSE": "bull nose end mill",
    "V_BIT": "chamfer mill",
    "ENGRAVING": "engraving",
    "TAPERED_BALL": "tapered mill",
    "SURFACING": "face mill",
    "SAW_BLADE": "slot mill",
    "FRET_SAW_BLADE": "slot mill",
    "DRILL": "drill",
}
_FLAT = "flat end mill"
"""What a kind that Fusion has no word for is called there."""
_MATERIALS = {"CARBIDE": "carbide", "MICROGRAIN_CARBIDE": "carbide", "HSS": "hss", "COBALT_HSS": "cobalt"}
_WHEN = (1980, 1, 1, 0, 0, 0)
"""Of members of archives: equal tools make equal files."""


def write_fusion_json(entries: Sequence[ToolEntry]) -> bytes:
    """A library in JSON, in millimetres."""
    items = [_item(entry, number) for number, entry in enumerate(entries, start=1)]
    return json.dumps({"data": items, "version": 1}, ensure_ascii=False, indent=1).encode()


def write_fusion_archive(entries: Sequence[ToolEntry]) -> bytes:
    """A `.tools` file."""
    return zipped({"tools.json": write_fusion_json(entries)})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """An archive of some files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _item(entry: ToolEntry, number: int) -> JsonObject:
    tool = entry.tool
    item: JsonObject = {
        "guid": exported_id(tool.tool_id),
        "type": _TYPES.get(tool.kind, _FLAT),
        "unit": "millimeters",
        "description": entry.display_name,
        "geometry": dict(_geometry(tool)),
        "post-process": {"number": number},
        "start-values": {"presets": [_preset(preset) for preset in entry.presets]},
    }
    if tool.substrate is not None:
        item["BMC"] = _MATERIALS[tool.substrate]
    return item


def _geometry(tool: Tool) -> Iterator[tuple[str, float]]:
    """The numbers by Fusion's names; a saw's flutes are as long as its kerf is wide."""
    is_saw = tool.kind in {"SAW_BLADE", "FRET_SAW_BLADE"}
    numbers: Mapping[str, float | None] = {
        "DC": _diameter(tool),
        "LCF": tool.kerf_mm if is_saw else tool.flute_length_mm,
        "SFDM": tool.shank_diameter_mm,
        "LB": tool.stickout_mm,
        "NOF": tool.flute_count,
        "RE": _radius(tool),
        "tip-diameter": tool.tip_diameter_mm if tool.kind in {"V_BIT", "ENGRAVING"} else None,
        "TA": _side_angle(tool),
        "SIG": tool.tip_angle_deg if tool.kind == "DRILL" else None,
    }
    for name, value in numbers.items():
        if value is not None:
            yield name, value


def _diameter(tool: Tool) -> float | None:
    """Of a tapered mill that of its cone at the tip, D = 2 r tan(45° - a/2)."""
    if tool.kind == "TAPERED_BALL" and tool.tip_diameter_mm and tool.taper_angle_deg:
        return tool.tip_diameter_mm * tan(radians(45 - tool.taper_angle_deg / 2))
    return tool.diameter_mm


def _radius(tool: Tool) -> float | None:
    if tool.kind == "TAPERED_BALL" and tool.tip_diameter_mm:
        return tool.tip_diameter_mm / 2
    return tool.corner_radius_mm if tool.kind == "BULL_NOSE" else None


def _side_angle(tool: Tool) -> float | None:
    """The angle per side."""
    if tool.kind == "TAPERED_BALL":
        return tool.taper_angle_deg
    return tool.tip_angle_deg / 2 if tool.kind in {"V_BIT", "ENGRAVING"} and tool.tip_angle_deg else None


def _preset(preset: CuttingPreset) -> JsonObject:
    members: Mapping[str, float | None] = {
        "n": preset.spindle_speed_rpm,
        "v_f": preset.feed_rate_mm_per_min,
        "v_f_plunge": preset.plunge_rate_mm_per_min,
        "stepdown": preset.axial_depth_mm,
        "stepover": preset.radial_width_mm,
    }
    written: JsonObject = {name: value for name, value in members.items() if value is not None}
    return {
        "name": preset.name,
        "material": {"query": preset.material, "category": "all"},
        "use-stepdown": preset.axial_depth_mm is not None,
        "use-stepover": preset.radial_width_mm is not None,
        **written,
    }
