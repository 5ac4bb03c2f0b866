"""How much of the stock becomes the part, compared with what could be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, pi, sqrt

SLACK_MM = 1e-6
"""By how much lengths may differ and still be the same: sizes in inches are no whole numbers of millimetres. [mm]"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of one part on one stock."""

    columns: int
    rows: int

    @property
    def capacity(self) -> int:
        return self.columns * self.rows


def grid(
    *, stock_width_mm: float, stock_length_mm: float, cell_width_mm: float, cell_length_mm: float, spacing_mm: float
) -> Layout:
    """Square grid of cells with `spacing_mm` between neighbours, none at the edges.

    n = ⌊(W + k) / (w + k)⌋ ⌊(H + k) / (h + k)⌋

    >>> grid(stock_width_mm=230, stock_length_mm=1080, cell_width_mm=70, cell_length_mm=510, spacing_mm=3).capacity
    6
    """
    columns = floor((stock_width_mm + spacing_mm + SLACK_MM) / (cell_width_mm + spacing_mm))
    rows = floor((stock_length_mm + spacing_mm + SLACK_MM) / (cell_length_mm + spacing_mm))
    return Layout(max(columns, 0), max(rows, 0))


def ring_area_mm2(*, outer_radius_mm: float, inner_radius_mm: float) -> float:
    """Area of a ring. [mm2]"""
    return pi * (outer_radius_mm**2 - inner_radius_mm**2)


def polygon_area_mm2(points: Sequence[tuple[float, float]]) -> float:
    """Area of a closed polygon by the shoelace formula, whatever its sense. [mm2]

    >>> polygon_area_mm2([(0, 0), (2, 0), (2, 3), (0, 3)])
    6.0
    """
    neighbours = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in neighbours)) / 2


def ring_reference(*, net_mm2: float, outer_diameter_mm: float, spacing_mm: float, rows: int) -> float:
    """Yield a full sheet of rings could reach: square grid, hexagonal from three rows on. [-]"""
    square = net_mm2 / (outer_diameter_mm + spacing_mm) ** 2
    return square * 2 / sqrt(3) if rows >= 3 else square


def strips_needed(*, length_mm: float, strip_length_mm: float) -> int:
    """Number of strips for a length of purfling."""
    return ceil(length_mm / strip_length_mm)


def tiles_needed(*, around_mm: float, pitch_mm: float, waste: float) -> int:
    """Number of tiles around a ring, those that break or do not match included.

    >>> tiles_needed(around_mm=100, pitch_mm=2, waste=0.1)
    56
    """
    return ceil(ceil(around_mm / pitch_mm) / (1 - waste))


def purfling_length_mm(*, mean_diameters_mm: Sequence[float], plies: Sequence[int], trim_mm: float) -> float:
    """Strip length of purfling rings: each ply once around plus its trim. [mm]"""
    rings = zip(mean_diameters_mm, plies, strict=True)
    return sum(count * (pi * diameter_mm + trim_mm) for diameter_mm, count in rings)
