"""The report of an engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import CutKind
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.assessment import Assessment, Recommendation
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from feasibility_svc.domain.verdict.aggregation import Verdict
from feasibility_svc.domain.views.views import NO_VIEWS, Views


@dataclass(frozen=True, slots=True)
class Report:
    """What an engine says about a situation."""

    engine_id: str
    engine_version: str
    verdict: Verdict
    assessments: Sequence[Assessment]
    profiles: Sequence[Profile]
    recommendations: Sequence[Recommendation]
    grade: Grade
    faults: Sequence[str] = ()
    """Tracebacks of dimensions that failed; for the log, never for the caller."""
    views: Views = NO_VIEWS
    cut_kind: CutKind | None = None
    """None where the engine does not tell kinds of cuts apart."""

    @property
    def verdict_in_words(self) -> str:
        """The level; a GREEN that an assumption carries is an estimate."""
        estimate = self.verdict.risk is RiskLevel.GREEN and self.grade is Grade.D
        return f"{self.verdict.risk} (estimate)" if estimate else str(self.verdict.risk)
