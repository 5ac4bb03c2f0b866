"""How far a path reaches, with the true extremes of its arcs."""

from dataclasses import dataclass
from math import pi

import numpy as np

from feasibility_svc.domain.gcode.moves import Flags, Floats, Kind, Moves
from feasibility_svc.domain.gcode.path import AXES_OF_PLANE

Reach = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A box along the axes. None where a side is not known or not limited. [mm]"""

    x_mm: Reach | None = None
    y_mm: Reach | None = None
    z_mm: Reach | None = None

    def grown(self, by_mm: float) -> "Box":
        """The box a tool of this radius touches: wider in X and Y, not in Z."""
        return Box(_grown(self.x_mm, by_mm), _grown(self.y_mm, by_mm), self.z_mm)

    def joined(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(_joined(self.x_mm, other.x_mm), _joined(self.y_mm, other.y_mm), _joined(self.z_mm, other.z_mm))


def extents(moves: Moves, chosen: Flags) -> Box:
    """The box around the chosen moves, from start to end; what is not known does not count."""
    rows = np.flatnonzero(chosen & (moves.kind != Kind.AWAY))
    columns = (moves.x_mm, moves.y_mm, moves.z_mm)
    points = []
    for column in columns:
        starts = column[np.maximum(rows - 1, 0)]
        points.append(np.concatenate((column[rows], starts[rows > 0])))
    for axis, extra in enumerate(_extremes(moves, chosen)):
        points[axis] = np.concatenate((points[axis], extra))
    return Box(*(_reach(column) for column in points))


def _extremes(moves: Moves, chosen: Flags) -> tuple[Floats, Floats, Floats]:
    """Coordinates where the chosen arcs turn round, by axis."""
    arcs = moves.arcs
    found: tuple[list[Floats], list[Floats], list[Floats]] = ([], [], [])
    columns = (moves.x_mm, moves.y_mm, moves.z_mm)
    for code, axes in AXES_OF_PLANE.items():
        kept = (arcs.plane == code) & chosen[arcs.move]
        row, sweep = arcs.move[kept], arcs.sweep_rad[kept]
        centre = (arcs.first[kept], arcs.second[kept])
        out = [columns[axis][row - 1] - middle for axis, middle in zip(axes, centre, strict=True)]
        begin = np.arctan2(out[1], out[0])
        radius = np.hypot(out[0], out[1])
        for quarter in range(4):
            ahead = np.where(sweep > 0, quarter * pi / 2 - begin, begin - quarter * pi / 2) % (2 * pi)
            passed = ahead <= np.abs(sweep)
            axis = quarter % 2
            side = radius if quarter < 2 else -radius
            found[axes[axis]].append((centre[axis] + side)[passed])
    return tuple(np.concatenate(values) for values in found)  # type: ignore[return-value]


def _reach(column: Floats) -> Reach | None:
    known = column[~np.isnan(column)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _grown(reach: Reach | None, by_mm: float) -> Reach | None:
    return None if reach is None else (reach[0] - by_mm, reach[1] + by_mm)


def _joined(one: Reach | None, other: Reach | None) -> Reach | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
