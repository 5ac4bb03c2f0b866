"""How long a program takes: moves on the machine's axes, dwells, tool changes."""

from collections.abc import Callable

import numpy as np

from feasibility_svc.domain.gcode.envelope import MachineLimits
from feasibility_svc.domain.gcode.geometry import shape_of
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.planner import Dynamics, Times, drive
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.report import CutTime

SLOW_MM_PER_S2 = 50.0
"""A machine hardly accelerates less; bounds the time from above where nothing is known. [mm/s2]"""
QUICK_MM_PER_S2 = 5_000.0
USUAL_RATE_MM_PER_MIN = 5_000.0
"""Of rapids, where nothing is known. [mm/min]"""


def cut_time(program: Program, machine: MachineLimits, *, checkpoint: Callable[[], None] = lambda: None) -> CutTime:
    """The time on this machine; a range where its acceleration or rate are not known."""
    known = machine.dynamics()
    if known is not None:
        shortest = longest = drive(program.moves, known, checkpoint=checkpoint)
    else:
        shortest = drive(program.moves, _assumed(machine, QUICK_MM_PER_S2), checkpoint=checkpoint)
        longest = drive(program.moves, _assumed(machine, SLOW_MM_PER_S2), checkpoint=checkpoint)
    changes = len(program.tools) * (machine.tool_change_s or 0.0)
    waiting = program.dwell_s + changes
    return CutTime(
        shortest_s=shortest.moving_s + waiting,
        longest_s=longest.moving_s + waiting,
        feed_only_s=_feed_only_s(program) + waiting,
        cutting_s=_middle(shortest, longest).cutting_s,
        rapid_s=_middle(shortest, longest).rapid_s,
        dwell_s=program.dwell_s,
        tool_change_s=changes,
    )


def _assumed(machine: MachineLimits, acceleration_mm_per_s2: float) -> Dynamics:
    rate = machine.max_feed_rate_mm_per_min or USUAL_RATE_MM_PER_MIN
    acceleration = machine.acceleration_mm_per_s2 or acceleration_mm_per_s2
    return Dynamics.equal(acceleration_mm_per_s2=acceleration, max_rate_mm_per_min=rate)


def _middle(shortest: Times, longest: Times) -> Times:
    return Times((shortest.cutting_s + longest.cutting_s) / 2, (shortest.rapid_s + longest.rapid_s) / 2)


def _feed_only_s(program: Program) -> float:
    """Length through feed of the cuts."""
    moves = program.moves
    shape = shape_of(moves)
    length = np.hypot(np.nan_to_num(shape.lateral_mm), np.nan_to_num(shape.drop_mm))
    feeding = (moves.kind != Kind.RAPID) & (moves.kind != Kind.AWAY) & (moves.feed_mm_per_min > 0)
    return float((length[feeding] / moves.feed_mm_per_min[feeding]).sum() * 60)
