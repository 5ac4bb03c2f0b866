"""Which assumed inputs an assessment rests on: it names them, and is no better than they."""

from collections.abc import Collection
from dataclasses import replace

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Grade


def with_assumptions(assessment: Assessment, situation: Situation, rests_on: Collection[str]) -> Assessment:
    """The assessment with the names of the assumed inputs it rests on, and graded accordingly.

    Args:
        assessment: As its dimension made it.
        situation: Where inputs were assumed.
        rests_on: Those that count for the dimension: `Profile.rests_on`.
    """
    names = [name for key, name in situation.assumed.items() if key in rests_on]
    if not names or assessment.score is None:
        return assessment
    together = tuple(dict.fromkeys([*assessment.assumptions, *names]))
    return replace(assessment, assumptions=together, grade=Grade.D)
