"""How high the material stands, cell by cell, while tools pass over it."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.moves import Flags, Floats

MOST_CELLS = 4_000_000
CELLS_PER_DIAMETER = 8
_FAR_MM = 5e4
"""Above every tip; keeps sums of it and a height exact to a micrometre. [mm]"""


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """The flat end of a tool as cells around its axis, nearest first."""

    diameter_mm: float
    dx: NDArray[np.int64]
    dy: NDArray[np.int64]
    inner_count: int
    """How many of them lie a cell or more inside the rim."""


class HeightMap:
    """Material over a rectangle; outside it there is none."""

    def __init__(self, region: Box, top_mm: float, cell_mm: float) -> None:
        """A region that is flat at its top. A cell is enlarged where there would be more than `MOST_CELLS`."""
        assert region.x_mm is not None
        assert region.y_mm is not None
        (x_min, x_max), (y_min, y_max) = region.x_mm, region.y_mm
        width, depth = max(x_max - x_min, cell_mm), max(y_max - y_min, cell_mm)
        self.cell_mm = max(cell_mm, sqrt(width * depth / MOST_CELLS), max(width, depth) / MOST_CELLS)
        self.top_mm = top_mm
        self._x, self._y = x_min, y_min
        self._columns, self._rows = ceil(width / self.cell_mm), ceil(depth / self.cell_mm)
        self._heights = np.full(self._columns * self._rows + 1, top_mm)
        self._heights[-1] = -np.inf  # everywhere else

    def stamp(self, diameter_mm: float) -> Stamp:
        """The cells a tool of this diameter covers; at least the one under its axis."""
        radius = diameter_mm / 2 / self.cell_mm
        reach = ceil(radius)
        dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        distance = np.hypot(dx, dy).ravel()
        nearest = np.argsort(distance, kind="stable")
        count = max(int((distance <= radius).sum()), 1)
        inner = max(int((distance <= radius - 1).sum()), 1)
        return Stamp(diameter_mm, dx.ravel()[nearest[:count]], dy.ravel()[nearest[:count]], inner)

    def pass_over(self, stamp: Stamp, x_mm: Floats, y_mm: Floats, z_mm: Floats, removes: Flags) -> Floats:
        """Let a tool stand at places one after the other, and remove what is above its tip where it cuts.

        Returns:
            Material above the tip before it came, a row per place and a column per cell of the stamp; negative where
            there is none. [mm]
        """
        cells = self._cells(stamp, x_mm, y_mm)
        if not removes.any():
            material: Floats = self._heights[cells] - z_mm[:, None]
            return material
        flat = cells.ravel()
        order = np.argsort(flat, kind="stable")
        cell = flat[order]
        new_cell = np.empty(len(cell), dtype=bool)
        new_cell[0], new_cell[1:] = True, cell[1:] != cell[:-1]
        tip = np.repeat(np.where(removes, z_mm, _FAR_MM), cells.shape[1])[order]
        # Minimum of the tips that came before over the same cell: later cells lie a step lower, so that one
        # running minimum serves all of them.
        step = np.cumsum(new_cell) * (2 * _FAR_MM)
        came = np.where(new_cell, _FAR_MM, np.concatenate(([_FAR_MM], tip[:-1])))
        lowest = np.minimum.accumulate(came - step) + step
        stands = np.empty(len(cell))
        stands[order] = np.minimum(self._heights[cell], lowest)
        first = np.flatnonzero(new_cell)
        touched = cell[first]
        self._heights[touched] = np.minimum(self._heights[touched], np.minimum.reduceat(tip, first))
        left: Floats = stands.reshape(cells.shape) - z_mm[:, None]
        return left

    def _cells(self, stamp: Stamp, x_mm: Floats, y_mm: Floats) -> NDArray[np.int64]:
        column = np.floor((x_mm - self._x) / self.cell_mm).astype(np.int64)[:, None] + stamp.dx
        row = np.floor((y_mm - self._y) / self.cell_mm).astype(np.int64)[:, None] + stamp.dy
        inside = (column >= 0) & (column < self._columns) & (row >= 0) & (row < self._rows)
        cells: NDArray[np.int64] = np.where(inside, row * self._columns + column, len(self._heights) - 1)
        return cells
