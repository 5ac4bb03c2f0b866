"""A copy of a store that is proven equal, and the way back.

1. the ledger as it is at one moment
2. the blobs it knows of: they are durable and never change, so later is as good
3. the published tree, from the copied ledger
4. what arrived is read and hashed anew; what says that the copy counts comes last
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from foundation.canonical_json import sha256_hex
from rpckit.settings import ConfigurationError
from runs_svc.ports.offline import BackupCopy, OfflineBlobs, OfflineLedger, StoreCopy

_SCHEMA = "rmos.backup/1"
ProgressCallback = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds, from its bytes: equal contents have equal digests."""

    records: int
    newest_record: int
    blobs: int
    blob_bytes: int
    damaged: int
    """Records and blobs that do not have their digest, or are not there."""
    sha256: str


def contents_of(ledger: OfflineLedger, blobs: OfflineBlobs, *, up_to: OfflineLedger | None = None) -> Contents:
    """The contents of a store; with `up_to` only what that ledger, an earlier moment of the same one, knows of.

    Every record and every blob is read and hashed; a recorded digest counts for nothing here.
    """
    whole, records, newest, damaged = hashlib.sha256(), 0, 0, 0
    last = max((row.place for row in up_to.rows()), default=0) if up_to else None
    for row in ledger.rows():
        if last is not None and row.place > last:
            break
        said, document = "unreadable", row.document
        if document is not None:
            said = f"{document.kind} {document.record_id} {sha256_hex(document.document)}"
        damaged += document is None or not said.endswith(document.sha256)
        whole.update(f"{row.place} {said}\n".encode())
        records, newest = records + 1, row.place
    count = size_bytes = 0
    for digest in sorted(blob.digest for blob, _ in (up_to or ledger).blobs()):
        stored = blobs.describe(digest)
        damaged += stored is None or stored.digest != digest
        whole.update(f"blob {digest} {stored.digest if stored else 'missing'}\n".encode())
        count, size_bytes = count + 1, size_bytes + (stored.size_bytes if stored else 0)
    return Contents(records, newest, count, size_bytes, damaged, whole.hexdigest())


def back_up(copy: BackupCopy, *, created_at_utc: str, on_progress: ProgressCallback) -> Contents:
    """Copy a store, while a server writes to it or not, and prove that the copy is equal.

    Raises:
        ConfigurationError: There is no store, it is damaged, or the copy differs from it.
    """
    if not copy.source_exists():
        raise ConfigurationError(f"there is no store in {copy.source}")
    copy.forget_manifest()
    copy.copy_ledger()
    with copy.target_ledger() as copied, copy.source_ledger() as live:
        _copy_the_rest(copy, copied, on_progress)
        there, here = contents_of(live, copy.source_blobs, up_to=copied), contents_of(copied, copy.target_blobs)
    if there.damaged:
        raise ConfigurationError(f"{there.damaged} records or blobs are damaged or missing; run fsck and repair first")
    if there != here:
        raise ConfigurationError(
            f"the copy differs from the store: {there} there, {here} in {copy.target}; check the store"
        )
    copy.settle()
    copy.write_manifest({"schema": _SCHEMA, "created_at_utc": created_at_utc, **asdict(here)})
    return here


def restore(copy: StoreCopy, *, on_progress: ProgressCallback) -> Contents:
    """Bring a backup back into an empty place, and prove that what is there now is equal. The ledger comes last.

    Raises:
        ConfigurationError: The backup is not complete, the place is taken, or what arrived differs.
    """
    promised = _read_contents(copy.read_manifest())
    if copy.target_exists():
        raise ConfigurationError(f"{copy.target} exists; restore into an empty folder, or move it away first")
    copy.copy_ledger()
    with copy.target_ledger() as ledger:
        _copy_the_rest(copy, ledger, on_progress)
        arrived = contents_of(ledger, copy.target_blobs)
    if arrived != promised:
        raise ConfigurationError(f"what arrived differs from the backup: {promised} there, {arrived} here")
    copy.settle()
    return arrived


def _copy_the_rest(copy: StoreCopy, copied: OfflineLedger, on_progress: ProgressCallback) -> None:
    for blob, _ in copied.blobs():
        copy.copy_blob(blob.digest)
        on_progress(blob)
    copy.publish(copied, on_progress)


def _read_contents(manifest: Mapping[str, Any]) -> Contents:
    try:
        return Contents(**{name: manifest[name] for name in Contents.__dataclass_fields__})
    except KeyError as error:
        raise ConfigurationError(f"not a complete backup: its manifest lacks {error}") from error
