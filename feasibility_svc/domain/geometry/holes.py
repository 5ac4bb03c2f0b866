"""Drilled holes: tool, depth, and the wood left between them."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from itertools import islice
from math import hypot, inf

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import (
    SAME_MM,
    SPOILBOARD_ALLOWANCE_MM,
    Check,
    Found,
    Note,
    Question,
    must,
    ratio,
)
from feasibility_svc.domain.geometry.outline import in_stock
from feasibility_svc.domain.geometry.reach import comes_through, stock_depth, tool_reach
from feasibility_svc.domain.inputs.design import Drilling
from feasibility_svc.domain.inputs.surfaces import Point

WEB_MM = 2.0
"""Wood between holes, and to the edge, at the limit [A]. [mm]"""


def drilling_checks(situation: Situation, drilling: Drilling) -> Iterator[Found]:
    hole_mm, depth_mm = situation.need_design("hole_diameter_mm", "depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield from _tool(situation, diameter_mm, hole_mm)
    yield from tool_reach(situation, depth_mm)
    yield from stock_depth(situation, depth_mm, allowance_mm=SPOILBOARD_ALLOWANCE_MM)
    if drilling.through:
        yield from comes_through(situation, depth_mm)
    if situation.bored is None:
        yield from _around(situation, drilling, hole_mm, depth_mm)
    else:
        yield from bored_checks(situation)


def bored_checks(situation: Situation) -> Iterator[Found]:
    """What holds of holes of which this tool cuts a pocket or a counterbore: wood stays around them."""
    drilling = situation.bored
    if drilling is not None and drilling.hole_diameter_mm is not None and drilling.depth_mm is not None:
        yield from _around(situation, drilling, drilling.hole_diameter_mm, drilling.depth_mm)


def _around(situation: Situation, drilling: Drilling, hole_mm: float, depth_mm: float) -> Iterator[Found]:
    yield from _counterbore(drilling, hole_mm, depth_mm)
    yield from _count(drilling)
    widest_mm = max(hole_mm, drilling.counterbore_diameter_mm or hole_mm)
    yield from _pattern(situation, drilling, widest_mm)
    if drilling.edge_distance_mm is not None:
        yield web("edge_web", drilling.edge_distance_mm - widest_mm / 2, "between the outermost holes and the edge")


def web(name: str, width_mm: float, where_mm: str) -> Check:
    """The wood beside a hole.

    >>> web("web", 15.4, "between holes").score, web("web", 1.0, "between holes").score
    (100.0, 0.0)
    """
    if width_mm <= 0:
        text = f"no wood stays {where_mm}: they run {-width_mm:.2f} mm into each other"
        return must(name, holds=False, value=width_mm, limit=WEB_MM, text=text)
    text = f"{width_mm:.2f} mm of wood stay {where_mm}, {WEB_MM:g} mm is the limit"
    return ratio(name, demand=WEB_MM / width_mm, limit=1.0, unit="", text=text)


def _tool(situation: Situation, diameter_mm: float, hole_mm: float) -> Iterator[Found]:
    yield must(
        "tool_fits",
        holds=diameter_mm <= hole_mm + SAME_MM,
        value=diameter_mm,
        limit=hole_mm,
        text=f"a {diameter_mm:g} mm tool for holes of {hole_mm:g} mm",
        fix=("context.tool.diameter_mm", hole_mm),
    )
    if diameter_mm < hole_mm - SAME_MM:
        yield Note(f"the drill makes holes of {diameter_mm:g} mm")
    if situation.context.tool.kind == "DRILL":
        return
    centre = situation.context.tool.center_cutting
    if centre is None:
        yield Question("context.tool.center_cutting", "whether the end mill can bore")
        return
    text = "this end mill does not cut over its centre, it cannot bore"
    yield must("center_cutting", holds=centre, value=float(centre), limit=1.0, unit="", text=text)


def _counterbore(drilling: Drilling, hole_mm: float, depth_mm: float) -> Iterator[Found]:
    wide_mm, deep_mm = drilling.counterbore_diameter_mm, drilling.counterbore_depth_mm
    if wide_mm is not None:
        yield must(
            "counterbore_diameter",
            holds=wide_mm > hole_mm + SAME_MM,
            value=wide_mm,
            limit=hole_mm,
            text=f"a counterbore of {wide_mm:g} mm around a hole of {hole_mm:g} mm",
        )
    if deep_mm is not None:
        yield must(
            "counterbore_depth",
            holds=deep_mm < depth_mm - SAME_MM,
            value=deep_mm,
            limit=depth_mm,
            text=f"a counterbore {deep_mm:g} mm deep over a hole {depth_mm:g} mm deep",
        )


def _count(drilling: Drilling) -> Iterator[Found]:
    placed = len(drilling.positions) or (drilling.rows or 1) * (drilling.columns or 1)
    if drilling.hole_count is not None and drilling.is_placed:
        yield must(
            "hole_count",
            holds=placed == drilling.hole_count,
            value=placed,
            limit=drilling.hole_count,
            unit="",
            text=f"{placed} holes are placed, {drilling.hole_count} are asked for",
        )


def _pattern(situation: Situation, drilling: Drilling, widest_mm: float) -> Iterator[Found]:
    if drilling.positions:
        points = drilling.positions
        if len(points) > 1:
            yield web("web", nearest_mm(points) - widest_mm, "between holes")
        yield from _inside(situation, points, widest_mm)
        return
    spans_mm, nearest = [], []
    for name, count, pitch_mm in (
        ("pitch_x_mm", drilling.columns or 1, drilling.pitch_x_mm),
        ("pitch_y_mm", drilling.rows or 1, drilling.pitch_y_mm),
    ):
        if count > 1 and pitch_mm is None:
            yield Question(f"design.drilling.{name}", "the wood between the holes")
        elif count > 1 and pitch_mm is not None:
            nearest.append(pitch_mm)
        spans_mm.append((count - 1) * (pitch_mm or 0.0))
    if nearest:
        yield web("web", min(nearest) - widest_mm, "between holes")
    margin_mm = widest_mm if drilling.edge_distance_mm is None else 2 * drilling.edge_distance_mm
    yield from in_stock(situation, "the holes", spans_mm[0] + margin_mm, spans_mm[1] + margin_mm)


def nearest_mm(points: Sequence[Point]) -> float:
    """Distance of the two points that are nearest to each other. [mm]

    A line sweeps over x; of what lies behind it only points nearer than the best so far are kept, in order of y.

    >>> nearest_mm([Point(x_mm=0, y_mm=0), Point(x_mm=9, y_mm=0), Point(x_mm=3, y_mm=4)])
    5.0
    """
    ordered = sorted((point.x_mm, point.y_mm) for point in points)
    best_mm, first = inf, 0
    behind: list[tuple[float, float]] = []
    for x_mm, y_mm in ordered:
        while ordered[first][0] < x_mm - best_mm:
            old_x, old_y = ordered[first]
            del behind[bisect_left(behind, (old_y, old_x))]
            first += 1
        for other_y, other_x in islice(behind, bisect_left(behind, (y_mm - best_mm, -inf)), None):
            if other_y > y_mm + best_mm:
                break
            best_mm = min(best_mm, hypot(x_mm - other_x, y_mm - other_y))
        insort(behind, (y_mm, x_mm))
    return best_mm


def _inside(situation: Situation, points: Sequence[Point], widest_mm: float) -> Iterator[Found]:
    """Every hole lies within the stock, whose lower left corner is the origin, and wood stays to its edges."""
    across_mm, along_mm = situation.find("stock.width_mm"), situation.find("stock.length_mm")
    if across_mm is None or along_mm is None:
        yield Question("context.stock", "whether the holes lie within the stock")
        return
    low = min(*(point.x_mm for point in points), *(point.y_mm for point in points))
    far_x, far_y = max(point.x_mm for point in points), max(point.y_mm for point in points)
    edge_mm = max(
        min(low, across_mm - far_x, along_mm - far_y), min(low, along_mm - far_x, across_mm - far_y)
    )  # in the better of both orientations
    yield web("stock_edge_web", edge_mm - widest_mm / 2, "between the outermost holes and the edge of the stock")
