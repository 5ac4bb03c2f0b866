"""Per move: how far it goes, how deep, how far over an edge, whether through a clamp."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from feasibility_svc.domain.gcode.extents import Box, Reach
from feasibility_svc.domain.gcode.moves import Flags, Floats, Moves
from feasibility_svc.domain.gcode.path import AXES_OF_PLANE, Pieces, blocks_of


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Lengths and levels of every move. NaN where a needed coordinate is not known."""

    lateral_mm: Floats
    """Length along X and Y, along the arc where it is one. [mm]"""
    drop_mm: Floats
    """How far it goes down; negative upwards. [mm]"""
    lowest_mm: Floats
    """Z of its lower end, and of an arc that dips below both, of its lowest point. [mm]"""
    known: Flags
    """Whether start and end are known on every axis."""
    ends_known: Flags

    @property
    def plunges(self) -> Flags:
        """Mostly downwards."""
        steep: Flags = self.drop_mm > self.lateral_mm
        return steep


_DOWN_RAD = {18: pi, 19: 3 * pi / 2}
"""Where an arc of the plane is lowest, counted as its angles are. [rad]"""


def shape_of(moves: Moves) -> Shape:
    starts = moves.starts(0, len(moves))
    ends = (moves.x_mm, moves.y_mm, moves.z_mm)
    lowest = np.fmin(starts[2], ends[2])
    lateral = np.hypot(ends[0] - starts[0], ends[1] - starts[1])
    arcs = moves.arcs
    for code, (one, two) in AXES_OF_PLANE.items():
        own = arcs.plane == code
        rows, centre, sweep = arcs.move[own], (arcs.first[own], arcs.second[own]), arcs.sweep_rad[own]
        out = starts[one][rows] - centre[0], starts[two][rows] - centre[1]
        radius = np.hypot(*out)
        lateral[rows] = radius * np.abs(sweep)
        if code in _DOWN_RAD:
            ahead = np.sign(sweep) * (_DOWN_RAD[code] - np.arctan2(out[1], out[0])) % (2 * pi)
            bottom = (centre[0] if one == 2 else centre[1]) - radius
            lowest[rows] = np.where(ahead <= np.abs(sweep), np.fmin(lowest[rows], bottom), lowest[rows])
    known = ~np.isnan(starts[0] + starts[1] + starts[2] + ends[0] + ends[1] + ends[2])
    ends_known = ~np.isnan(ends[0] + ends[1] + ends[2])
    return Shape(lateral, starts[2] - ends[2], lowest, known, ends_known)


def overreach_mm(
    moves: Moves, chosen: Flags, limits: Box, radius_mm: Floats, *, checkpoint: Callable[[], None] = lambda: None
) -> Floats:
    """How far each chosen move reaches over the limits in X and Y, and in Z downwards and upwards; 0 inside. [mm]

    Args:
        moves: The program.
        chosen: Which moves count.
        limits: What to stay in; an absent side is not limited.
        radius_mm: Of the tool of each move; 0 for its axis alone.
        checkpoint: Called now and then; what it raises ends the search.
    """
    over = np.zeros(len(moves))
    for pieces in blocks_of(moves):
        checkpoint()
        kept = chosen[pieces.row]
        row = pieces.row[kept]
        worst = np.zeros(len(row))
        for axis, reach in enumerate((limits.x_mm, limits.y_mm, limits.z_mm)):
            if reach is not None:
                grown = radius_mm[row] if axis < 2 else 0.0
                worst = np.fmax(worst, _beyond(pieces, kept, axis, reach, grown))
        np.maximum.at(over, row, worst)
    return over


def _beyond(pieces: Pieces, kept: Flags, axis: int, reach: Reach, grown: Floats | float) -> Floats:
    low = np.fmin(pieces.start_mm[kept, axis], pieces.end_mm[kept, axis])
    high = np.fmax(pieces.start_mm[kept, axis], pieces.end_mm[kept, axis])
    beyond: Floats = np.fmax(reach[0] - (low - grown), (high + grown) - reach[1])
    return beyond


def hits(
    moves: Moves, boxes: Sequence[Box], radius_mm: Floats, *, checkpoint: Callable[[], None] = lambda: None
) -> list[Flags]:
    """Which moves bring the tool into each box; corners count as if the tool were square."""
    hit = [np.zeros(len(moves), dtype=bool) for _ in boxes]
    for pieces in blocks_of(moves):
        checkpoint()
        radius = np.nan_to_num(radius_mm[pieces.row])
        for box, own in zip(boxes, hit, strict=True):
            if _comes_near(pieces, box, float(radius.max(initial=0.0))):
                np.logical_or.at(own, pieces.row, _inside(pieces, box, radius))
    return hit


def _comes_near(pieces: Pieces, box: Box, radius_mm: float) -> bool:
    """Whether the rectangle around the pieces meets that of the box."""
    for axis, reach in enumerate((box.x_mm, box.y_mm)):
        if reach is not None:
            ends = pieces.start_mm[:, axis], pieces.end_mm[:, axis]
            low = min(float(np.nanmin(end, initial=np.inf)) for end in ends)
            high = max(float(np.nanmax(end, initial=-np.inf)) for end in ends)
            if low > reach[1] + radius_mm or high < reach[0] - radius_mm:
                return False
    return True


def _inside(pieces: Pieces, box: Box, radius: Floats) -> Flags:
    window = np.zeros(len(pieces.row)), np.ones(len(pieces.row))
    for axis, reach in enumerate((box.x_mm, box.y_mm, box.z_mm)):
        if reach is None:
            continue
        grown = radius if axis < 2 else np.zeros(len(radius))
        low = reach[0] - grown if axis < 2 else grown - np.inf  # the tool stands above its tip
        first, last = _between(pieces, axis, low, reach[1] + grown)
        window = np.maximum(window[0], first), np.minimum(window[1], last)
    inside: Flags = window[0] < window[1]
    return inside


def _between(pieces: Pieces, axis: int, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The part of each piece, 0 to 1, between two planes; none where it is not known."""
    start, end = pieces.start_mm[:, axis], pieces.end_mm[:, axis]
    delta = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (low - start) / delta, (high - start) / delta
    first, last = np.minimum(one, two), np.maximum(one, two)
    level = delta == 0
    inside = (start > low) & (start < high)
    first = np.where(level, np.where(inside, -np.inf, np.inf), first)
    last = np.where(level, np.where(inside, np.inf, -np.inf), last)
    return np.where(np.isnan(first), np.inf, first), np.where(np.isnan(last), -np.inf, last)
