"""How long a program takes on a machine with finite acceleration: GRBL's planner.

1. every piece has the speed its feed and the axes allow, every corner the speed the junction deviation allows
2. backwards: no corner is faster than braking to the next one allows
3. forwards: nor faster than speeding up from the one before allows
4. a controller that looks only some pieces ahead is never faster than it can stop within them

Both passes are running minima: with u the square of a speed, u[i] = min(cap[i], u[i+1] + 2 a L[i]), so that u plus the
sum of what lies before it is a minimum over what lies behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from feasibility_svc.domain.gcode.moves import Flags, Floats, Kind, Moves
from feasibility_svc.domain.gcode.path import Pieces, blocks_of

Axes = tuple[float, float, float]

JUNCTION_DEVIATION_MM = 0.01
"""GRBL's default ($11). [mm]"""
PIECES_AHEAD = 14
"""Of GRBL's buffer of 16, when the speed into a piece is settled."""
_SLOWEST_FEED_MM_PER_MIN = 1.0  # GRBL's MINIMUM_FEED_RATE
_STRAIGHT, _BACK = -0.999999, 0.999999  # as in GRBL's planner.c
_AHEAD = 4_096


@dataclass(frozen=True, slots=True)
class Dynamics:
    """What the axes X, Y and Z of a machine can do."""

    acceleration_mm_per_s2: Axes
    max_rate_mm_per_min: Axes
    junction_deviation_mm: float = JUNCTION_DEVIATION_MM
    pieces_ahead: int = PIECES_AHEAD

    @classmethod
    def equal(cls, *, acceleration_mm_per_s2: float, max_rate_mm_per_min: float) -> "Dynamics":
        """Three equal axes."""
        return cls((acceleration_mm_per_s2,) * 3, (max_rate_mm_per_min,) * 3)


@dataclass(frozen=True, slots=True)
class Times:
    """Where the time of the moves goes. [s]"""

    cutting_s: float = 0.0
    rapid_s: float = 0.0

    @property
    def moving_s(self) -> float:
        return self.cutting_s + self.rapid_s


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Pieces with their speeds; arrays of equal length."""

    unit: Floats
    length_mm: Floats
    nominal: Floats
    """Speed the piece may reach. [mm/s]"""
    acceleration: Floats
    cap: Floats
    """Square of the speed its beginning allows. [mm2/s2]"""
    rapid: Floats

    def cut(self, first: int, last: int | None) -> "_Run":
        part = slice(first, last)
        return _Run(
            self.unit[part], self.length_mm[part], self.nominal[part], self.acceleration[part], self.cap[part],
            self.rapid[part],
        )  # fmt: skip

    def followed_by(self, other: "_Run") -> "_Run":
        pairs = zip(self.columns(), other.columns(), strict=True)
        return _Run(*(np.concatenate(pair) for pair in pairs))

    def columns(self) -> tuple[Floats, ...]:
        return self.unit, self.length_mm, self.nominal, self.acceleration, self.cap, self.rapid


def drive(moves: Moves, dynamics: Dynamics, *, checkpoint: Callable[[], None] = lambda: None) -> Times:
    """Drive all moves from rest to rest, standing still where the moves say so."""
    stops = np.zeros(len(moves) + 1, dtype=bool)
    stops[moves.stops] = True
    waiting: _Run | None = None
    entry = 0.0
    total = np.zeros(2)
    last: tuple[Floats, float] | None = None
    for pieces in blocks_of(moves):
        checkpoint()
        run = _run_of(moves, pieces, stops, dynamics, last)
        if not len(run.length_mm):
            continue
        last = run.unit[-1], float(run.nominal[-1])
        waiting = run if waiting is None else waiting.followed_by(run)
        ready = len(waiting.length_mm) - _AHEAD
        if ready > 0:
            times, entry = _passes(waiting, entry, ready, dynamics)
            total += times
            waiting = waiting.cut(ready, None)
    if waiting is not None:
        total += _passes(waiting, entry, len(waiting.length_mm), dynamics)[0]
    return Times(float(total[0]), float(total[1]))


def _run_of(moves: Moves, pieces: Pieces, stops: Flags, dynamics: Dynamics, last: tuple[Floats, float] | None) -> _Run:
    delta = np.nan_to_num(pieces.end_mm - pieces.start_mm)
    length = np.sqrt((delta * delta).sum(axis=1))
    kind = moves.kind[pieces.row]
    kept = (length > 0) & (kind != Kind.AWAY)
    stop = _carried_stops(moves, pieces, stops, kept)
    row, length, unit = pieces.row[kept], length[kept], delta[kept] / length[kept, None]
    rapid = (kind[kept] == Kind.RAPID).astype(np.float64)
    limit = _along(unit, dynamics.max_rate_mm_per_min)
    feed = np.maximum(moves.feed_mm_per_min[row], _SLOWEST_FEED_MM_PER_MIN)
    nominal = np.where(rapid > 0, limit, np.minimum(feed, limit)) / 60
    before = np.roll(unit, 1, axis=0)
    slower = np.roll(nominal, 1)
    if last is not None and len(row):
        before[0], slower[0] = last
    cap = np.minimum(np.minimum(nominal, slower) ** 2, _corner(before, unit, dynamics))
    if last is None and len(row):
        cap[0] = 0.0
    cap[stop] = 0.0
    return _Run(unit, length, nominal, _along(unit, dynamics.acceleration_mm_per_s2), cap, rapid)


def _carried_stops(moves: Moves, pieces: Pieces, stops: Flags, kept: Flags) -> Flags:
    """Whether the machine stands before a kept piece; a stop before one that is left out is passed on."""
    here = (stops[pieces.row] & (pieces.first_of_move > 0)) | (moves.kind[pieces.row] == Kind.AWAY)
    count = np.cumsum(here)[kept]
    stop: Flags = np.diff(count, prepend=0) > 0
    return stop


def _along(unit: Floats, limits: Axes) -> Floats:
    """What limits of the axes allow along a direction."""
    with np.errstate(divide="ignore"):
        allowed: Floats = (np.array(limits) / np.abs(unit)).min(axis=1)
    return allowed


def _corner(before: Floats, unit: Floats, dynamics: Dynamics) -> Floats:
    """Square of the speed through the corners between directions. [mm2/s2]"""
    cosine = -(before * unit).sum(axis=1)
    half = np.sqrt(0.5 * (1 - np.clip(cosine, -1, 1)))
    turn = unit - before
    size = np.sqrt((turn * turn).sum(axis=1))
    turn /= np.where(size > 0, size, 1.0)[:, None]
    bent = np.where(size > 0, 1.0, 0.0)
    acceleration = _along(np.where(bent[:, None] > 0, turn, 1.0), dynamics.acceleration_mm_per_s2)
    with np.errstate(divide="ignore"):
        square = acceleration * dynamics.junction_deviation_mm * half / (1 - half)
    square = np.where(cosine > _BACK, 0.0, square)
    corner: Floats = np.where(cosine < _STRAIGHT, np.inf, square)
    return corner


def _passes(run: _Run, entry: float, ready: int, dynamics: Dynamics) -> tuple[Floats, float]:
    """Cutting and rapid time of the first `ready` pieces, and the square of the speed they end with."""
    gain = 2 * run.acceleration * run.length_mm
    before = np.concatenate(([0.0], np.cumsum(gain)))
    caps = np.append(run.cap, 0.0)
    seen = np.minimum(np.arange(len(caps)) + dynamics.pieces_ahead, len(caps) - 1)
    caps = np.minimum(caps, before[seen] - before)
    caps[0] = entry
    backwards = np.minimum.accumulate((caps + before)[::-1])[::-1]
    squares = np.minimum.accumulate(backwards - 2 * before) + before
    squares = np.maximum(squares, 0.0)
    come, go = squares[:ready], squares[1 : ready + 1]
    acceleration, length, nominal = run.acceleration[:ready], run.length_mm[:ready], run.nominal[:ready]
    peak = np.minimum(nominal, np.sqrt((2 * acceleration * length + come + go) / 2))
    ramps = (2 * peak - np.sqrt(come) - np.sqrt(go)) / acceleration
    held = np.maximum(length - (2 * peak * peak - come - go) / (2 * acceleration), 0.0)
    seconds = ramps + held / peak
    rapid = run.rapid[:ready]
    return np.array([(seconds * (1 - rapid)).sum(), (seconds * rapid).sum()]), float(squares[ready])
