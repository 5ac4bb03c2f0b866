"""Rosette channels and rings."""

from collections.abc import Iterator
from itertools import pairwise

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import Check, must, ratio, reach, tolerance_mm
from feasibility_svc.domain.inputs.design import RosetteChannel, RosetteRing, RosetteRings
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing

DEEPEST_SHARE = 0.65
"""Channel depth over top thickness at the limit [A, tops 2.4 to 3.0 mm, channels 1.2 to 2.0 mm]. [-]"""
THINNEST_FLOOR_MM = 0.8
"""What must remain under a channel in the worst case [A]. [mm]"""
LEDGE_MM = 2.0
"""Wood between sound hole and channel; without it the channel sits in air. [mm]"""
GLUE_GAP_MM = 0.05
"""Room for glue beside each ring. [mm]"""


def channel_checks(situation: Situation, channel: RosetteChannel) -> Iterator[Check]:
    hole_mm, inner_mm, outer_mm, depth_mm = situation.need_design(
        "soundhole_radius_mm", "inner_radius_mm", "outer_radius_mm", "depth_mm"
    )
    thickness_mm, diameter_mm = situation.need("stock.thickness_mm", "tool.diameter_mm")
    width_mm = outer_mm - inner_mm
    yield must(
        "tool_fits",
        holds=diameter_mm <= width_mm,
        value=diameter_mm,
        limit=width_mm,
        text=f"a {diameter_mm:g} mm cutter in a channel {width_mm:g} mm wide",
        fix=("context.tool.diameter_mm", width_mm),
    )
    yield from reach(situation, depth_mm, through=False)
    yield from _depth_checks(situation, depth_mm, thickness_mm)
    yield must(
        "ledge",
        holds=inner_mm - hole_mm >= LEDGE_MM - 1e-9,
        value=inner_mm - hole_mm,
        limit=LEDGE_MM,
        text=f"{inner_mm - hole_mm:g} mm of wood between sound hole and channel, {LEDGE_MM:g} mm are needed",
        fix=("design.rosette_channel.inner_radius_mm", hole_mm + LEDGE_MM),
    )
    if channel.upper_bout_width_mm is not None:
        yield must(
            "upper_bout",
            holds=2 * outer_mm <= channel.upper_bout_width_mm,
            value=2 * outer_mm,
            limit=channel.upper_bout_width_mm,
            text=f"a rosette {2 * outer_mm:g} mm across in an upper bout of {channel.upper_bout_width_mm:g} mm",
        )
    if channel.rings:
        yield from _ring_checks(channel.rings, "design.rosette_channel", width_mm)


def _depth_checks(situation: Situation, depth_mm: float, thickness_mm: float) -> Iterator[Check]:
    deepest_mm = min(0.8 * DEEPEST_SHARE * thickness_mm, thickness_mm - tolerance_mm(situation) - THINNEST_FLOOR_MM)
    fix = ("design.rosette_channel.depth_mm", max(deepest_mm, 0.0))
    yield ratio(
        "channel_depth",
        demand=depth_mm / thickness_mm,
        limit=DEEPEST_SHARE,
        unit="",
        text=f"a channel {depth_mm:g} mm deep takes {depth_mm / thickness_mm:.0%} of the {thickness_mm:g} mm top",
        fix=fix,
    )
    remaining_mm = thickness_mm - depth_mm - tolerance_mm(situation)
    yield must(
        "remaining_floor",
        holds=remaining_mm >= THINNEST_FLOOR_MM - 1e-9,
        value=remaining_mm,
        limit=THINNEST_FLOOR_MM,
        text=f"{max(remaining_mm, 0):.2f} mm of top remain in the worst case, {THINNEST_FLOOR_MM:g} mm must",
        fix=fix,
    )


def rings_checks(situation: Situation, operation: RosetteRings) -> Iterator[Check]:
    (depth_mm,) = situation.need_design("depth_mm")
    yield from reach(situation, depth_mm, through=operation.through)
    yield from _ring_checks(operation.rings, "design.rosette_rings", None)


def _ring_checks(rings: tuple[RosetteRing, ...], path: str, channel_width_mm: float | None) -> Iterator[Check]:
    edges = []
    for index, ring in enumerate(rings):
        if ring.inner_radius_mm is None or ring.width_mm is None:
            raise NotAssessedError(missing(f"{path}.rings[{index}]"))
        edges.append((ring.inner_radius_mm, ring.inner_radius_mm + ring.width_mm))
    for index, ((_, outer_mm), (inner_mm, _)) in enumerate(pairwise(edges)):
        yield must(
            f"ring_{index + 1}_overlap",
            holds=inner_mm >= outer_mm - 1e-9,
            value=outer_mm,
            limit=inner_mm,
            text=f"ring {index + 2} starts at {inner_mm:g} mm, ring {index + 1} ends at {outer_mm:g} mm",
        )
    if channel_width_mm is not None:
        total_mm = sum(outer - inner for inner, outer in edges) + GLUE_GAP_MM * (len(edges) + 1)
        yield must(
            "rings_fit",
            holds=total_mm <= channel_width_mm + 1e-9,
            value=total_mm,
            limit=channel_width_mm,
            text=f"rings and glue need {total_mm:.2f} mm, the channel is {channel_width_mm:g} mm wide",
        )
