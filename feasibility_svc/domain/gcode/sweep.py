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
_DEEPEST = 4
_LEAST_CELLS = 2
_NEARLY = 0.75
_SMOOTHED = 5
_NOTHING = 1e-9

_Depths: TypeAlias = tuple[Floats, Floats, Floats, Floats]
_Found: TypeAlias = tuple[Integers, Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """What every move met, and every place of a lateral cut."""

    met_mm: Floats
    """Most material above the tip during each move. [mm]"""
    row: Integers
    """Move of each place of a lateral cut."""
    depth_mm: Floats
    """Material above the tip there, over more than a sliver of its width. [mm]"""
    side_mm: Floats
    """Material above the tip there, slivers at a side too. [mm]"""
    length_mm: Floats
    """How far the tool came since the place before. [mm]"""
    width_share: Floats
    """Width of what it removed, averaged over a few places, as a share of the tool's; 1 of a pointed tool."""
    is_complete: bool
    """False: the path is too long or the region too large for its tools."""


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    at_mm: Floats
    length_mm: Floats
    removes: Flags
    row: Integers
    of_piece: Integers
    """Last place of each piece, -1 where it has none."""
    tool: Integers


def sweep(
    moves: Moves,
    material: HeightMap,
    stamps: Mapping[int, Stamp],
    *,
    checkpoint: Callable[[], None] = lambda: None,
    most_places: int = MOST_PLACES,
) -> Cuts:
    """Cut a program out of the material, which stays as it is left.

    Args:
        moves: The program.
        material: What earlier programs of the setup left.
        stamps: Of its tools, by number of tool changes; moves of other tools are passed over.
        checkpoint: Called now and then; what it raises ends the sweep.
        most_places: A path of more places is swept in part only, and `is_complete` says so.
    """
    met = np.zeros(len(moves))
    found: list[_Found] = []
    complete = all(material.cell_mm <= stamp.diameter_mm / _LEAST_CELLS for stamp in stamps.values())
    left = most_places
    for pieces in blocks_of(moves, rows=_ROWS):
        kept = _below_top(moves, pieces, material.top_mm, set(stamps))
        places = _places(moves, pieces, kept, material.cell_mm, left)
        if places is None:
            complete = False
            break
        left -= len(places.at_mm)
        for tool in _runs(places.tool):
            checkpoint()
            depths = _meet(material, stamps[int(places.tool[tool.start])], places, tool)
            found.append(_note(met, pieces, places, tool, depths))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] if found else [np.empty(0)] * 5
    return Cuts(met, columns[0].astype(np.int64), columns[1], columns[2], columns[3], columns[4], complete)


def _below_top(moves: Moves, pieces: Pieces, top_mm: float, tools: set[int]) -> Flags:
    """Pieces that may meet material: with a known end and tool, below the top at one end."""
    known = ~np.isnan(pieces.end_mm).any(axis=1) & (moves.kind[pieces.row] != Kind.AWAY)
    low = np.fmin(pieces.start_mm[:, 2], pieces.end_mm[:, 2]) < top_mm
    kept: Flags = known & low & np.isin(moves.tool[pieces.row], list(tools))
    return kept


def _places(moves: Moves, pieces: Pieces, kept: Flags, cell_mm: float, most: int) -> _Places | None:
    chosen = np.flatnonzero(kept)
    end = pieces.end_mm[chosen]
    start = np.where(np.isnan(pieces.start_mm[chosen]), end, pieces.start_mm[chosen])  # at least its end is met
    rows = pieces.row[chosen]
    lateral = np.hypot(*(end - start)[:, :2].T)
    counts = np.maximum(np.ceil(lateral / (_CELLS_APART * cell_mm)), 1)
    if counts.sum() > most:
        return None
    counts = counts.astype(np.int64)
    owner = np.repeat(np.arange(len(chosen)), counts)
    along = (np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1) / counts[owner]
    at = start[owner] + (end - start)[owner] * along[:, None]
    step = (lateral / counts)[owner]
    rapid = moves.kind[rows][owner] == Kind.RAPID
    tool = moves.tool[rows][owner]
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
        return _Places(at, step, ~rapid, rows[owner], of_piece, tool)
    at_place = at[last]
    at_place[:, 2] = np.minimum.reduceat(at[:, 2], first)
    return _Places(at_place, np.add.reduceat(step, first), ~rapid[last], rows[owner[last]], of_piece, tool[last])


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
    at, removes, length = places.at_mm[part], places.removes[part], places.length_mm[part]
    met = material.pass_over(stamp, at, np.cumsum(length), removes)
    above = met.left_mm
    if stamp.cutter.is_flat:
        most = np.where(removes, above.max(axis=1), above[:, : stamp.inner_count].max(axis=1))
        robust, side = _over_width(above, stamp, length, material.cell_mm)
        removed = (above > np.maximum(_NEARLY * robust, MATERIAL_MM)[:, None]).sum(axis=1) * material.cell_mm**2
        return np.maximum(most, 0.0), robust, side, _smoothed(removed, length) / stamp.diameter_mm
    most = np.where(removes, above.max(axis=1), (above - stamp.spare_mm).max(axis=1))
    depth = np.maximum(met.before_mm.max(axis=1), 0.0)
    return np.maximum(most, 0.0), depth, depth, np.ones(len(depth))


def _over_width(above: Floats, stamp: Stamp, length_mm: Floats, cell_mm: float) -> tuple[Floats, Floats]:
    """Material over more than a sliver of the tool's width, and over two cells: the edge of one does not count."""
    kept = min(_DEEPEST, above.shape[1])
    deepest = np.sort(np.partition(above, -kept, axis=1)[:, -kept:], axis=1)
    cells = np.ceil(SIDE_SHARE * stamp.diameter_mm * length_mm / cell_mm**2)
    rank = np.clip(cells, min(2, kept), kept).astype(np.int64)
    over = deepest[np.arange(len(deepest)), kept - rank]
    return np.maximum(over, 0.0), np.maximum(deepest[:, kept - min(2, kept)], 0.0)


def _smoothed(removed_mm2: Floats, length_mm: Floats) -> Floats:
    """Width removed, here or on average over a few places, whichever is less: a side cut begins at once."""
    window = np.ones(min(_SMOOTHED, len(removed_mm2)))
    area = np.convolve(removed_mm2, window, mode="same")
    length = np.convolve(length_mm, window, mode="same")
    own = removed_mm2 / np.maximum(length_mm, _NOTHING)
    width: Floats = np.minimum(area / np.maximum(length, _NOTHING), own)
    return width


def _note(met: Floats, pieces: Pieces, places: _Places, part: slice, depths: _Depths) -> _Found:
    """Keep what each move met; the places of lateral cuts."""
    most, robust, side, width = depths
    row = places.row[part]
    np.maximum.at(met, row, most)
    merged = (places.of_piece >= part.start) & (places.of_piece < part.stop)
    np.maximum.at(met, pieces.row[merged], most[places.of_piece[merged] - part.start])
    cutting = places.removes[part] & (side > MATERIAL_MM) & (places.length_mm[part] > 0)
    return row[cutting], robust[cutting], side[cutting], places.length_mm[part][cutting], width[cutting]
