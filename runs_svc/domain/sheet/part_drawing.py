"""The part of a design with its dimensions: plan and section."""

from collections.abc import Mapping, Sequence

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number
from runs_svc.domain.sheet.drawing import Canvas, Shape
from runs_svc.domain.sheet.operation import Cut, tabs_text
from runs_svc.domain.sheet.plans import PLANS, outline
from runs_svc.domain.sheet.sections import Section, draw_section
from runs_svc.domain.sheet.texts import Texts

_OF_ANY_FORM = frozenset({"profile", "saw_cut", "v_carve"})
"""Operations that say nothing of the form they cut: the part does."""
_SHAPES: Mapping[str, str] = {
    "facing": "face",
    "contour_3d": "face",
    "binding_ledge": "step",
    "v_carve": "vee",
    "radius_board": "round",
}
_WIDTHS: Mapping[str, str] = {
    "fret_slots": "slot_width_mm",
    "binding_ledge": "ledge_width_mm",
    "v_carve": "widest_line_mm",
    "drilling": "hole_diameter_mm",
    "radius_board": "board_radius_mm",
}


def draw_part(cut: Cut, texts: Texts) -> Sequence[Shape]:
    """The drawing; empty where too little is known of the part.

    Args:
        cut: What is cut.
        texts: How lengths are written.
    """
    if not cut.operation:
        return []
    canvas = Canvas()
    if cut.operation in _OF_ANY_FORM:
        _part(canvas, child(cut.design, "part"), texts)
    if not canvas.shapes:
        PLANS[cut.operation](canvas, cut.members, texts)
    draw_section(canvas, _section(cut, texts), texts)
    return canvas.shapes


def _part(canvas: Canvas, part: JsonMapping, texts: Texts) -> None:
    """The part that is taken from the stock, where the operation itself says nothing of its form."""
    rectangle, shape = child(part, "rectangle"), child(part, "outline")
    length, width = number(rectangle, "length_mm"), number(rectangle, "width_mm")
    corners: Sequence[JsonMapping] = children(shape, "points")
    if length is not None and width is not None:
        sides = [(0.0, 0.0), (length, 0.0), (length, width), (0.0, width)]
        corners = [{"x_mm": x, "y_mm": y} for x, y in sides]
    if corners:
        outline(canvas, {"outline": list(corners)}, texts)


def _section(cut: Cut, texts: Texts) -> Section:
    name, members = cut.operation, cut.members
    width, sign = number(members, _WIDTHS.get(name, "")), {"drilling": "Ø ", "radius_board": "R "}.get(name, "")
    inner, outer = number(members, "inner_radius_mm"), number(members, "outer_radius_mm")
    if width is None:
        width = outer - inner if inner is not None and outer is not None else cut.width_mm
    return Section(
        cut.thickness_mm,
        cut.depth_mm,
        through=members.get("through") is True,
        width_text="" if width is None else f"{sign}{texts.plain_length(width)}",
        shape=_SHAPES.get(name, "groove"),
        bore_mm=number(members, "counterbore_depth_mm"),
        left_mm=number(members, "onion_skin_mm") or number(members, "tab_thickness_mm"),
        note=tabs_text(members, texts),
    )
