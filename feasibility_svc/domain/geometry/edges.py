"""Ledges around an edge, and lines carved into a face."""

from collections.abc import Iterator
from math import radians, tan

from feasibility_svc.domain.cut.operation_cut import USUAL_TIP_MM, v_carve_depth_mm
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, Question, must, should
from feasibility_svc.domain.geometry.outline import in_stock
from feasibility_svc.domain.geometry.reach import reach
from feasibility_svc.domain.inputs.surfaces import BindingLedge, VCarve

LEFT_OF_SIDE_MM = 1.0
"""What must stay of side and lining behind a ledge. [mm]"""
LEFT_OF_TOP_MM = 0.8
"""What must stay of the top under a purfling channel. [mm]"""


def ledge_checks(situation: Situation, ledge: BindingLedge) -> Iterator[Found]:
    width_mm, height_mm = situation.need_design("ledge_width_mm", "ledge_height_mm")
    if ledge.side_thickness_mm is None:
        yield Question("design.binding_ledge.side_thickness_mm", "whether enough of the side stays")
    else:
        behind_mm = ledge.side_thickness_mm + (ledge.lining_thickness_mm or 0.0)
        yield must(
            "ledge_width",
            holds=width_mm <= behind_mm - LEFT_OF_SIDE_MM + SAME_MM,
            value=width_mm,
            limit=behind_mm - LEFT_OF_SIDE_MM,
            text=f"a ledge {width_mm:g} mm wide in {behind_mm:g} mm of side and lining: 1 mm must stay",
        )
    if ledge.purfling:
        yield from _top(ledge, height_mm)
    yield from reach(situation, height_mm, through=False)
    if ledge.outline:
        across, along = zip(*((point.x_mm, point.y_mm) for point in ledge.outline), strict=True)
        yield from in_stock(situation, "the outline", max(across) - min(across), max(along) - min(along))


def _top(ledge: BindingLedge, height_mm: float) -> Iterator[Found]:
    if ledge.top_thickness_mm is None:
        yield Question("design.binding_ledge.top_thickness_mm", "whether enough of the top stays")
        return
    limit_mm = ledge.top_thickness_mm - LEFT_OF_TOP_MM
    yield must(
        "purfling_height",
        holds=height_mm <= limit_mm + SAME_MM,
        value=height_mm,
        limit=limit_mm,
        text=f"a purfling channel {height_mm:g} mm deep in a top of {ledge.top_thickness_mm:g} mm: 0.8 mm must stay",
    )


def v_carve_checks(situation: Situation, carve: VCarve) -> Iterator[Found]:
    (widest_mm,) = situation.need_design("widest_line_mm")
    diameter_mm, angle_deg = situation.need("tool.diameter_mm", "tool.tip_angle_deg")
    stated_mm = situation.find("tool.tip_diameter_mm")
    tip_mm = USUAL_TIP_MM if stated_mm is None else stated_mm
    narrowest_mm = carve.narrowest_line_mm
    if narrowest_mm is not None:
        yield should(
            "narrowest_line",
            holds=narrowest_mm >= tip_mm - SAME_MM,
            value=narrowest_mm,
            limit=tip_mm,
            text=f"lines of {narrowest_mm:g} mm with a tip of {tip_mm:g} mm come out as wide as the tip",
        )
    yield must(
        "widest_line",
        holds=widest_mm > tip_mm,
        value=widest_mm,
        limit=tip_mm,
        text=f"a tip of {tip_mm:g} mm cuts no line of {widest_mm:g} mm",
    )
    if widest_mm <= tip_mm:
        return
    depth_mm = v_carve_depth_mm(carve, situation.context.tool)
    cone_mm = (diameter_mm - tip_mm) / (2 * tan(radians(angle_deg / 2)))
    yield must(
        "cone",
        holds=depth_mm <= cone_mm + SAME_MM,
        value=depth_mm,
        limit=cone_mm,
        text=f"a line {widest_mm:g} mm wide goes {depth_mm:.2f} mm deep, the cone of the bit {cone_mm:.2f} mm",
        fix=("design.v_carve.max_depth_mm", cone_mm),
    )
    yield from reach(situation, depth_mm, through=False)
