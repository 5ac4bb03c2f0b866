"""Inlays of a ring: purfling lines, herringbone, rope, mosaic."""

from collections.abc import Callable, Mapping

from runs_svc.adapters.rendering.picture.drawing import Drawing, annulus, circle, point, polygon
from runs_svc.adapters.rendering.picture.layout import MOSAIC, TURN, Ring, purfling_layers
from runs_svc.adapters.rendering.picture.surfaces import paint_ring
from runs_svc.domain.shop.woods import DARK, LIGHT

_SEAM = "#120c0a"


def purfling(drawing: Drawing, ring: Ring) -> None:
    """Lines of dark and light veneer."""
    for index, (inner, outer, look) in enumerate(purfling_layers(ring, DARK, LIGHT)):
        paint_ring(drawing, inner, outer, look, seed=ring.seed + index)


def herringbone(drawing: Drawing, ring: Ring) -> None:
    """Two rows of slanted pieces, mirrored at the middle, between dark and light lines."""
    low, high = _borders(drawing, ring)
    drawing.fill(annulus(low, high), LIGHT.ground)
    count = ring.pieces(0.46)
    slant, half = TURN / count * 1.15, TURN / count * 0.5
    for lower, upper, lean in ((low, ring.middle, slant), (ring.middle, high, -slant)):
        shift = 0.0 if lean > 0 else slant
        pieces = [
            polygon(
                [
                    (lower, start + shift),
                    (lower, start + shift + half),
                    (upper, start + shift + half + lean),
                    (upper, start + shift + lean),
                ]
            )
            for start in (TURN * index / count for index in range(count))
        ]
        drawing.fill("".join(pieces), ring.look.ground if ring.look is not LIGHT else DARK.ground)
    drawing.stroke(circle(ring.middle), "#1a1310", 0.05, opacity=0.6)


def rope(drawing: Drawing, ring: Ring) -> None:
    """Strands that seem twisted: slanted pieces with curved sides, each with a shaded edge."""
    low, high = _borders(drawing, ring)
    paint_ring(drawing, low, high, LIGHT, seed=ring.seed + 7)
    step = TURN / ring.pieces(0.75)
    starts = [step * index for index in range(ring.pieces(0.75))]
    strands = [_strand(low, high, start, step * 0.52, step) for start in starts]
    shades = [_strand(low, high, start + step * 0.40, step * 0.12, step) for start in starts]
    drawing.fill("".join(strands), ring.look.ground if ring.look is not LIGHT else "#7a3b22")
    drawing.fill("".join(shades), "#1c120d", opacity=0.45)


def mosaic(drawing: Drawing, ring: Ring) -> None:
    """End-grain tiles in a repeated motif, glued up from strips."""
    low, high = _borders(drawing, ring)
    rows, columns = len(MOSAIC), len(MOSAIC[0])
    height, step = (high - low) / rows, TURN / ring.motifs / columns
    by_letter: dict[str, list[str]] = {}
    for row, line in enumerate(MOSAIC):
        lower, upper = low + row * height, low + (row + 1) * height
        for column, letter in enumerate(line):
            start, end = column * step, (column + 1) * step
            tile = polygon([(lower, start), (upper, start), (upper, end), (lower, end)])
            by_letter.setdefault(letter, []).append(tile)
    colours = ring.mosaic_colours
    drawing.fill(annulus(low, high), colours["d"])
    tiles = [f'<path d="{"".join(paths)}" fill="{colours[letter]}"/>' for letter, paths in by_letter.items()]
    seams = "".join(f"M{point(low, column * step)}L{point(high, column * step)}" for column in range(columns))
    tiles.append(f'<path d="{seams}" stroke="{_SEAM}" stroke-width="0.04" stroke-opacity="0.5"/>')
    drawing.repeat(tiles, ring.motifs)
    for row in range(1, rows):
        drawing.stroke(circle(low + row * height), _SEAM, 0.03, opacity=0.35)


def solid(drawing: Drawing, ring: Ring) -> None:
    """One material between two thin dark lines."""
    paint_ring(drawing, ring.inner, ring.outer, ring.look, seed=ring.seed, material_id=ring.material_id)
    for radius in (ring.inner, ring.outer):
        drawing.stroke(circle(radius), "#1a1310", 0.12, opacity=0.8)


def plain(drawing: Drawing, ring: Ring) -> None:
    """One colour, without grain or lines."""
    drawing.fill(annulus(ring.inner, ring.outer), ring.look.ground)


Inlay = Callable[[Drawing, Ring], None]
INLAYS: Mapping[str, Inlay] = {
    "SOLID": solid,
    "PURFLING": purfling,
    "HERRINGBONE": herringbone,
    "ROPE": rope,
    "MOSAIC": mosaic,
}


def _borders(drawing: Drawing, ring: Ring) -> tuple[float, float]:
    """A dark and a light line on both edges; the radii that are left between them."""
    line = ring.line
    for place, look in enumerate((DARK, LIGHT)):
        near, far = place * line, (place + 1) * line
        paint_ring(drawing, ring.inner + near, ring.inner + far, look, seed=ring.seed + place)
        paint_ring(drawing, ring.outer - far, ring.outer - near, look, seed=ring.seed + place + 2)
    return ring.inner + 2 * line, ring.outer - 2 * line


def _strand(low: float, high: float, start: float, width: float, lean: float) -> str:
    middle = (low + high) / 2
    return (
        f"M{point(low, start)}Q{point(middle, start + 0.2 * lean)} {point(high, start + lean)}"
        f"L{point(high, start + lean + width)}Q{point(middle, start + width + 0.8 * lean)} "
        f"{point(low, start + width)}Z"
    )
