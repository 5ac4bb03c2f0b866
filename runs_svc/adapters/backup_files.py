"""A backup is a store of its own: the ledger as it was at one moment, its published tree, its blobs, and a manifest."""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from foundation.canonical_json import sha256_hex
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.repair import republish
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file
from runs_svc.adapters.sqlite.offline_ledger import SqlColdLedger
from runs_svc.domain.ids import Digest

LEDGER, ATTACHMENTS, MANIFEST = "rmos.db", "attachments", "backup.json"
_SCHEMA = "rmos.backup/1"
_PIECE_BYTES = 1024 * 1024
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


def contents_of(ledger: SqlColdLedger, blobs: BlobTree, *, up_to: SqlColdLedger | None = None) -> Contents:
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


def back_up(
    ledger_path: Path, blobs: BlobTree, target: Path, *, created_at_utc: str, on_progress: ProgressCallback
) -> Contents:
    """Copy a store, while a server writes to it or not, and prove that the copy is equal.

    1. the ledger as it is at one moment
    2. the blobs it knows of: they are durable and never change, so later is as good
    3. the published tree, from the copied ledger
    4. both sides read and hashed anew; the manifest is written last, so that a backup without one is not complete

    Raises:
        ConfigurationError: The store is damaged, or the copy differs from it.
    """
    make_directory(target)
    (target / MANIFEST).unlink(missing_ok=True)
    snapshot(ledger_path, target / LEDGER)
    with SqlColdLedger(f"sqlite:///{target / LEDGER}") as copied, SqlColdLedger(f"sqlite:///{ledger_path}") as live:
        copies = BlobTree(target / ATTACHMENTS)
        for blob, _ in copied.blobs():
            copy_blob(blobs, copies, blob.digest)
            on_progress(blob)
        republish(copied, target, target / ".damaged", on_progress=on_progress)
        there, here = contents_of(live, blobs, up_to=copied), contents_of(copied, copies)
    if there.damaged:
        raise ConfigurationError(f"{there.damaged} records or blobs are damaged or missing; run fsck and repair first")
    if there != here:
        raise ConfigurationError(f"the copy differs from the store: {there} there, {here} in {target}; check the store")
    manifest = {"schema": _SCHEMA, "created_at_utc": created_at_utc, **asdict(here)}
    _write_durably(target / MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return here


def read_manifest(source: Path) -> Contents:
    """What a backup holds, as its manifest says.

    Raises:
        ConfigurationError: There is no manifest: not a backup, or one that was not completed.
    """
    try:
        manifest = orjson.loads((source / MANIFEST).read_bytes())
        return Contents(**{name: manifest[name] for name in Contents.__dataclass_fields__})
    except (OSError, orjson.JSONDecodeError, KeyError) as error:
        raise ConfigurationError(f"{source} is not a complete backup: {MANIFEST} cannot be read ({error})") from error


def restore(
    source: Path, ledger_path: Path, root: Path, blobs_root: Path, *, on_progress: ProgressCallback
) -> Contents:
    """Bring a backup back into an empty place, and prove that what is there now is equal. The ledger comes last.

    Raises:
        ConfigurationError: The backup is not complete, the place is taken, or what arrived differs.
    """
    manifest = read_manifest(source)
    if ledger_path.exists():
        raise ConfigurationError(f"{ledger_path} exists; restore into an empty folder, or move it away first")
    staged = ledger_path.with_name(f"{ledger_path.name}.restoring")
    make_directory(ledger_path.parent)
    _write_durably(staged, (source / LEDGER).read_bytes())
    with SqlColdLedger(f"sqlite:///{staged}") as ledger:
        copies, blobs = BlobTree(source / ATTACHMENTS), BlobTree(blobs_root)
        for blob, _ in ledger.blobs():
            copy_blob(copies, blobs, blob.digest)
            on_progress(blob)
        republish(ledger, root, root / ".damaged", on_progress=on_progress)
        arrived = contents_of(ledger, blobs)
    if arrived != manifest:
        raise ConfigurationError(f"what arrived differs from the backup: {manifest} there, {arrived} here")
    staged.rename(ledger_path)
    sync_directory(ledger_path.parent)
    return arrived


def copy_blob(source: BlobTree, target: BlobTree, digest: Digest) -> None:
    """Copy the bytes of a blob; bytes that are there with their size stay. What cannot be read is left out."""
    path, origin = target.path_of(digest), source.path_of(digest)
    if not origin.exists() or (path.exists() and path.stat().st_size == origin.stat().st_size):
        return
    make_directory(path.parent)
    staged = path.with_name(f".{path.name}")
    with origin.open("rb") as file, staged.open("wb") as copy:
        while piece := file.read(_PIECE_BYTES):
            copy.write(piece)
    staged.chmod(0o444)
    sync_file(staged)
    staged.rename(path)
    sync_directory(path.parent)


def snapshot(ledger: Path, target: Path) -> None:
    """The ledger as it is at one moment, as one file without a write-ahead log."""
    staged = target.with_name(f"{target.name}.tmp")
    staged.unlink(missing_ok=True)
    live, copy = sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True), sqlite3.connect(staged)
    try:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        live.close()
        copy.close()
    sync_file(staged)
    staged.rename(target)
    sync_directory(target.parent)


def _write_durably(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    sync_file(path)
    sync_directory(path.parent)
