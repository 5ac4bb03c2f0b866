"""The publisher: a process of its own that makes every document of the ledger a file in the date-partitioned tree.

A file costs more than a record: it is created, synced and linked. In the server's process that would take from
recording the interpreter and the core it needs; here it takes what is left over. It needs a database, files and little
else, so that it starts in a tenth of a second.

`python -m runs_svc.adapters.archive.publisher ROOT` is started by the server (`publisher_process`), with the URL of the
ledger in its environment, where no list of processes shows its password:

1. read what follows the durable cursor
2. publish each document under its name; a file that is there with other bytes is an alarm, never overwritten; a record
   that is altered or cannot be read is named, left pending, and holds nothing up
3. move the cursor (now and then: publishing again is harmless)
4. wait for news on standard input, at most a second; what begins the same day is published together
5. asked to stop, publish what is committed and exit; when the server is gone, exit at once: the next one continues
"""

import logging
import os
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import filelock

from rpckit import json_log
from runs_svc.adapters.archive.names import LEDGER_URL, LOCK, STAGING, STOP
from runs_svc.adapters.archive.place import Place, read_cursor, read_progress, write_cursor, write_progress
from runs_svc.adapters.archive.rows import LedgerRows, Row, SqliteRows, Unpublishable
from runs_svc.adapters.durable_files import make_directory, publish

logger = logging.getLogger("rmos.archive")

_CURSOR_EVERY = 256
_IDLE_S = 1.0
_GATHER_S = 0.1
_NICENESS = 10
_PATIENCE_S = 30.0


def _never() -> bool:
    return False


class Publisher:
    """Publishes what follows the cursor. One process at a time."""

    def __init__(self, root: Path, rows: LedgerRows) -> None:
        self._root = root
        self._staging = root / STAGING
        make_directory(self._staging)
        for leftover in self._staging.iterdir():
            leftover.unlink()
        self._rows = rows
        self._place = _Place(root, self._rows)
        self.published = self._place.saved.seq
        self._retry = sorted(self._place.pending)

    def close(self) -> None:
        """Store the place, then release everything."""
        try:
            self._place.save(self.published)
        except OSError:
            logger.exception("the place could not be stored; some files will be published again")
        self._rows.close()

    def publish_committed(self, *, give_up: Callable[[], bool] = _never) -> int:
        """Publish everything that is committed; how many documents. What fails is logged, and tried again next time.

        Args:
            give_up: Asked between groups whether to leave the rest to the next one.
        """
        count = 0
        try:
            if self._retry:
                count += self._publish([self._rows.one(place) for place in self._retry])
                self._retry = []
            while not give_up() and (group := self._rows.rows_after(self.published)):
                count += self._publish(group)
                self.published = group[-1][0]
                self._place.reached(self.published)
        except (OSError, sqlite3.Error):
            logger.exception("publishing failed; trying again")
        return count

    def _publish(self, group: Sequence[Row]) -> int:
        documents: dict[Path, bytes] = {}
        pending = []
        for place, row in group:
            if isinstance(row, Unpublishable):
                pending.append(place)
                logger.error("a record is not published", extra={"place": place, "record": row.name, "why": row.why})
            elif row is not None:
                documents[self._root / row[0]] = row[1]
        make_directory(self._staging)  # somebody may have tidied it away
        for path in publish(list(documents.items()), staging=self._staging):
            if not _holds(path, documents[path]):
                logger.critical("a published file has other bytes than the ledger", extra={"path": str(path)})
        self._place.note(looked_at=[place for place, _ in group], pending=pending)
        return len(documents)


def _holds(path: Path, document: bytes) -> bool:
    try:
        return path.read_bytes() == document
    except OSError:
        return False


class _Place:
    """How far the tree has come, bound to the ledger it was taken of.

    What was published is not in the ledger any more: then it was exchanged under a running server. Files are published
    all the same, but what the place says of the ledger that is lost stays as it is, for the next start to see.
    """

    def __init__(self, root: Path, rows: LedgerRows) -> None:
        self._root = root
        self._rows = rows
        cursor, progress = read_cursor(root), read_progress(root)
        known = [place for place in (cursor, progress and progress[0]) if place is not None]
        self._exchanged = any(place.sha256 and rows.digest_at(place.seq) != place.sha256 for place in known)
        if self._exchanged:
            logger.critical("the ledger does not hold what was published: restart the server", extra={"known": known})
        self.saved = cursor if cursor is not None and cursor.sha256 and not self._exchanged else Place()
        self.pending = set(self.saved.pending)
        self._said = progress[0].seq if progress is not None else -1
        self.reached(self.saved.seq)

    def reached(self, seq: int) -> None:
        """Everything up to a place is published, or pending."""
        if self._exchanged or seq < self._said:
            return
        self._said = seq
        write_progress(self._root, self._at(seq))
        if seq - self.saved.seq >= _CURSOR_EVERY:
            self.save(seq)

    def note(self, *, looked_at: Sequence[int], pending: Sequence[int]) -> None:
        """Some of the places that were looked at are pending, the others are not any more."""
        before = set(self.pending)
        self.pending.difference_update(looked_at)
        self.pending.update(pending)
        if self.pending != before:
            self.save(max(self.saved.seq, *looked_at))

    def save(self, seq: int) -> None:
        place = self._at(seq)
        if not self._exchanged and place != self.saved and place.sha256:
            write_cursor(self._root, place)
            self.saved = place

    def _at(self, seq: int) -> Place:
        return Place(seq, self._rows.digest_at(seq), tuple(sorted(self.pending)))


class _Orders:
    """What the server has said."""

    def __init__(self, listen: Callable[[float], bytes | None]) -> None:
        self._listen = listen
        self.stopping = self.gone = False
        self.hear(0.0)

    def hear(self, seconds: float) -> bool:
        """Listen for so long; whether nobody is there any more."""
        heard = self._listen(seconds)
        self.gone = heard is None
        self.stopping = self.stopping or STOP in (heard or b"")
        return self.gone


def follow(publisher: Publisher, listen: Callable[[float], bytes | None]) -> None:
    """Publish until asked to stop, or until the server is gone.

    Args:
        publisher: What publishes.
        listen: What came within so many seconds; None once the other end is closed.
    """
    orders = _Orders(listen)
    while not orders.gone:
        last = orders.stopping
        count = publisher.publish_committed(give_up=lambda: orders.hear(0.0))
        if last or orders.gone:
            break
        if not orders.stopping:
            orders.hear(_IDLE_S)
        if count > 1 and not orders.gone and not orders.stopping:
            time.sleep(_GATHER_S)  # files that are synced together cost a fraction of single ones
    publisher.close()


def listener(descriptor: int) -> Callable[[float], bytes | None]:
    """Listens at a pipe."""

    def listen(seconds: float) -> bytes | None:
        ready, _, _ = select.select([descriptor], [], [], seconds)
        return (os.read(descriptor, 65_536) or None) if ready else b""

    return listen


def rows_of(url: str) -> LedgerRows:
    """The rows of the ledger at a URL."""
    if url.startswith("sqlite"):  # with a driver and options, or without
        return SqliteRows(Path(url.partition(":///")[2].partition("?")[0]))
    from runs_svc.adapters.postgres.published_rows import PostgresRows  # what SQLite needs none of

    return PostgresRows(url)


def main(root: Path, url: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the server, which says when to stop
    os.nice(_NICENESS)
    json_log.configure(level="warning")
    with filelock.FileLock(root / LOCK, timeout=_PATIENCE_S):
        follow(Publisher(root, rows_of(url)), listener(sys.stdin.fileno()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), os.environ[LEDGER_URL])
