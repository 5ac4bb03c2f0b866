"""Fusion tool libraries: `.json`, and `.tools`, which is a zip with `tools.json`."""

import sys
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from feasibility_svc.adapters.tool_libraries.archive import read_member
from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.numbers import LARGEST, MM_PER_INCH, read_json, tool_number
from feasibility_svc.domain.catalogue.tool_import import CuttingPreset, LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_KINDS = {
    "flat end mill": "END_MILL",
    "ball end mill": "BALL_NOSE",
    "bull nose end mill": "BULL_NOSE",
    "chamfer mill": "V_BIT",
    "tapered mill": "TAPERED_BALL",
    "face mill": "SURFACING",
    "slot mill": "SAW_BLADE",
    "drill": "DRILL",
    "spot drill": "DRILL",
    "center drill": "DRILL",
    "engraving": "ENGRAVING",
    "engrave/chamfer mill": "V_BIT",
}
_FACTORS = {"millimeters": 1.0, "inches": MM_PER_INCH}
_SUBSTRATES = {"carbide": "CARBIDE", "hss": "HSS", "cobalt": "COBALT_HSS"}
_LENGTHS = {
    "DC": "diameter_mm",
    "LCF": "flute_length_mm",
    "SFDM": "shank_diameter_mm",
    "RE": "corner_radius_mm",
    "tip-diameter": "tip_diameter_mm",
}
_CORNERED = frozenset({"BULL_NOSE"})
_TIPPED = frozenset({"V_BIT", "ENGRAVING", "TAPERED_BALL"})


def read_fusion_archive(data: bytes) -> list[LibraryTool]:
    """The tools of a `.tools` file.

    Raises:
        LibraryUnreadableError: It is no zip with `tools.json`.
    """
    return read_fusion_json(read_member(data, "tools.json"))


def read_fusion_json(data: bytes) -> list[LibraryTool]:
    """The tools of a library in JSON.

    Raises:
        LibraryUnreadableError: It is no Fusion library.
    """
    try:
        library = read_json(data)
        items = library["data"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LibraryUnreadableError('it is no Fusion library: no JSON object with "data"') from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise LibraryUnreadableError('it is no Fusion library: "data" is not a list of tools')
    return [_tool(item) for item in limited(items)]


def _tool(item: Mapping[str, Any]) -> LibraryTool:
    kind, unit = str(item.get("type", "")), str(item.get("unit", ""))
    name = str(item.get("description") or item.get("product-id") or kind or "unnamed")[:200]
    identity, number = str(item.get("guid", "")), _number(item)
    if kind == "holder":
        return LibraryTool(identity, number, name, {}, skipped="a holder is not a tool")
    if kind not in _KINDS:
        return LibraryTool(identity, number, name, {}, skipped=f"{kind or 'a tool without type'} is not supported")
    if unit not in _FACTORS:
        return LibraryTool(identity, number, name, {}, skipped=f"its unit {unit!r} is not known")
    factor, geometry = _FACTORS[unit], item.get("geometry")
    numbers = dict(_numbers(_KINDS[kind], geometry if isinstance(geometry, dict) else {}, factor))
    substrate = _SUBSTRATES.get(str(item.get("BMC", "")).lower())
    if substrate:
        numbers["substrate"] = substrate
    remarks = [f"in inches: {numbers['diameter_mm']:g} mm"] if factor != 1.0 and "diameter_mm" in numbers else []
    return LibraryTool(identity, number, name, numbers, list(_presets(item, factor)), remarks)


def _number(item: Mapping[str, Any]) -> int | None:
    post = item.get("post-process")
    return tool_number(post.get("number")) if isinstance(post, dict) else None


def _numbers(kind: str, geometry: Mapping[str, Any], factor: float) -> Iterator[tuple[str, Any]]:
    yield "kind", kind
    for key, field in _LENGTHS.items():
        value = _positive(geometry.get(key))
        if value is None or (key == "RE" and kind not in _CORNERED) or (key == "tip-diameter" and kind not in _TIPPED):
            continue
        yield field, round(value * factor, 9)
    flutes = _positive(geometry.get("NOF"))
    if flutes is not None:
        yield "flute_count", int(flutes)
    stickout = _positive(geometry.get("LB"))
    if stickout is not None:
        yield "stickout_mm", round(stickout * factor, 9)
    angle = _positive(geometry.get("TA"))
    if angle is not None and kind in {"V_BIT", "ENGRAVING"} and angle < 90:
        yield "tip_angle_deg", round(2 * angle, 9)  # Fusion gives the angle per side
    if angle is not None and kind == "TAPERED_BALL" and angle < 45:
        yield "taper_angle_deg", angle
    if kind in {"V_BIT", "ENGRAVING"} and _positive(geometry.get("tip-diameter")) is None:
        yield "tip_diameter_mm", 0.0


def _presets(item: Mapping[str, Any], factor: float) -> Iterator[CuttingPreset]:
    values = item.get("start-values")
    presets = values.get("presets") if isinstance(values, dict) else None
    for preset in presets if isinstance(presets, list) else ():
        if not isinstance(preset, dict):
            continue
        material = preset.get("material")
        yield CuttingPreset(
            name=str(preset.get("name", ""))[:200],
            material=str(material.get("query", "") if isinstance(material, dict) else "")[:200],
            spindle_speed_rpm=_of_preset(preset.get("n")),
            feed_rate_mm_per_min=_scaled(preset.get("v_f"), factor),
            plunge_rate_mm_per_min=_scaled(preset.get("v_f_plunge"), factor),
            axial_depth_mm=_scaled(preset.get("stepdown"), factor) if preset.get("use-stepdown", True) else None,
            radial_width_mm=_scaled(preset.get("stepover"), factor) if preset.get("use-stepover", True) else None,
        )


def _positive(value: object) -> float | None:
    """A number above zero. One that no float holds stands as the largest, which no rule allows."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        return None
    return float(min(value, sys.float_info.max))


def _of_preset(value: object) -> float | None:
    found = _positive(value)
    return None if found is None or found > LARGEST else found


def _scaled(value: object, factor: float) -> float | None:
    found = _of_preset(value)
    scaled = None if found is None else round(found * factor, 9)
    return scaled if scaled is not None and isfinite(scaled) else None
