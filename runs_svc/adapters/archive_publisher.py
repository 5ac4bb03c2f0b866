"""The publisher: a process of its own that makes every document of the ledger a file in the date-partitioned tree.

A file costs more than a record: it is created, synced and linked. In the server's process that would take from
recording the interpreter and the core it needs; here it takes what is left over. It needs a database, files and little
else, so that it starts in a tenth of a second.

`python -m runs_svc.adapters.archive_publisher ROOT DATABASE` is started by the server (`archive_files`):

1. read what lies behind the durable cursor
2. publish each document under its name; a file that is there with other bytes is an alarm, never overwritten
3. move the cursor (now and then: publishing again is harmless)
4. wait for news on standard input, at most a second; what begins the same day is published together
5. told to stop, publish what is committed and end; when the server is gone, end at once: the next one goes on
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
from typing import Any

import filelock
import orjson

from rpckit import canonical_json, log
from runs_svc.adapters.archive_names import CURSOR, LOCK, PROGRESS, STAGING, STOP, name_of
from runs_svc.adapters.publish import GROUP, make_directory, publish

logger = logging.getLogger("rmos.archive")

_CURSOR_EVERY = 256
_IDLE_S = 1.0
_GATHER_S = 0.1
_NICENESS = 10
_PATIENCE_S = 30.0
_BEHIND = """
    SELECT seq, kind, record_id, subject_id, partition, document, sha256 FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?
"""


class Publisher:
    """Publishes what lies behind the cursor. One process at a time."""

    def __init__(self, root: Path, database: Path) -> None:
        self._root = root
        self._staging = root / STAGING
        make_directory(self._staging)
        for leftover in self._staging.iterdir():
            leftover.unlink()
        self._ledger = sqlite3.connect(database, isolation_level=None)
        self._ledger.execute("PRAGMA query_only = ON")
        self._ledger.execute("PRAGMA busy_timeout = 5000")
        self._cursor = _Cursor(root / CURSOR, self._ledger)
        self.published = self._cursor.saved
        self._progress = os.open(root / PROGRESS, os.O_WRONLY | os.O_CREAT)
        self._tell()

    def close(self) -> None:
        """Keep the place, then let go."""
        try:
            self._cursor.save(self.published)
        except OSError:
            logger.exception("the place could not be kept; some files will be published again")
        self._ledger.close()
        os.close(self._progress)

    def publish_committed(self) -> int:
        """Publish everything that is committed; how many documents. What fails is logged, and tried again next time."""
        before = self.published
        try:
            while group := self._next_group():
                self._publish(group)
        except (OSError, sqlite3.Error, UnicodeDecodeError, _AlteredError):
            logger.exception("publishing failed; trying again")
        return self.published - before

    def _publish(self, group: Sequence[tuple[int, Path, bytes]]) -> None:
        documents = {path: document for _, path, document in group}
        for path in publish(list(documents.items()), staging=self._staging):
            if path.read_bytes() != documents[path]:
                logger.critical("a published file has other bytes than the ledger", extra={"path": str(path)})
        self.published = group[-1][0]
        self._tell()
        if self.published - self._cursor.saved >= _CURSOR_EVERY:
            self._cursor.save(self.published)

    def _next_group(self) -> Sequence[tuple[int, Path, bytes]]:
        """Documents in their order, up to one that cannot be read or is altered.

        Raises:
            _AlteredError: The first one is.
        """
        group: list[tuple[int, Path, bytes]] = []
        rows = self._ledger.execute(_BEHIND, (self.published, GROUP)).fetchall()
        for place, kind, record_id, subject_id, partition, document, sha256 in rows:
            if canonical_json.sha256_hex(document) != sha256:
                if group:
                    break
                raise _AlteredError(f"record {place} of the ledger is altered")
            name = name_of(partition, kind=kind, record_id=record_id, subject_id=subject_id)
            group.append((place, self._root / name, document))
        return group

    def _tell(self) -> None:
        os.pwrite(self._progress, b"%020d" % self.published, 0)


class _AlteredError(Exception):
    """A document has other bytes than were recorded: it is not published."""


class _Cursor:
    """How far the tree has come, in a file beside it, bound to the ledger it was taken of."""

    def __init__(self, path: Path, ledger: sqlite3.Connection) -> None:
        self._path = path
        self._ledger = ledger
        self.saved = self._load()

    def save(self, place: int) -> None:
        if place == self.saved:
            return
        staged = self._path.with_suffix(".tmp")
        staged.write_bytes(orjson.dumps({"seq": place, "sha256": self._digest_at(place)}))
        staged.replace(self._path)  # not a record: losing it costs publishing again
        self.saved = place

    def _load(self) -> int:
        """The place to go on after; 0 when there is none or the ledger is another one."""
        try:
            saved = orjson.loads(self._path.read_bytes())
            return int(saved["seq"]) if self._digest_at(saved["seq"]) == saved["sha256"] else 0
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return 0

    def _digest_at(self, place: int) -> Any:
        row = self._ledger.execute("SELECT sha256 FROM ledger WHERE seq = ?", (place,)).fetchone()
        return row and row[0]


def follow(publisher: Publisher, listen: Callable[[float], bytes | None]) -> None:
    """Publish until told to stop, or until nobody is there any more.

    Args:
        publisher: What publishes.
        listen: What came within so many seconds; None once the other end is closed.
    """
    heard = listen(0.0)
    while heard is not None:
        stopping = STOP in heard
        count = publisher.publish_committed()
        if stopping:
            break
        heard = listen(_IDLE_S)
        if count > 1 and heard is not None and STOP not in heard:
            time.sleep(_GATHER_S)  # files that are synced together cost a fraction of single ones
    publisher.close()


def listener(descriptor: int) -> Callable[[float], bytes | None]:
    """Listens at a pipe."""

    def listen(seconds: float) -> bytes | None:
        ready, _, _ = select.select([descriptor], [], [], seconds)
        return (os.read(descriptor, 65_536) or None) if ready else b""

    return listen


def main(root: Path, database: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the server, which says when to stop
    os.nice(_NICENESS)
    log.configure(level="warning")
    with filelock.FileLock(root / LOCK, timeout=_PATIENCE_S):
        follow(Publisher(root, database), listener(sys.stdin.fileno()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
