"""Surfaces of materials within a shape: straight and streaked grain, curl, shell."""

from dataclasses import dataclass
from math import sqrt

from runs_svc.adapters.rendering.picture.layout import TURN
from runs_svc.adapters.rendering.picture.vector.drawing import (
    Drawing,
    Noise,
    annulus,
    around,
    number,
    point,
    polygon,
    square,
)
from runs_svc.domain.shop.woods import SHELL_TINTS, Look


def paint_ring(drawing: Drawing, inner: float, outer: float, look: Look, *, seed: int, material_id: str = "") -> None:
    """A ring cut from one material."""
    shape = annulus(inner, outer)
    drawing.fill(shape, look.ground)
    if look.surface == "shell":
        _shell(drawing, inner, outer, SHELL_TINTS.get(material_id, SHELL_TINTS["mother_of_pearl"]), Noise(seed))
        return
    noise = Noise(seed)
    _grain(drawing, Reach(inner, outer), look, noise)
    if look.surface == "curly":
        _curl(drawing, inner, outer, noise)


def paint_plate(drawing: Drawing, half_width: float, look: Look, *, seed: int) -> None:
    """The plate around the rosette, its grain along the instrument."""
    drawing.fill(square(half_width), look.ground)
    _grain(drawing, Reach(0.0, half_width, square=True), look, Noise(seed))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a line at a distance from the middle lies within a ring, or within a square."""

    inner: float
    outer: float
    square: bool = False

    def pieces(self, x: float) -> list[tuple[float, float]]:
        if self.square:
            return [(-self.outer, self.outer)]
        top = sqrt(max(self.outer**2 - x**2, 0.0))
        bottom = sqrt(max(self.inner**2 - x**2, 0.0))
        return [(bottom, top), (-top, -bottom)] if bottom else [(-top, top)]


def _grain(drawing: Drawing, reach: Reach, look: Look, noise: Noise) -> None:
    """Lines along the grain in three strengths; streaked woods vary more than straight ones."""
    vary = {"straight": 0.45, "plain": 0.6}.get(look.surface, 0.85)
    faint = 0.25 if look.surface == "plain" else 0.6
    lines: tuple[list[str], list[str], list[str]] = ([], [], [])
    x = -reach.outer
    while True:
        x += look.spacing_mm * noise.between(1 - vary, 1 + vary)
        if x >= reach.outer:
            break
        strength = lines[int(noise.between(0, 2.999))]
        lean = noise.between(-0.12, 0.12) * look.spacing_mm
        for low, high in reach.pieces(x):
            if high - low > 0.05:
                strength.append(f"M{number(x)} {number(low)}L{number(x + lean)} {number(high)}")
    for paths, width, opacity in zip(lines, (0.16, 0.28, 0.48), (faint, 0.8 * faint, 0.6 * faint), strict=True):
        if paths:
            drawing.stroke("".join(paths), look.grain, look.spacing_mm * width, opacity=opacity)


def _curl(drawing: Drawing, inner: float, outer: float, noise: Noise) -> None:
    """Bands of light and shade across the grain, as figured wood shows them."""
    bands: tuple[list[str], list[str]] = ([], [])
    angle, width = 0.0, outer - inner
    while angle < TURN:
        step = noise.between(0.9, 2.0) / outer
        lean = noise.between(-0.3, 0.3) * width / outer
        side = bands[int(noise.between(0, 1.999))]
        side.append(
            polygon([(inner, angle), (outer, angle + lean), (outer, angle + lean + step), (inner, angle + step)])
        )
        angle += step * noise.between(1.2, 2.2)
    drawing.fill("".join(bands[0]), "#fff0cf", opacity=0.18)
    drawing.fill("".join(bands[1]), "#2a1506", opacity=0.16)


def _shell(drawing: Drawing, inner: float, outer: float, tints: tuple[str, ...], noise: Noise) -> None:
    """Pieces of shell side by side, each with its own play of colours, and the joints between them."""
    middle, width = (inner + outer) / 2, outer - inner
    count = max(8, round(TURN * middle / max(6.0, 2.2 * width)))
    by_tint: dict[str, list[str]] = {tint: [] for tint in tints}
    joints = []
    for start, end in around(count):
        joints.append(polygon([(inner, start), (outer, start), (outer, start + 0.12 / outer)]))
        step = (end - start) / 9
        for index in range(9):
            tint = tints[int(noise.between(0, len(tints) - 0.001))]
            low, high = sorted((noise.between(inner, outer), noise.between(inner, outer)))
            left = start + index * step
            by_tint[tint].append(_flame(low, high, left, left + step * noise.between(1.1, 2.2), end))
    for tint, paths in by_tint.items():
        drawing.fill("".join(paths), tint, opacity=0.55)
    drawing.fill("".join(joints), "#20303a", opacity=0.7)


def _flame(low: float, high: float, start: float, end: float, last: float) -> str:
    """A wavy band of colour between two radii."""
    end = min(end, last)
    middle, bulge = (start + end) / 2, 0.18 * (high - low)
    return (
        f"M{point(low, start)}Q{point(low - bulge, middle)} {point(low + bulge, end)}"
        f"L{point(high, end)}Q{point(high + bulge, middle)} {point(high - bulge, start)}Z"
    )
