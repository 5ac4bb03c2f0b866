"""What a verdict speaks of, as limits: the envelope that the programs of a run must keep."""

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.gcode.envelope import Envelope, MachineLimits, PlannedTool, Region, Span
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.scoring.assessment import NotAssessedError

CONES = frozenset({"V_BIT", "ENGRAVING"})


def program_envelope(situation: Situation) -> Envelope:
    """The limits of a situation: its cut, depth, tool, machine, and its stock from Z 0 down.

    Where stock lies in X and Y depends on the zero point, which no situation states. What is not known stays absent,
    and programs are then not verifiable.
    """
    cut, tool, machine = situation.context.cut, situation.context.tool, situation.context.machine
    return Envelope(
        max_feed_rate_mm_per_min=cut.feed_rate_mm_per_min,
        max_plunge_rate_mm_per_min=cut.plunge_rate_mm_per_min,
        min_spindle_speed_rpm=cut.spindle_speed_rpm,
        max_spindle_speed_rpm=cut.spindle_speed_rpm,
        max_stepdown_mm=cut.axial_depth_mm,
        max_depth_mm=_depth_mm(situation),
        stock=_stock(situation),
        tools=_tools(tool),
        machine=MachineLimits(
            max_feed_rate_mm_per_min=machine.max_feed_rate_mm_per_min,
            acceleration_mm_per_s2=machine.acceleration_mm_per_s2,
            junction_deviation_mm=machine.junction_deviation_mm,
            min_spindle_speed_rpm=machine.min_spindle_speed_rpm,
            max_spindle_speed_rpm=machine.max_spindle_speed_rpm,
        ),
    )


def _tools(tool: Tool) -> tuple[PlannedTool, ...]:
    """The tool with its profile: cone, flat and corner by its kind."""
    if tool.diameter_mm is None:
        return ()
    plan = PlannedTool(diameter_mm=tool.diameter_mm)
    tip, angle, corner = tool.tip_diameter_mm, tool.tip_angle_deg, tool.corner_radius_mm
    if tool.kind in CONES and angle is not None:
        plan = PlannedTool(diameter_mm=tool.diameter_mm, tip_angle_deg=angle, tip_diameter_mm=tip)
    elif tool.kind == "BALL_NOSE":
        plan = PlannedTool(diameter_mm=tool.diameter_mm, corner_radius_mm=tool.diameter_mm / 2)
    elif tool.kind == "BULL_NOSE" and corner is not None:
        plan = PlannedTool(diameter_mm=tool.diameter_mm, corner_radius_mm=corner)
    elif tool.kind == "TAPERED_BALL" and tip is not None and tool.taper_angle_deg is not None:
        widest = max(tool.diameter_mm, tool.shank_diameter_mm or 0.0)
        plan = PlannedTool(diameter_mm=widest, corner_radius_mm=tip / 2, tip_angle_deg=2 * tool.taper_angle_deg)
    elif tool.kind in {"V_BIT", "TAPERED_BALL"}:
        return ()  # without its angle nobody can say what it leaves
    return (plan,)


def _depth_mm(situation: Situation) -> float | None:
    try:
        return situation.operation_depth_mm
    except NotAssessedError:
        return None


def _stock(situation: Situation) -> Region | None:
    thickness_mm = situation.context.stock.thickness_mm
    return None if thickness_mm is None else Region(z=Span(min_mm=-thickness_mm, max_mm=0.0))
