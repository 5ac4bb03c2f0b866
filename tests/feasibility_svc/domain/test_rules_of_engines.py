"""How an engine puts dimensions together, and what it proposes, at the edges of its rules."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import StubEngine
from feasibility_svc.domain.engine.job import MOST_STEPS, verdict_of
from feasibility_svc.domain.engine.proposals import Trial
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Recommendation,
    UnknownKind,
    UnknownReason,
    missing,
    not_assessed,
)
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel
from feasibility_svc.domain.verdict.aggregation import UNSCORED, Verdict
from tests.feasibility_svc.domain.made_up import Fixed, engine_of
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW, RED, UNKNOWN, ERROR = (RiskLevel[name] for name in ("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"))


KNOWN = Fixed(Category.CHIPLOAD, 95.0, Grade.B)


@pytest.mark.parametrize(
    ("beside", "risk", "grade"),
    [
        (Fixed(Category.HEAT, 90.0, Grade.C), GREEN, Grade.C),
        (Fixed(Category.HEAT, 90.0, Grade.C, information=True), GREEN, Grade.B),
        (Fixed(Category.HEAT, 60.0, Grade.C, information=True), YELLOW, Grade.C),
        (Fixed(Category.HEAT, None, Grade.A), UNKNOWN, Grade.D),
        (Fixed(Category.HEAT, None, Grade.A, information=True), GREEN, Grade.B),
        (Fixed(Category.HEAT, 101.0, Grade.A), ERROR, Grade.D),
    ],
)
def test_a_report_is_as_well_known_as_the_weakest_part_that_counts(
    catalogue: Catalogue, beside: Fixed, risk: RiskLevel, grade: Grade
) -> None:
    report = engine_of(KNOWN, beside).evaluate(situation(catalogue))
    assert (report.verdict.risk, report.grade) == (risk, grade)


def test_what_only_informs_has_no_score_from_80_points_on(catalogue: Catalogue) -> None:
    for score, expected, told in ((80.0, UNSCORED, None), (79.9, 79.9, 79.9)):
        engine = engine_of(KNOWN, Fixed(Category.HEAT, score, Grade.A, information=True))
        assert engine.table(situation(catalogue), 1).dimension_scores[:, 0].tolist() == [95.0, expected]
        assert [item.score for item in engine.evaluate(situation(catalogue)).assessments] == [95.0, told]


@pytest.mark.parametrize(
    ("level", "score"), [(GREEN, 100.0), (YELLOW, 60.0), (RED, 10.0), (UNKNOWN, None), (ERROR, None)]
)
def test_the_stub_scores_within_its_level_and_counts_whole(
    catalogue: Catalogue, level: RiskLevel, score: float | None
) -> None:
    engine = StubEngine(level)
    assert engine.evaluate(situation(catalogue)).verdict.score == score
    assert [(item.category, item.weight) for item in engine.profiles] == [(Category.CHIPLOAD, 1.0)]
    table = engine.table(situation(catalogue), 2)
    assert np.isnan(table.scores).all() if score is None else list(table.scores) == [score, score]


def report(risk: RiskLevel, score: float | None, grade: Grade = Grade.A) -> Report:
    return Report("e", "1", Verdict(score, risk, Category.HEAT), [], [], [], grade)


@pytest.mark.parametrize(
    ("reports", "step"),
    [
        ([report(GREEN, None), report(YELLOW, 79.0)], 1),
        ([report(ERROR, None), report(RED, 10.0)], 0),
        ([report(RED, 40.0), report(RED, 40.0)], 0),
        ([report(RED, None), report(RED, 0.0)], 0),
        ([report(RED, 0.0), report(RED, None)], 0),
        ([report(RED, 0.5), report(RED, None)], 1),
    ],
)
def test_the_step_that_decides_a_job(reports: list[Report], step: int) -> None:
    assert verdict_of(reports).binding_step == step


def test_a_job_has_no_more_than_20_steps() -> None:
    assert MOST_STEPS == 20  # as the contract of EvaluateJob says


@pytest.mark.parametrize(
    ("risk", "grade", "words"),
    [
        (GREEN, Grade.D, "GREEN (estimate)"),
        (GREEN, Grade.C, "GREEN"),
        (ERROR, Grade.D, "ERROR"),
        (YELLOW, Grade.D, "YELLOW"),
    ],
)
def test_only_green_that_rests_on_an_assumption_is_an_estimate(risk: RiskLevel, grade: Grade, words: str) -> None:
    assert report(risk, 90.0, grade).verdict_in_words == words


FEED = "context.cut.feed_rate_mm_per_min"


def advice(field: str = FEED, *, now: float | None = None, then: float | None = None, text: str = "") -> Recommendation:
    return Recommendation(Category.HEAT, field, now, then, "mm/min", text)


def item(risk: RiskLevel, *given: Recommendation, category: Category = Category.HEAT) -> Assessment:
    score = {GREEN: 90.0, YELLOW: 60.0, RED: 10.0}.get(risk)
    reasons = (UnknownReason(UnknownKind.MISSING, "x", "x", missing("tool.kind").cures),) if risk is UNKNOWN else ()
    return Assessment(category, score, risk, "", Grade.A, recommendations=given, unknown_reasons=reasons)


def proposed(
    catalogue: Catalogue, present: RiskLevel, items: list[Assessment], level: Any, context: dict[str, Any] | None = None
) -> list[tuple[str, RiskLevel | None]]:
    looked_at = situation(catalogue, {"cut.feed_rate_mm_per_min": 500.0, **(context or {})})
    found = Trial(looked_at, present, level).proposals(items)
    return [(item.text, item.resulting_risk) for item in found]


def becomes(risk: RiskLevel) -> Any:
    return lambda situation: risk


def test_an_error_is_proposed_for_and_asks(catalogue: Catalogue) -> None:
    broken = [item(ERROR, advice(then=1_000.0)), item(UNKNOWN)]
    assert proposed(catalogue, ERROR, broken, becomes(GREEN)) == [
        ("state the kind of tool", None),
        ("feed at 1000 mm/min", GREEN),
    ]


def test_nothing_is_offered_of_what_is_green_or_of_what_does_not_decide(catalogue: Catalogue) -> None:
    said = advice("context.workholding", text="hold it")
    assert proposed(catalogue, RED, [item(GREEN, said), item(RED)], becomes(GREEN)) == []
    assert proposed(catalogue, RED, [item(YELLOW, said), item(RED)], becomes(GREEN)) == []
    assert proposed(catalogue, UNKNOWN, [item(YELLOW, said), item(UNKNOWN)], becomes(GREEN)) == [
        ("state the kind of tool", None)
    ]
    assert proposed(catalogue, YELLOW, [item(GREEN, said), item(YELLOW)], becomes(GREEN)) == []


@pytest.mark.parametrize("present", [RED, YELLOW])
def test_what_cannot_be_tried_is_said_where_one_is_red_or_none_is(catalogue: Catalogue, present: RiskLevel) -> None:
    said = advice("context.workholding", text="hold it")
    other = advice("context.workholding", text="tape it")
    two = [item(present, said), item(present, other, category=Category.CHIPLOAD)]
    both = [("hold it", None), ("tape it", None)]
    assert proposed(catalogue, present, two[:1], becomes(GREEN)) == both[:1]
    assert proposed(catalogue, present, two, becomes(GREEN)) == ([] if present is RED else both)
    beside = [*two[:1], item(YELLOW, category=Category.CHIPLOAD), item(GREEN, category=Category.DEFLECTION)]
    assert proposed(catalogue, present, beside, becomes(GREEN)) == both[:1]


def test_what_cannot_be_tried_is_said_of_an_error_beside_red(catalogue: Catalogue) -> None:
    said = advice("context.workholding", text="hold it")
    broken = [item(ERROR, said), item(RED, said), item(ERROR, category=Category.CHIPLOAD)]
    assert proposed(catalogue, ERROR, broken, becomes(GREEN)) == [("hold it", None)]
    assert proposed(catalogue, RED, [item(RED, said), item(ERROR)], becomes(GREEN)) == [("hold it", None)]


@pytest.mark.parametrize(
    ("wanted", "tried", "text"),
    [
        (502.0, [510.0], "feed at 510 mm/min"),
        (498.0, [490.0], "feed at 490 mm/min"),
        (500.0, [], None),
        (0.004, [10.0], "feed at 10 mm/min"),
    ],
)
def test_settings_are_tried_on_the_side_of_the_advice_first(
    catalogue: Catalogue, wanted: float, tried: list[float], text: str | None
) -> None:
    seen: list[float | None] = []

    def level(changed: Situation) -> RiskLevel:
        seen.append(changed.find("cut.feed_rate_mm_per_min"))
        assert changed.find("cut.radial_width_mm") == 3.175  # only another tool steps over less
        return GREEN

    found = proposed(catalogue, RED, [item(RED, advice(then=wanted))], level)
    assert seen == tried
    assert found == ([] if text is None else [(text, GREEN)])


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((500.0, 2_000.0), (500.0, 1_000.0), 1_000.0),
        ((500.0, 1_000.0), (500.0, 2_000.0), 1_000.0),
        ((500.0, 250.0), (500.0, 900.0), 900.0),
        ((None, 2_000.0), (500.0, 1_000.0), 2_000.0),
        ((500.0, 1_000.0), (None, 2_000.0), 2_000.0),
        ((500.0, 550.0), (None, 2_000.0), 2_000.0),
    ],
)
def test_of_values_that_help_alike_the_nearest_is_said(
    catalogue: Catalogue, first: tuple[float | None, float], second: tuple[float | None, float], kept: float
) -> None:
    given = [advice(now=now, then=then) for now, then in (first, second)]
    assert proposed(catalogue, RED, [item(RED, *given)], becomes(GREEN)) == [(f"feed at {kept:g} mm/min", GREEN)]


def test_what_is_not_assessed_has_no_advice(catalogue: Catalogue) -> None:
    gap = not_assessed(Category.HEAT, [missing("tool.kind")])
    assert proposed(catalogue, UNKNOWN, [gap], becomes(GREEN)) == [("state the kind of tool", None)]
