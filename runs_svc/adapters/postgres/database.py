"""The open database: writes in groups, reads in threads, news of what others commit."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from foundation.batch_window import BatchWindow
from foundation.errors import ServiceError
from runs_svc.adapters.postgres.engine import open_reader, open_writer
from runs_svc.adapters.postgres.news import News
from runs_svc.adapters.postgres.readers import Readers
from runs_svc.adapters.postgres.writer import Operation, Writer
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.write_jobs import LARGEST_GROUP, MOST_WAITING, Job, job_of, settle, tell_nobody
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import LedgerLoad

_PLACE = sa.select(tables.ledger.c.seq).where(
    tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == sa.bindparam("place")
)
log = logging.getLogger("rmos.store")
_LOOK_EVERY_S = 1.0


def _from_thread(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(call)


class PostgresDatabase:
    """What the ledger and the entity store share. Used on the event loop that it was made on."""

    def __init__(
        self,
        url: str,
        *,
        calls_in_flight: Callable[[], int] | None = None,
    ) -> None:
        """The database at a URL.

        Args:
            url: `postgresql://…`.
            calls_in_flight: As for `BatchWindow`. None where nobody counts calls: then more are expected after a group
                that held several.
        """
        self.readers = Readers(open_reader(url))
        self._engine = open_writer(url)
        self._writer = Writer(self._engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self.on_commit: Callable[[], None] = lambda: None
        """Called when something was committed, here or by another server."""
        self._last_size = self._groups = self._writes = 0
        self._window = BatchWindow(calls_in_flight or (lambda: self._last_size))
        self._waiting: list[Job] = []
        self._worker: asyncio.Task[None] | None = None
        self._closed = False
        self._next_commit = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._news = News(url, tell=lambda: _from_thread(loop, self._tell))

    async def write(self, operation: Operation, item: object) -> Any:
        """The result of an operation on an item, after it is durable.

        Raises:
            StoreBusyError: Too much waits, or the database cannot be reached.
        """
        self._refuse_busy()
        (job,) = self._wait_with([job_of(operation, item, tell_nobody)])
        return await job.future

    async def write_all(self, operation: Operation, items: Sequence[object]) -> Sequence[Any]:
        """The result for each item, after all are durable; what `write` would raise stands in its place."""
        try:
            self._refuse_busy()
        except StoreBusyError as error:
            return [error] * len(items)
        results: list[Any] = []
        for job in self._wait_with([job_of(operation, item, tell_nobody) for item in items]):
            try:
                results.append(await job.future)
            except ServiceError as error:
                results.append(error)
        return results

    @property
    def accepts_writes(self) -> bool:
        """Whether the database answers."""
        return self._news.is_heard

    def load(self) -> LedgerLoad:
        """How busy and how large it is, as far as is known without asking the database."""
        return LedgerLoad(
            waiting=len(self._waiting),
            groups=self._groups,
            writes=self._writes,
            accepts_writes=self.accepts_writes,
            size_bytes=self._news.size_bytes,
        )

    def newest_known(self) -> int:
        """The place of the newest record, as it was heard of last; asks nobody."""
        return self._news.place

    async def place_of(self, document: StoredDocument) -> int | None:
        """The place of a record, if it is there."""
        return await self.readers.by_key(_place_of, document)

    def next_commit(self) -> asyncio.Event:
        return self._next_commit

    async def close(self) -> None:
        """Commit what waits, then close the connections."""
        self._closed = True
        if self._worker is not None:
            await self._worker
        self._writer.stop()
        self._news.close()
        self._thread.shutdown()
        self._engine.dispose()
        self.readers.close()

    def _refuse_busy(self) -> None:
        if self._closed:
            raise StoreBusyError("the server is stopping")
        if len(self._waiting) >= MOST_WAITING:
            raise StoreBusyError(f"{MOST_WAITING} writes are waiting; try again shortly")

    def _wait_with(self, jobs: list[Job]) -> list[Job]:
        self._waiting += jobs
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return jobs

    async def _work(self) -> None:
        """Commits groups until nothing waits."""
        while self._waiting:
            await self._window.wait(self._waiting, most=LARGEST_GROUP)
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            group = [job for job in group if not job.future.done()]  # the others' callers have gone
            if group:
                await self._commit(group)
                settle(group)
                self._groups += 1
                self._writes += sum(job.error is None for job in group)
            self._last_size = len(group)
            self._tell()

    async def _commit(self, group: Sequence[Job]) -> None:
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._writer.commit, group)
        while not (await asyncio.wait([future], timeout=_LOOK_EVERY_S))[0]:
            self._writer.cut_silence()
        if (error := future.exception()) is not None:  # whatever it was, nobody is left waiting
            log.error("a group of writes failed", exc_info=error)
            for job in group:
                job.error = error

    def _tell(self) -> None:
        self.on_commit()
        self._next_commit.set()
        self._next_commit = asyncio.Event()


def _place_of(connection: sa.Connection, document: StoredDocument) -> int | None:
    return connection.execute(_PLACE, {"id": document.subject_id, "place": document.ordinal}).scalar_one_or_none()
