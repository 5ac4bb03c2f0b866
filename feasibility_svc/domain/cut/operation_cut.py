"""What an operation says of its own cut: how deep it goes, how wide and how deep a pass is, how steep it gets."""

from feasibility_svc.domain.inputs.context import Cut, Tool
from feasibility_svc.domain.inputs.design import Design, Pocket
from feasibility_svc.domain.inputs.surfaces import Contour3d, RadiusBoard, VCarve
from feasibility_svc.domain.physics import fretting, surfacing
from feasibility_svc.domain.scoring.assessment import Cure, NotAssessedError, UnknownKind, UnknownReason, missing

USUAL_TIP_MM = 0.2
"""Tip of a V-bit whose tip nobody states [A]. [mm]"""

_SAME_MM = 1e-6
CUT_FIELDS = ("radial_width_mm", "axial_depth_mm")
"""Fields of the cut that an operation may state."""


def bored(design: Design, tool: Tool) -> Design:
    """The design as the tool cuts it.

    Holes wider than the end mill that bores them are pockets, cut in a helix. A tool wider than the hole, up to the
    width of its counterbore, cuts the counterbore.
    """
    drilling = design.drilling
    if drilling is None or tool.kind is None or tool.diameter_mm is None:
        return design
    width_mm, depth_mm = drilling.hole_diameter_mm, drilling.depth_mm
    if width_mm is None or depth_mm is None:
        return design
    through, counterbore = drilling.through, (drilling.counterbore_diameter_mm, drilling.counterbore_depth_mm)
    widened = tool.diameter_mm > width_mm + _SAME_MM and _bores(tool.diameter_mm, *counterbore)
    if widened:
        width_mm, depth_mm, through = counterbore[0] or width_mm, counterbore[1] or depth_mm, False
    if tool.kind != "DRILL" and tool.diameter_mm < width_mm - _SAME_MM:
        pocket = Pocket(length_mm=width_mm, width_mm=width_mm, depth_mm=depth_mm, through=through)
        return design.model_copy(update={"drilling": None, "pocket": pocket})
    if not widened:
        return design
    wide = drilling.model_copy(update={"hole_diameter_mm": width_mm, "depth_mm": depth_mm, "through": through})
    return design.model_copy(update={"drilling": wide})


def _bores(diameter_mm: float, counterbore_mm: float | None, depth_mm: float | None) -> bool:
    """Whether a tool fits into a counterbore that is fully described."""
    return counterbore_mm is not None and depth_mm is not None and diameter_mm <= counterbore_mm + _SAME_MM


def completed_cut(design: Design, tool: Tool, cut: Cut) -> Cut:
    """The cut with the numbers that the operation states of it, where the request states none."""
    radial_mm, axial_mm = cut.radial_width_mm, cut.axial_depth_mm
    ledge, carve = design.binding_ledge, design.v_carve
    surface = design.radius_board or design.contour_3d
    if ledge is not None and ledge.ledge_width_mm is not None:
        radial_mm = min(radial_mm or ledge.ledge_width_mm, ledge.ledge_width_mm)
        axial_mm = axial_mm or ledge.ledge_height_mm
    if carve is not None and carve.widest_line_mm is not None and tool.tip_angle_deg is not None:
        axial_mm = axial_mm or v_carve_depth_mm(carve, tool)
        radial_mm = radial_mm or carve.widest_line_mm
    if surface is not None:
        radial_mm = radial_mm or surface.stepover_mm
    if design.contour_3d is not None:
        axial_mm = axial_mm or design.contour_3d.finishing_depth_mm
    return cut.model_copy(update={"radial_width_mm": radial_mm, "axial_depth_mm": axial_mm})


def v_carve_depth_mm(carve: VCarve, tool: Tool) -> float:
    """Depth of the widest line, or of the flat bottom that ends it. [mm]

    Raises:
        NotAssessedError: Line or angle are not given, or the tip is wider than the line.
    """
    if carve.widest_line_mm is None:
        raise NotAssessedError(missing("design.v_carve.widest_line_mm"))
    if tool.tip_angle_deg is None:
        raise NotAssessedError(missing("context.tool.tip_angle_deg"))
    tip_mm = USUAL_TIP_MM if tool.tip_diameter_mm is None else tool.tip_diameter_mm
    depth_mm = surfacing.v_carve_depth_mm(
        line_width_mm=carve.widest_line_mm, tip_diameter_mm=tip_mm, tip_angle_deg=tool.tip_angle_deg
    )
    if depth_mm <= 0:
        text = f"a tip of {tip_mm:g} mm cuts no line of {carve.widest_line_mm:g} mm"
        cure = Cure("context.tool.tip_diameter_mm", f"take a bit whose tip is finer than {carve.widest_line_mm:g} mm")
        raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, "design.v_carve.widest_line_mm", text, (cure,)))
    return depth_mm if carve.max_depth_mm is None else min(depth_mm, carve.max_depth_mm)


def board_ends_mm(board: RadiusBoard) -> tuple[tuple[float, float], tuple[float, float]]:
    """Radius and width at the nut and at the far end. [mm]

    Raises:
        NotAssessedError: Radius or width at the nut are not given.
    """
    if board.board_radius_mm is None:
        raise NotAssessedError(missing("design.radius_board.board_radius_mm"))
    if board.width_mm is None:
        raise NotAssessedError(missing("design.radius_board.width_mm"))
    far = (board.far_board_radius_mm or board.board_radius_mm, board.far_width_mm or board.width_mm)
    return (board.board_radius_mm, board.width_mm), far


def board_sagitta_mm(board: RadiusBoard) -> float:
    """How much is taken off at the edge where most is. [mm]

    Raises:
        NotAssessedError: Radius or width are not given, or no such board exists.
    """
    ends = board_ends_mm(board)
    for radius_mm, width_mm in ends:
        if width_mm > 2 * radius_mm:
            text = f"no board {width_mm:g} mm wide has a radius of {radius_mm:g} mm"
            cure = Cure("design.radius_board.board_radius_mm", f"state a radius of at least {width_mm / 2:g} mm")
            raise NotAssessedError(
                UnknownReason(UnknownKind.OUT_OF_MODEL, "design.radius_board.board_radius_mm", text, (cure,))
            )
    return max(fretting.crown_sagitta_mm(radius_mm=radius_mm, width_mm=width_mm) for radius_mm, width_mm in ends)


def steepest_deg(operation: object) -> float:
    """Steepest slope that a ball cutter meets; 0 for operations that are not surfaces. [deg]

    Raises:
        NotAssessedError: The shape of the board is not given.
    """
    match operation:
        case RadiusBoard():
            return max(
                surfacing.edge_slope_deg(radius_mm=radius_mm, width_mm=width_mm)
                for radius_mm, width_mm in board_ends_mm(operation)
            )
        case Contour3d():
            return operation.max_slope_deg or 0.0
        case _:
            return 0.0
