"""The part of a design with its dimensions: plan and section."""

from collections.abc import Mapping, Sequence

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number
from runs_svc.domain.sheet.drawing import Canvas, Shape
from runs_svc.domain.sheet.operation import operation_depth_mm, operation_of
from runs_svc.domain.sheet.plans import PLANS, outline
from runs_svc.domain.sheet.sections import Section, draw_section
from runs_svc.domain.sheet.texts import Texts

_OF_ANY_FORM = frozenset({"profile", "saw_cut"})
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


def draw_part(design: JsonMapping, thickness_mm: float | None, texts: Texts) -> Sequence[Shape]:
    """The drawing; empty where too little is known of the part.

    Args:
        design: What is cut.
        thickness_mm: Of the stock; None where it is not known.
        texts: How lengths are written.
    """
    name = operation_of(design)
    if not name:
        return []
    canvas, members = Canvas(), child(design, name)
    if name in _OF_ANY_FORM:
        _part(canvas, child(design, "part"), texts)
    if not canvas.shapes:
        PLANS[name](canvas, members, texts)
    draw_section(canvas, _section(name, design, thickness_mm, texts), texts)
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


def _section(name: str, design: JsonMapping, thickness_mm: float | None, texts: Texts) -> Section:
    members = child(design, name)
    width, sign = number(members, _WIDTHS.get(name, "")), {"drilling": "Ø ", "radius_board": "R "}.get(name, "")
    inner, outer = number(members, "inner_radius_mm"), number(members, "outer_radius_mm")
    if width is None and inner is not None and outer is not None:
        width = outer - inner
    return Section(
        thickness_mm,
        operation_depth_mm(design),
        through=members.get("through") is True,
        width_text="" if width is None else f"{sign}{texts.plain_length(width)}",
        shape=_SHAPES.get(name, "groove"),
    )
