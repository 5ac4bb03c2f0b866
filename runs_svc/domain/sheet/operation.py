"""What a design cuts, in a line: its name, its depth, its outermost edge."""

from collections.abc import Callable, Mapping

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number
from runs_svc.domain.sheet.texts import Texts

OPERATIONS = (
    *("rosette_channel", "rosette_rings", "fret_slots", "pocket", "profile", "drilling", "saw_cut"),
    *("facing", "binding_ledge", "v_carve", "radius_board", "contour_3d"),
)


def operation_of(design: JsonMapping) -> str:
    """The name of the operation in the contract; "" where there is none."""
    return next((name for name in OPERATIONS if name in design), "")


def operation_name(design: JsonMapping, texts: Texts) -> str:
    """What the operation is called; "" where there is none."""
    name = operation_of(design)
    return texts.word(name) if name else ""


_DEPTHS: Mapping[str, str] = {
    "fret_slots": "slot_depth_mm",
    "facing": "removal_mm",
    "binding_ledge": "ledge_height_mm",
    "v_carve": "max_depth_mm",
}


def operation_depth_mm(design: JsonMapping) -> float | None:
    """How deep the operation cuts in all."""
    name = operation_of(design)
    return number(child(design, name), _DEPTHS.get(name, "depth_mm"))


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


def operation_text(design: JsonMapping, thickness_mm: float | None, texts: Texts) -> str:
    """The cut in a line; "" where nothing is known of it."""
    name = operation_of(design)
    if not name:
        return ""
    members = child(design, name)
    shape = _SHAPES[name](members, texts) if name in _SHAPES else ""
    depth = _depth(design, members, thickness_mm, texts)
    return ", ".join(part for part in (texts.word(name), shape, depth) if part)


def _depth(design: JsonMapping, members: JsonMapping, thickness_mm: float | None, texts: Texts) -> str:
    if members.get("through") is True:
        return "durch" if texts.language == "de" else "through"
    depth = operation_depth_mm(design)
    if depth is None:
        return ""
    deep = f"{texts.plain_length(depth)} {'tief' if texts.language == 'de' else 'deep'}"
    if thickness_mm is None or depth >= thickness_mm:
        return deep
    rest = texts.plain_length(thickness_mm - depth)
    return f"{deep}, {f'{rest} bleiben' if texts.language == 'de' else f'{rest} remain'}"


def _annulus(members: JsonMapping, texts: Texts) -> str:
    inner, outer = number(members, "inner_radius_mm"), number(members, "outer_radius_mm")
    if inner is None or outer is None:
        return ""
    return f"Ø {texts.span(2 * inner, 2 * outer)}\u202f{texts.unit}"


def _rings(members: JsonMapping, texts: Texts) -> str:
    return f"{len(children(members, 'rings'))}×"


def _frets(members: JsonMapping, texts: Texts) -> str:
    count, width = number(members, "fret_count"), number(members, "slot_width_mm")
    said = [] if count is None else [f"{int(count)}×"]
    return " ".join([*said, *([] if width is None else [texts.plain_length(width)])])


def _box(members: JsonMapping, texts: Texts) -> str:
    said = texts.lengths(number(members, "length_mm"), number(members, "width_mm"))
    return said.text if said.known else ""


def _length(members: JsonMapping, texts: Texts) -> str:
    length = number(members, "length_mm")
    return "" if length is None else texts.plain_length(length)


def _holes(members: JsonMapping, texts: Texts) -> str:
    diameter, count = number(members, "hole_diameter_mm"), number(members, "hole_count")
    said = [] if count is None else [f"{int(count)}×"]
    return " ".join([*said, *([] if diameter is None else [f"Ø {texts.plain_length(diameter)}"])])


def _ledge(members: JsonMapping, texts: Texts) -> str:
    width = number(members, "ledge_width_mm")
    return "" if width is None else texts.plain_length(width)


_SHAPES: Mapping[str, Callable[[JsonMapping, Texts], str]] = {
    "rosette_channel": _annulus,
    "rosette_rings": _rings,
    "fret_slots": _frets,
    "pocket": _box,
    "profile": _length,
    "drilling": _holes,
    "saw_cut": _length,
    "facing": _box,
    "binding_ledge": _ledge,
    "v_carve": _length,
    "radius_board": _box,
    "contour_3d": _box,
}
