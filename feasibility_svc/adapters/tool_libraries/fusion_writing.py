"""Fusion tool libraries as Fusion reads them: the counterpart of `fusion.py`."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from math import pi, radians, tan

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
_VERSION = 36
"""Of the format: presets are a list since 12 (before, each stood under its material), and name a material since 36."""
_WHEN = (1980, 1, 1, 0, 0, 0)
"""Of members of archives: equal tools make equal files."""


def write_fusion_json(entries: Sequence[ToolEntry]) -> bytes:
    """A library in JSON, in millimetres."""
    items = [_item(entry, number) for number, entry in enumerate(entries, start=1)]
    return json.dumps({"data": items, "version": _VERSION}, ensure_ascii=False, indent=1).encode()


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
    """A tool with every member that Fusion's own files have; what the catalogue does not know is empty or 0 there."""
    tool, guid = entry.tool, exported_id(entry.tool.tool_id)
    item: JsonObject = {
        "BMC": "unspecified" if tool.substrate is None else _MATERIALS[tool.substrate],
        "GRADE": "Mill Generic",
        "description": entry.display_name,
        "geometry": {"CSP": False, "HAND": True, "NT": 1, "TP": 0, **dict(_geometry(tool))},
        "guid": guid,
        "post-process": {
            "break-control": False,
            "comment": "",
            "diameter-offset": number,
            "length-offset": number,
            "live": True,
            "manual-tool-change": False,
            "number": number,
            "turret": 0,
        },
        "product-id": tool.tool_id,
        "product-link": "",
        "start-values": {
            "presets": [
                _preset(preset, tool, exported_id(f"{tool.tool_id}/presets/{place}"))
                for place, preset in enumerate(entry.presets)
            ]
        },
        "type": _TYPES.get(tool.kind, _FLAT),
        "unit": "millimeters",
        "vendor": "",
    }
    return {**item, "tapered-type": "tapered_ball"} if tool.kind == "TAPERED_BALL" else item


def _geometry(tool: Tool) -> Iterator[tuple[str, float]]:
    """The numbers by Fusion's names; a saw's flutes are as long as its kerf is wide.

    Shoulder and whole length are not known: they are the shortest that fit, and are not read again.
    """
    is_saw = tool.kind in {"SAW_BLADE", "FRET_SAW_BLADE"}
    cutting = tool.kerf_mm if is_saw else tool.flute_length_mm
    known = [length for length in (cutting, tool.stickout_mm) if length is not None]
    numbers: Mapping[str, float | None] = {
        "DC": _diameter(tool),
        "LCF": cutting,
        "SFDM": tool.shank_diameter_mm,
        "LB": tool.stickout_mm,
        "OAL": max(known, default=None),
        "shoulder-length": cutting,
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
    match tool.kind:
        case "TAPERED_BALL":
            return tool.tip_diameter_mm and tool.tip_diameter_mm / 2
        case "BALL_NOSE":
            return tool.diameter_mm and tool.diameter_mm / 2
        case "BULL_NOSE":
            return tool.corner_radius_mm
    return 0.0


def _side_angle(tool: Tool) -> float | None:
    """The angle per side."""
    match tool.kind:
        case "TAPERED_BALL":
            return tool.taper_angle_deg
        case "V_BIT" | "ENGRAVING":
            return tool.tip_angle_deg and tool.tip_angle_deg / 2
    return 0.0


def _preset(preset: CuttingPreset, tool: Tool, guid: str) -> JsonObject:
    """A preset, with the speeds and bites that Fusion derives, and its other feeds as it proposes them."""
    speed, feed, plunge = preset.spindle_speed_rpm, preset.feed_rate_mm_per_min, preset.plunge_rate_mm_per_min
    members: Mapping[str, float | None] = {
        "n": speed,
        "n_ramp": speed,
        "v_c": speed and tool.diameter_mm and pi * tool.diameter_mm * speed / 1000,
        "v_f": feed,
        "v_f_leadIn": feed,
        "v_f_leadOut": feed,
        "v_f_transition": feed,
        "f_z": speed and feed and tool.flute_count and feed / speed / tool.flute_count,
        "v_f_plunge": plunge,
        "v_f_ramp": plunge,
        "f_n": speed and plunge and plunge / speed,
        "stepdown": preset.axial_depth_mm,
        "stepover": preset.radial_width_mm,
    }
    written: JsonObject = {name: value for name, value in members.items() if value is not None}
    return {
        "description": "",
        "guid": guid,
        "name": preset.name,
        "material": {"category": "all", "query": preset.material, "use-hardness": False},
        "tool-coolant": "disabled",
        "use-stepdown": preset.axial_depth_mm is not None,
        "use-stepover": preset.radial_width_mm is not None,
        **written,
    }
