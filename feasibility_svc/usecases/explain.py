"""Explain a verdict in sentences, with what would change it."""

from dataclasses import dataclass

from feasibility_svc.domain.advice.advice import Advice, advise
from feasibility_svc.domain.advice.explanation import Explanation, Request, explain
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.advice.units import UnitSystem
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.usecases.evaluate import EvaluationQuery


@dataclass(frozen=True, slots=True)
class Explained:
    """The sentences, the advice they speak of, and the digest of what was judged."""

    explanation: Explanation
    advice: Advice
    inputs_sha256: str


def explain_report(query: EvaluationQuery, *, run_id: str, units: UnitSystem, include_sources: bool) -> Explained:
    """The explanation of a setup's verdict; of one that may not be cut also what would make it reviewable."""
    advice = advise(query.engine, query.situation)
    blocks = advice.report.verdict.risk.blocks
    to_yellow = ChangeSearch(query.engine, query.situation, target=RiskLevel.YELLOW).single() if blocks else []
    request = Request(run_id, query.inputs_sha256, units, include_sources)
    return Explained(explain(advice, to_yellow, request), advice, request.inputs_sha256)
