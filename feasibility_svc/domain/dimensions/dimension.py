"""What every dimension is."""

from dataclasses import dataclass
from typing import Protocol

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category


@dataclass(frozen=True, slots=True)
class Profile:
    """Place of a dimension in the whole: weight in the score, and whether an unknown makes the report UNKNOWN."""

    category: Category
    weight: float
    mandatory: bool
    description: str


class Dimension(Protocol):
    """Assesses one risk of a situation.

    Every dimension first measures, in arithmetic that works on floats and arrays alike, and then finds words for one
    measurement. A sweep only needs the first.
    """

    @property
    def profile(self) -> Profile: ...

    def score(self, situation: Situation) -> float:
        """Score of a situation, or of each variant of it where its numbers are arrays; the bits are the same.

        Raises:
            NotAssessedError: An input, a chart or a model is missing; names what.
        """
        ...

    def assess(self, situation: Situation) -> Assessment:
        """The verdict on one situation, with its reasons.

        Raises:
            NotAssessedError: As `score`.
        """
        ...
