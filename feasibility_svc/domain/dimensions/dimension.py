"""What every dimension is."""

from dataclasses import dataclass
from typing import Protocol

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, RiskLevel

BITE_INPUTS = frozenset({"tool.tip_diameter_mm", "cut.radial_width_mm"})
"""Inputs that may be assumed, and from which the bite of an edge follows; then the force of a cut, and how far a tool
reaches."""
FORCE_INPUTS = BITE_INPUTS | {"tool.wear", "cut.direction", "material.moisture_percent"}
LENGTH_INPUTS = frozenset({"tool.flute_length_mm", "tool.stickout_mm", "tool.shank_diameter_mm", "tool.substrate"})


@dataclass(frozen=True, slots=True)
class Profile:
    """Place of a dimension in the whole."""

    category: Category
    weight: float
    """Share in the score. [-]"""
    mandatory: bool
    """Whether the report is UNKNOWN while this is."""
    description: str
    needs_review: bool = False
    """Whether the report is YELLOW while this is UNKNOWN; of one that is not mandatory."""
    information: bool = False
    """Whether this only informs while nothing is broken: no score, no weight, never UNKNOWN for want of an input."""
    rests_on: frozenset[str] = frozenset()
    """Inputs that may be assumed: where one was, the assessment names it, and is of grade D."""

    @property
    def unknown_counts_as(self) -> RiskLevel:
        """Level that counts while an input of this dimension is missing."""
        if self.mandatory:
            return RiskLevel.UNKNOWN
        return RiskLevel.YELLOW if self.needs_review else RiskLevel.GREEN


class Dimension(Protocol):
    """Assesses one risk of a situation.

    Every dimension first measures, in arithmetic that works on floats and arrays alike, and then finds words for one
    measurement. A sweep only needs the first.
    """

    @property
    def profile(self) -> Profile: ...

    def applies(self, situation: Situation) -> bool:
        """Whether the operation has this risk at all; one that it does not have is no part of its report.

        An array where numbers are arrays and the answer depends on them.
        """
        ...

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


class OfEveryOperation:
    """A risk that every operation has."""

    def applies(self, situation: Situation) -> bool:
        return True


class OfMilling:
    """A risk of cuts with a cutter that moves sideways: neither of drilling nor of sawing."""

    def applies(self, situation: Situation) -> bool:
        return situation.cut_kind == "MILLING"
