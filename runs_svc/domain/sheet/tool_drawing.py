"""What a tool looks like from the side, with how far it stands out."""

from collections.abc import Mapping, Sequence

from runs_svc.domain.sheet.drawing import Canvas, Point, Shape, Weight
from runs_svc.domain.sheet.sheet import SheetTool

WIDTH, HEIGHT = 40.0, 66.0
_TIPS: Mapping[str, Sequence[Point]] = {
    "BALL_NOSE": ((-6.0, 54.0), (-4.2, 58.2), (0.0, 60.0), (4.2, 58.2), (6.0, 54.0)),
    "TAPERED_BALL": ((-6.0, 32.0), (-2.0, 56.0), (0.0, 58.0), (2.0, 56.0), (6.0, 32.0)),
    "BULL_NOSE": ((-6.0, 56.0), (-4.0, 58.0), (4.0, 58.0), (6.0, 56.0)),
    "V_BIT": ((-9.0, 38.0), (0.0, 60.0), (9.0, 38.0)),
    "ENGRAVING": ((-5.0, 36.0), (-1.0, 60.0), (1.0, 60.0), (5.0, 36.0)),
    "DRILL": ((-6.0, 56.0), (0.0, 60.0), (6.0, 56.0)),
    "SURFACING": ((-13.0, 46.0), (-13.0, 56.0), (13.0, 56.0), (13.0, 46.0)),
}
_FLAT: Sequence[Point] = ((-6.0, 58.0), (6.0, 58.0))
_BLADES = frozenset({"SAW_BLADE", "FRET_SAW_BLADE"})


def draw_tool(tool: SheetTool) -> Sequence[Shape]:
    """The tool on a small canvas: its shank in the collet, its edge with its tip; a blade from the side."""
    canvas, middle = Canvas(), 15.0
    if tool.outline in _BLADES:
        canvas.circle((20.0, 33.0), 18.0, Weight.CUT)
        canvas.circle((20.0, 33.0), 4.0, Weight.EDGE)
        return canvas.shapes
    tip = [(middle + x, y) for x, y in _TIPS.get(tool.outline, _FLAT)]
    canvas.box(middle - 9, 2, 18, 12)
    canvas.path(
        (middle - 6, 14), (middle - 6, 30), tip[0], *tip[1:], (middle + 6, 30), (middle + 6, 14), weight=Weight.CUT
    )
    if tool.outline not in {"V_BIT", "ENGRAVING", "SURFACING", "TAPERED_BALL"}:
        for y in (33.0, 41.0, 49.0):
            canvas.path((middle - 6, y), (middle + 6, y + 6), weight=Weight.THIN)
    if tool.stickout_mm is not None:
        canvas.down(14, max(y for _, y in tip), middle + 13, "")
    return canvas.shapes
