"""The diameter that does the cutting in a situation."""

from feasibility_svc.domain.cut.operation_cut import steepest_deg
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import effective_diameter


def effective_diameter_mm(situation: Situation, diameter_mm: float, axial_depth_mm: float) -> float:
    """Of tools whose diameter changes along the axis the one that counts for speed, chip and force. [mm]

    Raises:
        NotAssessedError: The shape of the tool is not known.
    """
    match situation.context.tool.kind:
        case "BALL_NOSE":
            return _ball_mm(situation, diameter_mm, axial_depth_mm)
        case "BULL_NOSE":
            (corner_mm,) = situation.need("tool.corner_radius_mm")
            return effective_diameter.bull_nose_diameter_mm(
                diameter_mm=diameter_mm, corner_radius_mm=corner_mm, axial_depth_mm=axial_depth_mm
            )
        case "V_BIT" | "ENGRAVING":
            tip_mm, angle_deg = situation.need("tool.tip_diameter_mm", "tool.tip_angle_deg")
            return effective_diameter.v_bit_mean_diameter_mm(
                tip_diameter_mm=tip_mm, tip_angle_deg=angle_deg, axial_depth_mm=axial_depth_mm
            )
        case "TAPERED_BALL":
            tip_mm, taper_deg = situation.need("tool.tip_diameter_mm", "tool.taper_angle_deg")
            return effective_diameter.tapered_ball_diameter_mm(
                tip_diameter_mm=tip_mm, taper_angle_deg=taper_deg, axial_depth_mm=axial_depth_mm
            )
        case _:
            return diameter_mm


def _ball_mm(situation: Situation, diameter_mm: float, axial_depth_mm: float) -> float:
    slope_deg = steepest_deg(situation.operation)
    if slope_deg > 0:
        return effective_diameter.ball_nose_on_slope_diameter_mm(
            diameter_mm=diameter_mm, axial_depth_mm=axial_depth_mm, slope_deg=slope_deg
        )
    return effective_diameter.ball_nose_diameter_mm(diameter_mm=diameter_mm, axial_depth_mm=axial_depth_mm)
