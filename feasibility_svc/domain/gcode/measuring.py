"""A judged program in numbers."""

import numpy as np

from feasibility_svc.domain.gcode.extents import extents
from feasibility_svc.domain.gcode.judged import Judged
from feasibility_svc.domain.gcode.limits import measured_stepdown
from feasibility_svc.domain.gcode.moves import Flags, Floats
from feasibility_svc.domain.gcode.report import CutTime, Measures
from feasibility_svc.domain.gcode.tooling import uses


def measure(judged: Judged, program: int, time: CutTime) -> Measures:
    moves, shape = judged.moves, judged.shape
    cutting = judged.cutting
    turning = cutting & (moves.speed_rpm > 0)
    usual, most = measured_stepdown(judged)
    lowest = _least(shape.lowest_mm, cutting)
    length = np.hypot(np.nan_to_num(shape.lateral_mm[cutting]), np.nan_to_num(shape.drop_mm[cutting]))
    return Measures(
        program=program,
        line_count=judged.program.line_count,
        move_count=len(moves),
        units=judged.program.units,
        reach=extents(moves, np.ones(len(moves), dtype=bool)),
        cut_reach=extents(moves, cutting),
        max_feed_rate_mm_per_min=_most(moves.feed_mm_per_min, cutting & ~shape.plunges),
        max_plunge_rate_mm_per_min=_most(moves.feed_mm_per_min, cutting & shape.plunges),
        min_spindle_speed_rpm=_least(moves.speed_rpm, turning),
        max_spindle_speed_rpm=_most(moves.speed_rpm, turning),
        depth_mm=None if lowest is None else judged.envelope.top_mm - lowest,
        stepdown_mm=usual,
        max_stepdown_mm=most,
        cut_length_mm=float(length.sum()),
        tool_numbers=tuple(use.number for use in uses([judged.program])),
        time=time,
    )


def _most(column: Floats, chosen: Flags) -> float | None:
    known = column[chosen & ~np.isnan(column)]
    return float(known.max()) if len(known) else None


def _least(column: Floats, chosen: Flags) -> float | None:
    known = column[chosen & ~np.isnan(column)]
    return float(known.min()) if len(known) else None
