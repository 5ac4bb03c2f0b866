"""All views of one report."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.views.bill_of_materials import BillOfMaterials, bill_of_materials
from feasibility_svc.domain.views.fret_guard import fret_findings
from feasibility_svc.domain.views.frets import Fret, frets
from feasibility_svc.domain.views.guard_finding import GuardFinding
from feasibility_svc.domain.views.rules import RuleFinding, rule_findings
from feasibility_svc.domain.views.saw_guard import saw_findings


@dataclass(frozen=True, slots=True)
class Views:
    """What people and scripts look at beside the verdict."""

    rule_findings: Sequence[RuleFinding] = ()
    legacy_risk: RiskLevel | None = None
    guard_findings: Sequence[GuardFinding] = ()
    frets: Sequence[Fret] = ()
    bill_of_materials: BillOfMaterials | None = None


NO_VIEWS = Views()


def views_of(situation: Situation, assessments: Sequence[Assessment], risk: RiskLevel) -> Views:
    """The views of a situation and its assessments."""
    board = frets(situation, assessments, risk)
    rules, legacy_risk = rule_findings(situation, assessments)
    return Views(
        rule_findings=rules,
        legacy_risk=legacy_risk,
        guard_findings=[*saw_findings(situation, assessments), *fret_findings(situation, assessments, board)],
        frets=board,
        bill_of_materials=bill_of_materials(situation),
    )
