"""What can be asked of programs, from their bytes to the answer: each question a function another process can run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from feasibility_svc.domain.gcode.audit import audit
from feasibility_svc.domain.gcode.comparison import Difference, compare
from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.cut_time import cut_time
from feasibility_svc.domain.gcode.envelope import ControllerName, Envelope, MachineLimits
from feasibility_svc.domain.gcode.findings import Finding, Findings, Level, of_program, ordered
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.reader import read_program
from feasibility_svc.domain.gcode.reading_rules import READER_DIED, TOO_MUCH_MEMORY, TOOK_TOO_LONG
from feasibility_svc.domain.gcode.report import AuditReport, CutTime, Outcome

Checkpoint = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Times of programs, and what was not understood."""

    times: tuple[CutTime, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences of two programs, and what was not understood of both."""

    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]


def audit_programs(
    programs: Sequence[bytes], envelope: Envelope, programs_before: int, *, checkpoint: Checkpoint
) -> AuditReport:
    """The report on the programs of a setup."""
    read = read_all(programs, envelope.controller, checkpoint=checkpoint)
    return audit(read, envelope, programs_before=programs_before, checkpoint=checkpoint)


def estimate_programs(
    programs: Sequence[bytes], controller: ControllerName, machine: MachineLimits, *, checkpoint: Checkpoint
) -> Estimate:
    """How long each program takes."""
    read = read_all(programs, controller, checkpoint=checkpoint)
    found = [
        finding
        for index, program in enumerate(read)
        for finding in of_program(program.findings, index)
        if finding.level is Level.NOT_VERIFIABLE or not program.is_milling
    ]
    times = tuple(cut_time(program, machine, checkpoint=checkpoint) for program in read)
    return Estimate(times, ordered(found))


def compare_programs(before: bytes, after: bytes, envelope: Envelope, *, checkpoint: Checkpoint) -> Comparison:
    """What changed from one program to another, each cut out of fresh stock."""
    reports = [audit_programs([data], envelope, 0, checkpoint=checkpoint) for data in (before, after)]
    found = [
        finding
        for index, report in enumerate(reports)
        for finding in of_program(report.findings, index)
        if finding.level is Level.NOT_VERIFIABLE or not report.programs
    ]
    measured = [report.programs[0] for report in reports if report.programs]
    differences = compare(*measured) if len(measured) == 2 else ()
    return Comparison(differences, ordered(item for item in found if item.code != "ENVELOPE_INCOMPLETE"))


def read_all(programs: Sequence[bytes], controller: ControllerName, *, checkpoint: Checkpoint) -> list[Program]:
    return [read_program([data], CONTROLLERS[controller], checkpoint=checkpoint) for data in programs]


class GivenUp(Enum):
    """Why a question has no answer."""

    TOOK_TOO_LONG = "took_too_long"
    TOO_MUCH_MEMORY = "too_much_memory"
    READER_DIED = "reader_died"


_RULES_OF_GIVING_UP = {
    GivenUp.TOOK_TOO_LONG: TOOK_TOO_LONG,
    GivenUp.TOO_MUCH_MEMORY: TOO_MUCH_MEMORY,
    GivenUp.READER_DIED: READER_DIED,
}


def unfinished(why: GivenUp, limit_s: float) -> tuple[Finding, ...]:
    """What is found where reading did not come to an end."""
    findings = Findings()
    findings.add(_RULES_OF_GIVING_UP[why], 0, limit=limit_s if why is GivenUp.TOOK_TOO_LONG else None)
    return findings.listed()


def unfinished_report(envelope: Envelope, why: GivenUp, limit_s: float) -> AuditReport:
    """The report on programs that were not read to their end: not verifiable."""
    controller = CONTROLLERS[envelope.controller]
    return AuditReport(Outcome.NOT_VERIFIABLE, controller.name, controller.tested, unfinished(why, limit_s), (), ())
