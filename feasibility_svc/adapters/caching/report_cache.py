"""Reports of inputs seen before.

A report follows from its inputs, the engine and the catalogue alone. A job is evaluated before it is recorded and again
when it is, and a series of equal pieces many times: only the first time costs an evaluation.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from feasibility_svc.ports import CatalogueSource, EncodedReport, EncodedReports, ReportRequest
from foundation.byte_budget_cache import ByteBudgetCache

Request = TypeVar("Request", bound=ReportRequest)
Encoded = TypeVar("Encoded", bound=EncodedReport)


class ReportCache(Generic[Request, Encoded]):
    """`EncodedReports` in front of another. What is not kept may be asked for in any thread."""

    def __init__(
        self, reports: EncodedReports[Request, Encoded], catalogue: CatalogueSource, *, most_bytes: int
    ) -> None:
        self._inner = reports
        self._catalogue = catalogue
        self._reports: ByteBudgetCache[tuple[Hashable, str], Encoded] = ByteBudgetCache(most_bytes)

    def report(self, request: Request) -> Encoded:
        if request.key is None:
            return self._inner.report(request)
        key = (request.key, self._catalogue.current.revision)
        known = self._reports.get(key)
        if known is not None:
            return known
        report = self._inner.report(request)
        if report.is_complete and report.catalogue_revision == key[1]:
            self._reports.keep(key, report, report.size_bytes)
        return report
