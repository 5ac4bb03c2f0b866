"""Which rules fire, and what the reference implementation would have said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import RiskLevel, worst
from feasibility_svc.domain.views.rule import Rule
from feasibility_svc.domain.views.rule_inputs import rule_inputs
from feasibility_svc.domain.views.rule_table import RULES

MANY = 3
"""Dimensions that must be YELLOW before the counting rules are shown."""


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule that fires, beside what the physics says of the same hazard."""

    rule: Rule
    fired: str
    """What the rule saw, with its numbers."""
    physical_risk: RiskLevel | None

    @property
    def level(self) -> RiskLevel:
        """Level of the rule, never worse than the physics of the same hazard; a rule without physics only informs."""
        physical = self.physical_risk or RiskLevel.GREEN
        return min(self.rule.level, physical, key=lambda level: level.rank)

    @property
    def text(self) -> str:
        """What the rule saw; where the physics finds no fault there, that it does not."""
        sound = self.physical_risk is RiskLevel.GREEN
        return f"{self.fired}: a rule of thumb stops here, the physics of this cut does not" if sound else self.fired

    @property
    def hint(self) -> str:
        """What helps; empty where nothing has to change."""
        return "" if self.physical_risk is RiskLevel.GREEN else self.rule.hint


_COUNTING: Mapping[str, tuple[int, frozenset[str]]] = {
    "F029": (3, frozenset({"F030", "F031", "F032", "F034", "F035", "F036"})),
    "F037": (2, frozenset({"F010", "F032", "F036", "F038"})),
    "F041": (3, frozenset({"F020", "F021", "F026", "F027", "F028"})),
}


def rule_findings(situation: Situation, assessments: Sequence[Assessment]) -> tuple[list[RuleFinding], RiskLevel]:
    """The rules that fire, and the verdict of the reference implementation.

    Each rule stands beside the level the physics gives; one of a hazard that this operation does not have is not shown,
    and counting rules only where much needs review. The old verdict is the worst level of all rules that fire, GREEN
    when none does.
    """
    fired = _fired(situation)
    levels = {assessment.category: assessment.risk for assessment in assessments}
    much = list(levels.values()).count(RiskLevel.YELLOW) >= MANY
    findings = [
        RuleFinding(rule, text, None if rule.category is None else levels.get(rule.category))
        for rule, text in fired
        if (much or rule.rule_id not in _COUNTING) and (rule.category is None or rule.category in levels)
    ]
    return findings, worst([RiskLevel.GREEN, *(rule.level for rule, _ in fired)])


def _fired(situation: Situation) -> list[tuple[Rule, str]]:
    given = rule_inputs(situation)
    texts = {rule.rule_id: text for rule in RULES if (text := rule.fires(given)) is not None}
    for rule_id, (least, counted) in _COUNTING.items():
        together = sorted(counted & texts.keys())
        if len(together) >= least:
            texts[rule_id] = f"{', '.join(together)} come together"
    return [(rule, texts[rule.rule_id]) for rule in RULES if rule.rule_id in texts]
