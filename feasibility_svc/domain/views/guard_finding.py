"""What the saw guard and the fret guard find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from feasibility_svc.domain.scoring.assessment import Quantity

Severity = Literal["INFO", "WARNING", "ERROR", "FATAL"]


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """One finding: code, severity, a sentence, the numbers behind it, and what to do."""

    code: str
    severity: Severity
    message: str
    context: Sequence[Quantity]
    hint: str
    fret: int | None = None
