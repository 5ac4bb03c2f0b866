"""What the saw guard and the fret guard find."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from feasibility_svc.domain.scoring.assessment import Quantity
from feasibility_svc.domain.scoring.levels import RiskLevel

Severity = Literal["INFO", "WARNING", "ERROR", "FATAL"]
_MILDEST_FIRST: Sequence[Severity] = ("INFO", "WARNING", "ERROR", "FATAL")
_GRAVEST: Mapping[RiskLevel, Severity] = {RiskLevel.YELLOW: "WARNING", RiskLevel.RED: "FATAL"}


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """One finding: code, severity, a sentence, the numbers behind it, and what to do."""

    code: str
    severity: Severity
    message: str
    context: Sequence[Quantity]
    hint: str
    fret: int | None = None


def held_to(risk: RiskLevel, findings: Iterable[GuardFinding]) -> Iterator[GuardFinding]:
    """The findings, none graver than the dimension behind them: an error only where it is RED, a warning only where it
    is YELLOW at least, and nothing to do where it is GREEN."""
    gravest = _MILDEST_FIRST.index(_GRAVEST.get(risk, "INFO"))
    for finding in findings:
        severity = _MILDEST_FIRST[min(_MILDEST_FIRST.index(finding.severity), gravest)]
        yield replace(finding, severity=severity, hint="" if risk is RiskLevel.GREEN else finding.hint)
