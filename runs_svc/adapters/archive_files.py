"""The archive: every document of the ledger as a file in the date-partitioned tree, published behind the ledger.

The publisher is a process of its own (`archive_publisher`); here it is started, told of what is committed, and stopped.
"""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from rpckit.threads import in_thread
from runs_svc.adapters.archive_names import NEWS, PROGRESS, STOP, name_of
from runs_svc.adapters.publish import make_directory
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.database import open_reader
from runs_svc.ports import StoredDocument

log = logging.getLogger("rmos.archive")

_LOOK_AGAIN_S = 0.1
_PATIENCE_S = 2.0
_RESTART_EVERY_S = 1.0


def path_of(root: Path, document: StoredDocument) -> Path:
    """Where a document is published."""
    return root / name_of(
        document.partition, kind=document.kind, record_id=document.record_id, subject_id=document.subject_id
    )


class FileArchive:
    """The published tree, and who publishes it."""

    def __init__(self, root: Path, database_url: str) -> None:
        self._root = root
        self._database = Path(sa.make_url(database_url).database or "")
        self._progress = root / PROGRESS
        self._reader = open_reader(database_url)
        self._publisher: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    def start(self) -> None:
        """Publish what is not, from now on."""
        make_directory(self._root)
        self._progress.unlink(missing_ok=True)
        self._start_publisher()

    def notify(self) -> None:
        """Something was committed."""
        try:
            self._tell(NEWS)
        except BrokenPipeError:
            if time.monotonic() - self._started_at > _RESTART_EVERY_S:
                assert self._publisher is not None
                log.exception("the publisher ended; starting another", extra={"code": self._publisher.wait()})
                self._start_publisher()

    def close(self) -> None:
        """Publish what is committed, then stop."""
        self._reader.dispose()
        if self._publisher is None:
            return
        assert self._publisher.stdin is not None
        os.set_blocking(self._publisher.stdin.fileno(), True)
        try:
            self._tell(STOP)
        except BrokenPipeError:
            log.exception("the publisher had ended; the next start goes on")
        self._publisher.stdin.close()
        self._publisher.wait()

    async def find(self, document: StoredDocument) -> bytes | None:
        """Waits a little for what is not published yet."""
        return await in_thread(self._find, path_of(self._root, document))

    def lag(self) -> int:
        """How many records are not published yet."""
        with self._reader.connect() as connection:
            newest = connection.execute(sa.select(sa.func.max(tables.ledger.c.seq))).scalar() or 0
        return int(newest) - int(_read(self._progress) or 0)

    def _find(self, path: Path) -> bytes | None:
        until = time.monotonic() + _PATIENCE_S
        while (data := _read(path)) is None and self.lag() > 0 and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN_S)
        return data

    def _start_publisher(self) -> None:
        module = "runs_svc.adapters.archive_publisher"
        self._publisher = subprocess.Popen(  # noqa: S603 # our own module
            [sys.executable, "-m", module, str(self._root), str(self._database)], stdin=subprocess.PIPE
        )
        assert self._publisher.stdin is not None
        os.set_blocking(self._publisher.stdin.fileno(), False)  # a full pipe is news enough
        self._started_at = time.monotonic()

    def _tell(self, what: bytes) -> None:
        """Tell the publisher.

        Raises:
            BrokenPipeError: It has ended.
        """
        assert self._publisher is not None
        assert self._publisher.stdin is not None
        try:
            os.write(self._publisher.stdin.fileno(), what)
        except BlockingIOError:
            log.debug("the publisher has news enough")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
