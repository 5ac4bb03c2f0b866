"""The picture of a rosette as SVG: plate, rings from the inside out, sound hole, light. PNG is made of this text."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from runs_svc.adapters.rendering.picture.drawing import Drawing, Window, annulus, circle, square
from runs_svc.adapters.rendering.picture.inlays import INLAYS, Inlay, plain
from runs_svc.adapters.rendering.picture.layout import Layout, lay_out
from runs_svc.adapters.rendering.picture.surfaces import paint_floor, paint_plate
from runs_svc.domain.shop.views import View
from runs_svc.domain.shop.woods import LOOKS

LARGEST_SVG_BYTES = 2 * 1024**2
"""A drawing that would be larger shows its rings in one colour each."""
_GLUE, _EDGE = "#2c201a", "#3a2a1c"


def draw_rosette(
    design: Mapping[str, object], *, size_px: int, top_material_id: str = "", view: View = View.WHOLE
) -> str:
    """The picture of a design as SVG. The same design gives the same text, of at most 2 MiB.

    Args:
        design: `rmos.type.v1.Design` as JSON, with a rosette channel or rosette rings.
        size_px: Width and height.
        top_material_id: Of the plate around the rosette. Empty: spruce.
        view: How much of it is shown.

    Raises:
        NothingToDrawError: It holds no rings with radius and width.
    """
    layout = lay_out(design, top_material_id)
    window = _window(layout, view)
    text = _draw(layout, INLAYS, window, size_px=size_px)
    if len(text) <= LARGEST_SVG_BYTES:
        return text
    return _draw(layout, dict.fromkeys(INLAYS, plain), window, size_px=size_px)


def _window(layout: Layout, view: View) -> Window:
    """What of the plane is shown; y goes down."""
    whole, outer = layout.half_width, layout.outer
    match view:
        case View.WHOLE:
            return Window(-whole, -whole, 2 * whole)
        case View.QUARTER:
            return Window(0.0, -whole, whole)
        case View.CLOSE_UP:
            side = min(max(3 * (outer - layout.inner), 12.0), whole)
            return Window(-side / 2, -outer - 0.2 * side, side)


def _draw(layout: Layout, inlays: Mapping[str, Inlay], window: Window, *, size_px: int) -> str:
    drawing, half_width = Drawing(), layout.half_width
    paint_plate(drawing, half_width, layout.top, seed=11)
    for void in layout.voids:
        if void.glued:
            drawing.fill(annulus(void.inner, void.outer), _GLUE)
        else:
            paint_floor(drawing, void.inner, void.outer, layout.top, seed=13)
    for ring in layout.rings:
        (plain if ring.plain else inlays[ring.pattern])(drawing, ring)
    for edge in (layout.inner, layout.outer):
        drawing.stroke(circle(edge), _EDGE, 0.18, opacity=0.7)
    _paint_hole(drawing, layout.hole)
    light = [(0.0, "#fff6e0", 0.14), (0.5, "#fff6e0", 0.03), (1.0, "#1b0f05", 0.20)]
    glow = drawing.gradient(light, cx=-0.45 * half_width, cy=-0.55 * half_width, radius=2.1 * half_width)
    drawing.fill(square(half_width), glow)
    more = f" ({layout.left_out} more not drawn)" if layout.left_out else ""
    title = f"rosette, {len(layout.rings)} rings{more}, outer diameter {2 * layout.outer:.1f} mm"
    unknown = sorted({ring.material_id for ring in layout.rings if ring.chosen and ring.material_id not in LOOKS})
    if unknown:
        title += f"; no picture knows {escape(', '.join(unknown))}: drawn in the wood that is usual for the ring"
    return drawing.svg(window, size_px, title)


def _paint_hole(drawing: Drawing, radius: float) -> None:
    """The dark of the box, lighter towards the lower edge where light falls in, and the cut edge of the plate."""
    depth = [(0.0, "#33241a", 1.0), (0.75, "#19110b", 1.0), (1.0, "#0d0906", 1.0)]
    drawing.fill(circle(radius), drawing.gradient(depth, cx=0.25 * radius, cy=0.45 * radius, radius=1.25 * radius))
    drawing.stroke(circle(radius), "#c79f66", 0.5, opacity=0.9)
    drawing.stroke(circle(radius - 0.35), "#050302", 0.5, opacity=0.6)
