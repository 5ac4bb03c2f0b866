"""Reports of inputs seen before.

A report follows from its inputs, the engine and the catalogue alone. A job is evaluated before it is recorded and again
when it is, and a series of equal pieces many times: only the first time costs an evaluation.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from feasibility_svc.service import report_messages
from foundation.byte_budget_cache import ByteBudgetCache
from rmos.type.v1 import feasibility_report_pb2 as pb

_MOST_BYTES = 4 * 1024**2
LONGEST_INPUTS = 16 * 1024


class ReportKey(NamedTuple):
    """Everything a report follows from; messages as bytes."""

    design: bytes
    context: bytes
    engine_id: str
    strict_legacy: bool
    catalogue_revision: str

    @property
    def is_long(self) -> bool:
        """Whether the inputs hold whole toolpaths or the like: their reports are not cached."""
        return len(self.design) + len(self.context) > LONGEST_INPUTS


@dataclass(slots=True)
class CachedReport:
    """A report as it is recorded; its message is made when it is first asked for."""

    document: bytes
    """Canonical JSON without the volatile members."""
    compute_ms: float
    """What the engine took."""
    envelope: bytes = b""
    """What the report speaks of as limits of programs: a ProgramEnvelope."""
    _message: bytes | None = field(default=None, init=False)

    def message(self, request_id: str) -> bytes:
        """The bytes of the message for a call."""
        if self._message is None:
            content = orjson.loads(self.document)
            self._message = report_messages.write_report(content, compute_ms=self.compute_ms).SerializeToString()
        return self._message + pb.FeasibilityReport(request_id=request_id).SerializeToString()


class ReportCache:
    """The reports returned last."""

    def __init__(self) -> None:
        self._reports: ByteBudgetCache[ReportKey, CachedReport] = ByteBudgetCache(_MOST_BYTES)

    def find(self, key: ReportKey) -> CachedReport | None:
        return self._reports.get(key)

    def keep(self, key: ReportKey, report: CachedReport) -> None:
        """Cache a report; the oldest make room."""
        self._reports.keep(key, report, 2 * len(report.document))
