"""The moves as straight pieces: arcs become chords no farther from them than a tolerance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from feasibility_svc.domain.gcode.moves import Floats, Integers, Moves

_ROWS = 8_192
_PIECES = 65_536
"""Of one block, apart from the move that goes over it."""
AXES_OF_PLANE = {17: (0, 1), 18: (2, 0), 19: (1, 2)}


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Straight pieces in the order they are made. Three columns each: X, Y, Z; NaN where not known. [mm]"""

    start_mm: Floats
    end_mm: Floats
    row: Integers
    """Row of the move a piece belongs to."""
    first_of_move: Integers
    """1 where a piece begins a move."""


def blocks_of(moves: Moves, *, rows: int = _ROWS) -> Iterator[Pieces]:
    """All pieces, some thousand moves at a time, so that memory does not grow with the program."""
    arcs = moves.arcs
    chords = np.concatenate(([0], np.cumsum(arcs.chords)))
    first = 0
    while first < len(moves):
        last = min(first + rows, len(moves))
        met = np.searchsorted(arcs.move, (first, last))
        over = np.searchsorted(chords, chords[met[0]] + _PIECES)  # so many arcs fill a block
        if over < met[1]:
            last = int(arcs.move[over])
        yield pieces_of(moves, first, last)
        first = last


def pieces_of(moves: Moves, first: int, last: int) -> Pieces:
    """The pieces of the rows `first` to `last` - 1."""
    start = np.stack(moves.starts(first, last), axis=1)
    end = np.stack((moves.x_mm[first:last], moves.y_mm[first:last], moves.z_mm[first:last]), axis=1)
    row = np.arange(first, last)
    arcs = slice(*np.searchsorted(moves.arcs.move, (first, last)))
    if arcs.start == arcs.stop:
        return Pieces(start, end, row, np.ones(len(row), dtype=np.int64))
    where = moves.arcs.move[arcs] - first
    sweep, plane = moves.arcs.sweep_rad[arcs], moves.arcs.plane[arcs]
    centre = np.stack((moves.arcs.first[arcs], moves.arcs.second[arcs]), axis=1)
    counts = np.ones(len(row), dtype=np.int64)
    counts[where] = moves.arcs.chords[arcs]
    owner = np.repeat(np.arange(len(row)), counts)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    ends = end[owner]
    arc_of = np.full(len(row), -1)
    arc_of[where] = np.arange(len(where))
    inner = np.flatnonzero((arc_of[owner] >= 0) & (nth + 1 < counts[owner]))
    arc, fraction = arc_of[owner[inner]], (nth[inner] + 1) / counts[owner[inner]]
    for code, (one, two) in AXES_OF_PLANE.items():
        chosen = plane[arc] == code
        which, at, along = inner[chosen], arc[chosen], fraction[chosen]
        own = owner[which]
        on_arc = _on_arc(start[own][:, (one, two)], end[own][:, (one, two)], centre[at], sweep[at] * along, along)
        third = 3 - one - two
        ends[which, one], ends[which, two] = on_arc
        ends[which, third] = start[own, third] + (end[own, third] - start[own, third]) * along
    starts = np.where((nth > 0)[:, None], np.roll(ends, 1, axis=0), start[owner])
    return Pieces(starts, ends, row[owner], (nth == 0).astype(np.int64))


def _on_arc(start: Floats, end: Floats, centre: Floats, turned: Floats, along: Floats) -> tuple[Floats, Floats]:
    """Points of arcs; the radius goes evenly from that of the start to that of the end."""
    out, back = start - centre, end - centre
    radius = np.hypot(*out.T)
    radius = radius + (np.hypot(*back.T) - radius) * along
    angle = np.arctan2(out[:, 1], out[:, 0]) + turned
    return centre[:, 0] + radius * np.cos(angle), centre[:, 1] + radius * np.sin(angle)
