"""The path of a cut and how long the machine takes for it: the one given, or the one the operation implies."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.inputs.context import BALLS
from feasibility_svc.domain.inputs.design import Drilling, FretSlots, Pocket, Profile, RosetteChannel, RosetteRings
from feasibility_svc.domain.inputs.surfaces import BindingLedge, Contour3d, Facing, RadiusBoard
from feasibility_svc.domain.physics import motion, surfacing
from feasibility_svc.domain.physics.motion import Plan, Point
from feasibility_svc.domain.scoring import numeric
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing
from foundation.abandonment import watched_each

_MOST_PLANNED = 2_000_000
"""Points of paths, times feeds, that are planned at once."""
SLOWEST_OVER_NAIVE = 4.0
"""How many times the feed-only time mosaics and V-carves take at most [D]. [-]"""


@dataclass(frozen=True, slots=True)
class Run:
    """Equal pieces of path, cut once per pass."""

    length_mm: float
    count: float
    radius_mm: float | None = None
    """Of an arc; None for a straight piece. [mm]"""
    cornered: bool = False
    """True when the piece enters and leaves through a right angle; False when it starts and ends at rest."""
    joined: bool = False
    """True when the cutter stays in the work from the piece before."""


@dataclass(frozen=True, slots=True)
class CutTime:
    """How long the cut takes; without the machine's acceleration a range. [s]"""

    shortest_s: float
    longest_s: float
    naive_s: float

    @property
    def is_range(self) -> bool:
        return bool(np.any(self.longest_s != self.shortest_s))


def cut_time(situation: Situation) -> CutTime:
    """Cutting, plunging, dwelling and tool changes.

    Raises:
        NotAssessedError: Feed or path are not known.
    """
    (feed,) = situation.need("cut.feed_rate_mm_per_min")
    paths = situation.context.toolpaths
    extra_s = (paths.dwell_total_s or 0.0) + (paths.tool_change_count or 0) * (paths.tool_change_s or 0.0)
    acceleration = situation.find("machine.acceleration_mm_per_s2")
    if paths.cuts:
        naive_s = _given_length_mm(situation) / feed * 60 + extra_s
        if acceleration is None:
            return CutTime(naive_s, SLOWEST_OVER_NAIVE * naive_s, naive_s)
        planned_s = _for_each_feed(situation, feed, lambda some: sum(item.time_s for item in _plans(situation, some)))
        planned_s = planned_s + extra_s
        return CutTime(planned_s, planned_s, naive_s)
    runs, passes = implied_runs(situation), _passes(situation)
    plunge_s = _plunge_s(situation, runs, passes) + extra_s
    naive_s = sum(run.length_mm * run.count for run in runs) * passes / feed * 60 + plunge_s
    if acceleration is None:
        return CutTime(naive_s, SLOWEST_OVER_NAIVE * naive_s, naive_s)
    planned_s = plunge_s
    for run in runs:
        planned_s = planned_s + passes * run.count * _run_time_s(situation, run, feed / 60, acceleration)
    return CutTime(planned_s, planned_s, naive_s)


def slowest_feed_mm_per_min(situation: Situation) -> float | None:
    """Feed at the slowest point where the cut goes on, as the controller plans it; None if that is not known."""
    (feed,) = situation.need("cut.feed_rate_mm_per_min")
    if situation.find("machine.acceleration_mm_per_s2") is None:
        return None
    if situation.context.toolpaths.cuts:
        if _deviation_mm(situation) is None:
            return None
        return _for_each_feed(
            situation,
            feed,
            lambda some: 60 * numeric.smallest([item.slowest_corner_mm_per_s for item in _plans(situation, some)]),
        )
    try:
        runs = implied_runs(situation)
    except NotAssessedError:
        return None
    limits = [limit for run in runs if (limit := _limit_mm_per_s(situation, run)) is not None]
    return numeric.smallest([feed, *(60 * limit for limit in limits)])


def implied_runs(situation: Situation) -> list[Run]:
    """The pieces of path that one pass of the operation takes.

    Raises:
        NotAssessedError: A length of the design is missing.
    """
    if "runs" not in situation.memo:
        situation.memo["runs"] = _implied_runs(situation)
    runs: list[Run] = situation.memo["runs"]
    return runs


def _implied_runs(situation: Situation) -> list[Run]:
    match situation.operation:
        case RosetteChannel():
            return _channel_runs(situation)
        case RosetteRings() as operation:
            edges = [(ring.inner_radius_mm, ring.width_mm) for ring in operation.rings]
            if any(None in edge for edge in edges):
                raise NotAssessedError(missing("design.rosette_rings.rings"))
            return [
                Run(2 * pi * radius, 1, radius)
                for inner, width in edges
                if inner is not None and width is not None
                for radius in (inner, inner + width)
            ]
        case FretSlots():
            nut_mm, heel_mm, frets = situation.need_design("nut_width_mm", "heel_width_mm", "fret_count")
            return [Run((nut_mm + heel_mm) / 2, frets)]
        case Pocket():
            return _pocket_runs(situation)
        case Profile():
            (length_mm,) = situation.need_design("length_mm")
            return [Run(length_mm, 1)]
        case Drilling():
            depth_mm, holes = situation.need_design("depth_mm", "hole_count")
            return [Run(depth_mm, holes)]
        case Facing() | RadiusBoard() | Contour3d():
            return _lines(situation)
        case BindingLedge(length_mm=None, outline=(_, *_) as outline):
            return [Run(surfacing.perimeter_mm([(point.x_mm, point.y_mm) for point in outline]), 1)]
        case _:
            (length_mm,) = situation.need_design("length_mm")
            return [Run(length_mm, 1)]


def _lines(situation: Situation) -> list[Run]:
    """Lines along a face, from before its edge to beyond the other, with a step sideways between them."""
    length_mm, width_mm = situation.need_design("length_mm", "width_mm")
    diameter_mm, step_mm = situation.need("tool.diameter_mm", "cut.radial_width_mm")
    count = surfacing.lines(width_mm=width_mm, radial_width_mm=step_mm)
    return [Run(length_mm + diameter_mm, count, joined=True), Run(step_mm, count - 1, joined=True)]


def _channel_runs(situation: Situation) -> list[Run]:
    inner_mm, outer_mm = situation.need_design("inner_radius_mm", "outer_radius_mm")
    diameter_mm, width_mm = situation.need("tool.diameter_mm", "cut.radial_width_mm")
    first, last = inner_mm + diameter_mm / 2, outer_mm - diameter_mm / 2
    between = numeric.maximum(last - first, 0.0)
    circles = 1 + numeric.ceil(between / numeric.minimum(width_mm, diameter_mm))
    middle = (first + numeric.maximum(last, first)) / 2
    return [Run(2 * pi * middle, circles, middle)]


def _pocket_runs(situation: Situation) -> list[Run]:
    """Rectangles one stepover apart, from the wall inwards."""
    length_mm, width_mm = situation.need_design("length_mm", "width_mm")
    diameter_mm, step_mm = situation.need("tool.diameter_mm", "cut.radial_width_mm")
    step_mm = numeric.minimum(step_mm, diameter_mm)
    across, along = width_mm - diameter_mm, length_mm - diameter_mm
    rectangles = 1 + numeric.ceil(numeric.maximum(across / 2 - step_mm / 2, 0.0) / step_mm)
    shrink = (rectangles - 1) * step_mm
    return [Run(numeric.maximum(side - shrink, 1e-6), 2 * rectangles, cornered=True) for side in (across, along)]


def _passes(situation: Situation) -> float:
    """Passes of equal depth; a ball goes over a carved surface once."""
    carved = situation.design.contour_3d is not None and situation.context.tool.kind in BALLS
    if situation.design.drilling is not None or situation.is_saw or carved:
        return 1.0
    (axial_mm,) = situation.need("cut.axial_depth_mm")
    return numeric.ceil(situation.operation_depth_mm / axial_mm - 1e-9)


def _plunge_s(situation: Situation, runs: list[Run], passes: float) -> float:
    """Each piece that no other leads into is plunged into, one pass deep; of a chain of pieces the first."""
    plunge = situation.find("cut.plunge_rate_mm_per_min")
    axial_mm = situation.find("cut.axial_depth_mm")
    if plunge is None or axial_mm is None or situation.design.drilling is not None or situation.is_saw:
        return 0.0
    starts = sum(run.count for run in runs if not (run.cornered or run.joined))
    return passes * numeric.maximum(starts, 1.0) * axial_mm / plunge * 60


def _run_time_s(situation: Situation, run: Run, speed_mm_per_s: float, acceleration: float) -> float:
    limit = _limit_mm_per_s(situation, run)
    ends = limit if run.cornered and limit is not None else 0.0
    cruising = numeric.minimum(speed_mm_per_s, limit) if run.radius_mm is not None and limit else speed_mm_per_s
    return motion.run_time_s(
        length_mm=run.length_mm,
        speed_mm_per_s=cruising,
        acceleration_mm_per_s2=acceleration,
        entry_mm_per_s=ends,
        exit_mm_per_s=ends,
    )


def _limit_mm_per_s(situation: Situation, run: Run) -> float | None:
    """Speed an arc or a right angle allows; None where neither limits."""
    (acceleration,) = situation.need("machine.acceleration_mm_per_s2")
    if run.radius_mm is not None:
        return motion.centripetal_speed_mm_per_s(acceleration_mm_per_s2=acceleration, radius_mm=run.radius_mm)
    deviation = _deviation_mm(situation)
    if not run.cornered or deviation is None:
        return None
    return motion.junction_speed_mm_per_s(
        acceleration_mm_per_s2=acceleration, junction_deviation_mm=deviation, angle_rad=pi / 2
    )


def _deviation_mm(situation: Situation) -> float | None:
    return situation.find("machine.junction_deviation_mm")


def _given_length_mm(situation: Situation) -> float:
    return sum(plan.length_mm for plan in _plans(situation.nominal, 1e6))


def _plans(situation: Situation, feed: float) -> list[Plan]:
    """The given paths at one feed or at some; without a junction deviation every corner is taken at a stop."""
    acceleration = situation.find("machine.acceleration_mm_per_s2") or 1.0
    key = f"plans at {np.asarray(feed).tobytes().hex()}"
    if key not in situation.memo:
        situation.memo[key] = [
            motion.plan(
                _points(cut.x_mm, cut.y_mm, cut.z_mm, closed=cut.closed),
                speed_mm_per_s=feed / 60,
                acceleration_mm_per_s2=acceleration,
                junction_deviation_mm=_deviation_mm(situation) or 0.0,
            )
            for cut in situation.context.toolpaths.cuts
        ]
    plans: list[Plan] = situation.memo[key]
    return plans


def _points(x_mm: tuple[float, ...], y_mm: tuple[float, ...], z_mm: tuple[float, ...], *, closed: bool) -> list[Point]:
    heights = z_mm or (0.0,) * len(x_mm)
    points = list(zip(x_mm, y_mm, heights, strict=True))
    return [*points, points[0]] if closed else points


def _for_each_feed(situation: Situation, feed: float, value: Callable[[float], float]) -> float:
    """A value that has to be planned, for one feed or for many: as many at a time as memory allows."""
    if not numeric.is_array(feed):
        return value(feed)
    feeds, positions = np.unique(feed, return_inverse=True)
    points = sum(len(cut.x_mm) for cut in situation.context.toolpaths.cuts)
    size = max(_MOST_PLANNED // points, 1)
    some: list[Any] = [feeds[first : first + size] for first in range(0, len(feeds), size)]
    planned = [np.broadcast_to(value(part), part.shape) for part in watched_each(some)]
    values: float = np.concatenate(planned)[positions]  # type: ignore[assignment]
    return values
