"""FreeCAD tool bits (`.fctb`) and libraries (`.fctl`, as a zip together with their bits)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from feasibility_svc.adapters.tool_libraries.archive import is_archive, read_members
from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.numbers import angle_deg, count_of, length_mm, read_json, tool_number
from feasibility_svc.domain.catalogue.tool_import import LibraryTool
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
}
_LENGTHS = {
    "Diameter": "diameter_mm",
    "CuttingEdgeHeight": "flute_length_mm",
    "ShankDiameter": "shank_diameter_mm",
    "TipDiameter": "tip_diameter_mm",
    "FlatRadius": "corner_radius_mm",
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
    bit = _object(data, "a FreeCAD tool bit")
    name = str(bit.get("name") or PurePosixPath(file_name).stem or "unnamed")[:200]
    shape = PurePosixPath(str(bit.get("shape") or bit.get("shape-type") or "")).stem.lower()
    identity = str(bit.get("id", ""))
    if shape not in _KINDS:
        return LibraryTool(identity, None, name, {}, skipped=f"the shape {shape or '(none)'} is not supported")
    remarks: list[str] = []
    numbers: dict[str, Any] = {"kind": _KINDS[shape], **dict(_numbers(_mapping(bit, "parameter"), remarks))}
    attributes = {**_mapping(bit, "parameter"), **_mapping(bit, "attribute")}
    substrate = _SUBSTRATES.get(str(attributes.get("Material", "")).lower())
    if substrate:
        numbers["substrate"] = substrate
    if "Flutes" in attributes:
        try:
            numbers["flute_count"] = count_of(str(attributes["Flutes"]))
        except ValueError:
            remarks.append(f"Flutes: {attributes['Flutes']!r} is not a number")
    return LibraryTool(identity, None, name, numbers, remarks=remarks)


def read_freecad_library(data: bytes) -> list[LibraryTool]:
    """A library with its bits, in a zip; the numbers of the library are kept beside.

    Raises:
        LibraryUnreadableError: There is no library, or it names a bit that is not in the zip.
    """
    if not is_archive(data):
        raise LibraryUnreadableError("a .fctl only names its bits: upload a zip of the library with them")
    members = {PurePosixPath(name).name: content for name, content in read_members(data).items()}
    libraries = [content for name, content in members.items() if name.endswith(".fctl")]
    if len(libraries) != 1:
        raise LibraryUnreadableError(f"the zip holds {len(libraries)} .fctl files; one is needed")
    items = _object(libraries[0], "a FreeCAD library").get("tools")
    if not isinstance(items, list):
        raise LibraryUnreadableError('it is no FreeCAD library: no list of "tools"')
    bits: dict[str, LibraryTool] = {}
    return [_listed(item, members, bits) for item in limited(items)]


def _listed(item: object, members: Mapping[str, bytes], bits: dict[str, LibraryTool]) -> LibraryTool:
    """The bit an item names; a bit that many items name is read once."""
    if not isinstance(item, dict):
        raise LibraryUnreadableError("it is no FreeCAD library: a tool is not an object")
    name = PurePosixPath(str(item.get("path", ""))).name
    if name not in members:
        raise LibraryUnreadableError(f"the library names {name!r}, which is not in the zip")
    if name not in bits:
        bits[name] = read_freecad_bit(members[name], file_name=name)
    return replace(bits[name], number=tool_number(item.get("nr")))


def _object(data: bytes, what: str) -> Mapping[str, Any]:
    try:
        value = read_json(data)
    except (ValueError, RecursionError) as error:
        raise LibraryUnreadableError(f"it is not {what}: no JSON") from error
    if not isinstance(value, dict):
        raise LibraryUnreadableError(f"it is not {what}: no JSON object")
    return value


def _mapping(bit: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = bit.get(name)
    return value if isinstance(value, dict) else {}


def _numbers(parameters: Mapping[str, Any], remarks: list[str]) -> Iterator[tuple[str, float]]:
    for name, value in parameters.items():
        try:
            if name in _LENGTHS:
                yield _LENGTHS[name], length_mm(str(value))
            elif name in {"CuttingEdgeAngle", "TipAngle"}:
                yield "tip_angle_deg", angle_deg(str(value))
            elif name == "TaperAngle":
                yield "taper_angle_deg", angle_deg(str(value))
        except ValueError as error:
            remarks.append(f"{name}: {error}")
