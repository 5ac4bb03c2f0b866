"""Move a store to another database and another place for its bytes, while servers write to the old one.

1. copy what the target lacks, record by record at its old place, and the bytes that the records name; each blob is read
   again where it arrived. This may be broken off and begun again as often as need be
2. to switch, the old store must be nobody's: what was written meanwhile is copied
3. everything is compared: every record by its bytes, what lists show, keys, and which bytes are there
4. only then the new store counts, and the old one counts no more
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rpckit.settings import ConfigurationError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob
from runs_svc.ports.moving import MovableBlobs, MovedLedger, MoveTarget
from runs_svc.ports.offline import LedgerRow
from runs_svc.usecases.upkeep.copy_records import ProgressCallback, copy_records, require_copy


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
        moved = Moved()
        require_copy(self._source, self._target)
        for blob, created_at_utc in self._source.blobs():
            moved.blobs += self._copy_blob(blob)
            self._target.add_blobs([(blob, created_at_utc)])
            on_progress(blob)
        moved.records = copy_records(self._source, self._target, on_progress=on_progress)
        moved.newest_place = self._target.newest()
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


def _padded(rows: Iterator[LedgerRow]) -> Iterator[LedgerRow | None]:
    yield from rows
    yield None
