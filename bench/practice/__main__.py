"""make practice: what the engine says of setups from practice.

1. evaluate each setup of setups.csv and each job of impossible.json
2. count levels by outcome, and again by kind of source, class of machine and operation
3. list each RED of a setup that works and each GREEN of one that failed, with the dimension that decided and its source
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.practice.setup import read_setups, read_sources
from bench.practice.verdicts import BASE, Judge, Judged, levels
from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel

SHOWN = (RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN, RiskLevel.ERROR)
GROUPS = {"kind of source": "source_kind", "class of machine": "machine_class", "operation": "operation"}
console = Console(width=140)


def main() -> None:
    judge = Judge(baseline_engine(), read_catalogue())
    judged = [judge.judge(setup) for setup in read_setups()]
    show_levels(judged)
    show_surprises(judged)
    show_impossible(judge)


def show_levels(judged: Sequence[Judged]) -> None:
    table = Table(title=f"Levels of {len(judged)} setups from practice", title_justify="left")
    for title in ("", "", "outcome", "setups", *SHOWN):
        table.add_column(str(title), justify="left" if title in {"", "outcome"} else "right")
    add_rows(table, "all", "", judged)
    for title, column in GROUPS.items():
        table.add_section()
        for value in sorted({item.setup.text(column) for item in judged}):
            add_rows(table, title, value, [item for item in judged if item.setup.text(column) == value])
    console.print(table)


def add_rows(table: Table, title: str, value: str, judged: Sequence[Judged]) -> None:
    """A row of those that work, of those that failed, and of failures whose cause is in the numbers."""
    for outcome, wanted in (
        ("works", lambda setup: setup.works),
        ("failed", lambda setup: not setup.works),
        ("failed by its numbers", lambda setup: setup.cause_in_numbers),
    ):
        counts = levels(judged, wanted)
        if counts:
            table.add_row(title, value, outcome, str(counts.total()), *(str(counts[level] or "") for level in SHOWN))


def show_surprises(judged: Sequence[Judged]) -> None:
    sources = read_sources()
    for title, works in (("RED of setups that work", True), ("GREEN of setups that failed", False)):
        table = Table(title=title, title_justify="left")
        for column in ("setup", "tool", "material", "decided by", "finding", "what happened", "source"):
            table.add_column(column, overflow="fold")
        for item in judged:
            if item.surprises and item.setup.works is works:
                text = item.setup.text
                tool = f"{text('tool_kind')} {text('diameter_mm')}"
                happened = text("failure") or "works"
                where = sources[text("source_id")]
                table.add_row(text("id"), tool, text("material"), item.decided_by, item.finding, happened, where)
        console.print(table)


def show_impossible(judge: Judge) -> None:
    table = Table(title="Jobs nobody can run: all but the base must be RED", title_justify="left")
    for column in ("job", "level", "decided by", ""):
        table.add_column(column)
    for name, report in judge.impossible():
        right = report.verdict.risk is (RiskLevel.GREEN if name == BASE else RiskLevel.RED)
        table.add_row(name, report.verdict.risk, report.verdict.binding, "" if right else "WRONG")
    console.print(table)


if __name__ == "__main__":
    main()
