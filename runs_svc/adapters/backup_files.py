"""A copy of a store as files: a folder with the ledger as it was at one moment, its published tree, its blobs, and a
manifest. A backup is a store of its own.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson

from foundation.canonical_json import JsonMapping
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.repair import republish
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.domain.ids import Digest
from runs_svc.ports.offline import OfflineLedger

LEDGER, ATTACHMENTS, MANIFEST = "rmos.db", "attachments", "backup.json"
_PIECE_BYTES = 1024 * 1024


class StorePaths(NamedTuple):
    """Where the parts of a store lie."""

    root: Path
    ledger: Path
    blobs: Path


def backup_paths(folder: Path) -> StorePaths:
    """Where the parts of a backup lie."""
    return StorePaths(folder, folder / LEDGER, folder / ATTACHMENTS)


def backup_of(store: StorePaths, folder: Path) -> "FileStoreCopy":
    """A store on its way into a backup. Without its manifest a backup counts for nothing, whatever else is there."""
    target = backup_paths(folder)
    return FileStoreCopy(store, target, staged=target.ledger, take=snapshot)


def restoring(folder: Path, store: StorePaths) -> "FileStoreCopy":
    """A backup on its way into a store. Its ledger has another name until it counts."""
    staged = store.ledger.with_name(f"{store.ledger.name}.restoring")
    return FileStoreCopy(backup_paths(folder), store, staged=staged, take=_copy_file)


class FileStoreCopy:
    """A store and the place it is copied to."""

    def __init__(
        self, source: StorePaths, target: StorePaths, *, staged: Path, take: Callable[[Path, Path], None]
    ) -> None:
        self._source, self._target, self._staged, self._take = source, target, staged, take
        self.source_blobs, self.target_blobs = BlobTree(source.blobs), BlobTree(target.blobs)

    @property
    def source(self) -> str:
        return str(self._source.root)

    @property
    def target(self) -> str:
        return str(self._target.ledger)

    def source_exists(self) -> bool:
        return self._source.ledger.is_file()

    def target_exists(self) -> bool:
        return self._target.ledger.exists()

    def source_ledger(self) -> SqliteOfflineLedger:
        return SqliteOfflineLedger(f"sqlite:///{self._source.ledger}")

    def target_ledger(self) -> SqliteOfflineLedger:
        return SqliteOfflineLedger(f"sqlite:///{self._staged}")

    def copy_ledger(self) -> None:
        make_directory(self._staged.parent)
        self._take(self._source.ledger, self._staged)

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
        """As `StoreCopy.read_manifest`.

        Raises:
            ConfigurationError: There is none: not a backup, or one that was not completed.
        """
        try:
            manifest = orjson.loads((self._source.root / MANIFEST).read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            text = f"{self.source} is not a complete backup: {MANIFEST} cannot be read ({error})"
            raise ConfigurationError(text) from error
        return manifest if isinstance(manifest, dict) else {}

    def write_manifest(self, manifest: JsonMapping) -> None:
        path = self._target.root / MANIFEST
        path.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        sync_file(path)
        sync_directory(path.parent)


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    sync_file(target)
    sync_directory(target.parent)


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
    staged.chmod(0o400)
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
