"""Runs that were read lately, as long as this process knows of everything that is added to them.

One process owns a store, and looks for others who write it all the same (`other_writers.py`). A read by key costs
20 µs alone and 70 µs between calls, when the processor's caches have meanwhile lost the database's code and pages.
"""

from foundation.byte_budget_cache import ByteBudgetCache
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import StoredRun

_MOST_BYTES = 64 * 1024**2


class RunCache:
    """Runs by their ids. Used from the event loop only."""

    def __init__(self) -> None:
        self._runs: ByteBudgetCache[str, StoredRun] = ByteBudgetCache(_MOST_BYTES)

    def find(self, run_id: RunId) -> StoredRun | None:
        return self._runs.get(run_id.text)

    def keep(self, stored: StoredRun) -> None:
        """Cache a run that was read."""
        self._runs.keep(stored.run.subject_id, stored, sum(len(item.document) for item in stored.documents))

    def forget_all(self) -> None:
        """Another process has committed."""
        self._runs = ByteBudgetCache(_MOST_BYTES)

    def added(self, amendment: StoredDocument) -> None:
        """An amendment was recorded, or was there before: the run is cached with it, or not at all."""
        stored = self._runs.get(amendment.subject_id)
        if stored is None:
            return
        if stored.documents[-1].sha256 == amendment.previous_sha256:
            weight = self._runs.weight_of(amendment.subject_id) + len(amendment.document)
            self._runs.keep(amendment.subject_id, StoredRun(stored.run, (*stored.amendments, amendment)), weight)
        else:
            self._runs.forget(amendment.subject_id)
