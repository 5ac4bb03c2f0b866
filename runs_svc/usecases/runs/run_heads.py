"""What must be known of a run to add to it, remembered, so that the next fact about it is added without reading it.

Nothing wrong can come of remembering: a fact names the record it is to stand behind, and the ledger keeps it only if
that is the newest one. What is remembered was read and checked, or recorded, by this process.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from foundation.byte_budget_cache import Kept
from runs_svc.domain.errors import RunWithdrawnError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import FactKind
from runs_svc.domain.runs.document import ChainEnd, StoredDocument
from runs_svc.ports import StoredRun
from runs_svc.usecases.runs.read import RunView

_MOST_FACTS = 100_000


class RunEnd(NamedTuple):
    """The end of a run's chain of records, and what the next fact must heed."""

    newest: ChainEnd
    counts: Mapping[str, int]
    """How many facts of each kind there are: the next one takes the next number."""
    keys: Mapping[str, str]
    """Callers' keys, each with the digest of the payload it is bound to."""
    withdrawn: str | None
    """Why the run was withdrawn."""
    json_bytes: int
    """Of all its documents."""

    def with_fact(self, fact: Mapping[str, Any], stored: StoredDocument) -> "RunEnd":
        """The end once a fact is recorded behind it."""
        counts, keys, withdrawn = dict(self.counts), dict(self.keys), self.withdrawn
        counts[stored.kind] = counts.get(stored.kind, 0) + 1
        if fact.get("idempotency_key"):
            keys.setdefault(fact["idempotency_key"], fact["payload_sha256"])
        if withdrawn is None and stored.kind == FactKind.TOMBSTONE:
            withdrawn = str(fact["body"]["reason"])
        return RunEnd(stored.end, counts, keys, withdrawn, self.json_bytes + len(stored.document))

    def refuse_withdrawn(self, run_id: RunId) -> None:
        """Refuse to add to a run that was withdrawn.

        Raises:
            RunWithdrawnError: It was; says why.
        """
        if self.withdrawn is not None:
            raise RunWithdrawnError(str(run_id), self.withdrawn)


def end_of(stored: StoredRun, view: RunView) -> RunEnd:
    """The end of a run that was read."""
    end = RunEnd(stored.run.end, {}, {}, None, len(stored.run.document))
    for fact, document in zip(view.facts, stored.facts, strict=True):
        end = end.with_fact(fact, document)
    return end


class RunEnds:
    """Ends of runs as this process left them."""

    def __init__(self) -> None:
        self._kept: Kept[str, RunEnd] = Kept(_MOST_FACTS)

    def find(self, run_id: RunId) -> RunEnd | None:
        """The end of a run, where it is remembered."""
        return self._kept.get(run_id.text)

    def left(self, run_id: RunId, end: RunEnd) -> None:
        """Remember where a run was left."""
        self._kept.keep(run_id.text, end, 1 + end.newest.ordinal)

    def forget(self, run_id: RunId) -> None:
        """Something was added elsewhere."""
        self._kept.forget(run_id.text)
