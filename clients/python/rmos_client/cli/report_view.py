"""A report on one screen: the verdict, what decides it, and what to change."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rmos.type.v1 import feasibility_report_pb2, risk_pb2

COLOURS = {"GREEN": "green", "YELLOW": "yellow", "RED": "red", "UNKNOWN": "magenta", "ERROR": "red"}
_MOST_ADVICE = 5


def level_name(level: "risk_pb2.RiskLevel.ValueType") -> str:
    return risk_pb2.RiskLevel.Name(level).removeprefix("RISK_LEVEL_")


def coloured(level: str) -> Text:
    return Text(level, style=f"bold {COLOURS.get(level, 'white')}")


def view(report: feasibility_report_pb2.FeasibilityReport) -> RenderableType:
    return Group(*_parts(report))


def _parts(report: feasibility_report_pb2.FeasibilityReport) -> Iterator[RenderableType]:
    score = f"{report.overall_score:.0f} of 100" if report.HasField("overall_score") else "no score"
    level = level_name(report.overall_risk)
    yield Text.assemble("Verdict ", coloured(level), f"{report.verdict.removeprefix(level)}, {score}")
    yield _assessments(report)
    for warning in _warnings(report):
        yield Text(f"  ! {warning}")
    if report.recommendations and report.overall_risk != risk_pb2.RISK_LEVEL_GREEN:
        yield Text("What helps", style="bold")
        for advice in report.recommendations[:_MOST_ADVICE]:
            after = advice.resulting_risk
            level = f" (then {level_name(after)})" if after != risk_pb2.RISK_LEVEL_UNSPECIFIED else ""
            yield Text(f"  > {advice.text}{level}")


def _assessments(report: feasibility_report_pb2.FeasibilityReport) -> RenderableType:
    """A line per dimension; when something is wrong, those that are fine share the last line."""
    all_green = report.overall_risk == risk_pb2.RISK_LEVEL_GREEN
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    fine = []
    for item in report.assessments:
        name = risk_pb2.RiskCategory.Name(item.category).removeprefix("RISK_CATEGORY_").lower().replace("_", " ")
        if item.risk == risk_pb2.RISK_LEVEL_GREEN and not all_green:
            fine.append(name)
            continue
        score = f"{item.score:.0f}" if item.HasField("score") else "-"
        table.add_row(coloured(level_name(item.risk)), score, name, Text(item.finding))
    if fine:
        return Group(table, Text.assemble(coloured("GREEN"), f"  {', '.join(fine)}"))
    return table


def _warnings(report: feasibility_report_pb2.FeasibilityReport) -> list[str]:
    findings = {item.finding for item in report.assessments}
    warnings = [warning for item in report.assessments for warning in item.warnings]
    return [warning for warning in dict.fromkeys(warnings) if warning not in findings]
