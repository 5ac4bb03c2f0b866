"""The cut through a part: how deep, what remains, how wide."""

from dataclasses import dataclass

from runs_svc.domain.sheet.drawing import Canvas, Point, Weight
from runs_svc.domain.sheet.texts import Texts

_LEFT, _RIGHT, _TOP = 118.0, 146.0, 34.0
_MOST_HIGH, _LEAST_HIGH = 44.0, 10.0
_MIDDLE, _HALF = (_LEFT + _RIGHT) / 2, 6.0
"""Where the cut stands, and half of how wide it is drawn."""


@dataclass(frozen=True, slots=True)
class Section:
    """What a section shows; None for what is not known."""

    thickness_mm: float | None
    depth_mm: float | None
    through: bool = False
    width_text: str = ""
    """What stands above the cut: its width."""
    shape: str = "groove"
    """groove, face (all of it is lower), step (at the edge), vee, or round (from the edges down)."""
    bore_mm: float | None = None
    """Depth of a wider bore above the cut."""
    left_mm: float | None = None
    """Height of what is left standing in a cut that goes through: tabs, a skin."""
    note: str = ""
    """What stands below."""


def draw_section(canvas: Canvas, section: Section, texts: Texts) -> None:
    """The section to the right of the plan; nothing where neither thickness nor depth is known."""
    thickness, depth = section.thickness_mm, section.depth_mm
    if section.through and depth is None:
        depth = thickness
    if depth is None and thickness is None:
        return
    low = depth or 0.0
    whole = max(thickness if thickness is not None else low * 2, low)
    bottom = _TOP + _MOST_HIGH
    cut = _TOP + (max(_MOST_HIGH * low / whole, _LEAST_HIGH) if low else 0.0)
    cut = bottom if section.through else min(cut, bottom - 4.0)
    _outline(canvas, section, cut, bottom, is_cut=depth is not None)
    if section.through and section.left_mm:
        y = bottom - min(max(_MOST_HIGH * section.left_mm / max(whole, 0.001), 3.0), _MOST_HIGH)
        canvas.path((_MIDDLE - _HALF, y), (_MIDDLE + _HALF, y), weight=Weight.DASHED)
    if section.note:
        canvas.label(_MIDDLE, bottom + 19, section.note)
    if thickness is not None:
        canvas.label(_MIDDLE, bottom + 10, f"{texts.word('thickness')} {texts.plain_length(thickness)}")
    if depth is not None:
        canvas.down(_TOP, cut, _RIGHT + 4, texts.plain_length(low))
    if section.width_text:
        canvas.label(_MIDDLE, _TOP - 6, section.width_text)
    if depth is not None and thickness is not None and not section.through and thickness - low > 0:
        canvas.down(cut, bottom, _RIGHT + 4, texts.plain_length(thickness - low))


def _wall(section: Section, cut: float) -> list[Point]:
    """One side of a groove from the edge of the section down, by its distance from the middle."""
    half = (_RIGHT - _LEFT) / 2
    if section.bore_mm is None:
        return [(half, _TOP), (_HALF, _TOP), (_HALF, cut)]
    step = _TOP + (cut - _TOP) * 0.4
    return [(half, _TOP), (_HALF + 4, _TOP), (_HALF + 4, step), (_HALF, step), (_HALF, cut)]


def _outline(canvas: Canvas, section: Section, cut: float, bottom: float, *, is_cut: bool) -> None:
    if not is_cut:
        canvas.box(_LEFT, _TOP, _RIGHT - _LEFT, bottom - _TOP)
        return
    shape, middle, half = section.shape, _MIDDLE, _HALF
    wall = _wall(section, cut)
    if section.through and shape == "groove":
        for side in (-1, 1):  # two pieces, with nothing between them
            edge = [(middle + side * x, y) for x, y in wall]
            canvas.path((edge[0][0], bottom), (edge[0][0], _TOP), *edge[1:], weight=Weight.CUT)
            canvas.path((edge[0][0], bottom), (edge[-1][0], bottom), weight=Weight.EDGE)
        return
    top = {
        "groove": [*((middle - x, y) for x, y in wall), *((middle + x, y) for x, y in reversed(wall))],
        "vee": [(_LEFT, _TOP), (middle - half, _TOP), (middle, cut), (middle + half, _TOP), (_RIGHT, _TOP)],
        "step": [(_LEFT, _TOP), (_RIGHT - half, _TOP), (_RIGHT - half, cut), (_RIGHT, cut)],
        "face": [(_LEFT, cut), (_RIGHT, cut)],
        "round": [
            (_LEFT, cut),
            (_LEFT + half, (_TOP + cut) / 2),
            (middle, _TOP),
            (_RIGHT - half, (_TOP + cut) / 2),
            (_RIGHT, cut),
        ],
    }[shape]
    canvas.path(*top, weight=Weight.CUT)
    canvas.path(top[0], (_LEFT, bottom), (_RIGHT, bottom), top[-1], weight=Weight.EDGE)
    if shape == "face":
        canvas.path((_LEFT, _TOP), (_RIGHT, _TOP), weight=Weight.DASHED)
