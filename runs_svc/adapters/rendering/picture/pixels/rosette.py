"""The picture of a rosette as pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from runs_svc.adapters.rendering.picture.layout import Layout, lay_out
from runs_svc.adapters.rendering.picture.pixels.inlays import INLAYS
from runs_svc.adapters.rendering.picture.pixels.textures import Array, Texture, rgb, wood
from runs_svc.domain.shop.woods import TOP

_GLUE, _EDGE, _CUT, _DEEP, _LIT = "#2c201a", "#3a2a1c", "#c79f66", "#0d0906", "#3a2a1c"


@dataclass(frozen=True, slots=True)
class _Grid:
    """Points of a square picture, in half widths (-1 to 1), nearest to the middle first: a ring is a slice."""

    x: Array
    y: Array
    radius: Array
    turn: Array
    light: Array
    column: npt.NDArray[np.intp]
    place: npt.NDArray[np.intp]
    """Where each point of the picture, row by row, is found in that order."""


@lru_cache(maxsize=1)  # 150 MB for the largest picture
def _grid(size_px: int) -> _Grid:
    line = ((np.arange(size_px, dtype=np.float32) + np.float32(0.5)) * np.float32(2 / size_px)) - np.float32(1)
    x, y = (part.ravel() for part in np.meshgrid(line, line))
    order = np.argsort(np.hypot(x, y), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    x, y = x[order], y[order]
    turn = (np.arctan2(y, x) / np.float32(2 * np.pi)) % np.float32(1)
    light = np.float32(1.07) - np.float32(0.10) * np.hypot(x + np.float32(0.45), y + np.float32(0.55)) ** np.float32(
        1.5
    )
    return _Grid(x, y, np.hypot(x, y), turn, light[:, None], order % size_px, place)


def paint_rosette(design: Mapping[str, object], *, size_px: int) -> npt.NDArray[np.uint8]:
    """The picture of a design. The same design gives the same pixels.

    Args:
        design: `rmos.type.v1.Design` as JSON, with a rosette channel or rosette rings.
        size_px: Width and height.

    Returns:
        Array of shape (size_px, size_px, 3), red green blue.

    Raises:
        NothingToDrawError: It holds no rings with radius and width.
    """
    layout = lay_out(design)
    picture = _Picture(layout, size_px)
    if layout.in_channel:
        picture.ring(layout.inner, layout.outer, _flat(_GLUE))
    for ring in layout.rings:
        texture = _flat(ring.look.ground) if ring.plain else INLAYS[ring.pattern](ring, picture.pixel)
        picture.ring(ring.inner, ring.outer, texture)
    for edge in (layout.inner, layout.outer):
        picture.ring(edge - 0.09, edge + 0.09, _flat(_EDGE))
    picture.hole(layout.hole)
    return picture.pixels()


class _Picture:
    """Pixels being painted."""

    def __init__(self, layout: Layout, size_px: int) -> None:
        self._size_px = size_px
        self._grid = _grid(size_px)
        self._scale = np.float32(layout.half_width)
        self.pixel = 2 * layout.half_width / size_px
        across = (np.arange(size_px, dtype=np.float32) + np.float32(0.5)) * np.float32(self.pixel) - self._scale
        plate = wood(across, np.zeros_like(across), TOP, 11)
        self._dark = int(np.searchsorted(self._grid.radius, np.float32((layout.hole - 1.0) / layout.half_width)))
        self._colour = np.empty((size_px**2, 3), dtype=np.float32)
        self._colour[self._dark :] = plate[self._grid.column[self._dark :]]

    def ring(self, inner: float, outer: float, texture: Texture) -> None:
        """Paint a ring over what is there, with soft edges."""
        half = self.pixel / 2
        edges = np.array([inner - half, outer + half], dtype=np.float32) / self._scale
        start, end = np.searchsorted(self._grid.radius, edges)
        here = slice(int(start), int(end))
        radius = self._grid.radius[here] * self._scale
        x, y = self._grid.x[here] * self._scale, self._grid.y[here] * self._scale
        covered = np.minimum(radius - np.float32(inner), np.float32(outer) - radius) / np.float32(self.pixel)
        share = np.clip(covered + np.float32(0.5), 0, 1)[:, None]
        before = self._colour[here]
        before += (texture(x, y, radius, self._grid.turn[here]) - before) * share

    def hole(self, radius: float) -> None:
        """The dark of the box, lighter where light falls in, and the cut edge of the plate."""

        def inside(x: Array, y: Array, at: Array, turn: Array) -> Array:
            near = np.hypot(x - np.float32(0.25 * radius), y - np.float32(0.45 * radius)) / np.float32(1.25 * radius)
            lit = rgb(_LIT) + (rgb(_DEEP) - rgb(_LIT)) * np.clip(near, 0, 1)[:, None]
            return np.asarray(lit, dtype=np.float32)

        dark = slice(0, self._dark)  # all but the rim needs no blending
        x, y = self._grid.x[dark] * self._scale, self._grid.y[dark] * self._scale
        self._colour[dark] = inside(x, y, x, y)
        self.ring(radius - 1.0 - self.pixel, radius, inside)
        self.ring(radius - 0.25, radius + 0.25, _flat(_CUT))

    def pixels(self) -> npt.NDArray[np.uint8]:
        self._colour *= self._grid.light
        np.clip(self._colour, 0, 255, out=self._colour)
        return self._colour.astype(np.uint8)[self._grid.place].reshape(self._size_px, self._size_px, 3)


def _flat(colour: str) -> Texture:
    return lambda x, y, radius, turn: np.broadcast_to(rgb(colour), (len(x), 3))
