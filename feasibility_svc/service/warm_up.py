"""One evaluation before the first caller comes: what is looked up or compiled once is then there."""

from feasibility_svc.service.encoded_reports import ReportEncoder, ReportRequest
from foundation.call import Call, current_call
from rmos.type.v1 import context_pb2, design_pb2, feasibility_report_pb2

_ROUNDS = 3


def warm_up(encoder: ReportEncoder) -> feasibility_report_pb2.FeasibilityReport:
    """Evaluate a rosette a few times, through the same code a call goes through."""
    design = design_pb2.Design(
        rosette_channel=design_pb2.RosetteChannel(
            soundhole_radius_mm=42.5, inner_radius_mm=46.0, outer_radius_mm=58.0, depth_mm=1.3
        ),
        part=design_pb2.Part(
            rectangle=design_pb2.RectanglePart(width_mm=200.0, length_mm=510.0), count=1, spacing_mm=3.0
        ),
    )
    context = context_pb2.Context(
        material=context_pb2.Material(material_id="spruce_sitka", moisture_percent=8.0),
        stock=context_pb2.Stock(width_mm=210.0, length_mm=530.0, thickness_mm=2.6),
        tool=context_pb2.Tool(tool_id="end_mill_3175_down", wear=context_pb2.TOOL_WEAR_SHARP),
        machine=context_pb2.Machine(machine_id="shapeoko_3"),
        cut=context_pb2.Cut(
            spindle_speed_rpm=17_000.0,
            feed_rate_mm_per_min=1_750.0,
            plunge_rate_mm_per_min=300.0,
            axial_depth_mm=0.65,
            radial_width_mm=3.175,
        ),
        workholding=context_pb2.Workholding(
            method=context_pb2.WORKHOLDING_METHOD_CLAMPS, clamp_force_n=400.0, friction=0.25
        ),
    )
    token = current_call.set(Call("warm-up", None))
    try:
        for number in range(_ROUNDS):
            context.cut.feed_rate_mm_per_min -= number
            report = encoder.report(ReportRequest(design, context))
    finally:
        current_call.reset(token)
    return feasibility_report_pb2.FeasibilityReport.FromString(report.message("warm-up"))
