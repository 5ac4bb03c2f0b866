"""How a report is put together: its grade, its words, its order, and what it proposes, of dimensions made up for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.engine.engine import DimensionEngine, StubEngine
from feasibility_svc.domain.engine.job import JobStep, carried, verdict_of
from feasibility_svc.domain.engine.proposals import Trial
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, Recommendation, missing
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from tests.feasibility_svc.domain.situations import situation

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN


class Fixed(OfEveryOperation):
    """A dimension with a score and a grade; without a score something is missing."""

    def __init__(self, category: Category, score: float | None, grade: Grade, *, informs: bool = False) -> None:
        self.profile = Profile(category, weight=1.0, mandatory=not informs, description="", information=informs)
        self._score, self._grade = score, grade

    def score(self, situation: Situation) -> float:
        if self._score is None:
            raise NotAssessedError(missing("context.stock.width_mm"))
        return self._score

    def assess(self, situation: Situation) -> Assessment:
        score = self.score(situation)
        risk = level_of(score) if score <= 100 else GREEN
        return Assessment(self.profile.category, score, risk, "", self._grade)


def engine_of(*dimensions: Any) -> DimensionEngine:
    return DimensionEngine(engine_id="t", version="1", description="", dimensions=dimensions)


KNOWN = Fixed(Category.HEAT, 90.0, Grade.B)


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (Fixed(Category.CHIPLOAD, 95.0, Grade.C), Grade.C),
        (Fixed(Category.CHIPLOAD, None, Grade.D), Grade.D),
        (Fixed(Category.CHIPLOAD, 200.0, Grade.A), Grade.D),
        (Fixed(Category.BOM_EFFICIENCY, 95.0, Grade.C, informs=True), Grade.B),
        (Fixed(Category.BOM_EFFICIENCY, None, Grade.D, informs=True), Grade.B),
        (Fixed(Category.BOM_EFFICIENCY, 10.0, Grade.C, informs=True), Grade.C),
    ],
)
def test_the_grade_of_a_report_is_that_of_what_was_judged(catalogue: Catalogue, other: Fixed, grade: Grade) -> None:
    assert engine_of(KNOWN, other).evaluate(situation(catalogue)).grade is grade


def test_information_that_is_just_green_has_no_score_in_tables_either(catalogue: Catalogue) -> None:
    edge = Fixed(Category.BOM_EFFICIENCY, 80.0, Grade.A, informs=True)
    engine, looked_at = engine_of(KNOWN, edge), situation(catalogue)
    assert [item.score for item in engine.evaluate(looked_at).assessments] == [90.0, None]
    scores = engine.table(looked_at, 1).dimension_scores[:, 0]
    assert scores[0] == 90.0
    assert not np.isfinite(scores[1])


@pytest.mark.parametrize(("level", "score"), [(GREEN, 100.0), (YELLOW, 60.0), (RED, 10.0), (UNKNOWN, None)])
def test_a_forced_level_has_a_score_of_its_own(catalogue: Catalogue, level: RiskLevel, score: float | None) -> None:
    engine = StubEngine(level)
    verdict = engine.evaluate(situation(catalogue)).verdict
    assert (verdict.risk, verdict.score) == (level, score)
    assert [profile.weight for profile in engine.profiles] == [1.0]


def test_only_what_rests_on_assumptions_is_an_estimate(catalogue: Catalogue) -> None:
    report = StubEngine(GREEN).evaluate(situation(catalogue))
    assert report.verdict_in_words == "GREEN (estimate)"
    assert [replace(report, grade=grade).verdict_in_words for grade in (Grade.A, Grade.B, Grade.C)] == ["GREEN"] * 3


def test_of_steps_that_are_equally_bad_the_first_decides(catalogue: Catalogue) -> None:
    reports = [StubEngine(level).evaluate(situation(catalogue)) for level in (GREEN, YELLOW, YELLOW)]
    reports[1] = replace(reports[1], engine_version="2")
    assert verdict_of(reports).binding_step == 1


def test_facing_that_leaves_nothing_carries_nothing() -> None:
    facing = Design.model_validate({"facing": {"removal_mm": 26.0}})
    step = JobStep(facing, Context.model_validate({"stock": {"thickness_mm": 26.0}}))
    assert [item.stock_thickness_mm for item in carried([step, step])] == [None, None]


def advice(field: str, current: float | None, wanted: float | None, text: str = "do it") -> Recommendation:
    return Recommendation(Category.HEAT, field, current, wanted, "mm", text)


def assessed(risk: RiskLevel, *advised: Recommendation) -> Assessment:
    score = {GREEN: 100.0, YELLOW: 60.0, RED: 10.0}[risk]
    return Assessment(Category.HEAT, score, risk, "", Grade.A, recommendations=list(advised))


def proposals(
    looked_at: Situation, present: RiskLevel, level: Callable[[Situation], RiskLevel], *assessments: Assessment
) -> list[str]:
    return [item.text for item in Trial(looked_at, present, level).proposals(assessments)]


HOLD = advice("context.workholding", None, None, "hold it")
DEPTH = "cut.axial_depth_mm"


def test_what_is_green_advises_nothing(catalogue: Catalogue) -> None:
    tried = advice(f"context.{DEPTH}", 2.0, 1.0)
    told = proposals(situation(catalogue), YELLOW, lambda _: GREEN, assessed(GREEN, tried), assessed(YELLOW))
    assert told == []


def test_one_red_dimension_among_others_says_what_cannot_be_tried(catalogue: Catalogue) -> None:
    others = (assessed(YELLOW), assessed(YELLOW), assessed(GREEN))
    assert proposals(situation(catalogue), RED, lambda _: RED, assessed(RED, HOLD), *others) == ["hold it"]
    assert proposals(situation(catalogue), RED, lambda _: RED, assessed(RED, HOLD), assessed(RED)) == []


def test_several_dimensions_that_need_review_all_say_it(catalogue: Catalogue) -> None:
    tape = advice("context.workholding", None, None, "tape it")
    two = (assessed(YELLOW, HOLD), assessed(YELLOW, tape))
    assert proposals(situation(catalogue), YELLOW, lambda _: YELLOW, *two) == ["hold it", "tape it"]


def test_a_number_that_rounds_to_nothing_is_never_tried(catalogue: Catalogue) -> None:
    seen: list[float | None] = []

    def level(changed: Situation) -> RiskLevel:
        seen.append(changed.find(DEPTH))
        return GREEN

    present = situation(catalogue, {DEPTH: 0.65})
    told = proposals(present, YELLOW, level, assessed(YELLOW, advice(f"context.{DEPTH}", 0.65, 0.004)))
    assert (told, seen) == (["cut 0.01 mm deep per pass"], [0.01])


def test_a_number_that_rounds_to_the_present_one_is_not_tried(catalogue: Catalogue) -> None:
    seen: list[float | None] = []

    def level(changed: Situation) -> RiskLevel:
        seen.append(changed.find(DEPTH))
        return YELLOW

    present = situation(catalogue, {DEPTH: 0.65})
    proposals(present, YELLOW, level, assessed(YELLOW, advice(f"context.{DEPTH}", 0.65, 0.654)))
    assert seen == [0.66]


def test_a_shallower_pass_leaves_the_width_as_it_is(catalogue: Catalogue) -> None:
    seen: list[float | None] = []

    def level(changed: Situation) -> RiskLevel:
        seen.append(changed.find("cut.radial_width_mm"))
        return GREEN

    present = situation(catalogue, {DEPTH: 0.65, "cut.radial_width_mm": 3.0})
    proposals(present, YELLOW, level, assessed(YELLOW, advice(f"context.{DEPTH}", 0.65, 0.5)))
    assert seen == [3.0]


def test_of_two_values_that_help_alike_the_nearest_is_said(catalogue: Catalogue) -> None:
    present = situation(catalogue, {"cut.feed_rate_mm_per_min": 1_000.0})
    field = "context.cut.feed_rate_mm_per_min"
    two = assessed(YELLOW, advice(field, 1_000.0, 500.0), advice(field, 1_000.0, 900.0))
    assert proposals(present, YELLOW, lambda _: GREEN, two) == ["feed at 900 mm/min"]
