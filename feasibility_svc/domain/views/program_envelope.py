"""What a verdict speaks of, as limits: the envelope that the programs of a run must keep."""

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.gcode.envelope import Envelope, MachineLimits, PlannedTool, Region, Span
from feasibility_svc.domain.scoring.assessment import NotAssessedError


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
        tools=() if tool.diameter_mm is None else (PlannedTool(diameter_mm=tool.diameter_mm),),
        machine=MachineLimits(
            max_feed_rate_mm_per_min=machine.max_feed_rate_mm_per_min,
            acceleration_mm_per_s2=machine.acceleration_mm_per_s2,
            junction_deviation_mm=machine.junction_deviation_mm,
            min_spindle_speed_rpm=machine.min_spindle_speed_rpm,
            max_spindle_speed_rpm=machine.max_spindle_speed_rpm,
        ),
    )


def _depth_mm(situation: Situation) -> float | None:
    try:
        return situation.operation_depth_mm
    except NotAssessedError:
        return None


def _stock(situation: Situation) -> Region | None:
    thickness_mm = situation.context.stock.thickness_mm
    return None if thickness_mm is None else Region(z=Span(min_mm=-thickness_mm, max_mm=0.0))
