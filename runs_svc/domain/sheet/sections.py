"""The cut through a part: how deep, what remains, how wide."""

from dataclasses import dataclass

from runs_svc.domain.sheet.drawing import Canvas, Weight
from runs_svc.domain.sheet.texts import Texts

_LEFT, _RIGHT, _TOP = 118.0, 146.0, 34.0
_MOST_HIGH, _LEAST_HIGH = 44.0, 10.0


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
    _outline(canvas, section.shape, cut, bottom, is_cut=depth is not None)
    if thickness is not None:
        canvas.label((_LEFT + _RIGHT) / 2, bottom + 10, f"{texts.word('thickness')} {texts.plain_length(thickness)}")
    if depth is not None:
        canvas.down(_TOP, cut, _RIGHT + 4, texts.plain_length(low))
    if section.width_text:
        canvas.label((_LEFT + _RIGHT) / 2, _TOP - 6, section.width_text)
    if depth is not None and thickness is not None and not section.through and thickness - low > 0:
        canvas.down(cut, bottom, _RIGHT + 4, texts.plain_length(thickness - low))


def _outline(canvas: Canvas, shape: str, cut: float, bottom: float, *, is_cut: bool) -> None:
    if not is_cut:
        canvas.box(_LEFT, _TOP, _RIGHT - _LEFT, bottom - _TOP)
        return
    middle, half = (_LEFT + _RIGHT) / 2, 6.0
    top = {
        "groove": [
            *((_LEFT, _TOP), (middle - half, _TOP), (middle - half, cut)),
            *((middle + half, cut), (middle + half, _TOP), (_RIGHT, _TOP)),
        ],
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
