"""Move a store to another database and another place for its bytes, while servers write to the old one.

1. copy what the target lacks, record by record at its old place, and the bytes that the records name; each blob is read
   again where it arrived. This may be broken off and begun again as often as need be
2. to switch, the old store must be nobody's: what was written meanwhile is copied
3. everything is compared: every record by its bytes, what lists show, keys, and which bytes are there
4. only then the new store counts, and the old one counts no more
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from foundation.canonical_json import sha256_hex
from rpckit.settings import ConfigurationError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports.moving import MovableBlobs, MovedLedger, MoveTarget, Subject
from runs_svc.ports.offline import LedgerRow

_GROUP = 256
ProgressCallback = Callable[[object], None]


@dataclass(slots=True)
class Moved:
    """How much was copied by this run, and how much the new store holds."""

    records: int = 0
    blobs: int = 0
    newest_place: int = 0


class MoveStore:
    def __init__(
        self, source: MovedLedger, source_blobs: MovableBlobs, target: MoveTarget, blobs: MovableBlobs
    ) -> None:
        self._source = source
        self._source_blobs = source_blobs
        self._target = target
        self._blobs = blobs

    def copy(self, *, on_progress: ProgressCallback) -> Moved:
        """Copy what the target lacks.

        Raises:
            ConfigurationError: The target holds something else, or a record or blob of the source is damaged.
        """
        moved = Moved(newest_place=self._target.newest())
        self._require_copy(moved.newest_place)
        for blob, created_at_utc in self._source.blobs():
            moved.blobs += self._copy_blob(blob)
            self._target.add_blobs([(blob, created_at_utc)])
            on_progress(blob)
        rows = self._source.rows_after(moved.newest_place)
        while group := list(islice(rows, _GROUP)):
            documents = [_sound(row) for row in group]
            kinds = {document.subject_id: document.kind for document in documents}
            self._target.add(group, [self._subject(kind, subject_id) for subject_id, kind in kinds.items()])
            moved.records += len(group)
            moved.newest_place = group[-1].place
            on_progress(group)
        keys = self._source.keys()
        while some := list(islice(keys, _GROUP)):
            self._target.add_keys(some)
        return moved

    def compare(self, *, on_progress: ProgressCallback) -> None:
        """See that nothing is missing or different.

        Raises:
            ConfigurationError: Something is; names it.
        """
        with self._target.arrived() as arrived:
            self._compare_with(arrived, on_progress)

    def _compare_with(self, arrived: MovedLedger, on_progress: ProgressCallback) -> None:
        for there, here in zip(_padded(self._source.rows_after(0)), _padded(arrived.rows_after(0)), strict=False):
            if there is None and here is None:
                break
            if there != here:
                place = (there or here or LedgerRow(0, None)).place
                raise ConfigurationError(f"the record at place {place} differs in the new store; nothing was switched")
            on_progress(there)
        for kind, subject_id in self._source.found():
            if self._source.index_fields(kind, subject_id) != arrived.index_fields(kind, subject_id):
                raise ConfigurationError(f"what lists show of {subject_id} differs; nothing was switched")
        if sorted(self._source.found()) != sorted(arrived.found()):
            raise ConfigurationError("lists of the new store show other subjects; nothing was switched")
        if sorted(self._source.keys()) != sorted(arrived.keys()):
            raise ConfigurationError("callers' keys differ in the new store; nothing was switched")
        if sorted(self._source.blobs(), key=str) != sorted(arrived.blobs(), key=str):
            raise ConfigurationError("the new store knows of other blobs; nothing was switched")
        for blob, _ in arrived.blobs():
            if self._size(blob.digest) != blob.size_bytes:
                raise ConfigurationError(f"the blob {blob.digest} has not arrived; nothing was switched")

    def _require_copy(self, newest: int) -> None:
        """See that what the target holds came from here."""
        if newest == 0:
            return
        document = self._source.row(newest).document
        if document is None or document.sha256 != self._target.sha256_at(newest):
            raise ConfigurationError("the target holds records of another store; give an empty one")

    def _copy_blob(self, blob: Blob) -> bool:
        if self._size(blob.digest) == blob.size_bytes:
            return False
        try:
            self._blobs.keep(blob.digest, self._source_blobs.pieces(blob.digest))
        except FileNotFoundError as error:
            raise ConfigurationError(f"the blob {blob.digest} is missing in the store; run fsck first") from error
        if self._blobs.describe(blob.digest) != blob:
            self._blobs.remove(blob.digest)
            raise ConfigurationError(f"the blob {blob.digest} is damaged in the store; run fsck and repair first")
        return True

    def _size(self, digest: Digest) -> int:
        try:
            return self._blobs.size_bytes(digest)
        except FileNotFoundError:
            return -1

    def _subject(self, kind: str, subject_id: str) -> Subject:
        """What lists show of a subject.

        Raises:
            ConfigurationError: It is damaged.
        """
        listed = "run" if subject_id.startswith("run_") else kind
        fields = self._source.index_fields(listed, subject_id)
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


def _padded(rows: Iterator[LedgerRow]) -> Iterator[LedgerRow | None]:
    yield from rows
    yield None
