"""The report of an engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.aggregation import Verdict
from feasibility_svc.domain.assessment import Assessment, Recommendation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.levels import Grade


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
