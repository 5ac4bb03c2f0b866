"""The archive: every ledger document as a file in the date-partitioned tree, published behind the ledger.

A publisher follows the ledger with a durable cursor:

1. read what lies behind the cursor
2. publish each document under its name; a file that is there with other bytes is an alarm, never overwritten
3. sync the folders
4. move the cursor (now and then: publishing again is harmless)
"""

import asyncio
import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from runs_svc.adapters.publish import make_directory, publish, sync_directories
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.database import open_reader, open_writer
from runs_svc.adapters.sql.ledger import document_columns, read_document_row
from runs_svc.ports import StoredDocument

log = logging.getLogger("rmos.archive")

GROUP = 32
_CURSOR_EVERY = 256
_IDLE_S = 1.0


def path_of(root: Path, document: StoredDocument) -> Path:
    """Where a document is published: partition of its run's creation, run id, and what it is.

    A run is `{run_id}.json`, an attachment `{run_id}_attachment_{sha256}.json`.
    """
    name = document.run_id.text
    if document.kind != "run":
        name += f"_{document.kind}_{document.record_id.rsplit('/', 1)[-1]}"
    return root / document.partition / f"{name}.json"


class FileArchive:
    """The published tree."""

    def __init__(self, root: Path, database_url: str) -> None:
        self._root = root
        self._staging = root / ".staging"
        self._reader = open_reader(database_url)
        self._writer = open_writer(database_url)
        self._news = threading.Event()
        self._stop = threading.Event()
        self._published = 0
        self._saved = 0
        self._thread = threading.Thread(target=self._follow, name="archive", daemon=True)

    def start(self) -> None:
        make_directory(self._staging)
        for leftover in self._staging.iterdir():
            leftover.unlink()
        with self._reader.connect() as connection:
            row = connection.execute(sa.select(tables.archive_cursor.c.seq)).one_or_none()
        self._published = self._saved = row[0] if row else 0
        self._thread.start()

    def notify(self) -> None:
        """Something was committed."""
        self._news.set()

    def close(self) -> None:
        """Publish what is committed, then stop."""
        self._stop.set()
        self._news.set()
        self._thread.join()
        self._reader.dispose()
        self._writer.dispose()

    async def find(self, document: StoredDocument) -> bytes | None:
        return await asyncio.to_thread(_read, path_of(self._root, document))

    def lag(self) -> int:
        with self._reader.connect() as connection:
            newest = connection.execute(sa.select(sa.func.max(tables.ledger.c.seq))).scalar() or 0
        return int(newest) - self._published

    def _follow(self) -> None:
        with self._reader.connect() as connection:
            while True:
                stopping = self._stop.is_set()
                self._news.clear()
                try:
                    self._publish_all(connection)
                except OSError:
                    log.exception("publishing failed; trying again")
                if stopping:
                    self._save_cursor()
                    return
                self._news.wait(_IDLE_S)

    def _publish_all(self, connection: sa.Connection) -> None:
        while group := self._next_group(connection):
            folders = []
            for _, document in group:
                path = path_of(self._root, document)
                if not publish(document.document, path, staging=self._staging):
                    _check_published(path, document)
                folders.append(path.parent)
            sync_directories(folders)
            self._published = group[-1][0]
            if self._published - self._saved >= _CURSOR_EVERY:
                self._save_cursor()

    def _next_group(self, connection: sa.Connection) -> Sequence[tuple[int, StoredDocument]]:
        query = (
            sa.select(tables.ledger.c.seq, *document_columns)
            .where(tables.ledger.c.seq > self._published)
            .order_by(tables.ledger.c.seq)
            .limit(GROUP)
        )
        return [(row[0], read_document_row(row[1:])) for row in connection.execute(query)]

    def _save_cursor(self) -> None:
        if self._published == self._saved:
            return
        with self._writer.begin() as connection:
            moved = connection.execute(tables.archive_cursor.update().values(seq=self._published))
            if moved.rowcount == 0:
                connection.execute(tables.archive_cursor.insert(), {"id": 1, "seq": self._published})
        self._saved = self._published


def _check_published(path: Path, document: StoredDocument) -> None:
    if path.read_bytes() != document.document:
        log.critical("a published file has other bytes than the ledger", extra={"path": str(path)})


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
