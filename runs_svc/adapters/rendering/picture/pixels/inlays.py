"""Inlays as textures. Each gives the colour at points of a ring."""

from collections.abc import Callable, Mapping

import numpy as np

from runs_svc.adapters.rendering.picture.layout import MOSAIC, Ring, purfling_layers
from runs_svc.adapters.rendering.picture.pixels.textures import Array, Texture, bars, mix, rgb, shell, wood
from runs_svc.domain.shop.woods import DARK, LIGHT, Look

_TURN = 2 * np.pi


def purfling(ring: Ring, pixel: float) -> Texture:
    """Lines of dark and light veneer."""
    return _layers(purfling_layers(ring, DARK, LIGHT), pixel, ring.seed)


def herringbone(ring: Ring, pixel: float) -> Texture:
    """Two rows of slanted pieces, mirrored at the middle."""
    count, low, high = ring.pieces(0.46), ring.inner + 2 * ring.line, ring.outer - 2 * ring.line
    dark = rgb(ring.look.ground if ring.look is not LIGHT else DARK.ground)
    softness = pixel * count / (_TURN * ring.middle)

    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        height = np.abs((radius - low) / np.float32(high - low) - np.float32(0.5)) * 2
        phase = turn * np.float32(count) + height * np.float32(1.15)
        return mix(rgb(LIGHT.ground), dark, bars(phase, 0.5, softness))

    return _between_lines(colour, ring, pixel)


def rope(ring: Ring, pixel: float) -> Texture:
    """Strands that seem twisted: round, lit from one side."""
    count, low, high = ring.pieces(0.75), ring.inner + 2 * ring.line, ring.outer - 2 * ring.line
    strand = rgb(ring.look.ground if ring.look is not LIGHT else "#7a3b22")
    softness = pixel * count / (_TURN * ring.middle)

    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        height = (radius - low) / np.float32(high - low)
        twist = height + np.float32(0.13) * np.sin(height * np.float32(_TURN))
        phase = turn * np.float32(count) - twist
        round_ = np.float32(0.72) + np.float32(0.42) * np.abs(np.sin(phase * np.float32(_TURN)))
        result: Array = mix(rgb(LIGHT.ground), strand, bars(phase, 0.52, softness)) * round_[:, None]
        return result

    return _between_lines(colour, ring, pixel)


def mosaic(ring: Ring, pixel: float) -> Texture:
    """End-grain tiles in a repeated motif, with the seams between them."""
    low, high = ring.inner + 2 * ring.line, ring.outer - 2 * ring.line
    rows, columns = len(MOSAIC), len(MOSAIC[0])
    letters = sorted(ring.mosaic_colours)
    palette = np.stack([rgb(ring.mosaic_colours[letter]) for letter in letters])
    tiles = np.array([[letters.index(letter) for letter in line] for line in MOSAIC])
    tile = (high - low) / rows
    step = np.float32(pixel / tile / 3)

    def at(row: Array, column: Array) -> Array:
        rows_ = np.clip(row.astype(np.intp), 0, rows - 1)
        result: Array = palette[tiles[rows_, column.astype(np.intp) % columns]]
        return result

    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        row = (radius - np.float32(low)) / np.float32(tile)
        column = turn * np.float32(ring.motifs * columns)
        soft = (at(row - step, column - step) + at(row + step, column + step)) / 2
        tone = np.sin(np.floor(row) * 7 + np.floor(column) * 13) * np.float32(0.05) + np.float32(1)
        seam = np.minimum(bars(row + 0.06, 0.12, 0.2), 1) + bars(column + 0.06, 0.12, 0.2)
        result: Array = soft * (tone - np.float32(0.16) * np.minimum(seam, 1))[:, None]
        return result

    return _between_lines(colour, ring, pixel)


def solid(ring: Ring, pixel: float) -> Texture:
    """One material between two thin dark lines."""
    pieces = max(8, round(_TURN * ring.middle / max(6.0, 2.2 * ring.width)))

    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        if ring.look.surface == "shell":
            return shell(x, y, turn, pieces, ring.material_id)
        return wood(x, y, ring.look, ring.seed)

    def lined(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        edge = np.minimum(radius - np.float32(ring.inner), np.float32(ring.outer) - radius)
        line = np.clip((np.float32(0.10) - edge) / np.float32(pixel) + np.float32(0.5), 0, 1) * np.float32(0.8)
        return mix(colour(x, y, radius, turn), rgb("#1a1310"), line)

    return lined


INLAYS: Mapping[str, Callable[[Ring, float], Texture]] = {
    "SOLID": solid,
    "PURFLING": purfling,
    "HERRINGBONE": herringbone,
    "ROPE": rope,
    "MOSAIC": mosaic,
}


def _between_lines(inside: Texture, ring: Ring, pixel: float) -> Texture:
    """A texture with a dark and a light line on both edges."""
    line = ring.line
    edges = (ring.inner + line, ring.inner + 2 * line, ring.outer - 2 * line, ring.outer - line)

    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        found = mix(rgb(LIGHT.ground), inside(x, y, radius, turn), _within(radius, edges[1], edges[2], pixel))
        return mix(rgb(DARK.ground), found, _within(radius, edges[0], edges[3], pixel))

    return colour


def _layers(layers: list[tuple[float, float, Look]], pixel: float, seed: int) -> Texture:
    def colour(x: Array, y: Array, radius: Array, turn: Array) -> Array:
        found = wood(x, y, layers[0][2], seed)
        for inner, _, look in layers[1:]:
            reached = np.clip((radius - np.float32(inner)) / np.float32(pixel) + np.float32(0.5), 0, 1)
            found = mix(found, _plain_or_grain(x, y, look, seed), reached)
        return found

    return colour


def _plain_or_grain(x: Array, y: Array, look: Look, seed: int) -> Array:
    return rgb(look.ground) if look in (DARK, LIGHT) else wood(x, y, look, seed)


def _within(radius: Array, low: float, high: float, pixel: float) -> Array:
    distance = np.minimum(radius - np.float32(low), np.float32(high) - radius)
    covered: Array = np.clip(distance / np.float32(pixel) + np.float32(0.5), 0, 1)
    return covered
