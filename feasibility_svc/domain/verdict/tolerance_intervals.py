"""Assessments with the tolerances of their inputs in view."""

from collections.abc import Sequence
from dataclasses import replace

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.scoring.assessment import Assessment, Likelihood
from feasibility_svc.domain.scoring.levels import worst
from feasibility_svc.domain.verdict import uncertainty


def widened(
    dimensions: Sequence[Dimension], situation: Situation, assessments: Sequence[Assessment]
) -> list[Assessment]:
    """The assessments with intervals; sampled ones also with probabilities, which may only lower their level."""
    spans = uncertainty.intervals(dimensions, situation)
    sampled = situation.context.uncertainty.method == "SAMPLED"
    chances = uncertainty.likelihoods(dimensions, situation) if sampled else {}
    return [
        assessment
        if assessment.score is None
        else _lowered(replace(assessment, interval=spans.get(assessment.category)), chances.get(assessment.category))
        for assessment in assessments
    ]


def _lowered(assessment: Assessment, likelihood: Likelihood | None) -> Assessment:
    """A scored assessment at the level its chances leave."""
    if likelihood is None:
        return assessment
    level = worst((assessment.risk, uncertainty.level_by_likelihood(likelihood)))
    if level is assessment.risk:
        return replace(assessment, likelihood=likelihood)
    text = (
        f"{assessment.risk} for the numbers as given, but within their tolerances GREEN in {likelihood.p_green:.0%} "
        f"and RED in {likelihood.p_red:.0%} of the cases"
    )
    return replace(
        assessment,
        risk=level,
        score=min(assessment.score or 0.0, level.cap),
        warnings=(*assessment.warnings, text),
        likelihood=likelihood,
    )
