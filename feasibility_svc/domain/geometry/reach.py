"""Does the tool reach to the depth of the operation, and does one pass stay within it?"""

from collections.abc import Iterator
from math import radians, tan

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, SPOILBOARD_ALLOWANCE_MM, Found, Note, Question, must

COLLET_CLEARANCE_MM = 1.0
"""Room between the work and the collet nut. [mm]"""
USUAL_CLEARANCE_MM = 3.0
"""Room that is usually left there. [mm]"""
SHANK_RELIEF_MM = 0.2
"""How much thinner than the cutter a shank must be to follow it below the flutes. [mm]"""
GRIPPED_FLUTE_MM = 0.5
"""Flute that may stand in the collet: the run-out of the grinding. [mm]"""
_CONES = frozenset({"V_BIT", "ENGRAVING"})


def reach(situation: Situation, depth_mm: float, *, through: bool, skin_mm: float = 0.0) -> Iterator[Found]:
    """Tool, pass and stock suit the depth of a milled operation, of which a skin may be meant to remain."""
    if not situation.is_saw:
        yield from tool_reach(situation, depth_mm)
        yield from one_pass(situation, depth_mm)
    yield from stock_depth(situation, depth_mm, allowance_mm=SPOILBOARD_ALLOWANCE_MM if through else 0.0)
    if through:
        yield from comes_through(situation, depth_mm + skin_mm)


def comes_through(situation: Situation, depth_mm: float) -> Iterator[Found]:
    """A cut that is said to go through may leave wood under it: that is told, and makes nothing worse."""
    thickness_mm = situation.known("stock.thickness_mm")
    if thickness_mm is not None and depth_mm < thickness_mm - SAME_MM:
        yield Note(f"the cut is to go through, and {thickness_mm - depth_mm:.4g} mm of the stock remain under it")


def stock_depth(situation: Situation, depth_mm: float, *, allowance_mm: float) -> Iterator[Found]:
    """The cut ends within the stock."""
    thickness_mm = situation.find("stock.thickness_mm")
    if thickness_mm is None:
        yield Question("context.stock.thickness_mm", "whether the stock is thick enough")
        return
    limit_mm = thickness_mm + allowance_mm
    yield must(
        "stock_thickness",
        holds=depth_mm <= limit_mm + SAME_MM,
        value=depth_mm,
        limit=limit_mm,
        text=f"{depth_mm:.4g} mm deep in {thickness_mm:g} mm of stock",
    )


def tool_reach(situation: Situation, depth_mm: float) -> Iterator[Found]:
    """Flutes and stick-out suit the depth."""
    flute_mm, stickout_mm = situation.known("tool.flute_length_mm"), situation.known("tool.stickout_mm")
    if flute_mm is None:
        yield Question("context.tool.flute_length_mm", "whether the flutes reach")
    else:
        yield from _flutes(situation, depth_mm, flute_mm, stickout_mm)
    if stickout_mm is None:
        yield Question("context.tool.stickout_mm", "whether the collet clears the work")
        return
    room_mm = stickout_mm - COLLET_CLEARANCE_MM
    yield must(
        "collet_clearance",
        holds=depth_mm <= room_mm + SAME_MM,
        value=depth_mm,
        limit=room_mm,
        text=f"{depth_mm:g} mm deep with {stickout_mm:g} mm stick-out: the collet nut meets the work",
        fix=("context.tool.stickout_mm", depth_mm + USUAL_CLEARANCE_MM),
    )
    if room_mm >= depth_mm > stickout_mm - USUAL_CLEARANCE_MM:
        yield Note(f"the collet nut passes {stickout_mm - depth_mm:.1f} mm over the work, 3 mm are usual")


def _flutes(situation: Situation, depth_mm: float, flute_mm: float, stickout_mm: float | None) -> Iterator[Found]:
    diameter_mm, shank_mm = situation.find("tool.diameter_mm"), situation.known("tool.shank_diameter_mm")
    kind = situation.context.tool.kind
    follows = (
        kind != "DRILL"
        and diameter_mm is not None
        and shank_mm is not None
        and shank_mm <= diameter_mm - SHANK_RELIEF_MM + SAME_MM
    )
    if kind != "TAPERED_BALL" and not follows:
        yield must(
            "flute_reach",
            holds=depth_mm <= flute_mm + SAME_MM,
            value=depth_mm,
            limit=flute_mm,
            text=f"{depth_mm:g} mm deep with flutes of {flute_mm:g} mm: above them the shank rubs",
        )
    if stickout_mm is not None:
        yield must(
            "collet_on_flutes",
            holds=stickout_mm >= flute_mm - GRIPPED_FLUTE_MM - SAME_MM,
            value=flute_mm,
            limit=stickout_mm,
            text=f"{stickout_mm:g} mm stick-out with flutes of {flute_mm:g} mm: the collet grips the flutes",
            fix=("context.tool.stickout_mm", flute_mm),
        )


def one_pass(situation: Situation, depth_mm: float) -> Iterator[Found]:
    """One pass is no deeper than the operation and than the cutting edges."""
    axial_mm = situation.find("cut.axial_depth_mm")
    if axial_mm is None:
        return
    yield must(
        "pass_depth",
        holds=axial_mm <= depth_mm + SAME_MM,
        value=axial_mm,
        limit=depth_mm,
        text=f"passes of {{value:g}} mm in a cut {depth_mm:.4g} mm deep",
        fix=("context.cut.axial_depth_mm", depth_mm),
    )
    edge_mm = cutting_height_mm(situation)
    if edge_mm is not None:
        what = "cone cuts" if situation.context.tool.kind in _CONES else "flutes cut"
        yield must(
            "pass_within_edges",
            holds=axial_mm <= edge_mm + SAME_MM,
            value=axial_mm,
            limit=edge_mm,
            text=f"passes of {{value:g}} mm with a tool whose {what} {edge_mm:.3g} mm",
            fix=("context.cut.axial_depth_mm", edge_mm),
        )


def cutting_height_mm(situation: Situation) -> float | None:
    """Height of the cutting edges: of a cone at least up to its full diameter; None where nobody says. [mm]"""
    flute_mm = situation.known("tool.flute_length_mm")
    tool = situation.context.tool
    if tool.kind not in _CONES:
        return flute_mm
    if tool.diameter_mm is None or tool.tip_angle_deg is None:
        return None
    cone_mm = (tool.diameter_mm - (tool.tip_diameter_mm or 0.0)) / (2 * tan(radians(tool.tip_angle_deg / 2)))
    return cone_mm if flute_mm is None else max(cone_mm, flute_mm)
