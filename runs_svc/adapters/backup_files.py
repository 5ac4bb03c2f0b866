"""A copy of a store as files: a folder with the ledger as it was at one moment, its published tree, its blobs, and a
manifest. A backup is a store of its own.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson

from foundation.canonical_json import JsonMapping
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.repair import republish
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file
from runs_svc.adapters.sql.offline_ledger import SqlOfflineLedger
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.domain.ids import Digest
from runs_svc.ports.moving import MovableBlobs
from runs_svc.ports.offline import OfflineLedger

LEDGER, ATTACHMENTS, MANIFEST = "rmos.db", "attachments", "backup.json"


class StorePaths(NamedTuple):
    """Where the parts of a store lie."""

    root: Path
    ledger: Path
    blobs: Path


def backup_paths(folder: Path) -> StorePaths:
    """Where the parts of a backup lie."""
    return StorePaths(folder, folder / LEDGER, folder / ATTACHMENTS)


@dataclass(frozen=True, slots=True)
class Origin:
    """A store that is copied, whatever keeps it."""

    name: str
    """What people call it."""
    exists: Callable[[], bool]
    ledger: Callable[[], SqlOfflineLedger]
    blobs: MovableBlobs
    take: Callable[[Path], None]
    """Writes the ledger, as it is at one moment, into a database file, durably."""


def store_in_files(store: StorePaths) -> Origin:
    """A store in folders, while a server runs or not."""
    return _in_files(store, snapshot)


def backup_of(origin: Origin, folder: Path) -> "FileStoreCopy":
    """A store on its way into a backup. Without its manifest a backup counts for nothing, whatever else is there."""
    target = backup_paths(folder)
    return FileStoreCopy(origin, folder, target, staged=target.ledger)


def restoring(folder: Path, store: StorePaths) -> "FileStoreCopy":
    """A backup on its way into a store. Its ledger has another name until it counts."""
    staged = store.ledger.with_name(f"{store.ledger.name}.restoring")
    return FileStoreCopy(_in_files(backup_paths(folder), _copy_file), folder, store, staged=staged)


def _in_files(store: StorePaths, take: Callable[[Path, Path], None]) -> Origin:
    return Origin(
        str(store.root),
        store.ledger.is_file,
        lambda: SqliteOfflineLedger(f"sqlite:///{store.ledger}"),
        BlobTree(store.blobs),
        lambda path: take(store.ledger, path),
    )


class FileStoreCopy:
    """A store and the folders it is copied to."""

    def __init__(self, origin: Origin, backup: Path, target: StorePaths, *, staged: Path) -> None:
        """A copy in the making.

        Args:
            origin: What is copied.
            backup: The folder of the backup that it comes from or becomes.
            target: Where the parts go.
            staged: What the ledger is called until it counts.
        """
        self._origin, self._backup, self._target, self._staged = origin, backup, target, staged
        self.source_blobs, self.target_blobs = origin.blobs, BlobTree(target.blobs)

    @property
    def source(self) -> str:
        return self._origin.name

    @property
    def target(self) -> str:
        return str(self._target.ledger)

    def source_exists(self) -> bool:
        return self._origin.exists()

    def target_exists(self) -> bool:
        return self._target.ledger.exists()

    def source_ledger(self) -> SqlOfflineLedger:
        return self._origin.ledger()

    def target_ledger(self) -> SqliteOfflineLedger:
        return SqliteOfflineLedger(f"sqlite:///{self._staged}")

    def copy_ledger(self) -> None:
        make_directory(self._staged.parent)
        self._origin.take(self._staged)

    def copy_blob(self, digest: Digest) -> None:
        copy_blob(self.source_blobs, self.target_blobs, digest)

    def publish(self, ledger: OfflineLedger, on_progress: Callable[[object], None]) -> None:
        republish(ledger, self._target.root, self._target.root / ".damaged", on_progress=on_progress)

    def settle(self) -> None:
        self._staged.rename(self._target.ledger)
        sync_directory(self._target.ledger.parent)

    def forget_manifest(self) -> None:
        make_directory(self._target.root)
        (self._target.root / MANIFEST).unlink(missing_ok=True)

    def read_manifest(self) -> JsonMapping:
        return read_manifest(self._backup)

    def write_manifest(self, manifest: JsonMapping) -> None:
        path = self._target.root / MANIFEST
        path.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        sync_file(path)
        sync_directory(path.parent)


def read_manifest(folder: Path) -> JsonMapping:
    """What a backup says of itself.

    Raises:
        ConfigurationError: There is no manifest: not a backup, or one that was not completed.
    """
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        text = f"{folder} is not a complete backup: {MANIFEST} cannot be read ({error})"
        raise ConfigurationError(text) from error
    return manifest if isinstance(manifest, dict) else {}


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    sync_file(target)
    sync_directory(target.parent)


def copy_blob(source: MovableBlobs, target: MovableBlobs, digest: Digest) -> None:
    """Copy the bytes of a blob; bytes that are there with their size stay. What cannot be read is left out."""
    size = _size_of(source, digest)
    if size is not None and size != _size_of(target, digest):
        target.keep(digest, source.pieces(digest))


def _size_of(blobs: MovableBlobs, digest: Digest) -> int | None:
    try:
        return blobs.size_bytes(digest)
    except FileNotFoundError:
        return None


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
