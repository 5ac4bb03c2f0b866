"""The head of a run: what must be known of it to amend it, so that it need not be read as a whole.

A stale head does no harm: an amendment names the head it expects, and the ledger stores it only if that is still the
newest record.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from foundation.json_members import child, text
from runs_svc.domain.errors import RunWithdrawnError
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.document import ChainHead, StoredDocument, read_document


class RunHead(NamedTuple):
    """The newest record of a run's chain, and what the next amendment is checked against."""

    run_id: str
    newest: ChainHead
    counts: Mapping[str, int]
    """How many amendments of each kind there are: the next one takes the next number."""
    keys: Mapping[str, str]
    """Callers' keys, each with the digest of the payload it is bound to."""
    withdrawn: str | None
    """Why the run was withdrawn."""
    json_bytes: int
    """Of all its documents."""

    def with_amendment(self, stored: StoredDocument) -> "RunHead":
        """The head once an amendment is recorded after it.

        Raises:
            RunCorruptError: The amendment is altered.
        """
        amendment = read_document(stored)
        counts, keys, withdrawn = dict(self.counts), dict(self.keys), self.withdrawn
        counts[stored.kind] = counts.get(stored.kind, 0) + 1
        if key := text(amendment, "idempotency_key"):
            keys.setdefault(key, text(amendment, "payload_sha256"))
        if withdrawn is None and stored.kind == AmendmentKind.TOMBSTONE:
            withdrawn = text(child(amendment, "body"), "reason")
        return RunHead(self.run_id, stored.end, counts, keys, withdrawn, self.json_bytes + len(stored.document))

    def refuse_withdrawn(self) -> None:
        """Refuse to add to a run that was withdrawn.

        Raises:
            RunWithdrawnError: It was; says why.
        """
        if self.withdrawn is not None:
            raise RunWithdrawnError(self.run_id, self.withdrawn)


def head_of(documents: Sequence[StoredDocument]) -> RunHead:
    """The head of a run from all of its documents.

    Raises:
        RunCorruptError: An amendment is altered.
    """
    run, *amendments = documents
    head = RunHead(run.subject_id, run.end, {}, {}, None, len(run.document))
    for amendment in amendments:
        head = head.with_amendment(amendment)
    return head
