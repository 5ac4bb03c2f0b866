"""A job of several steps: what a step leaves to the next, and which one decides."""

from typing import Any

import pytest

from feasibility_svc.domain.engine.job import Carried, JobStep, carried, verdict_of
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel
from feasibility_svc.domain.verdict.aggregation import Verdict

FACING = {"facing": {"removal_mm": 1.0}}
CONTOUR = {"contour_3d": {"depth_mm": 20.0}}


def step(design: dict[str, Any], thickness_mm: float | None = 26.0) -> JobStep:
    stock = {} if thickness_mm is None else {"thickness_mm": thickness_mm}
    return JobStep(Design.model_validate(design), Context.model_validate({"stock": stock}))


def thicknesses(*steps: JobStep) -> list[float | None]:
    return [item.stock_thickness_mm for item in carried(steps)]


def remainders(*steps: JobStep) -> list[float | None]:
    return [item.remainder_mm for item in carried(steps)]


def test_faced_stock_is_thinner_for_what_follows() -> None:
    assert thicknesses(step(FACING), step(CONTOUR), step(CONTOUR)) == [None, 25.0, 25.0]
    assert thicknesses(step(FACING), step(FACING), step(CONTOUR)) == [None, 25.0, 24.0]


def test_a_stated_final_thickness_is_that_of_what_follows() -> None:
    planed = {"facing": {"removal_mm": 1.0, "final_thickness_mm": 24.5}}
    assert thicknesses(step(planed), step(CONTOUR)) == [None, 24.5]
    assert thicknesses(step(planed, None), step(CONTOUR)) == [None, 24.5]


@pytest.mark.parametrize(
    "unclear",
    [
        step(FACING, None),
        step({"facing": {}}),
        step({"facing": {"removal_mm": 30.0}}),
        step({"facing": {"removal_mm": 26.0}}),
    ],
    ids=str,
)
def test_a_facing_of_which_too_little_is_known_carries_nothing(unclear: JobStep) -> None:
    assert thicknesses(unclear, step(CONTOUR)) == [None, None]


def test_roughing_leaves_what_it_does_not_reach() -> None:
    rough = {"contour_3d": {"depth_mm": 19.5}}
    assert remainders(step(rough), step(CONTOUR)) == [None, 0.5]
    assert remainders(step({"pocket": {"depth_mm": 18.0}}), step(CONTOUR)) == [None, 2.0]
    assert remainders(step(CONTOUR), step(rough)) == [None, 0.0]


def test_what_roughs_nothing_leaves_nothing() -> None:
    assert remainders(step(FACING), step(CONTOUR)) == [None, None]
    assert remainders(step({"profile": {"depth_mm": 5.0}}), step(CONTOUR)) == [None, None]
    assert remainders(step(CONTOUR), step({"contour_3d": {}}), step(CONTOUR)) == [None, None, None]


def test_what_is_carried_is_told() -> None:
    told = list(Carried(25.0, 0.5).in_words)
    assert told == ["the stock is 25 mm thick after facing", "roughing leaves 0.5 mm"]
    assert list(Carried().in_words) == []


def report(risk: RiskLevel, score: float | None, binding: Category = Category.HEAT) -> Report:
    return Report("e", "1", Verdict(score, risk, binding), [], [], [], Grade.A)


def test_the_worst_step_decides() -> None:
    red = report(RiskLevel.RED, 40.0, Category.GEOMETRY)
    verdict = verdict_of([report(RiskLevel.GREEN, 95.0), red, report(RiskLevel.YELLOW, 70.0)])
    assert (verdict.risk, verdict.binding_step, verdict.binding) == (RiskLevel.RED, 1, Category.GEOMETRY)
    assert verdict.needs_review


def test_of_equally_bad_steps_the_lowest_score_decides_and_then_the_first() -> None:
    assert verdict_of([report(RiskLevel.GREEN, 95.0), report(RiskLevel.GREEN, 90.0)]).binding_step == 1
    assert verdict_of([report(RiskLevel.GREEN, 95.0), report(RiskLevel.GREEN, 95.0)]).binding_step == 0
    assert verdict_of([report(RiskLevel.RED, 40.0), report(RiskLevel.UNKNOWN, None)]).binding_step == 0
    assert not verdict_of([report(RiskLevel.GREEN, 95.0)]).needs_review
