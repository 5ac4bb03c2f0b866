"""Drives a program over the height map and tells what each move met.

1. pieces below the top of the material become places along them, an eighth to a quarter of the tool apart
2. places closer together than a cell are one, with the lowest tip of them
3. each place meets the material the ones before it left; a cut then removes it, a rapid does not
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from feasibility_svc.domain.gcode.height_map import HeightMap, Stamp
from feasibility_svc.domain.gcode.moves import Flags, Floats, Integers, Kind, Moves
from feasibility_svc.domain.gcode.path import Pieces, blocks_of

MATERIAL_MM = 0.02
"""Less is scallops and rounding. [mm]"""
MOST_PLACES = 2_000_000
SIDE_SHARE = 0.15
"""Less of the diameter is a light cut at a side, or the edge of a cell."""
_CELLS_APART = 2
_BATCH = 2_048
_ROWS = 1_024
_SECOND = 2
_SMOOTHED = 5

_Depths: TypeAlias = tuple[Floats, Floats, Floats]
_Found: TypeAlias = tuple[Integers, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """What every move met, and every place of a lateral cut."""

    met_mm: Floats
    """Most material above the tip during each move. [mm]"""
    row: Integers
    """Move of each place of a lateral cut."""
    depth_mm: Floats
    """Material above the tip there, without single cells. [mm]"""
    length_mm: Floats
    """How far the tool came since the place before. [mm]"""
    width_mm: Floats
    """Width of what it removed, averaged over a few places. [mm]"""
    is_complete: bool
    """False: the path is too long or the region too large for its tools."""


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    at_mm: Floats
    length_mm: Floats
    removes: Flags
    of_piece: Integers
    """Place of each piece, -1 where it has none."""
    tool: Integers


def sweep(
    moves: Moves,
    material: HeightMap,
    diameters_mm: Mapping[int, float],
    *,
    checkpoint: Callable[[], None] = lambda: None,
    most_places: int = MOST_PLACES,
) -> Cuts:
    """Cut a program out of the material, which stays as it is left.

    Args:
        moves: The program.
        material: What earlier programs of the setup left.
        diameters_mm: By number of tool changes; moves of other tools are passed over.
        checkpoint: Called now and then; what it raises ends the sweep.
        most_places: A path of more places is swept in part only, and `is_complete` says so.
    """
    met = np.zeros(len(moves))
    found: list[_Found] = []
    stamps = {tool: material.stamp(diameter) for tool, diameter in diameters_mm.items()}
    complete = all(material.cell_mm <= stamp.diameter_mm / 2 for stamp in stamps.values())
    left = most_places
    for pieces in blocks_of(moves, rows=_ROWS):
        kept = _below_top(moves, pieces, material.top_mm, set(stamps))
        places = _places(moves, pieces, kept, material.cell_mm, left)
        if places is None:
            complete = False
            continue
        left -= len(places.at_mm)
        for tool in _runs(places.tool):
            checkpoint()
            depths = _meet(material, stamps[int(places.tool[tool.start])], places, tool)
            found.append(_note(met, pieces, places, tool, depths))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] if found else [np.empty(0)] * 4
    return Cuts(met, columns[0].astype(np.int64), columns[1], columns[2], columns[3], complete)


def _below_top(moves: Moves, pieces: Pieces, top_mm: float, tools: set[int]) -> Flags:
    """Pieces that may meet material: known, with a tool whose diameter is known, below the top at one end."""
    known = ~np.isnan(pieces.start_mm + pieces.end_mm).any(axis=1) & (moves.kind[pieces.row] != Kind.AWAY)
    low = np.minimum(pieces.start_mm[:, 2], pieces.end_mm[:, 2]) < top_mm
    kept: Flags = known & low & np.isin(moves.tool[pieces.row], list(tools))
    return kept


def _places(moves: Moves, pieces: Pieces, kept: Flags, cell_mm: float, most: int) -> _Places | None:
    chosen = np.flatnonzero(kept)
    start, end = pieces.start_mm[chosen], pieces.end_mm[chosen]
    lateral = np.hypot(*(end - start)[:, :2].T)
    counts = np.maximum(np.ceil(lateral / (_CELLS_APART * cell_mm)), 1)
    if counts.sum() > most:
        return None
    counts = counts.astype(np.int64)
    owner = np.repeat(np.arange(len(chosen)), counts)
    along = (np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1) / counts[owner]
    at = start[owner] + (end - start)[owner] * along[:, None]
    step = (lateral / counts)[owner]
    rapid = moves.kind[pieces.row[chosen]][owner] == Kind.RAPID
    tool = moves.tool[pieces.row[chosen]][owner]
    bucket = np.floor(np.cumsum(step) / cell_mm)
    new = np.ones(len(owner), dtype=bool)
    vertical = np.abs((end - start)[:, 2]) > lateral
    same = (bucket[1:] == bucket[:-1]) & (rapid[1:] == rapid[:-1]) & (tool[1:] == tool[:-1])
    new[1:] = ~same | vertical[owner][1:] | vertical[owner][:-1]
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(owner)) - 1
    of_piece = np.full(len(kept), -1)
    of_piece[chosen[owner]] = np.cumsum(new) - 1
    if not len(first):
        return _Places(at, step, ~rapid, of_piece, tool)
    at_place = at[last]
    at_place[:, 2] = np.minimum.reduceat(at[:, 2], first)
    return _Places(at_place, np.add.reduceat(step, first), ~rapid[last], of_piece, tool[last])


def _runs(tool: Integers) -> list[slice]:
    """Stretches of one tool, not longer than a batch."""
    ends = [*(np.flatnonzero(np.diff(tool)) + 1).tolist(), len(tool)]
    cuts: list[slice] = []
    begin = 0
    for end in ends:
        cuts.extend(slice(first, min(first + _BATCH, end)) for first in range(begin, end, _BATCH))
        begin = end
    return cuts


def _meet(material: HeightMap, stamp: Stamp, places: _Places, part: slice) -> _Depths:
    """Most material, material without single cells, and width removed, for each place."""
    at, removes = places.at_mm[part], places.removes[part]
    above = material.pass_over(stamp, at[:, 0], at[:, 1], at[:, 2], removes)
    most = np.where(removes, above.max(axis=1), above[:, : stamp.inner_count].max(axis=1))
    rank = min(_SECOND, above.shape[1])
    robust = np.partition(above, -rank, axis=1)[:, -rank]
    removed = (above > MATERIAL_MM).sum(axis=1) * material.cell_mm**2
    return np.maximum(most, 0.0), np.maximum(robust, 0.0), _smoothed(removed, places.length_mm[part])


def _smoothed(removed_mm2: Floats, length_mm: Floats) -> Floats:
    window = np.ones(min(_SMOOTHED, len(removed_mm2)))
    area = np.convolve(removed_mm2, window, mode="same")
    length = np.convolve(length_mm, window, mode="same")
    width: Floats = area / np.maximum(length, 1e-9)
    return width


def _note(met: Floats, pieces: Pieces, places: _Places, part: slice, depths: _Depths) -> _Found:
    """Keep what each move met; the places of lateral cuts."""
    most, robust, width = depths
    chosen = (places.of_piece >= part.start) & (places.of_piece < part.stop)
    rows = pieces.row[chosen]
    np.maximum.at(met, rows, most[places.of_piece[chosen] - part.start])
    row_of = np.zeros(part.stop - part.start, dtype=np.int64)
    row_of[places.of_piece[chosen] - part.start] = rows
    cutting = places.removes[part] & (robust > MATERIAL_MM) & (places.length_mm[part] > 0)
    return row_of[cutting], robust[cutting], places.length_mm[part][cutting], width[cutting]
