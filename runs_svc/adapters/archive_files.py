"""The archive: every ledger document as a file in the date-partitioned tree, published behind the ledger.

A publisher follows the ledger with a durable cursor:

1. read what lies behind the cursor
2. publish each document under its name; a file that is there with other bytes is an alarm, never overwritten
3. move the cursor (now and then: publishing again is harmless)
"""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
import sqlalchemy as sa

from runs_svc.adapters.publish import make_directory, publish
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.damage import UNREADABLE
from runs_svc.adapters.sql.database import open_reader
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.domain.errors import RunCorruptError
from runs_svc.ports import StoredDocument

log = logging.getLogger("rmos.archive")

GROUP = 64
_CURSOR_EVERY = 256
_IDLE_S = 1.0
_GATHER_S = 0.1
_PATIENCE_S = 2.0


def path_of(root: Path, document: StoredDocument) -> Path:
    """Where a document is published: partition of its run's creation, run id, and what it is.

    A run is `{run_id}.json`, an attachment `{run_id}_attachment_{sha256}.json`.
    """
    name = document.subject_id
    if document.kind != "run":
        name += f"_{document.kind}_{document.record_id.rsplit('/', 1)[-1]}"
    return root / document.partition / f"{name}.json"


class FileArchive:
    """The published tree."""

    def __init__(self, root: Path, database_url: str) -> None:
        self._root = root
        self._staging = root / ".staging"
        self._cursor = Cursor(root / ".cursor.json")
        self._reader = open_reader(database_url)
        self._news = threading.Event()
        self._stop = threading.Event()
        self._published = 0
        self._thread = threading.Thread(target=self._follow, name="archive", daemon=True)

    def start(self) -> None:
        make_directory(self._staging)
        for leftover in self._staging.iterdir():
            leftover.unlink()
        with self._reader.connect() as connection:
            self._published = self._cursor.load(connection)
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

    async def find(self, document: StoredDocument) -> bytes | None:
        """Waits a little for what is not published yet."""
        return await asyncio.to_thread(self._find, path_of(self._root, document))

    def _find(self, path: Path) -> bytes | None:
        until = time.monotonic() + _PATIENCE_S
        while (data := _read(path)) is None and self.lag() > 0 and time.monotonic() < until:
            time.sleep(_GATHER_S)
        return data

    def lag(self) -> int:
        with self._reader.connect() as connection:
            newest = connection.execute(sa.select(sa.func.max(tables.ledger.c.seq))).scalar() or 0
        return int(newest) - self._published

    def _follow(self) -> None:
        with self._reader.connect() as connection:
            while True:
                stopping = self._stop.is_set()
                self._news.clear()
                before = self._published
                try:
                    self._publish_all(connection)
                except (OSError, *UNREADABLE, RunCorruptError):
                    log.exception("publishing failed; trying again")
                if stopping:
                    self._cursor.save(connection, self._published)
                    return
                self._news.wait(_IDLE_S)
                if self._published - before > 1:
                    self._stop.wait(_GATHER_S)  # files that are synced together cost a fraction of single ones

    def _publish_all(self, connection: sa.Connection) -> None:
        while group := self._next_group(connection):
            documents = {path_of(self._root, document): document for _, document in group}
            taken = publish([(path, item.document) for path, item in documents.items()], staging=self._staging)
            for path in taken:
                _check_published(path, documents[path])
            self._published = group[-1][0]
            if self._published - self._cursor.saved >= _CURSOR_EVERY:
                self._cursor.save(connection, self._published)

    def _next_group(self, connection: sa.Connection) -> Sequence[tuple[int, StoredDocument]]:
        query = (
            sa.select(tables.ledger.c.seq, *DOCUMENT_COLUMNS)
            .where(tables.ledger.c.seq > self._published)
            .order_by(tables.ledger.c.seq)
            .limit(GROUP)
        )
        return [(row[0], read_document_row(row[1:])) for row in connection.execute(query)]


class Cursor:
    """How far the archive has come, in a file beside it, bound to the ledger it was taken of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.saved = 0

    def load(self, connection: sa.Connection) -> int:
        """The place to go on after; 0 when there is none or the ledger is another one."""
        try:
            saved = orjson.loads(self._path.read_bytes())
            if _digest_at(connection, saved["seq"]) == saved["sha256"]:
                self.saved = int(saved["seq"])
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            self.saved = 0
        return self.saved

    def save(self, connection: sa.Connection, seq: int) -> None:
        if seq == self.saved:
            return
        staged = self._path.with_suffix(".tmp")
        staged.write_bytes(orjson.dumps({"seq": seq, "sha256": _digest_at(connection, seq)}))
        staged.replace(self._path)  # not a record: losing it costs publishing again
        self.saved = seq


def _digest_at(connection: sa.Connection, seq: int) -> str | None:
    query = sa.select(tables.ledger.c.sha256).where(tables.ledger.c.seq == seq)
    digest: str | None = connection.execute(query).scalar_one_or_none()
    return digest


def _check_published(path: Path, document: StoredDocument) -> None:
    if path.read_bytes() != document.document:
        log.critical("a published file has other bytes than the ledger", extra={"path": str(path)})


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
