"""Programs, and what an audit of them against an envelope says."""

from typing import Any

from feasibility_svc.domain.gcode.audit import audit
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.findings import Finding, Level
from feasibility_svc.domain.gcode.report import AuditReport
from tests.feasibility_svc.domain.gcode.programs import read

APPROVED: dict[str, Any] = {
    "controller": "grbl",
    "max_feed_rate_mm_per_min": 1200,
    "max_plunge_rate_mm_per_min": 300,
    "max_stepdown_mm": 1.5,
    "max_depth_mm": 3,
    "tools": [{"diameter_mm": 4}],
}
HEAD = "G21 G90 G17 G94\nM3 S18000\nG0 Z5\nG0 X0 Y0\n"
GOOD = ("G1 Z-1.5 F300", "X50 F1200", "G0 Z5", "G0 X0", "G1 Z-3 F300", "X50 F1200")


def program(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\nG0 Z5\nM5\nM30\n"


def audited(*programs: str, before: int = 0, **changes: Any) -> AuditReport:
    envelope = Envelope.model_validate(APPROVED | changes)
    return audit([read(text, envelope.controller) for text in programs], envelope, programs_before=before)


def found(report: AuditReport) -> dict[str, Level]:
    return {finding.code: finding.level for finding in report.findings}


def one(report: AuditReport, code: str) -> Finding:
    return next(finding for finding in report.findings if finding.code == code)


def tooled(*numbers: int) -> str:
    cuts = [
        f"M5\nT{number} M6\nM3 S9000\nG0 Z5\nG0 X0 Y{9 * place}\nG1 Z-1 F300\nX9 F1200\nG0 Z5"
        for place, number in enumerate(numbers)
    ]
    return "G21 G90\n" + "\n".join(cuts) + "\nM5\nM30\n"
