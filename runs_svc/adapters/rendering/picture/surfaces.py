"""Surfaces of materials: plates with grain and seam, bent strips, curl, shell, the floor of a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, sin, sqrt

from runs_svc.adapters.rendering.picture.drawing import (
    Drawing,
    Noise,
    annulus,
    arc,
    around,
    circle,
    number,
    polygon,
    rounded,
    square,
)
from runs_svc.adapters.rendering.picture.layout import TURN
from runs_svc.domain.shop.colours import lab, with_lightness
from runs_svc.domain.shop.woods import SHELL_TINTS, Look

_BENT_UP_TO_MM = 5.0
"""A strip of this width is bent, so that its grain runs around; a wider ring is cut from a plate."""
_SEAM, _SHADE = "#5a4026", "#1c120a"
_SOFT = (1.0, 0.7, 0.4)
"""Widths of the layers of a band with soft edges."""
_MOST_CHIPS = 1_500
"""Of shell in a ring, whatever its size."""


def paint_ring(drawing: Drawing, inner: float, outer: float, look: Look, *, seed: int, material_id: str = "") -> None:
    """A ring of one material."""
    drawing.fill(annulus(inner, outer), look.ground)
    noise = Noise(seed)
    if look.surface == "shell":
        _shell(drawing, inner, outer, SHELL_TINTS.get(material_id, SHELL_TINTS["mother_of_pearl"]), noise)
        return
    if outer - inner <= _BENT_UP_TO_MM:
        _bent_grain(drawing, inner, outer, look, noise)
    else:
        _grain(drawing, Reach(inner, outer), look, noise)
    if look.surface == "curly":
        _curl(drawing, inner, outer, noise)


def paint_plate(drawing: Drawing, half_width: float, look: Look, *, seed: int) -> None:
    """The top around the rosette: two halves of one board, opened like a book and joined in the middle."""
    drawing.fill(square(half_width), look.ground)
    half = Drawing()
    _grain(half, Reach(0.0, half_width, right_half=True), look, Noise(seed))
    if look.surface == "curly":
        _flames(half, half_width, Noise(seed + 1))
    drawing.mirrored(half.elements)
    drawing.stroke(f"M0 {number(-half_width)}V{number(half_width)}", _SEAM, 0.12, opacity=0.55)


def paint_floor(drawing: Drawing, inner: float, outer: float, look: Look, *, seed: int) -> None:
    """The floor of a channel that nothing lies in: the wood of the top, in the shade of the channel's walls."""
    lightness, _, _ = lab(look.ground)
    floor = replace(look, ground=with_lightness(look.ground, 0.72 * lightness))
    drawing.fill(annulus(inner, outer), floor.ground)
    _grain(drawing, Reach(inner, outer), floor, Noise(seed))
    width = outer - inner
    for radius, wall in ((inner, 1), (outer, -1)):
        for share, opacity in ((0.06, 0.45), (0.15, 0.2)):
            drawing.stroke(circle(radius + wall * share * width / 2), _SHADE, share * width, opacity=opacity)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a line at a distance from the middle lies within a ring, or within the right half of a square."""

    inner: float
    outer: float
    right_half: bool = False

    @property
    def first(self) -> float:
        return 0.0 if self.right_half else -self.outer

    def pieces(self, x: float) -> list[tuple[float, float]]:
        if self.right_half:
            return [(-self.outer, self.outer)]
        top = sqrt(max(self.outer**2 - x**2, 0.0))
        bottom = sqrt(max(self.inner**2 - x**2, 0.0))
        return [(bottom, top), (-top, -bottom)] if bottom else [(-top, top)]


def _grain(drawing: Drawing, reach: Reach, look: Look, noise: Noise) -> None:
    """Lines along the grain in three strengths; streaked woods vary more than straight ones."""
    vary, faint = _habit(look)
    lines: tuple[list[str], list[str], list[str]] = ([], [], [])
    x = reach.first
    while True:
        x += look.spacing_mm * noise.between(1 - vary, 1 + vary)
        if x >= reach.outer:
            break
        strength = lines[int(noise.between(0, 2.999))]
        lean = noise.between(-0.12, 0.12) * look.spacing_mm
        for low, high in reach.pieces(x):
            if high - low > 0.05:
                strength.append(f"M{number(x)} {number(low)}L{number(x + lean)} {number(high)}")
    _stroke(drawing, lines, look, look.spacing_mm, faint)


def _bent_grain(drawing: Drawing, inner: float, outer: float, look: Look, noise: Noise) -> None:
    """Lines that follow a bent strip, each a part of the way."""
    vary, faint = _habit(look)
    spacing = min(look.spacing_mm, (outer - inner) / 3)
    lines: tuple[list[str], list[str], list[str]] = ([], [], [])
    radius = inner
    while True:
        radius += spacing * noise.between(1 - vary, 1 + vary) / 2
        if radius >= outer - 0.02:
            break
        strength = lines[int(noise.between(0, 2.999))]
        start = noise.between(0, TURN)
        for part in range(3):
            begin = start + part * TURN / 3
            strength.append(arc(radius, begin, begin + noise.between(0.5, 0.95) * TURN / 3))
    _stroke(drawing, lines, look, spacing / 2, faint)


def _habit(look: Look) -> tuple[float, float]:
    """How much the lines of a grain vary, and how strong they are."""
    vary = {"straight": 0.45, "plain": 0.6}.get(look.surface, 0.85)
    return vary, 0.25 if look.surface == "plain" else 0.6


def _stroke(
    drawing: Drawing, lines: tuple[list[str], list[str], list[str]], look: Look, spacing: float, faint: float
) -> None:
    for paths, width, opacity in zip(lines, (0.16, 0.28, 0.48), (faint, 0.8 * faint, 0.6 * faint), strict=True):
        if paths:
            drawing.stroke("".join(paths), look.grain, max(spacing * width, 0.02), opacity=opacity)


def _curl(drawing: Drawing, inner: float, outer: float, noise: Noise) -> None:
    """Bands of light and shade across a ring, as figured wood shows them."""
    shares: dict[tuple[int, float], list[str]] = {}
    angle, width = 0.0, outer - inner
    while angle < TURN:
        half = noise.between(0.5, 1.3) / outer
        lean = noise.between(-0.2, 0.2) * width / outer
        side = int(noise.between(0, 1.999))
        for share in _SOFT:
            low, high = angle - half * share, angle + half * share
            band = polygon([(inner, low), (outer, low + lean), (outer, high + lean), (inner, high)])
            shares.setdefault((side, share), []).append(band)
        angle += half * noise.between(2.0, 3.4)
    _shine(drawing, shares)


def _flames(drawing: Drawing, half_width: float, noise: Noise) -> None:
    """Curl of a plate: bands across the grain of the right half."""
    shares: dict[tuple[int, float], list[str]] = {}
    y, middle, edge = -half_width, number(half_width / 2), number(half_width)
    while y < half_width:
        half, slope, bend = noise.between(0.5, 1.4), noise.between(-0.05, 0.05) * half_width, noise.between(-1.5, 1.5)
        side = int(noise.between(0, 1.999))
        for share in _SOFT:
            top, bottom = y - half * share, y + half * share
            shares.setdefault((side, share), []).append(
                f"M0 {number(top)}Q{middle} {number(top + bend)} {edge} {number(top + slope)}"
                f"V{number(bottom + slope)}Q{middle} {number(bottom + bend)} 0 {number(bottom)}Z"
            )
        y += half * noise.between(2.0, 3.4)
    _shine(drawing, shares)


def _shine(drawing: Drawing, shares: Mapping[tuple[int, float], Sequence[str]]) -> None:
    """Light (0) and dark (1) bands, each laid over a broader one so that its edges are soft."""
    for (side, _), bands in sorted(shares.items()):
        drawing.fill("".join(bands), ("#ffe9bf", "#2a1506")[side], opacity=0.06)


def _shell(drawing: Drawing, inner: float, outer: float, tints: tuple[str, ...], noise: Noise) -> None:
    """Pieces of shell side by side, each with a sheen of its own and chips of other tints in it, and their joints."""
    middle, width = (inner + outer) / 2, outer - inner
    count = max(8, round(TURN * middle / max(6.0, 2.2 * width)))
    sheens = [
        drawing.sheen(tints[index % len(tints)], tints[(index + 1 + index // len(tints)) % len(tints)], 0.9 * index)
        for index in range(2 * len(tints))
    ]
    pieces: dict[str, list[str]] = {}
    chips: dict[str, list[str]] = {}
    joints: list[str] = []
    of_piece = max(3, min(14, _MOST_CHIPS // count))
    for start, end in around(count):
        piece = polygon([*_along(inner, start, end), *reversed(_along(outer, start, end))])
        pieces.setdefault(sheens[int(noise.between(0, len(sheens) - 0.001))], []).append(piece)
        joints.append(
            polygon([(inner, start), (outer, start), (outer, start + 0.1 / outer), (inner, start + 0.1 / inner)])
        )
        for _ in range(of_piece):
            chip = _chip(inner, outer, start, end, noise)
            chips.setdefault(sheens[int(noise.between(0, len(sheens) - 0.001))], []).append(chip)
    for sheen, paths in pieces.items():
        for path in paths:  # a path each: a sheen lies across what it fills
            drawing.fill(path, sheen)
    for sheen, paths in chips.items():
        for path in paths:
            drawing.fill(path, sheen, opacity=0.3)
    drawing.fill("".join(joints), "#20303a", opacity=0.7)


def _along(radius: float, start: float, end: float) -> list[tuple[float, float]]:
    return [(radius, start + (end - start) * step / 3) for step in range(4)]


def _chip(inner: float, outer: float, start: float, end: float, noise: Noise) -> str:
    """A soft, long patch that lies anyhow within a piece."""
    width, length = outer - inner, (end - start) * (inner + outer) / 2
    longest = min(0.48 * width, 0.48 * length)
    half, slim = longest * noise.between(0.2, 0.6), longest * noise.between(0.1, 0.25)
    across = noise.between(inner + half, outer - half)
    turn = noise.between(start + half / inner, end - half / inner)
    lie = noise.between(0, TURN)
    corners = []
    for step in range(8):
        angle, reach = TURN * step / 8, noise.between(0.75, 1.0)
        x, y = half * reach * cos(angle), slim * reach * sin(angle)
        corners.append((across + x * cos(lie) - y * sin(lie), turn + (x * sin(lie) + y * cos(lie)) / across))
    return rounded(corners)
