"""The moves of a program, as columns of numbers."""

from array import array
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from feasibility_svc.domain.gcode.arcs import Arc

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.signedinteger[Any]]
Flags: TypeAlias = NDArray[np.bool_]

MOST_MOVES = 1_250_000
"""Of a program; reading, sweeping and planning them takes under 300 MiB."""
MOST_CHORDS = 8_000_000
"""Of all its arcs; following them takes half a minute."""
MOST_TOOL_CHANGES = 1_000


class Kind(IntEnum):
    """How a move is made."""

    RAPID = 0
    LINE = 1
    CLOCKWISE = 2
    COUNTER_CLOCKWISE = 3
    AWAY = 4
    """A rapid to a place that is not known in work coordinates, such as home."""


FEED_STATED = 1
"""The line of the move has an F."""
FEED_OF_OTHER_TOOL = 2
"""No F since the tool was changed."""
_KIND_BITS, _FLAG_BITS = 3, 2
_TOOL_SHIFT = _KIND_BITS + _FLAG_BITS


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """What the arcs among the moves have besides their ends, a row each."""

    move: Integers
    """Row of the move."""
    first: Floats
    """Centre along the first axis of the plane: X of G17, Z of G18, Y of G19. [mm]"""
    second: Floats
    """Centre along the second axis: Y of G17, X of G18, Z of G19. [mm]"""
    sweep_rad: Floats
    """Counter-clockwise positive; over 2π where it goes round more than once. [rad]"""
    plane: Integers
    """17, 18 or 19."""
    chords: Integers
    """How many straight pieces follow it."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Columns of equal length, a row per move. A coordinate that is not known is NaN."""

    x_mm: Floats
    y_mm: Floats
    z_mm: Floats
    """Where the move ends; it starts where the one before ended."""
    feed_mm_per_min: Floats
    """0 for a rapid, and where the program states none."""
    speed_rpm: Floats
    """0 while the spindle stands."""
    line: Integers
    kind: Integers
    flags: Integers
    tool: Integers
    """Number of tool changes before the move; 0 is the tool that was in the spindle."""
    arcs: Arcs
    stops: Integers
    """Rows before which the machine stands still: a dwell, an M code, a change of speed where that stops it."""

    def __len__(self) -> int:
        return len(self.line)

    def starts(self, first: int, last: int) -> tuple[Floats, Floats, Floats]:
        """Where the moves of rows `first` to `last` - 1 start; NaN before the first one."""
        return _shifted(self.x_mm, first, last), _shifted(self.y_mm, first, last), _shifted(self.z_mm, first, last)


class MoveLog:
    """Takes moves one by one and keeps 48 bytes of each."""

    def __init__(self) -> None:
        self.floats = array("d")
        self.integers = array("i")
        self._arc_floats = array("d")
        self._arc_integers = array("i")
        self._stops = array("i")
        self._last_stop = -1
        self.chord_count = 0
        """Of all arcs so far."""

    def __len__(self) -> int:
        return len(self.integers) // 2

    def arc(self, arc: Arc, plane: int) -> None:
        """The next move is this arc."""
        chords = arc.chord_count
        self.chord_count += chords
        self._arc_floats.extend((*arc.centre, arc.sweep_rad))
        self._arc_integers.extend((len(self), plane, chords))

    def stop(self) -> None:
        """The machine stands still before the next move."""
        if self._last_stop != len(self):
            self._last_stop = len(self)
            self._stops.append(self._last_stop)

    def moves(self) -> Moves:
        """Everything that was taken, without a copy; the log takes no more after that."""
        floats = np.frombuffer(self.floats, dtype=np.float64).reshape(-1, 5)
        integers = np.frombuffer(self.integers, dtype=np.int32).reshape(-1, 2)
        arc_floats = np.frombuffer(self._arc_floats, dtype=np.float64).reshape(-1, 3)
        arc_integers = np.frombuffer(self._arc_integers, dtype=np.int32).reshape(-1, 3)
        packed = integers[:, 1]
        return Moves(
            x_mm=floats[:, 0],
            y_mm=floats[:, 1],
            z_mm=floats[:, 2],
            feed_mm_per_min=floats[:, 3],
            speed_rpm=floats[:, 4],
            line=integers[:, 0],
            kind=packed & (1 << _KIND_BITS) - 1,
            flags=packed >> _KIND_BITS & (1 << _FLAG_BITS) - 1,
            tool=packed >> _TOOL_SHIFT,
            arcs=Arcs(*arc_integers[:, 0:1].T, *arc_floats.T, *arc_integers[:, 1:].T),
            stops=np.frombuffer(self._stops, dtype=np.int32),
        )


def packed(kind: Kind, flags: int, tool: int) -> int:
    """Kind, flags and tool of a move in one number."""
    return kind | flags << _KIND_BITS | tool << _TOOL_SHIFT


def _shifted(column: Floats, first: int, last: int) -> Floats:
    if first > 0:
        return column[first - 1 : last - 1]
    before: Floats = np.concatenate(([np.nan], column[: max(last - 1, 0)]))[: len(column[:last])]
    return before
