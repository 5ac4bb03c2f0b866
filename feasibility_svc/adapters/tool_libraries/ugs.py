"""Tool libraries of Universal G-code Sender's designer: `tool-library.json`, feeds and depths in millimetres."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.fusion_presets import value_of
from feasibility_svc.adapters.tool_libraries.numbers import read_json, shown, tool_number
from feasibility_svc.adapters.tool_libraries.quantities import angle_deg, feed_mm_per_min, length_mm, mm_per
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_SHAPES: dict[str, dict[str, str | float]] = {
    "UPCUT": {"kind": "END_MILL", "flute_direction": "UP"},
    "DOWNCUT": {"kind": "END_MILL", "flute_direction": "DOWN"},
    "STRAIGHT": {"kind": "END_MILL", "flute_direction": "STRAIGHT"},
    "COMPRESSION": {"kind": "COMPRESSION", "flute_direction": "COMPRESSION"},
    "BALL": {"kind": "BALL_NOSE"},
    "V_BIT": {"kind": "V_BIT", "tip_diameter_mm": 0.0},
}


def is_ugs_json(data: bytes) -> bool:
    """Whether JSON is of this program: its name tells no more than `.json`."""
    try:
        value = read_json(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "tools" in value and "data" not in value


def read_ugs_json(data: bytes) -> list[LibraryTool]:
    """The tools of a library.

    Raises:
        LibraryUnreadableError: It is no library of this program.
    """
    try:
        library = read_json(data)
        items = library["tools"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LibraryUnreadableError('it is no library of UGS: no JSON object with "tools"') from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise LibraryUnreadableError('it is no library of UGS: "tools" is not a list of tools')
    return [_tool(item) for item in limited(items)]


def _tool(item: Mapping[str, Any]) -> LibraryTool:
    shape, unit = str(item.get("shape") or "UPCUT").upper(), str(item.get("diameterUnit") or "MM")
    name = str(item.get("name") or shape.lower())[:200]
    number = tool_number(item.get("toolNumber")) or None
    entry = LibraryTool(str(item.get("id") or ""), number, name, {})
    factor = mm_per(unit)
    if shape == "CUSTOM" or item.get("isCustomSentinel") is True:
        return _skipped(entry, "it stands for a tool that is described elsewhere")
    if shape not in _SHAPES:
        return _skipped(entry, f"the shape {shown(shape)} is not supported")
    if factor is None:
        return _skipped(entry, f"its unit {shown(unit)} is not known")
    remarks: list[str] = []
    numbers: dict[str, Any] = dict(_SHAPES[shape])
    try:
        numbers["diameter_mm"] = round(length_mm(item.get("diameter"), factor=factor), 9)
        if item.get("vBitAngleDegrees") is not None and shape == "V_BIT":
            numbers["tip_angle_deg"] = angle_deg(item["vBitAngleDegrees"])
    except ValueError as error:
        remarks.append(f"diameter or angle: {error}")
    preset = _preset(item, numbers.get("diameter_mm"), remarks)
    return LibraryTool(entry.source_id, number, name, numbers, (preset,), remarks)


def _skipped(entry: LibraryTool, reason: str) -> LibraryTool:
    return LibraryTool(entry.source_id, entry.number, entry.display_name, {}, skipped=reason)


def _preset(item: Mapping[str, Any], diameter_mm: float | None, remarks: list[str]) -> CuttingPreset:
    """The one set of feeds of a tool. Its speed is the spindle's largest, so none is taken from it."""
    feed, length = partial(feed_mm_per_min, factor=1.0), partial(length_mm, factor=1.0)
    values: dict[str, float | None] = {}
    for key, read in (
        ("feedSpeed", feed),
        ("plungeSpeed", feed),
        ("depthPerPass", length),
        ("stepOverPercent", length),
    ):
        try:
            values[key] = value_of(item.get(key), read)
        except ValueError as error:
            remarks.append(f"{key}: {error}")
    share = values.get("stepOverPercent")
    if share is not None and share > 1:
        remarks.append(f"stepOverPercent: {share:g} is no share of the diameter from 0 to 1")
    width = None if share is None or share > 1 or diameter_mm is None else round(share * diameter_mm, 9)
    return CuttingPreset(
        name="default",
        feed_rate_mm_per_min=values.get("feedSpeed"),
        plunge_rate_mm_per_min=values.get("plungeSpeed"),
        axial_depth_mm=values.get("depthPerPass"),
        radial_width_mm=width,
    )
