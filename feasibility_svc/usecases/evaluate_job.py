"""Evaluate the steps of a job together: each as it finds the work, and the level of the whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from feasibility_svc.domain.engine.job import MOST_STEPS, Carried, JobStep, JobVerdict, carried, verdict_of
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.usecases.evaluate import EvaluateSetup, EvaluationQuery
from foundation.abandonment import watched_each
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from rpckit import field_rules


@dataclass(frozen=True, slots=True)
class StepInputs:
    """Design and context of a step, as JSON."""

    design: JsonObject
    context: JsonObject


@dataclass(frozen=True, slots=True)
class EvaluatedStep:
    """A step as it found the work, and its report."""

    query: EvaluationQuery
    carried: Carried
    report: Report
    compute_ms: float


@dataclass(frozen=True, slots=True)
class EvaluatedJob:
    """The steps in their order, and what they come to."""

    steps: Sequence[EvaluatedStep]
    verdict: JobVerdict


def check_step_count(count: int) -> None:
    """Refuse a job without steps, or with too many.

    Raises:
        InvalidFieldsError: Names the count.
    """
    if not 1 <= count <= MOST_STEPS:
        raise InvalidFieldsError.one("steps", f"{count} steps; allowed: 1 to {MOST_STEPS}")


def evaluate_job(evaluation: EvaluateSetup, steps: Sequence[StepInputs], engine_id: str) -> EvaluatedJob:
    """The reports on the steps of a job.

    Raises:
        InvalidFieldsError: A field of a step breaks a rule.
        EntryNotFoundError: An id names nothing.
    """
    check_step_count(len(steps))
    read = []
    for place, step in enumerate(steps):
        with of_step(place):
            design = field_rules.check(Design, step.design, "design")
            read.append(JobStep(design, field_rules.check(Context, step.context, "context")))
    queries = [_query(evaluation, step, left, engine_id) for step, left in zip(steps, carried(read), strict=True)]
    evaluated = [EvaluatedStep(*found, *evaluation.evaluate(found[0])) for found in watched_each(queries)]
    return EvaluatedJob(evaluated, verdict_of([step.report for step in evaluated]))


@contextmanager
def of_step(place: int) -> Iterator[None]:
    """Field paths of what is refused start with the step."""
    try:
        yield
    except InvalidFieldsError as error:
        raise error.within(f"steps[{place}]") from error


def _query(
    evaluation: EvaluateSetup, step: StepInputs, left: Carried, engine_id: str
) -> tuple[EvaluationQuery, Carried]:
    context = step.context
    if left.stock_thickness_mm is not None:
        stock = context.get("stock")
        stated = stock if isinstance(stock, dict) else {}
        context = {**context, "stock": {**stated, "thickness_mm": left.stock_thickness_mm}}
    query = evaluation.query(step.design, context, engine_id)
    return replace(query, situation=replace(query.situation, remainder_mm=left.remainder_mm)), left
