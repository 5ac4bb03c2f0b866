"""What reports on setups from practice say: nothing a workshop would shake its head at."""

import re
from collections.abc import Iterator, Sequence

import pytest

from bench.practice.setup import read_setups
from bench.practice.verdicts import Judge, Judged
from feasibility_svc.domain.advice.advice import advise
from feasibility_svc.domain.advice.explanation import Request, explain
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.levels import RiskLevel

FORBIDDEN = {
    "a number instead of itself": re.compile(r"(?<![\d.])([\d.]+) (?:\S+ )?instead of \1(?![\d.])"),
    "one times something": re.compile(r"(?<![\d.])1 times|times the time"),
    "a power of ten": re.compile(r"\d[eE][-+]?\d+"),
    "no number": re.compile(r"\b(?:nan|inf|None)\b"),
    "five digits of stress": re.compile(r"\d{5,}(?:\.\d+)? (?:N/mm2|MPa)"),
    "an order not to cut that is no verdict": re.compile(r"[dD]o not cut"),
    "less than nothing": re.compile(r"(?<![\d])-0(?:\.0+)?(?![.\d])"),
    "a code": re.compile(r"\b[a-z]+_[a-z_]+\b(?! of the)"),
}
FAULTS = re.compile(
    r"\bgums\b|burn marks?\b(?! would)|\bbound$|^the [\w ]+ (?:is|are) not stated|or the edge|\btoo\b|\bexceed"
    r"|kick back|\b(?:must|should|needs?|required)\b|\bbeyond\b"
    r"|^(?:feed (?!of)|turn|take|use|cut|choose|plunge|change|sharpen)\b"
)
"""What sounds as if something were wrong, or had to be done."""
MEASURED = ("P0002", "P0033", "P0422", "P0449", "P0490", "P0504", "P0508", "P0518", "P0524", "P0537")
"""A setup of each kind: sound and failed, milled, drilled and sawn, by machine and by hand."""


def sentences(report: Report) -> Iterator[str]:
    """Every sentence of a report that a person reads."""
    for item in report.assessments:
        yield item.finding
        yield from item.warnings
        yield from (reason.description for reason in item.unknown_reasons)
    yield from (advice.text for advice in report.recommendations)
    for rule in report.views.rule_findings:
        yield rule.text
        yield rule.hint
    for finding in report.views.guard_findings:
        yield from (finding.message, finding.hint)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_report_says_it(judged: Sequence[Judged], what: str) -> None:
    said = [
        f"{item.setup.setup_id}: {text}"
        for item in judged
        for text in sentences(item.report)
        if FORBIDDEN[what].search(text)
    ]
    assert said == []


def test_a_green_report_proposes_nothing(judged: Sequence[Judged]) -> None:
    green = [item for item in judged if item.risk is RiskLevel.GREEN]
    assert green
    assert [item.setup.setup_id for item in green if item.report.recommendations] == []


def test_no_sentence_of_a_green_report_reads_as_a_fault(judged: Sequence[Judged]) -> None:
    said = {
        f"{item.setup.setup_id}: {text}"
        for item in judged
        if item.risk is RiskLevel.GREEN
        for text in sentences(item.report)
        if FAULTS.search(text)
    }
    assert said == set()


def test_every_proposal_that_was_tried_improves_the_level(judged: Sequence[Judged]) -> None:
    tried = [(item.risk, advice.resulting_risk) for item in judged for advice in item.report.recommendations]
    assert all(after.rank < before.rank for before, after in tried if after is not None)


def test_a_hand_gets_no_feed(judged: Sequence[Judged]) -> None:
    by_hand = [item for item in judged if item.setup.by_hand]
    assert by_hand
    for item in by_hand:
        for advice in item.report.recommendations:
            assert not re.search(r"feed at \d|mm/min", advice.text), advice.text


def test_an_unknown_report_has_no_score(judged: Sequence[Judged]) -> None:
    assert [
        item.setup.setup_id
        for item in judged
        if (item.risk is RiskLevel.UNKNOWN) != (item.report.verdict.score is None)
    ] == []


@pytest.mark.parametrize("setup_id", MEASURED)
def test_an_explanation_fits_a_screen_and_keeps_the_rules_of_words(judge: Judge, setup_id: str) -> None:
    (setup,) = [item for item in read_setups() if item.setup_id == setup_id]
    situation = judge.situation(setup)
    advice = advise(judge.engine, situation)
    to_yellow = ChangeSearch(judge.engine, situation, target=RiskLevel.YELLOW).single()
    told = explain(advice, to_yellow, Request("run_0123456789ab", "ab" * 32, "BOTH"))
    lines = told.text.splitlines()
    assert len(lines) <= 24, told.text
    assert max(len(line) for line in lines) <= 80, told.text
    body = told.text.removeprefix("RED: do not cut this").removeprefix("UNKNOWN: do not cut this")
    for what, pattern in FORBIDDEN.items():
        if what != "a code":
            assert not pattern.search(body.replace("run_0123456789ab", "").replace("ab" * 6, "")), (what, told.text)
