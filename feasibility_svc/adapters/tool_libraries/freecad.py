"""FreeCAD tool bits (`.fctb`)."""

from collections.abc import Callable, Iterator
from functools import partial
from math import pi
from pathlib import PurePosixPath
from typing import Any

from feasibility_svc.adapters.tool_libraries import shapes
from feasibility_svc.adapters.tool_libraries.fusion_presets import value_of
from feasibility_svc.adapters.tool_libraries.numbers import read_json, shown
from feasibility_svc.adapters.tool_libraries.quantities import angle_deg, count, feed_mm_per_min, length_mm, mm_per
from feasibility_svc.adapters.tool_libraries.shapes import Members
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_KINDS = {
    "endmill": "END_MILL",
    "ballend": "BALL_NOSE",
    "bullnose": "BULL_NOSE",
    "torus": "BULL_NOSE",
    "v-bit": "V_BIT",
    "vbit": "V_BIT",
    "chamfer": "V_BIT",
    "taperedballnose": "TAPERED_BALL",
    "drill": "DRILL",
    "slittingsaw": "SAW_BLADE",
    "_fusion_flat_end_mill": "END_MILL",
    "_fusion_ball_end_mill": "BALL_NOSE",
    "_fusion_bull_nose_end_mill": "BULL_NOSE",
    "_fusion_chamfer_mill": "V_BIT",
    "_fusion_tapered_mill": "TAPERED_BALL",
    "_fusion_face_mill": "SURFACING",
    "_fusion_drill": "DRILL",
    "_fusion_spot_drill": "DRILL",
    "_fusion_center_drill": "DRILL",
}
_LENGTHS = {
    "Diameter": "diameter_mm",
    "CuttingEdgeHeight": "flute_length_mm",
    "ShankDiameter": "shank_diameter_mm",
    "TipDiameter": "tip_diameter_mm",
    "TorusRadius": "corner_radius_mm",
    "CornerRadius": "corner_radius_mm",
    "BladeThickness": "kerf_mm",
}
_SUBSTRATES = {"carbide": "CARBIDE", "hss": "HSS", "cobalt": "COBALT_HSS"}


def read_freecad_bit(data: bytes, *, file_name: str = "") -> LibraryTool:
    """One tool bit.

    Raises:
        LibraryUnreadableError: It is no tool bit.
    """
    bit = read_object(data, "a FreeCAD tool bit")
    name = str(bit.get("name") or PurePosixPath(file_name).stem or "unnamed")[:200]
    identity = str(bit.get("id", ""))
    kind, shape = _kind(bit)
    if not kind:
        return LibraryTool(identity, None, name, {}, skipped=f"the shape {shape or '(none)'} is not supported")
    remarks: list[str] = []
    parameters = mapping(bit, "parameter")
    attributes = {**parameters, **mapping(bit, "attribute")}
    factor = mm_per(str(attributes.get("Units") or "metric"))
    skipped = "" if factor is not None else f"its unit {shown(attributes['Units'])} is not known"
    if not skipped and shapes.profiled(name):
        skipped = f"by its name it is a {shapes.profiled(name).lower()} bit, which is not supported"
    if skipped or factor is None:
        return LibraryTool(identity, None, name, {}, skipped=skipped)
    numbers: dict[str, Any] = {"kind": kind, **dict(_numbers(parameters, factor, remarks))}
    _shape(numbers, parameters, factor, remarks)
    substrate = _SUBSTRATES.get(str(attributes.get("Material", "")).lower())
    if substrate:
        numbers["substrate"] = substrate
    flutes = _read(attributes, "Flutes", count, remarks)
    if flutes is not None:
        numbers["flute_count"] = flutes
    presets = tuple(_presets(bit.get("presets"), numbers, remarks))
    return LibraryTool(identity, None, name, numbers, presets, remarks)


def _kind(bit: Members) -> tuple[str, str]:
    """The kind of a bit, by its shape type where it has one that is known, and what its shape is called."""
    shape_type, shape = (PurePosixPath(str(bit.get(key) or "")).stem.lower() for key in ("shape-type", "shape"))
    return _KINDS.get(shape_type) or _KINDS.get(shape, "") if shape_type in {*_KINDS, ""} else "", shape_type or shape


def _numbers(parameters: Members, factor: float, remarks: list[str]) -> Iterator[tuple[str, float]]:
    for name, field in _LENGTHS.items():
        value = _read(parameters, name, partial(length_mm, factor=factor), remarks)
        if value is not None:
            yield field, value
    for name in ("CuttingEdgeAngle", "TipAngle"):
        angle = _read(parameters, name, angle_deg, remarks)
        if angle is not None:
            yield "tip_angle_deg", angle


def _shape(numbers: dict[str, Any], parameters: Members, factor: float, remarks: list[str]) -> None:
    """What a parameter means for one kind of tool only."""
    kind = numbers["kind"]
    length = partial(length_mm, factor=factor)
    flat = _read(parameters, "FlatRadius", length, remarks)
    if flat is not None and kind == "V_BIT":
        numbers.setdefault("tip_diameter_mm", round(2 * flat, 9))
    if flat is not None and kind == "BULL_NOSE" and "diameter_mm" in numbers:
        numbers.setdefault("corner_radius_mm", round(numbers["diameter_mm"] / 2 - flat, 9))
    if kind == "TAPERED_BALL":
        included = _read(parameters, "TaperAngle", angle_deg, remarks)
        upper = _read(parameters, "TaperDiameter", length, remarks)
        if included is not None:
            numbers["taper_angle_deg"] = round(included / 2, 9)  # FreeCAD gives the angle between the sides
        ball = numbers.get("diameter_mm")
        if ball is not None:
            numbers["tip_diameter_mm"] = ball
        if upper is not None:
            numbers["diameter_mm"] = upper
        shapes.tapered(numbers, ball_radius_mm=None, remarks=remarks)


def _read(values: Members, name: str, read: Callable[[object], float], remarks: list[str]) -> float | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    try:
        return round(read(value), 9)
    except (ValueError, OverflowError) as error:
        remarks.append(f"{name}: {error}")
        return None


def _presets(found: object, numbers: Members, remarks: list[str]) -> Iterator[CuttingPreset]:
    """The presets of a bit, from surface speed [m/min], chip load [mm] and the share of the feed for plunges."""
    if found and not isinstance(found, list):
        remarks.append("its presets are no list and are not read")
    for preset in found if isinstance(found, list) else ():
        if not isinstance(preset, dict):
            continue
        hint = preset.get("material_hint")
        material = str((hint.get("name") or hint.get("uuid") or "") if isinstance(hint, dict) else "")[:200]
        operation = str(preset.get("op_type_hint") or "")
        name = str(preset.get("name") or " ".join(filter(None, (material, operation))) or "unnamed")[:200]
        try:
            yield _preset(name, material, preset, numbers)
        except ValueError as error:
            remarks.append(f"preset {shown(name)}: {error}")


def _preset(name: str, material: str, preset: Members, numbers: Members) -> CuttingPreset:
    length = partial(length_mm, factor=1.0)
    surface = value_of(preset.get("surface_speed"), partial(feed_mm_per_min, factor=1_000.0))
    chip, share = value_of(preset.get("chipload"), length), value_of(preset.get("vert_feed_ratio"), length)
    diameter, flutes = numbers.get("diameter_mm"), numbers.get("flute_count")
    speed = round(surface / (pi * diameter), 3) if surface and diameter and diameter > 0 else None
    feed = round(chip * speed * flutes, 6) if chip and speed and flutes else None
    return CuttingPreset(
        name=name,
        material=material,
        spindle_speed_rpm=speed,
        feed_rate_mm_per_min=feed,
        plunge_rate_mm_per_min=round(feed * share, 6) if feed and share else None,
    )


def read_object(data: bytes, what: str) -> Members:
    """A JSON object.

    Raises:
        LibraryUnreadableError: It is none.
    """
    try:
        value = read_json(data)
    except (ValueError, RecursionError) as error:
        raise LibraryUnreadableError(f"it is not {what}: no JSON") from error
    if not isinstance(value, dict):
        raise LibraryUnreadableError(f"it is not {what}: no JSON object")
    return value


def mapping(bit: Members, name: str) -> Members:
    value = bit.get(name)
    return value if isinstance(value, dict) else {}
