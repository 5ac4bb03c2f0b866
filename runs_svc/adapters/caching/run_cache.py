"""Runs that were read lately, as long as this process knows of everything that is added to them.

One process owns a store, and looks for others who write it all the same (`other_writers.py`). A read by key costs
20 µs alone and 70 µs between calls, when the processor has meanwhile forgotten the database's code and pages.
"""

from foundation.byte_budget_cache import Kept
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import StoredRun

_MOST_BYTES = 64 * 1024**2


class RememberedRuns:
    """Runs by their ids. Used from the event loop only."""

    def __init__(self) -> None:
        self._runs: Kept[str, StoredRun] = Kept(_MOST_BYTES)

    def find(self, run_id: RunId) -> StoredRun | None:
        return self._runs.get(run_id.text)

    def keep(self, stored: StoredRun) -> None:
        """Remember a run that was read."""
        self._runs.keep(stored.run.subject_id, stored, sum(len(item.document) for item in stored.documents))

    def forget_all(self) -> None:
        """Somebody else has written."""
        self._runs = Kept(_MOST_BYTES)

    def added(self, fact: StoredDocument) -> None:
        """A fact was recorded, or was there before: the run is remembered with it, or not at all."""
        stored = self._runs.get(fact.subject_id)
        if stored is None:
            return
        if stored.documents[-1].sha256 == fact.previous_sha256:
            weight = self._runs.weight_of(fact.subject_id) + len(fact.document)
            self._runs.keep(fact.subject_id, StoredRun(stored.run, (*stored.facts, fact)), weight)
        else:
            self._runs.forget(fact.subject_id)
