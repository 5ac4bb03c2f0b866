"""What every dimension is."""

from dataclasses import dataclass
from typing import Protocol

from feasibility_svc.domain.assessment import Assessment
from feasibility_svc.domain.levels import Category
from feasibility_svc.domain.situation import Situation


@dataclass(frozen=True, slots=True)
class Profile:
    """Place of a dimension in the whole: weight in the score, and whether an unknown makes the report UNKNOWN."""

    category: Category
    weight: float
    mandatory: bool
    description: str


class Dimension(Protocol):
    """Assesses one risk of a situation."""

    @property
    def profile(self) -> Profile: ...

    def assess(self, situation: Situation) -> Assessment:
        """The verdict on a situation.

        Raises:
            NotAssessedError: An input, a chart or a model is missing; names what.
        """
        ...
