"""Audits, times and comparisons on one screen."""

from collections.abc import Iterable, Sequence

from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.units import length, said, unit

_MOST_FINDINGS = 30
_MOST_LINES_NAMED = 5
_OUTCOMES = {
    audit_pb.AUDIT_OUTCOME_INSIDE: "INSIDE what was approved",
    audit_pb.AUDIT_OUTCOME_DEVIATES: "DEVIATES from what was approved",
}
_LEVELS = {
    audit_pb.FINDING_LEVEL_ERROR: "error",
    audit_pb.FINDING_LEVEL_NOT_VERIFIABLE: "not verifiable",
    audit_pb.FINDING_LEVEL_WARNING: "warning",
    audit_pb.FINDING_LEVEL_INFORMATION: "information",
}


def report_lines(report: audit_pb.ProgramAuditReport, names: Sequence[str]) -> list[str]:
    """A report, worst first."""
    return [
        _OUTCOMES.get(report.outcome, "NOT VERIFIABLE"),
        *finding_lines(report.findings, names),
        *(_measures_line(measures, names) for measures in report.programs),
        *([f"not compared, because not stated: {', '.join(report.unchecked)}"] if report.unchecked else []),
        *([] if report.tested_controller else ["the controller is not known, or its reading was never tried"]),
    ]


def finding_lines(findings: Sequence[audit_pb.ProgramFinding], names: Sequence[str]) -> list[str]:
    lines = [_finding_line(finding, names) for finding in findings[:_MOST_FINDINGS]]
    if len(findings) > _MOST_FINDINGS:
        lines.append(f"  and {len(findings) - _MOST_FINDINGS} more")
    return lines


def time_line(name: str, time: audit_pb.CutTime) -> str:
    span = clock(time.longest_s)
    if time.longest_s - time.shortest_s > 0.5:
        span = f"{clock(time.shortest_s)} to {span}, as the machine accelerates"
    waiting = f", waiting {clock(time.dwell_s + time.tool_change_s)}" if time.dwell_s + time.tool_change_s else ""
    return f"{name}: {span} (cutting {clock(time.cutting_s)}, rapids {clock(time.rapid_s)}{waiting})"


def difference_lines(answer: pb.CompareProgramsResponse) -> list[str]:
    if answer.identical:
        return ["the same bytes"]
    return [said(item.sentence) for item in answer.differences] or ["other bytes that cut alike"]


def clock(seconds: float) -> str:
    """A time as it is read from a clock.

    >>> clock(3725)
    '1:02:05'
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _finding_line(finding: audit_pb.ProgramFinding, names: Sequence[str]) -> str:
    where = _where(finding.places, finding.count)
    name = names[finding.program_index] if len(names) > 1 and finding.program_index < len(names) else ""
    level = _LEVELS.get(finding.level, "unknown level")
    return (
        f"  {level:<14} {' '.join(part for part in (name, where) if part)}: {said(finding.sentence)}  [{finding.code}]"
    )


def _where(places: Iterable[audit_pb.ProgramPlace], count: int) -> str:
    lines = list(dict.fromkeys(place.line for place in places if place.line))
    if not lines:
        return "program"
    text = ", ".join(str(line) for line in lines[:_MOST_LINES_NAMED])
    more = count - min(len(lines), _MOST_LINES_NAMED)
    return f"line {text}" + (f" and {more} more" if more > 0 else "")


def _measures_line(measures: audit_pb.ProgramMeasures, names: Sequence[str]) -> str:
    reach = ", ".join(
        f"{axis.upper()} {length(span.min_mm)} to {length(span.max_mm)}"
        for axis in ("x", "y", "z")
        if measures.reach.HasField(axis)
        for span in [getattr(measures.reach, axis)]
    )
    name = names[measures.program_index] if measures.program_index < len(names) else ""
    return f"{time_line(name, measures.time)}; {reach} {unit('mm')}"
