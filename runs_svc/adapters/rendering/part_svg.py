"""Drawings of parts as SVG elements. Texts stay texts, whatever stands in them."""

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

from runs_svc.domain.sheet.drawing import HEIGHT, TEXT_HEIGHT, WIDTH, Circle, Label, Path, Shape, Weight
from runs_svc.domain.sheet.sheet import SheetTool
from runs_svc.domain.sheet.tool_drawing import HEIGHT as TOOL_HEIGHT
from runs_svc.domain.sheet.tool_drawing import WIDTH as TOOL_WIDTH
from runs_svc.domain.sheet.tool_drawing import draw_tool

_STROKES: Mapping[Weight, str] = {
    Weight.CUT: 'stroke-width="1.4"',
    Weight.EDGE: 'stroke-width="0.8"',
    Weight.THIN: 'stroke-width="0.4"',
    Weight.DASHED: 'stroke-width="0.5" stroke-dasharray="3 2"',
}


def part_svg(shapes: Sequence[Shape]) -> str:
    """The drawing; "" where there is nothing to draw."""
    if not shapes:
        return ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" fill="none" stroke="#000" '
        f'font-family="Source Sans 3, Arial, sans-serif" font-size="{TEXT_HEIGHT:g}">'
    )
    return f"{head}{''.join(_element(shape) for shape in shapes)}</svg>"


def tool_mark(tool: SheetTool) -> Markup:
    """A tool as it looks from the side."""
    shapes = "".join(_element(shape) for shape in draw_tool(tool))
    head = (
        f'<svg class="bit" viewBox="0 0 {TOOL_WIDTH:g} {TOOL_HEIGHT:g}" aria-hidden="true" fill="none" stroke="#000">'
    )
    return Markup(f"{head}{shapes}</svg>")  # noqa: S704  # numbers alone stand in it


def _element(shape: Shape) -> str:
    match shape:
        case Path(points, weight, closed):
            corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
            kind = "polygon" if closed else "polyline"
            return f'<{kind} points="{corners}" {_STROKES[weight]}/>'
        case Circle((x, y), radius, weight):
            return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" {_STROKES[weight]}/>'
        case Label((x, y), text, anchor):
            place = f'x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"'
            return f'<text {place} fill="#000" stroke="none">{escape(text)}</text>'
