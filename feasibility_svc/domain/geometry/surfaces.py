"""Faced, rounded and carved surfaces."""

from collections.abc import Iterator

from feasibility_svc.domain.cut.operation_cut import board_ends_mm, board_sagitta_mm
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Check, Found, Question, must, should
from feasibility_svc.domain.geometry.milling import stepover
from feasibility_svc.domain.geometry.outline import in_stock
from feasibility_svc.domain.geometry.reach import reach
from feasibility_svc.domain.inputs.surfaces import Contour3d, Facing, RadiusBoard
from feasibility_svc.domain.physics import surfacing
from feasibility_svc.domain.scoring.score_curves import advisory

SCALLOP_MM = 0.02
"""Ridge that sanding takes off, where no limit is stated [A]. [mm]"""
THINNEST_EDGE_MM = 2.0
"""What must stay of a board at its edge. [mm]"""
STEEP_DEG, HOLDER_ROOM_MM = 80.0, 3.0
"""Slope from which the holder runs along the wall [deg], and the room it needs [mm]."""


def facing_checks(situation: Situation, facing: Facing) -> Iterator[Found]:
    (removal_mm,) = situation.need_design("removal_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield from stepover(situation, diameter_mm)
    yield from reach(situation, removal_mm, through=False)
    if facing.length_mm is not None and facing.width_mm is not None:
        yield from in_stock(situation, "the face", facing.width_mm, facing.length_mm)
    thickness_mm = situation.find("stock.thickness_mm")
    left_mm = None if thickness_mm is None else thickness_mm - removal_mm
    if left_mm is not None:
        least_mm = facing.final_thickness_mm or 0.0
        yield must(
            "final_thickness",
            holds=left_mm >= least_mm - SAME_MM and left_mm > SAME_MM,
            value=left_mm,
            limit=least_mm,
            text=f"{removal_mm:g} mm off {thickness_mm:g} mm leave {left_mm:g} mm, {least_mm:g} mm must stay",
        )
    yield from _clamps(situation, facing.final_thickness_mm or left_mm)


def _clamps(situation: Situation, final_mm: float | None) -> Iterator[Found]:
    """What holds the work lies below the face."""
    holding = situation.context.workholding
    if holding.clamp_height_mm is not None and final_mm is not None:
        yield must(
            "clamp_height",
            holds=holding.clamp_height_mm < final_mm,
            value=holding.clamp_height_mm,
            limit=final_mm,
            text=f"clamps {holding.clamp_height_mm:g} mm high beside a face at {final_mm:g} mm",
        )
    elif holding.method in {"CLAMPS", "SCREWS"}:
        yield Question("context.workholding.clamp_height_mm", "whether the cutter clears the clamps")


def radius_board_checks(situation: Situation, board: RadiusBoard) -> Iterator[Found]:
    ends = board_ends_mm(board)
    for name, (radius_mm, width_mm) in zip(("nut", "far_end"), ends, strict=True):
        yield must(
            f"{name}_radius",
            holds=width_mm <= 2 * radius_mm + SAME_MM,
            value=width_mm,
            limit=2 * radius_mm,
            text=f"no board {width_mm:g} mm wide has a radius of {radius_mm:g} mm",
        )
    if any(width_mm > 2 * radius_mm for radius_mm, width_mm in ends):
        return
    sagitta_mm = board_sagitta_mm(board)
    yield from reach(situation, sagitta_mm, through=False)
    if board.length_mm is not None:
        yield from in_stock(situation, "the board", max(width for _, width in ends), board.length_mm)
    thickness_mm = situation.find("stock.thickness_mm")
    if thickness_mm is not None:
        edge_mm = thickness_mm - sagitta_mm
        yield must(
            "edge_thickness",
            holds=edge_mm >= THINNEST_EDGE_MM - SAME_MM,
            value=edge_mm,
            limit=THINNEST_EDGE_MM,
            text=f"{edge_mm:.2f} mm of board stay at the edge, {THINNEST_EDGE_MM:g} mm must",
        )
    yield from _scallop(situation, board, "design.radius_board.stepover_mm")


def contour_checks(situation: Situation, contour: Contour3d) -> Iterator[Found]:
    (depth_mm,) = situation.need_design("depth_mm")
    yield from reach(situation, depth_mm, through=False)
    if contour.length_mm is not None and contour.width_mm is not None:
        yield from in_stock(situation, "the carved box", contour.width_mm, contour.length_mm)
    stickout_mm = situation.find("tool.stickout_mm")
    if stickout_mm is not None and (contour.max_slope_deg or 0.0) > STEEP_DEG:
        yield must(
            "holder",
            holds=depth_mm + HOLDER_ROOM_MM <= stickout_mm + SAME_MM,
            value=depth_mm + HOLDER_ROOM_MM,
            limit=stickout_mm,
            text=f"walls {depth_mm:g} mm high with {stickout_mm:g} mm stick-out: the holder runs into them",
            fix=("context.tool.stickout_mm", depth_mm + HOLDER_ROOM_MM),
        )
    yield from _scallop(situation, contour, "design.contour_3d.stepover_mm")
    yield from _remainder(situation, contour)


def _remainder(situation: Situation, contour: Contour3d) -> Iterator[Found]:
    """What roughing left is no more than the finishing cut takes off."""
    left_mm, finishing_mm = situation.remainder_mm, contour.finishing_depth_mm
    finishing_mm = finishing_mm or situation.nominal.find("cut.axial_depth_mm")
    if left_mm is None:
        return
    if finishing_mm is None:
        yield Question("design.contour_3d.finishing_depth_mm", "whether roughing left too much")
        return
    yield should(
        "remainder",
        holds=left_mm <= finishing_mm + SAME_MM,
        value=left_mm,
        limit=finishing_mm,
        text=f"roughing leaves {left_mm:g} mm, the finishing cut takes off {finishing_mm:g} mm",
    )


def _scallop(situation: Situation, surface: Contour3d | RadiusBoard, path: str) -> Iterator[Found]:
    """Ridges between the lines of a ball; a cutter of the shape itself leaves none."""
    ball_mm = ball_diameter_mm(situation)
    step_mm = surface.stepover_mm or situation.find("cut.radial_width_mm")
    if ball_mm is None:
        return
    if step_mm is None:
        yield Question("context.cut.radial_width_mm", "how high the ridges between the lines are")
        return
    allowed_mm = surface.scallop_limit_mm or SCALLOP_MM
    height_mm = surfacing.scallop_height_mm(ball_radius_mm=ball_mm / 2, stepover_mm=step_mm)
    usual_mm = surfacing.stepover_mm(ball_radius_mm=ball_mm / 2, scallop_mm=0.8 * allowed_mm)
    yield Check(
        "scallop",
        advisory(height_mm / allowed_mm),
        "ridges of {value:.3f} mm stay between the lines, {limit:g} mm is what sanding takes off",
        height_mm,
        allowed_mm,
        "mm",
        ("context.cut.radial_width_mm" if surface.stepover_mm is None else path, usual_mm),
    )


def ball_diameter_mm(situation: Situation) -> float | None:
    """Diameter of the ball of a ball nose; None for other cutters, and where it is not known. [mm]"""
    match situation.context.tool.kind:
        case "BALL_NOSE":
            return situation.find("tool.diameter_mm")
        case "TAPERED_BALL":
            return situation.find("tool.tip_diameter_mm")
        case _:
            return None
