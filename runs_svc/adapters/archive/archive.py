"""The archive: every document of the ledger as a file in the date-partitioned tree, published after the ledger commits.

The publisher is a process of its own (`publisher`, supervised by `publisher_process`); here it is notified of what is
committed, and its files are read.
"""

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from rpckit.threads import in_thread
from runs_svc.adapters.archive.names import name_of
from runs_svc.adapters.archive.place import Place, read_cursor, read_progress, write_progress
from runs_svc.adapters.archive.publisher_process import PublisherProcess
from runs_svc.adapters.durable_files import make_directory, raise_unless_about_the_file
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sqlite.engine import open_reader
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.runs.document import StoredDocument

_LOOK_AGAIN_S = 0.02
_PATIENCE_S = 1.0
_STOP_S = 10.0
_PLACE = sa.select(tables.ledger.c.seq).where(
    tables.ledger.c.kind == sa.bindparam("wanted"), tables.ledger.c.record_id == sa.bindparam("id")
)


def path_of(root: Path, document: StoredDocument) -> Path:
    """Where a document is published."""
    return root / name_of(
        document.partition, kind=document.kind, record_id=document.record_id, subject_id=document.subject_id
    )


class FileArchive:
    """The published tree, and who publishes it."""

    def __init__(self, root: Path, database_url: str, *, newest: Callable[[], int] | None = None) -> None:
        """The tree of a ledger.

        Args:
            root: Where the tree is.
            database_url: Where the ledger is.
            newest: The place of its newest record, where somebody knows it without asking the database.
        """
        self._root = root
        self._reader = _open_reader(database_url)
        self._newest = newest or self._ask_newest
        self._publisher = PublisherProcess(root, database_url)
        self._in_vain_at: int | None = None
        """How far the tree had come when a document was last waited for and did not appear."""

    def start(self) -> None:
        """Publish what is not, from now on."""
        make_directory(self._root)
        if read_progress(self._root) is None:
            write_progress(self._root, read_cursor(self._root) or Place())
        self._publisher.start()

    def notify(self) -> None:
        """Something was committed."""
        self._publisher.tell_news()

    def close(self, *, within_s: float = _STOP_S) -> None:
        """Publish what is committed as far as there is time, then stop. The next start goes on."""
        self._publisher.stop(within_s=within_s, come_to=self._come_to)
        self._reader.dispose()

    async def find(self, document: StoredDocument) -> bytes | None:
        """Waits a little for what is not published yet, as long as publishing goes on."""
        return await in_thread(self._find, document)

    async def is_pending(self, document: StoredDocument) -> bool:
        return await in_thread(self._is_pending, document)

    def lag(self) -> int:
        """How many records are not published yet."""
        place, pending = read_progress(self._root) or (Place(), 0)
        return max(0, self._newest() - place.seq) + pending

    def _ask_newest(self) -> int:
        with self._reader.connect() as connection:
            return int(connection.execute(sa.select(sa.func.max(tables.ledger.c.seq))).scalar() or 0)

    def _find(self, document: StoredDocument) -> bytes | None:
        path, until = path_of(self._root, document), time.monotonic() + _PATIENCE_S
        while (data := _read(path)) is None and self._is_pending(document):
            if self._come_to() == self._in_vain_at or time.monotonic() > until:
                self._in_vain_at = self._come_to()
                break
            time.sleep(_LOOK_AGAIN_S)
        return _read(path) if data is None else data

    def _is_pending(self, document: StoredDocument) -> bool:
        try:
            with self._reader.connect() as connection:
                seq = connection.execute(_PLACE, {"wanted": document.kind, "id": document.record_id}).scalar()
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            raise StoreBusyError("the database cannot be opened at the moment; try again") from error
        cursor = read_cursor(self._root)
        return seq is not None and (int(seq) > self._come_to() or (cursor is not None and seq in cursor.pending))

    def _come_to(self) -> int:
        progress = read_progress(self._root)
        return 0 if progress is None else progress[0].seq


def _open_reader(url: str) -> sa.Engine:
    if url.startswith("sqlite"):
        return open_reader(url)
    from runs_svc.adapters.postgres import engine  # its driver is loaded where it is needed

    return engine.open_reader(url)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        raise_unless_about_the_file(error)
        return None
