"""Reports that were read and believed, by their own bytes: of a series of equal pieces only the first is checked."""

from foundation.byte_budget_cache import ByteBudgetCache
from runs_svc.domain.runs.report import Report
from runs_svc.ports import ReportReader

_OBJECTS_PER_BYTE = 10
"""What the values of a report take of memory, by the length of its document."""


class ReportReaderCache:
    """A `ReportReader` in front of another. Used from the event loop alone."""

    def __init__(self, reports: ReportReader, *, most_bytes: int) -> None:
        self._inner = reports
        self._reports: ByteBudgetCache[bytes, Report] = ByteBudgetCache(most_bytes)

    def read(self, document: bytes) -> Report:
        report = self._reports.get(document)
        if report is None:
            report = self._inner.read(document)
            self._reports.keep(document, report, _OBJECTS_PER_BYTE * len(document))
        return report
