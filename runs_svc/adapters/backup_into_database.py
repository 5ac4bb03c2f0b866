"""A backup on its way into a database and a place for bytes. No server starts on it before it is whole."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from foundation.canonical_json import JsonMapping
from runs_svc.adapters.backup_files import backup_paths, copy_blob, read_manifest
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.domain.ids import Digest
from runs_svc.ports.moving import MovableBlobs, MovedLedger, MoveTarget
from runs_svc.ports.offline import OfflineLedger


class BackupIntoDatabase:
    """A backup, and the database and bytes it is copied to. What is published, servers publish once it counts."""

    def __init__(
        self,
        folder: Path,
        target: MoveTarget,
        blobs: MovableBlobs,
        *,
        name: str,
        copy: Callable[[MovedLedger, MoveTarget], None],
    ) -> None:
        """A restore in the making.

        Args:
            folder: The folder of the backup.
            target: An empty database, or one that an earlier attempt left.
            blobs: Where bytes go.
            name: What people call the database.
            copy: Copies what a ledger holds into another one.
        """
        self._folder, self._intake, self._copy = folder, target, copy
        self._source = backup_paths(folder)
        self.source_blobs, self.target_blobs = BlobTree(self._source.blobs), blobs
        self.source, self.target = str(folder), name

    def source_exists(self) -> bool:
        return self._source.ledger.is_file()

    def target_exists(self) -> bool:
        return False  # otherwise there would be no intake

    def source_ledger(self) -> SqliteOfflineLedger:
        return SqliteOfflineLedger(f"sqlite:///{self._source.ledger}")

    def target_ledger(self) -> AbstractContextManager[MovedLedger]:
        return self._intake.arrived()

    def copy_ledger(self) -> None:
        with self.source_ledger() as source:
            self._copy(source, self._intake)

    def copy_blob(self, digest: Digest) -> None:
        copy_blob(self.source_blobs, self.target_blobs, digest)

    def publish(self, ledger: OfflineLedger, on_progress: Callable[[object], None]) -> None:
        """Left to the servers: they follow the ledger from its beginning."""

    def settle(self) -> None:
        self._intake.settle()

    def read_manifest(self) -> JsonMapping:
        return read_manifest(self._folder)
