"""What a call has recorded, for its line in the log and for the metrics."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class RecordedRuns:
    """The runs that one call has recorded; those that an earlier call with the same key recorded do not count."""

    run_id: str = ""
    """Of the last one."""
    status: str = ""
    by_decision: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many of each risk level and gate decision."""

    def note(self, run_id: str, *, status: str, level: str, gate_decision: str) -> None:
        self.run_id, self.status = run_id, status
        kind = (level, gate_decision)
        self.by_decision[kind] = self.by_decision.get(kind, 0) + 1

    def log_fields(self) -> dict[str, object]:
        """What the log says: one run by its id, several by how many of each level.

        >>> runs = RecordedRuns()
        >>> runs.log_fields()
        {}
        >>> runs.note("run_0123456789ab", status="OK", level="GREEN", gate_decision="ALLOWED")
        >>> runs.log_fields()
        {'run_id': 'run_0123456789ab', 'status': 'OK', 'risk_level': 'GREEN'}
        >>> runs.note("run_0123456789ac", status="OK", level="YELLOW", gate_decision="BLOCKED")
        >>> runs.log_fields()
        {'runs': 2, 'risk_levels': {'GREEN': 1, 'YELLOW': 1}}
        """
        count = sum(self.by_decision.values())
        if count > 1:
            levels: Counter[str] = Counter()
            for (level, _), number in self.by_decision.items():
                levels[level] += number
            return {"runs": count, "risk_levels": dict(levels)}
        if count == 0:
            return {}
        return {"run_id": self.run_id, "status": self.status, "risk_level": next(iter(self.by_decision))[0]}
