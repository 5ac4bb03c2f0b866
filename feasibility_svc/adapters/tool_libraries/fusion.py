"""Fusion tool libraries: `.json`, and `.tools`, which is a zip with `tools.json`."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from feasibility_svc.adapters.tool_libraries import shapes
from feasibility_svc.adapters.tool_libraries.archive import read_member
from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.fusion_presets import read_presets
from feasibility_svc.adapters.tool_libraries.numbers import read_json, shown, tool_number
from feasibility_svc.adapters.tool_libraries.quantities import angle_deg, count, length_mm, mm_per
from feasibility_svc.adapters.tool_libraries.shapes import Members
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
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
_SUBSTRATES = {"carbide": "CARBIDE", "hss": "HSS", "cobalt": "COBALT_HSS"}
_LENGTHS = {"DC": "diameter_mm", "LCF": "flute_length_mm", "SFDM": "shank_diameter_mm", "LB": "stickout_mm"}
_POINTED = frozenset({"V_BIT", "ENGRAVING"})


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
    return [read_fusion_tool(item) for item in limited(items)]


def read_fusion_tool(item: Members) -> LibraryTool:
    """One tool of a library."""
    kind, unit = str(item.get("type", "")).strip().lower(), str(item.get("unit", ""))
    name = str(item.get("description") or item.get("product-id") or kind or "unnamed")[:200]
    post = item.get("post-process")
    number = tool_number(post.get("number")) if isinstance(post, dict) else None
    factor = mm_per(unit)
    skipped = "a holder is not a tool" if kind == "holder" else ""
    if not skipped and kind not in _KINDS:
        skipped = f"{kind or 'a tool without type'} is not supported"
    if not skipped and kind != "slot mill" and shapes.profiled(name):
        skipped = f"by its name it is a {shapes.profiled(name).lower()} bit, which is not supported"
    if not skipped and re.sub(r"\W", "_", str(item.get("tapered-type", "")).strip().lower()) == "tapered_bull_nose":
        skipped = "a tapered mill without a ball at its tip is not supported"
    if not skipped and factor is None:
        skipped = f"its unit {shown(unit)} is not known"
    entry = LibraryTool(str(item.get("guid", "")), number, name, {}, skipped=skipped)
    return entry if skipped or factor is None else _tool(entry, item, _KINDS[kind], factor)


def _tool(entry: LibraryTool, item: Members, kind: str, factor: float) -> LibraryTool:
    found = item.get("geometry")
    geometry = found if isinstance(found, dict) else {}
    remarks: list[str] = []
    numbers: dict[str, Any] = dict(_numbers(geometry, factor, remarks))
    if factor != 1.0 and "diameter_mm" in numbers:
        remarks.append(f"in {item.get('unit')}: {numbers['diameter_mm']:g} mm")
    if str(item.get("type", "")).strip().lower() == "slot mill":
        diameter, length = numbers.get("diameter_mm"), numbers.get("flute_length_mm")
        shape = shapes.slot_mill(entry.display_name, diameter_mm=diameter, cutting_length_mm=length)
        if shape.skipped:
            return LibraryTool(entry.source_id, entry.number, entry.display_name, {}, skipped=shape.skipped)
        kind = shape.kind
        numbers.update(shape.numbers or {})
    numbers["kind"] = kind
    _shape(numbers, geometry, factor, remarks)
    substrate = _SUBSTRATES.get(str(item.get("BMC", "")).lower())
    if substrate:
        numbers["substrate"] = substrate
    presets = tuple(read_presets(item.get("start-values"), factor, remarks))
    return LibraryTool(entry.source_id, entry.number, entry.display_name, numbers, presets, remarks)


def _numbers(geometry: Members, factor: float, remarks: list[str]) -> Iterator[tuple[str, float]]:
    for key, field in _LENGTHS.items():
        value = _read(geometry, key, partial(length_mm, factor=factor), remarks)
        if value is not None and (value != 0 or key == "DC"):  # 0 stands for "not stated"
            yield field, value
    flutes = _read(geometry, "NOF", count, remarks)
    if flutes is not None:
        yield "flute_count", flutes


def _shape(numbers: dict[str, Any], geometry: Members, factor: float, remarks: list[str]) -> None:
    """What only tools of some kinds have: corners, tips and angles."""
    kind = numbers["kind"]
    length = partial(length_mm, factor=factor)
    radius, tip = _read(geometry, "RE", length, remarks), _read(geometry, "tip-diameter", length, remarks)
    side = _read(geometry, "TA", angle_deg, remarks)
    most = 90 if kind in _POINTED else 45
    if side and kind in _POINTED | {"TAPERED_BALL"} and not 0 < side < most:
        remarks.append(f"TA: {side:g} is no angle of its side")
        side = None
    point = _read(geometry, "SIG", angle_deg, remarks)
    if kind == "DRILL" and point and 0 < point < 180:
        numbers["tip_angle_deg"] = point
    if kind in {"BULL_NOSE", "END_MILL"} and radius:
        numbers["kind"], numbers["corner_radius_mm"] = "BULL_NOSE", radius
    if kind in _POINTED:
        numbers["tip_diameter_mm"] = tip or 0.0
        if side:
            numbers["tip_angle_deg"] = round(2 * side, 9)  # Fusion gives the angle per side
    if kind == "TAPERED_BALL":
        if tip:
            numbers["tip_diameter_mm"] = tip
        if side:
            numbers["taper_angle_deg"] = side
        shapes.tapered(numbers, ball_radius_mm=radius, remarks=remarks)


def _read(geometry: Members, key: str, read: Callable[[object], float], remarks: list[str]) -> float | None:
    """A number of the geometry; None where there is none, with a remark where there is something else."""
    value = geometry.get(key)
    if value is None or value == "":
        return None
    try:
        return round(read(value), 9)
    except (ValueError, OverflowError) as error:
        remarks.append(f"{key}: {error}")
        return None
