"""Between the contract and the reader of programs: envelopes in, reports out."""

from collections.abc import Iterable

from feasibility_svc.domain.gcode.comparison import Difference
from feasibility_svc.domain.gcode.envelope import ControllerName, Envelope, MachineLimits
from feasibility_svc.domain.gcode.extents import Box, Reach
from feasibility_svc.domain.gcode.findings import Finding, Level, Place
from feasibility_svc.domain.gcode.report import READER_VERSION, AuditReport, CutTime, Measures, Outcome
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rpckit import field_rules, proto_json

_NO_NUMBER = -1
_CONTROLLERS: dict[int, ControllerName] = {
    audit_pb.GCODE_CONTROLLER_UNSPECIFIED: "unknown",
    audit_pb.GCODE_CONTROLLER_GRBL: "grbl",
    audit_pb.GCODE_CONTROLLER_LINUXCNC: "linuxcnc",
    audit_pb.GCODE_CONTROLLER_MACH3: "mach3",
    audit_pb.GCODE_CONTROLLER_MACH4: "mach4",
    audit_pb.GCODE_CONTROLLER_FANUC: "fanuc",
}
_OUTCOMES = {
    Outcome.INSIDE: audit_pb.AUDIT_OUTCOME_INSIDE,
    Outcome.DEVIATES: audit_pb.AUDIT_OUTCOME_DEVIATES,
    Outcome.NOT_VERIFIABLE: audit_pb.AUDIT_OUTCOME_NOT_VERIFIABLE,
}
_LEVELS = {
    Level.INFORMATION: audit_pb.FINDING_LEVEL_INFORMATION,
    Level.WARNING: audit_pb.FINDING_LEVEL_WARNING,
    Level.NOT_VERIFIABLE: audit_pb.FINDING_LEVEL_NOT_VERIFIABLE,
    Level.ERROR: audit_pb.FINDING_LEVEL_ERROR,
}


def read_envelope(message: audit_pb.ProgramEnvelope, path: str) -> Envelope:
    """The envelope.

    Raises:
        InvalidFieldsError: A field breaks a rule, or is not known.
    """
    value = proto_json.read(message, path)
    value["controller"] = read_controller(message.controller, f"{path}.controller")
    return field_rules.check(Envelope, value, path)


def write_envelope(envelope: Envelope) -> audit_pb.ProgramEnvelope:
    """An envelope of an unknown controller on the wire: what is absent stays absent."""
    value = envelope.model_dump(exclude_none=True, exclude_defaults=True)
    return audit_pb.ProgramEnvelope(**value)


def read_machine(message: audit_pb.MachineLimits, path: str) -> MachineLimits:
    """The machine.

    Raises:
        InvalidFieldsError: A field breaks a rule, or is not known.
    """
    return field_rules.check(MachineLimits, proto_json.read(message, path), path)


def read_controller(number: int, path: str) -> ControllerName:
    """The controller.

    Raises:
        InvalidFieldsError: The number names none.
    """
    if number not in _CONTROLLERS:
        raise InvalidFieldsError.one(path, f"{number} is not a controller; allowed: {', '.join(_CONTROLLERS.values())}")
    return _CONTROLLERS[number]


def read_count(count: int, path: str) -> int:
    if not 0 <= count <= 1_000:
        raise InvalidFieldsError.one(path, f"{count} is not allowed: 0 to 1000")
    return count


def write_report(report: AuditReport, digests: Iterable[str]) -> audit_pb.ProgramAuditReport:
    numbers = {name: number for number, name in _CONTROLLERS.items()}
    return audit_pb.ProgramAuditReport(
        outcome=_OUTCOMES[report.outcome],
        controller=numbers[report.controller],  # type: ignore[index,arg-type]
        tested_controller=report.is_tested_controller,
        findings=write_findings(report.findings),
        programs=[_measures(measures) for measures in report.programs],
        unchecked=report.unchecked,
        program_sha256=digests,
        reader_version=READER_VERSION,
    )


def write_findings(findings: Iterable[Finding]) -> list[audit_pb.ProgramFinding]:
    return [
        audit_pb.ProgramFinding(
            code=finding.code,
            level=_LEVELS[finding.level],
            program_index=finding.program,
            count=finding.count,
            first=_place(finding.first),
            worst=_place(finding.worst),
            places=[_place(place) for place in finding.places],
            limit=finding.limit,
            unit=finding.unit,
            sentence=finding.sentence,
        )
        for finding in findings
    ]


def write_differences(differences: Iterable[Difference]) -> list[pb.ProgramDifference]:
    return [
        pb.ProgramDifference(
            name=item.name, before=item.before, after=item.after, unit=item.unit, sentence=item.sentence
        )
        for item in differences
    ]


def write_time(time: CutTime) -> audit_pb.CutTime:
    return audit_pb.CutTime(
        shortest_s=time.shortest_s,
        longest_s=time.longest_s,
        feed_only_s=time.feed_only_s,
        cutting_s=time.cutting_s,
        rapid_s=time.rapid_s,
        dwell_s=time.dwell_s,
        tool_change_s=time.tool_change_s,
    )


def _place(place: Place) -> audit_pb.ProgramPlace:
    return audit_pb.ProgramPlace(line=place.line, value=place.value, text=place.text)


def _measures(measures: Measures) -> audit_pb.ProgramMeasures:
    return audit_pb.ProgramMeasures(
        program_index=measures.program,
        line_count=measures.line_count,
        move_count=measures.move_count,
        units=measures.units,
        reach=_region(measures.reach),
        cut_reach=_region(measures.cut_reach),
        max_feed_rate_mm_per_min=measures.max_feed_rate_mm_per_min,
        max_plunge_rate_mm_per_min=measures.max_plunge_rate_mm_per_min,
        min_spindle_speed_rpm=measures.min_spindle_speed_rpm,
        max_spindle_speed_rpm=measures.max_spindle_speed_rpm,
        depth_mm=measures.depth_mm,
        stepdown_mm=measures.stepdown_mm,
        max_stepdown_mm=measures.max_stepdown_mm,
        cut_length_mm=measures.cut_length_mm,
        tool_numbers=[_NO_NUMBER if number is None else number for number in measures.tool_numbers],
        time=write_time(measures.time),
    )


def _region(box: Box) -> audit_pb.Region:
    return audit_pb.Region(x=_span(box.x_mm), y=_span(box.y_mm), z=_span(box.z_mm))


def _span(reach: Reach | None) -> audit_pb.Span | None:
    return None if reach is None else audit_pb.Span(min_mm=reach[0], max_mm=reach[1])
