"""What a job approves of its programs: the envelope they are compared with."""

from collections.abc import Iterable
from typing import Protocol

from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.type.v1 import context_pb2 as context_pb
from rmos.type.v1 import design_pb2
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.jobs import Job

_CONES = (context_pb.TOOL_KIND_V_BIT, context_pb.TOOL_KIND_ENGRAVING)


class Presets(Protocol):
    """Where tools and machines a job names are looked up."""

    def list_tools(self) -> Iterable[catalog_pb.ToolPreset]: ...

    def list_machines(self) -> Iterable[catalog_pb.MachinePreset]: ...


def envelope_of(job: Job, presets: Presets) -> audit_pb.ProgramEnvelope:
    """The limits a job states: its cut, its tool, its depth, its stock from Z 0 down, its machine.

    What the job says under `envelope` goes before. A tool or machine named by its id is looked up. Where the job says
    nothing the limit is absent, and the audit says so.
    """
    envelope = audit_pb.ProgramEnvelope()
    _take_cut(envelope, job)
    _take_stock(envelope, job)
    _take_tool(envelope, job, presets)
    _take_machine(envelope, job, presets)
    for repeated in ("tools", "clamps"):
        if len(getattr(job.envelope, repeated)):
            envelope.ClearField(repeated)
    envelope.MergeFrom(job.envelope)
    return envelope


def _take_cut(envelope: audit_pb.ProgramEnvelope, job: Job) -> None:
    cut = job.context.cut
    if cut.HasField("feed_rate_mm_per_min"):
        envelope.max_feed_rate_mm_per_min = cut.feed_rate_mm_per_min
    if cut.HasField("plunge_rate_mm_per_min"):
        envelope.max_plunge_rate_mm_per_min = cut.plunge_rate_mm_per_min
    if cut.HasField("axial_depth_mm"):
        envelope.max_stepdown_mm = cut.axial_depth_mm
    if cut.HasField("spindle_speed_rpm"):
        envelope.min_spindle_speed_rpm = envelope.max_spindle_speed_rpm = cut.spindle_speed_rpm
    depth_mm = depth_of(job.design)
    if depth_mm is not None:
        envelope.max_depth_mm = depth_mm


def _take_stock(envelope: audit_pb.ProgramEnvelope, job: Job) -> None:
    """Only its height: where it lies in X and Y depends on the zero point, which the job does not state."""
    stock = job.context.stock
    if stock.HasField("thickness_mm"):
        envelope.stock.z.min_mm, envelope.stock.z.max_mm = -stock.thickness_mm, 0.0


def _take_tool(envelope: audit_pb.ProgramEnvelope, job: Job, presets: Presets) -> None:
    tool = job.context.tool
    whole = context_pb.Tool()
    if tool.tool_id and not (tool.HasField("diameter_mm") and tool.kind):
        for entry in presets.list_tools():
            if entry.tool.tool_id == tool.tool_id:
                whole.CopyFrom(entry.tool)
    whole.MergeFrom(tool)
    if whole.HasField("diameter_mm"):
        envelope.tools.append(_planned(whole))


def _planned(tool: context_pb.Tool) -> audit_pb.PlannedTool:
    """A tool with its profile: cone, flat and corner by its kind."""
    planned = audit_pb.PlannedTool(diameter_mm=tool.diameter_mm)
    if tool.kind in _CONES and tool.HasField("tip_angle_deg"):
        planned.tip_angle_deg = tool.tip_angle_deg
        if tool.HasField("tip_diameter_mm"):
            planned.tip_diameter_mm = tool.tip_diameter_mm
    elif tool.kind == context_pb.TOOL_KIND_BALL_NOSE:
        planned.corner_radius_mm = tool.diameter_mm / 2
    elif tool.kind == context_pb.TOOL_KIND_BULL_NOSE and tool.HasField("corner_radius_mm"):
        planned.corner_radius_mm = tool.corner_radius_mm
    elif tool.kind == context_pb.TOOL_KIND_TAPERED_BALL and tool.HasField("taper_angle_deg"):
        planned.diameter_mm = max(tool.diameter_mm, tool.shank_diameter_mm)
        planned.corner_radius_mm = tool.tip_diameter_mm / 2
        planned.tip_angle_deg = 2 * tool.taper_angle_deg
    return planned


def _take_machine(envelope: audit_pb.ProgramEnvelope, job: Job, presets: Presets) -> None:
    named = job.context.machine
    sources = [named]
    if named.machine_id:
        sources += [entry.machine for entry in presets.list_machines() if entry.machine.machine_id == named.machine_id]
    for field in (
        "max_feed_rate_mm_per_min",
        "acceleration_mm_per_s2",
        "junction_deviation_mm",
        "min_spindle_speed_rpm",
        "max_spindle_speed_rpm",
    ):
        for source in sources:
            if source.HasField(field):
                setattr(envelope.machine, field, getattr(source, field))
                break


def depth_of(design: design_pb2.Design) -> float | None:
    """How deep a design goes below the top. None where it does not say. [mm]"""
    chosen = design.WhichOneof("operation")
    if chosen is None:
        return None
    operation = getattr(design, chosen)
    for name in ("depth_mm", "slot_depth_mm"):
        if name in operation.DESCRIPTOR.fields_by_name and operation.HasField(name):
            depth: float = getattr(operation, name)
            return depth
    return None
