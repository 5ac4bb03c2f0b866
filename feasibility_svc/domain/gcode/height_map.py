"""How high the material stands, cell by cell, while tools pass over it."""

from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np
from numpy.typing import NDArray

from feasibility_svc.domain.gcode.cutters import Cutter
from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.moves import Flags, Floats

MOST_CELLS = 4_000_000
CELLS_PER_DIAMETER = 8
CELLS_PER_POINT = 16
"""Likewise, of a tool whose surface is not flat: where it stands highest out of the material."""
_PASSING_CELLS = 2.0
_SAME_MM = 1e-9
_FAR_MM = 5e4
"""Above every tip; keeps sums of it and a height exact to a micrometre. [mm]"""


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """The end of a tool as cells around its axis, nearest first."""

    cutter: Cutter
    diameter_mm: float
    """Where it stands highest out of the material."""
    dx: NDArray[np.int64]
    dy: NDArray[np.int64]
    height_mm: Floats
    """Of its surface above its tip, a number per cell."""
    inner_count: int
    """How many cells lie a cell or more inside the rim."""
    spare_mm: Floats
    """How much less counts of what only passes: places and cells are so far apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Passing:
    """What a tool met, a row per place and a column per cell of its stamp; negative where there is nothing. [mm]"""

    left_mm: Floats
    """Material above its surface when it came."""
    before_mm: Floats
    """The same before it came near. A pointed tool takes off little at a time of what it takes off in all."""


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

    def stamp(self, cutter: Cutter, depth_mm: float = inf) -> Stamp:
        """The cells a tool covers that goes so deep; at least the one under its axis."""
        diameter_mm = 2 * cutter.radius_at(depth_mm)
        radius = diameter_mm / 2 / self.cell_mm
        reach = ceil(radius)
        dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        distance = np.hypot(dx, dy).ravel()
        nearest = np.argsort(distance, kind="stable")
        count = max(int((distance <= radius).sum()), 1)
        inner = max(int((distance <= radius - 1).sum()), 1)
        kept = nearest[:count]
        away_mm = distance[kept] * self.cell_mm
        height = cutter.heights_mm(np.minimum(away_mm, cutter.diameter_mm / 2))
        spare = cutter.heights_mm(away_mm + _PASSING_CELLS * self.cell_mm) - height  # infinite at its rim
        spare[0] = spare[0] if np.isfinite(spare[0]) else 0.0
        return Stamp(cutter, diameter_mm, dx.ravel()[kept], dy.ravel()[kept], height, inner, spare)

    def pass_over(self, stamp: Stamp, at_mm: Floats, path_mm: Floats, removes: Flags) -> Passing:
        """Let a tool stand at places one after the other, and remove what is above its surface where it cuts.

        Args:
            stamp: The tool.
            at_mm: X, Y and Z of its tip, a row per place.
            path_mm: How far it came to each place.
            removes: Whether it cuts there.
        """
        cells = self._cells(stamp, at_mm)
        surface = at_mm[:, 2][:, None] + stamp.height_mm
        if not removes.any():
            material: Floats = self._heights[cells] - surface
            return Passing(material, material)
        order = np.argsort(cells.ravel(), kind="stable")
        cell = cells.ravel()[order]
        new_cell = np.empty(len(cell), dtype=bool)
        new_cell[0], new_cell[1:] = True, cell[1:] != cell[:-1]
        tip = np.where(removes[:, None], surface, _FAR_MM).ravel()[order]
        # Minimum of the tips that came before over the same cell: later cells lie a step lower, so that one
        # running minimum serves all of them.
        step = np.cumsum(new_cell) * (2 * _FAR_MM)
        came = np.where(new_cell, _FAR_MM, np.concatenate(([_FAR_MM], tip[:-1])))
        lowest = np.minimum.accumulate(came - step) + step
        stood = self._heights[cell]
        left = _back(np.minimum(stood, lowest), order, surface)
        before = left
        if not stamp.cutter.is_flat:
            lasting = stamp.diameter_mm + 2 * self.cell_mm
            path = np.repeat(path_mm + lasting * np.cumsum(_begins_anew(at_mm)), cells.shape[1])[order]
            before = _back(np.minimum(stood, _until(path, lasting, new_cell, np.minimum(lowest, tip))), order, surface)
        first = np.flatnonzero(new_cell)
        touched = cell[first]
        self._heights[touched] = np.minimum(self._heights[touched], np.minimum.reduceat(tip, first))
        return Passing(left, before)

    def _cells(self, stamp: Stamp, at_mm: Floats) -> NDArray[np.int64]:
        column = np.floor((at_mm[:, 0] - self._x) / self.cell_mm).astype(np.int64)[:, None] + stamp.dx
        row = np.floor((at_mm[:, 1] - self._y) / self.cell_mm).astype(np.int64)[:, None] + stamp.dy
        inside = (column >= 0) & (column < self._columns) & (row >= 0) & (row < self._rows)
        cells: NDArray[np.int64] = np.where(inside, row * self._columns + column, len(self._heights) - 1)
        return cells


def _back(values: Floats, order: NDArray[np.int64], surface: Floats) -> Floats:
    """Heights from the order of cells into that of places, above the surface of the tool."""
    stands = np.empty(len(values))
    stands[order] = values
    above: Floats = stands.reshape(surface.shape) - surface
    return above


def _begins_anew(at_mm: Floats) -> Flags:
    """Places where a pass ends and another begins: the tool came straight down, or turned back."""
    steps = np.diff(at_mm[:, :2], axis=0, prepend=at_mm[:1, :2])
    turned = np.concatenate(([False], (steps[1:] * steps[:-1]).sum(axis=1) < 0))
    plunged = (np.abs(steps) < _SAME_MM).all(axis=1) & (np.diff(at_mm[:, 2], prepend=at_mm[0, 2]) < 0)
    begins: Flags = turned | plunged
    return begins


def _until(path_mm: Floats, lasting_mm: float, new_cell: Flags, lowest: Floats) -> Floats:
    """The lowest surface that came over the same cell at least so much of the path earlier."""
    cell = np.cumsum(new_cell)
    key = cell * (float(np.ptp(path_mm)) + 2 * lasting_mm) + path_mm
    last = np.searchsorted(key, key - lasting_mm, side="right") - 1
    same = last >= np.flatnonzero(new_cell)[cell - 1]
    earlier: Floats = np.where(same, lowest[np.maximum(last, 0)], _FAR_MM)
    return earlier
