"""Risk levels, risk dimensions and grades of evidence."""

from collections.abc import Iterable
from enum import StrEnum

GREEN_FROM = 80.0
YELLOW_FROM = 50.0
RED_CAP = 49.0
"""Highest score of what is RED."""
REVIEW_CAP = 79.0
"""Highest score of what needs review."""


class RiskLevel(StrEnum):
    """The one risk scale, best first; `rank` gives the worst-case order."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    UNKNOWN = "UNKNOWN"
    RED = "RED"
    ERROR = "ERROR"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    @property
    def cap(self) -> float:
        """Highest overall score at this level."""
        if self in {RiskLevel.RED, RiskLevel.ERROR}:
            return RED_CAP
        return 100.0 if self is RiskLevel.GREEN else REVIEW_CAP

    @property
    def blocks(self) -> bool:
        """True when the gate stays closed whatever a person says, short of an override policy."""
        return self in {RiskLevel.RED, RiskLevel.UNKNOWN, RiskLevel.ERROR}

    @property
    def meaning(self) -> str:
        """What it says to the person at the machine."""
        return _MEANINGS[self]

    @property
    def least_score(self) -> float | None:
        """Score from which a dimension has this level; None for levels that follow from something else."""
        return _LEAST_SCORES.get(self)


_MEANINGS = {
    RiskLevel.GREEN: "inside every limit: may be cut",
    RiskLevel.YELLOW: "may be cut after a named person has reviewed it",
    RiskLevel.RED: "beyond a limit: not to be cut",
    RiskLevel.UNKNOWN: "an input or a model is missing: not to be cut until it is known",
    RiskLevel.ERROR: "the evaluation failed: not to be cut",
}
_LEAST_SCORES = {RiskLevel.GREEN: GREEN_FROM, RiskLevel.YELLOW: YELLOW_FROM, RiskLevel.RED: 0.0}
_RANKS = {level: rank for rank, level in enumerate(RiskLevel)}


class Category(StrEnum):
    """A risk dimension, in the fixed order in which ties are broken."""

    CHIPLOAD = "CHIPLOAD"
    HEAT = "HEAT"
    DEFLECTION = "DEFLECTION"
    RIMSPEED = "RIMSPEED"
    BOM_EFFICIENCY = "BOM_EFFICIENCY"
    GEOMETRY = "GEOMETRY"
    SAFETY_CONSTRAINTS = "SAFETY_CONSTRAINTS"
    SPINDLE_POWER = "SPINDLE_POWER"
    CHATTER = "CHATTER"
    TEAR_OUT = "TEAR_OUT"
    WORKHOLDING = "WORKHOLDING"
    FEED_LIMITS = "FEED_LIMITS"
    CUT_TIME = "CUT_TIME"
    CHIP_CLEARANCE = "CHIP_CLEARANCE"
    HAND = "HAND"
    TABS = "TABS"
    PRECEDENT = "PRECEDENT"


class Grade(StrEnum):
    """How well a number is known: A measured by the user, B published, C second-hand, D recalled or assumed."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


def is_green(score: float) -> bool:
    """Whether nothing needs review.

    >>> is_green(80.0), is_green(79.9)
    (True, False)
    """
    return score >= GREEN_FROM


def level_of(score: float) -> RiskLevel:
    """Level of a score from 0 to 100.

    >>> level_of(80.0).value, level_of(79.9).value, level_of(49.9).value
    ('GREEN', 'YELLOW', 'RED')
    """
    if is_green(score):
        return RiskLevel.GREEN
    return RiskLevel.YELLOW if score >= YELLOW_FROM else RiskLevel.RED


def worst(levels: Iterable[RiskLevel]) -> RiskLevel:
    """The worst level; UNKNOWN for none at all, because nothing assessed is not safety."""
    return max(levels, key=lambda level: level.rank, default=RiskLevel.UNKNOWN)


def weakest(grades: Iterable[Grade]) -> Grade:
    """The weakest grade; D for none at all."""
    return max(grades, default=Grade.D)
