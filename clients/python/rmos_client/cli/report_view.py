"""A report on one screen: the verdict with what decides it, once and first, then the dimensions and what to change."""

from collections.abc import Iterator
from math import floor

from rich.console import Group, RenderableType
from rich.text import Text

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import feasibility_report_pb2, risk_pb2
from rmos_client.cli.tables import Rows
from rmos_client.units import said

COLOURS = {"GREEN": "green", "YELLOW": "yellow", "RED": "red", "UNKNOWN": "magenta", "ERROR": "red"}
_OPENINGS = {
    "GREEN": "this may be cut",
    "YELLOW": "have somebody look at it before it is cut",
    "RED": "do not cut this",
    "UNKNOWN": "do not cut this before the question is answered",
    "ERROR": "the evaluation failed, so do not cut this",
}
_CALLED = {
    "CHIPLOAD": "chip load",
    "RIMSPEED": "rim speed",
    "BOM_EFFICIENCY": "use of stock",
    "SAFETY_CONSTRAINTS": "workshop limits",
    "FEED_LIMITS": "feed and axes",
    "TEAR_OUT": "tear-out",
}
"""Dimensions that a person calls otherwise than the contract."""
_COMPUTED = frozenset({"CHIPLOAD", "HEAT", "DEFLECTION", "SPINDLE_POWER", "CHATTER"})
"""Dimensions whose numbers are computed, so that they are estimates where what they rest on is assumed."""
_LEAST_SCORES = (80, 50)
_MOST_ADVICE, _MOST_NOTES = 5, 5


def level_name(level: "risk_pb2.RiskLevel.ValueType") -> str:
    return risk_pb2.RiskLevel.Name(level).removeprefix("RISK_LEVEL_")


def coloured(level: str) -> Text:
    return Text(level, style=f"bold {COLOURS.get(level, 'white')}")


def score_in_words(score: float) -> str:
    """A score without decimals, but with one where it would read as another level's.

    >>> score_in_words(79.6), score_in_words(80.0), score_in_words(49.7)
    ('79.6', '80', '49.7')
    """
    if any(score < least <= round(score) for least in _LEAST_SCORES):
        return f"{floor(10 * score) / 10:.1f}"
    return f"{score:.0f}"


def view(report: feasibility_report_pb2.FeasibilityReport) -> RenderableType:
    return Group(*_parts(report))


def job_view(name: str, answer: pb.EvaluateJobResponse) -> Text:
    """The level of a job of several steps, and the step and dimension that decide it."""
    level, place = level_name(answer.overall_risk), answer.binding_step
    sentence = f": {_OPENINGS.get(level, '')}"
    if answer.overall_risk != risk_pb2.RISK_LEVEL_GREEN:
        step = answer.steps[place]
        label = f"step {place + 1}" + (f" ({step.name})" if step.name else "")
        deciding = _binding(step.report)
        sentence += f": {label}" + ("" if deciding is None else f", {_name(deciding)}")
    return Text.assemble((name, "bold"), ": ", coloured(level), sentence)


def _parts(report: feasibility_report_pb2.FeasibilityReport) -> Iterator[RenderableType]:
    yield verdict(report)
    yield _assessments(report)
    for note in _notes(report)[:_MOST_NOTES]:
        yield Text(f"  - {said(note)}")
    if report.recommendations and not _is_green(report):
        unknown = report.overall_risk == risk_pb2.RISK_LEVEL_UNKNOWN
        yield Text("What would answer it" if unknown else "What helps", style="bold")
        for advice in report.recommendations[:_MOST_ADVICE]:
            after = advice.resulting_risk
            level = f" (then {level_name(after)})" if after != risk_pb2.RISK_LEVEL_UNSPECIFIED else ""
            yield Text(f"  > {said(advice.text)}{level}")
    elif not _is_green(report):
        yield Text("No single change helps; rmosctl explain looks for several at once.")


def _is_green(report: feasibility_report_pb2.FeasibilityReport) -> bool:
    return report.overall_risk == risk_pb2.RISK_LEVEL_GREEN


def verdict(report: feasibility_report_pb2.FeasibilityReport) -> Text:
    """The level, what to do, and the dimension that decides with its number and limit."""
    level = level_name(report.overall_risk)
    estimate = report.verdict.removeprefix(level)
    binding = _binding(report)
    deciding = "" if binding is None else f": {_name(binding)}: {_finding(binding)}"
    score = f", {score_in_words(report.overall_score)} of 100" if report.HasField("overall_score") else ""
    rest = score if _is_green(report) else f"{deciding}{score}"
    return Text.assemble(coloured(level), f"{estimate}: {_OPENINGS.get(level, '')}{rest}")


def _binding(report: feasibility_report_pb2.FeasibilityReport) -> feasibility_report_pb2.Assessment | None:
    return next((item for item in report.assessments if item.category == report.binding_category), None)


def _finding(item: feasibility_report_pb2.Assessment) -> str:
    """What a dimension found; of a GREEN one the verdict says that it is an estimate."""
    name = risk_pb2.RiskCategory.Name(item.category).removeprefix("RISK_CATEGORY_")
    wrong = item.risk in {risk_pb2.RISK_LEVEL_YELLOW, risk_pb2.RISK_LEVEL_RED}
    rough = wrong and item.evidence_grade == risk_pb2.EVIDENCE_GRADE_D and name in _COMPUTED
    return f"{said(item.finding)}{' (an estimate)' if rough else ''}"


def _name(item: feasibility_report_pb2.Assessment) -> str:
    name = risk_pb2.RiskCategory.Name(item.category).removeprefix("RISK_CATEGORY_")
    return _CALLED.get(name, name.lower().replace("_", " "))


def _assessments(report: feasibility_report_pb2.FeasibilityReport) -> RenderableType:
    """A line per dimension. When something is wrong, the verdict has named one already; what is fine shares a line."""
    rows = []
    fine = []
    binding = None if _is_green(report) else _binding(report)
    for item in report.assessments:
        if item.risk == risk_pb2.RISK_LEVEL_GREEN and not _is_green(report):
            fine.append(_name(item))
        elif binding is None or item.category != binding.category:
            score = score_in_words(item.score) if item.HasField("score") else "-"
            rows.append((coloured(level_name(item.risk)), score, _name(item), _finding(item)))
    table = [Rows(("",) * 4, rows)] if rows else []
    return Group(*table, *([Text.assemble(coloured("GREEN"), f"  {', '.join(fine)}")] if fine else []))


def _notes(report: feasibility_report_pb2.FeasibilityReport) -> list[str]:
    findings = {item.finding for item in report.assessments}
    warnings = [warning for item in report.assessments for warning in item.warnings]
    return [warning for warning in dict.fromkeys(warnings) if warning not in findings]
