"""A cache of the heads of runs: what must be known of a run to amend it, so that it need not be read first.

A stale head does no harm: an amendment names the head it expects, and the ledger stores it only if that is still the
newest record. What is cached was read and checked, or recorded, by this process.
"""

from collections.abc import Mapping
from typing import NamedTuple

from foundation.byte_budget_cache import ByteBudgetCache
from foundation.canonical_json import JsonMapping
from foundation.json_members import child, text
from runs_svc.domain.errors import RunWithdrawnError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.ports import StoredRun
from runs_svc.usecases.runs.read import RunView

_MOST_HEADS = 100_000


class RunHead(NamedTuple):
    """The newest record of a run's chain, and what the next amendment is checked against."""

    newest: ChainHead
    counts: Mapping[str, int]
    """How many amendments of each kind there are: the next one takes the next number."""
    keys: Mapping[str, str]
    """Callers' keys, each with the digest of the payload it is bound to."""
    withdrawn: str | None
    """Why the run was withdrawn."""
    json_bytes: int
    """Of all its documents."""

    def with_amendment(self, amendment: JsonMapping, stored: StoredDocument) -> "RunHead":
        """The head once an amendment is recorded after it."""
        counts, keys, withdrawn = dict(self.counts), dict(self.keys), self.withdrawn
        counts[stored.kind] = counts.get(stored.kind, 0) + 1
        if key := text(amendment, "idempotency_key"):
            keys.setdefault(key, text(amendment, "payload_sha256"))
        if withdrawn is None and stored.kind == AmendmentKind.TOMBSTONE:
            withdrawn = text(child(amendment, "body"), "reason")
        return RunHead(stored.end, counts, keys, withdrawn, self.json_bytes + len(stored.document))

    def refuse_withdrawn(self, run_id: RunId) -> None:
        """Refuse to add to a run that was withdrawn.

        Raises:
            RunWithdrawnError: It was; says why.
        """
        if self.withdrawn is not None:
            raise RunWithdrawnError(str(run_id), self.withdrawn)


def end_of(stored: StoredRun, view: RunView) -> RunHead:
    """The head of a run that was read."""
    end = RunHead(stored.run.end, {}, {}, None, len(stored.run.document))
    for amendment, document in zip(view.amendments, stored.amendments, strict=True):
        end = end.with_amendment(amendment, document)
    return end


class RunHeads:
    """Heads of runs as this process last saw them."""

    def __init__(self) -> None:
        self._kept: ByteBudgetCache[str, RunHead] = ByteBudgetCache(_MOST_HEADS)

    def find(self, run_id: RunId) -> RunHead | None:
        """The head of a run, where it is cached."""
        return self._kept.get(run_id.text)

    def left(self, run_id: RunId, end: RunHead) -> None:
        """Cache the head of a run."""
        self._kept.keep(run_id.text, end, 1 + end.newest.ordinal)

    def forget(self, run_id: RunId) -> None:
        """Something was added elsewhere."""
        self._kept.forget(run_id.text)
