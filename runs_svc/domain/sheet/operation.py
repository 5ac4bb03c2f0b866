"""What a design cuts, in a line: its name, its form, its depth, and what else the person at the machine must know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import radians, tan

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number
from runs_svc.domain.sheet.texts import Texts

OPERATIONS = (
    *("rosette_channel", "rosette_rings", "fret_slots", "pocket", "profile", "drilling", "saw_cut"),
    *("facing", "binding_ledge", "v_carve", "radius_board", "contour_3d"),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is cut: a design, into which thickness, with which tool."""

    design: JsonMapping
    thickness_mm: float | None = None
    """Of the stock."""
    tool: JsonMapping = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The name of the operation in the contract; "" where there is none."""
        return next((name for name in OPERATIONS if name in self.design), "")

    @property
    def members(self) -> JsonMapping:
        """What the design says of its operation."""
        return child(self.design, self.operation)

    @property
    def depth_mm(self) -> float | None:
        """How deep it goes in all; None where that is not known."""
        if self.operation == "v_carve":
            return _carved_mm(self.members, self.tool)
        cuts = (self.members, *children(self.members, "further_channels"))
        depths = [number(members, _DEPTHS.get(self.operation, "depth_mm")) for members in cuts]
        return max((depth for depth in depths if depth is not None), default=None)

    @property
    def width_mm(self) -> float | None:
        """How wide the tool cuts where the design does not say how wide the cut is."""
        name = _TOOL_WIDTHS.get(self.operation)
        return None if name is None else number(self.tool, name)


_DEPTHS: Mapping[str, str] = {
    "fret_slots": "slot_depth_mm",
    "facing": "removal_mm",
    "binding_ledge": "ledge_height_mm",
}
_TOOL_WIDTHS: Mapping[str, str] = {"profile": "diameter_mm", "rosette_rings": "diameter_mm", "saw_cut": "kerf_mm"}


def _carved_mm(carve: JsonMapping, tool: JsonMapping) -> float | None:
    """A V-bit goes as deep as its widest line asks for, and no deeper than it may."""
    limit, widest = number(carve, "max_depth_mm"), number(carve, "widest_line_mm")
    angle = number(tool, "tip_angle_deg")
    if widest is None or angle is None or not 0 < angle < 180:
        return limit
    asked = (widest - (number(tool, "tip_diameter_mm") or 0.0)) / 2 / tan(radians(angle / 2))
    return min((depth for depth in (asked, limit) if depth is not None and depth > 0), default=None)


def operation_name(design: JsonMapping, texts: Texts) -> str:
    """What the operation is called; "" where there is none."""
    name = Cut(design).operation
    return texts.word(name) if name else ""


def outermost_mm(design: JsonMapping) -> float | None:
    """Radius of the outermost round cut; None for what is not round."""
    channel = child(design, "rosette_channel")
    if channel:
        further = [number(item, "outer_radius_mm") for item in children(channel, "further_channels")]
        known = [radius for radius in (number(channel, "outer_radius_mm"), *further) if radius is not None]
        return max(known, default=None)
    rings = children(child(design, "rosette_rings"), "rings")
    edges = [(number(ring, "inner_radius_mm"), number(ring, "width_mm")) for ring in rings]
    return max((inner + width for inner, width in edges if inner is not None and width is not None), default=None)


def operation_text(cut: Cut, texts: Texts) -> str:
    """The cut in a line; "" where nothing is known of it."""
    if not cut.operation:
        return ""
    form = _FORMS[cut.operation](cut.members, texts)
    said = (texts.word(cut.operation), form, _depth(cut, texts), *_held_by_tabs(cut.members, texts))
    return ", ".join(part for part in (*said, *_of_holes(cut.members, texts)) if part)


def tabs_text(members: JsonMapping, texts: Texts) -> str:
    """How many tabs hold the part, how long and how high; "" where there are none."""
    count = number(members, "tab_count")
    if not count:
        return ""
    size = texts.lengths(number(members, "tab_width_mm"), number(members, "tab_thickness_mm"))
    said = texts.word("tabs", count=int(count))
    return f"{said} {size.text}" if size.known else said


def _depth(cut: Cut, texts: Texts) -> str:
    if cut.members.get("through") is True:
        return texts.word("through")
    depth, thickness = cut.depth_mm, cut.thickness_mm
    if depth is None:
        return ""
    deep = texts.word("deep", value=texts.plain_length(depth))
    if thickness is None or depth >= thickness:
        return deep
    return f"{deep}, {texts.word('remain', value=texts.plain_length(thickness - depth))}"


def _held_by_tabs(members: JsonMapping, texts: Texts) -> list[str]:
    skin = number(members, "onion_skin_mm")
    return [tabs_text(members, texts), texts.word("skin", value=texts.plain_length(skin)) if skin else ""]


def _of_holes(members: JsonMapping, texts: Texts) -> list[str]:
    said = [
        texts.word(name, value=texts.plain_length(value))
        for name in ("peck_depth_mm", "pitch_x_mm", "pitch_y_mm", "edge_distance_mm")
        if (value := number(members, name)) is not None
    ]
    wide, deep = (number(members, f"counterbore_{name}_mm") for name in ("diameter", "depth"))
    if wide is not None and deep is not None:
        said.append(texts.word("counterbore", width=texts.plain_length(wide), depth=texts.plain_length(deep)))
    return said


def _annulus(members: JsonMapping, texts: Texts) -> str:
    edges = [
        (number(channel, "inner_radius_mm"), number(channel, "outer_radius_mm"))
        for channel in (members, *children(members, "further_channels"))
    ]
    return _diameters(edges, texts)


def _rings(members: JsonMapping, texts: Texts) -> str:
    rings = [(number(ring, "inner_radius_mm"), number(ring, "width_mm")) for ring in children(members, "rings")]
    edges = [(inner, None if inner is None or width is None else inner + width) for inner, width in rings]
    return " ".join(part for part in (f"{len(rings)}×", _diameters(edges, texts)) if part)


def _diameters(edges: Sequence[tuple[float | None, float | None]], texts: Texts) -> str:
    """From which diameter to which, of each ring."""
    spans = [texts.span(2 * inner, 2 * outer) for inner, outer in edges if inner is not None and outer is not None]
    return f"Ø {', '.join(spans)}\u202f{texts.unit}" if spans else ""


def _frets(members: JsonMapping, texts: Texts) -> str:
    count, width = number(members, "fret_count"), number(members, "slot_width_mm")
    said = [] if count is None else [f"{int(count)}×"]
    return " ".join([*said, *([] if width is None else [texts.plain_length(width)])])


def _box(members: JsonMapping, texts: Texts) -> str:
    said = texts.lengths(number(members, "length_mm"), number(members, "width_mm"))
    return said.text if said.known else ""


def _length(members: JsonMapping, texts: Texts) -> str:
    length, corner = number(members, "length_mm"), number(members, "corner_radius_mm")
    said = [] if length is None else [texts.word("long", value=texts.plain_length(length))]
    if corner:
        said.append(texts.word("inner_corners", value=texts.plain_length(corner)))
    return ", ".join(said)


def _lines(members: JsonMapping, texts: Texts) -> str:
    """Lines cut with a V-bit: how long they are in all, and how wide."""
    narrow, wide = number(members, "narrowest_line_mm"), number(members, "widest_line_mm")
    said = [_length(members, texts)]
    if wide is not None:
        width = texts.plain_length(wide) if narrow is None else f"{texts.span(narrow, wide)}\u202f{texts.unit}"
        said.append(texts.word("wide", value=width))
    return ", ".join(part for part in said if part)


def _holes(members: JsonMapping, texts: Texts) -> str:
    diameter, count = number(members, "hole_diameter_mm"), number(members, "hole_count")
    said = [] if count is None else [f"{int(count)}×"]
    return " ".join([*said, *([] if diameter is None else [f"Ø {texts.plain_length(diameter)}"])])


def _ledge(members: JsonMapping, texts: Texts) -> str:
    width = number(members, "ledge_width_mm")
    return "" if width is None else texts.plain_length(width)


_FORMS: Mapping[str, Callable[[JsonMapping, Texts], str]] = {
    "rosette_channel": _annulus,
    "rosette_rings": _rings,
    "fret_slots": _frets,
    "pocket": _box,
    "profile": _length,
    "drilling": _holes,
    "saw_cut": _length,
    "facing": _box,
    "binding_ledge": _ledge,
    "v_carve": _lines,
    "radius_board": _box,
    "contour_3d": _box,
}
