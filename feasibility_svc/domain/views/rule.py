"""What a rule is, and how its bound is put into words."""

from collections.abc import Callable
from dataclasses import dataclass

from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.views.rule_inputs import RuleInputs


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with the bound of the reference implementation."""

    rule_id: str
    level: RiskLevel
    fires_when: str
    hint: str
    category: Category | None
    explanation: str
    fires: Callable[[RuleInputs], str | None]
    """The finding with its numbers, or None."""


def over(value: float | None, bound: float | None, text: str) -> str | None:
    """`text` with both numbers when the value is known and beyond a known bound."""
    if value is None or bound is None or value <= bound:
        return None
    return text.format(value=value, bound=bound)


def under(value: float | None, bound: float | None, text: str) -> str | None:
    if value is None or bound is None or value >= bound:
        return None
    return text.format(value=value, bound=bound)


def times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value
