"""Copy records at their old places, with what lists show of them and callers' keys, into a ledger that lacks them."""

from collections.abc import Callable, Iterator
from itertools import islice

from foundation.canonical_json import sha256_hex
from rpckit.settings import ConfigurationError
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports.moving import MovedLedger, MoveTarget, Subject
from runs_svc.ports.offline import LedgerRow

_GROUP = 256
ProgressCallback = Callable[[object], None]


def copy_records(source: MovedLedger, target: MoveTarget, *, on_progress: ProgressCallback) -> int:
    """How many records the target lacked, all of which it has now.

    Raises:
        ConfigurationError: The target holds something else, or a record of the source is damaged.
    """
    require_copy(source, target)
    copied = 0
    for group in _groups(source.rows_after(target.newest())):
        documents = [_sound(row) for row in group]
        kinds = {document.subject_id: document.kind for document in documents}
        target.add(group, [_subject(source, kind, subject_id) for subject_id, kind in kinds.items()])
        copied += len(group)
        on_progress(group)
    keys = source.keys()
    while some := list(islice(keys, _GROUP)):
        target.add_keys(some)
    return copied


def copy_blob_notes(source: MovedLedger, target: MoveTarget) -> None:
    """Note every blob of a ledger as durable in another one."""
    notes = source.blobs()
    while some := list(islice(notes, _GROUP)):
        target.add_blobs(some)


def _groups(rows: Iterator[LedgerRow]) -> Iterator[list[LedgerRow]]:
    while group := list(islice(rows, _GROUP)):
        yield group


def require_copy(source: MovedLedger, target: MoveTarget) -> None:
    """See that what the target holds came from here.

    Raises:
        ConfigurationError: It did not.
    """
    newest = target.newest()
    if newest == 0:
        return
    document = source.row(newest).document
    if document is None or document.sha256 != target.sha256_at(newest):
        raise ConfigurationError("the target holds records of another store; give an empty one")


def _subject(source: MovedLedger, kind: str, subject_id: str) -> Subject:
    """What lists show of a subject.

    Raises:
        ConfigurationError: It is damaged.
    """
    listed = "run" if subject_id.startswith("run_") else kind
    fields = source.index_fields(listed, subject_id)
    if fields is None or "checksum" in fields:
        raise ConfigurationError(f"what lists show of {subject_id} is damaged; run fsck and repair first")
    return Subject(listed, subject_id, fields)


def _sound(row: LedgerRow) -> StoredDocument:
    """The record at a place.

    Raises:
        ConfigurationError: It cannot be read, or has other bytes than were recorded.
    """
    if row.document is None or sha256_hex(row.document.document) != row.document.sha256:
        raise ConfigurationError(f"the record at place {row.place} is damaged; run fsck and repair first")
    return row.document
