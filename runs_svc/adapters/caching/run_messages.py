"""Runs as they are sent, kept under the digests of what they follow from, so that nothing grows stale.

Writing a run takes forty times as long as sending its bytes.
"""

from collections.abc import Callable
from operator import attrgetter

from foundation.byte_budget_cache import ByteBudgetCache
from foundation.canonical_json import JsonMapping
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import EncodedRuns, ListedRun, StoredRun

_ENTRY_BYTES = 512
"""What an entry takes beside its value, about."""
_CHANGING = attrgetter(
    *("gate_decision", "withdrawn", "machine_id", "shown_serial", "shown_operator", "execution", "executed_at_utc"),
    *("audit", "open_warning_count", "override_request", "waits_for_person"),
)
"""What amendments change of the row of a run."""


class RunMessageCache:
    """`EncodedRuns` in front of another. Used from the event loop alone."""

    def __init__(self, runs: EncodedRuns, *, most_bytes: int) -> None:
        self._inner = runs
        self._runs: ByteBudgetCache[str, bytes] = ByteBudgetCache(most_bytes // 2)
        """By the digest of the run's newest record."""
        self._rows: ByteBudgetCache[tuple[object, ...], bytes] = ByteBudgetCache(most_bytes // 4)
        self._parts: ByteBudgetCache[str, bytes] = ByteBudgetCache(most_bytes // 4)
        """By the digest of inputs or report: of a series of equal pieces each is written once."""

    def stored(self, stored: StoredRun) -> bytes:
        newest = stored.documents[-1].sha256
        run = self._runs.get(newest)
        if run is None:
            run = self._inner.stored(stored)
            self._runs.keep(newest, run, _ENTRY_BYTES + len(run))
        return run

    def view(self, view: RunView) -> bytes:
        document = view.document
        return self.rest(view) + self.inputs(document) + self.evaluated(document, self.report(document))

    def rest(self, view: RunView) -> bytes:
        return self._inner.rest(view)

    def inputs(self, document: RunDocument) -> bytes:
        return self._part(document.hashes.get("request_sha256", ""), document, self._inner.inputs)

    def report(self, document: RunDocument) -> bytes:
        return self._part(document.hashes.get("feasibility_sha256", ""), document, self._inner.report)

    def evaluated(self, document: RunDocument, report: bytes) -> bytes:
        return self._inner.evaluated(document, report)

    def _part(self, sha256: str, document: RunDocument, write: Callable[[RunDocument], bytes]) -> bytes:
        part = self._parts.get(sha256)
        if part is None:
            part = write(document)
            if sha256:
                self._parts.keep(sha256, part, _ENTRY_BYTES + len(part))
        return part

    def row(self, listed: ListedRun) -> bytes:
        key = (listed.sha256, *_CHANGING(listed.index))  # what follows from the record alone need not be in the key
        row = self._rows.get(key)
        if row is None:
            row = self._inner.row(listed)
            self._rows.keep(key, row, _ENTRY_BYTES + len(row))
        return row

    def growth(self, amendment: JsonMapping) -> bytes | None:
        return self._inner.growth(amendment)

    def grown(self, amendment: JsonMapping, *, before_sha256: str, sha256: str) -> bytes | None:
        before = self._runs.get(before_sha256)
        growth = self.growth(amendment) if before is not None else None
        if before is None or growth is None:
            return None
        run = before + growth
        self._runs.forget(before_sha256)
        self._runs.keep(sha256, run, _ENTRY_BYTES + len(run))
        return run
