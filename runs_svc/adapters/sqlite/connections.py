"""The open database: writes in groups, short reads on the event loop, everything longer in a thread."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from math import inf
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from foundation.abandonment import abandoned, checkpoint
from foundation.errors import ServiceError
from rpckit.threads import run_in
from runs_svc.adapters.sql.write_jobs import LARGEST_GROUP, tell_nobody
from runs_svc.adapters.sqlite.corruption import carefully, sqlite_code
from runs_svc.adapters.sqlite.engine import open_reader, open_writer
from runs_svc.adapters.sqlite.group_commit import GroupCommit
from runs_svc.adapters.sqlite.write_group import Item, Operation, Result
from runs_svc.ports import LedgerLoad

Arguments = ParamSpec("Arguments")
Rows = TypeVar("Rows")
_MOST_STEPS = 10_000
"""Of a statement on the event loop, in instructions of the database: less than half a millisecond from memory."""


_MOST_LOOKS_OF_PAGE = 100
"""So often `_MOST_STEPS` for a page: about fifty milliseconds."""


class LongReadError(Exception):
    """A read would hold the event loop for too long."""


class SqliteDatabase:
    """What the ledger and the entity store share."""

    def __init__(
        self,
        url: str,
        *,
        on_commit: Callable[[], None] = lambda: None,
        on_broken: Callable[[str], None] = lambda reason: None,
        calls_in_flight: Callable[[], int] | None = None,
        largest_group: int = LARGEST_GROUP,
    ) -> None:
        """The database at a URL. Arguments as for `GroupCommit`."""
        self._commits = GroupCommit(
            open_writer(url),
            on_commit=self._tell,
            on_broken=on_broken,
            calls_in_flight=calls_in_flight,
            largest_group=largest_group,
        )
        self._on_commit = on_commit
        self._next_commit = asyncio.Event()
        self._reader = open_reader(url)
        self._path = Path(self._reader.url.database or "")
        self.on_loop = self._reader.connect()
        """For reads of a row by its key."""
        self._pages = _Reader(self._reader, "ledger-read")
        self._counting = _Reader(self._reader, "ledger-count")

    @property
    def accepts_writes(self) -> bool:
        """Whether no commit has ended all writes."""
        return self._commits.broken is None

    def load(self) -> LedgerLoad:
        """How busy and how large it is."""
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return LedgerLoad(
            waiting=self._commits.waiting,
            groups=self._commits.groups,
            writes=self._commits.writes,
            accepts_writes=self.accepts_writes,
            size_bytes=sum(file.stat().st_size for file in files if file.exists()),
        )

    async def close(self) -> None:
        """Commit what waits, then close the connections."""
        await self._commits.close()
        self._pages.close()
        self._counting.close()
        self.on_loop.close()
        self._reader.dispose()  # the last connection to close empties the write-ahead log

    async def write(
        self, operation: Operation[Item, Result], item: Item, *, on_durable: Callable[[Result], None] = tell_nobody
    ) -> Result:
        """As `GroupCommit.submit`."""
        return await self._commits.submit(operation, item, on_durable=on_durable)

    async def write_all(
        self, operation: Operation[Item, Result], items: Sequence[Item]
    ) -> Sequence[Result | ServiceError]:
        """As `GroupCommit.submit_all`."""
        return await self._commits.submit_all(operation, items)

    async def read(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **_: Arguments.kwargs,
    ) -> Rows:
        """What a query over many rows finds. One that nobody waits for any more is interrupted."""
        return await self._pages.run(query, *arguments)

    async def read_page(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **_: Arguments.kwargs,
    ) -> Rows:
        """As `read`.

        Raises:
            LongReadError: It would hold up other pages, and belongs to those that walk over every row.
        """
        return await self._pages.run(query, *arguments, most_looks=_MOST_LOOKS_OF_PAGE)

    async def read_all(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **_: Arguments.kwargs,
    ) -> Rows:
        """As `read`, for a query that walks over every row: however many of these wait, no page waits for them."""
        return await self._counting.run(query, *arguments)

    def read_at_once(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Rows:
        """What a query finds that walks only over what it returns. A thread would hand the interpreter lock back and
        forth for every row.

        Raises:
            LongReadError: It walks over more, and belongs in a thread.
        """
        driver: Any = self.on_loop.connection.driver_connection
        driver.set_progress_handler(_interrupt, _MOST_STEPS)
        try:
            return carefully(query, self.on_loop, *arguments, **named)
        except sa.exc.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise LongReadError from error
        finally:
            driver.set_progress_handler(None, 0)

    def on_other_writer(self, forget: Callable[[], None]) -> None:
        """As `GroupCommit.on_other_writer`."""
        self._commits.on_other_writer(forget)

    def look_for_others(self) -> None:
        """As `GroupCommit.look_for_others`."""
        self._commits.look_for_others()

    def next_commit(self) -> asyncio.Event:
        return self._next_commit

    def _tell(self) -> None:
        self._on_commit()
        self._next_commit.set()
        self._next_commit = asyncio.Event()


class _Reader:
    """A thread with a connection of its own, for one query after another."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._connection = engine.connect()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, query: Callable[..., Rows], *arguments: object, most_looks: float = inf) -> Rows:
        """What a query finds.

        Raises:
            LongReadError: It takes more than so many times `_MOST_STEPS`.
        """
        return await run_in(self._thread, partial(self._ask, query, arguments, most_looks))

    def _ask(self, query: Callable[..., Rows], arguments: Sequence[object], most_looks: float) -> Rows:
        driver: Any = self._connection.connection.driver_connection
        gone, looks = abandoned.get(), count(1)
        driver.set_progress_handler(lambda: gone() or next(looks) > most_looks, _MOST_STEPS)
        try:
            return carefully(query, self._connection, *arguments)
        except sa.exc.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_INTERRUPT:
                raise
            checkpoint()
            raise LongReadError from error
        finally:
            driver.set_progress_handler(None, 0)

    def close(self) -> None:
        """End what is read: nobody waits for it any more."""
        driver: Any = self._connection.connection.driver_connection
        driver.interrupt()
        self._thread.shutdown()
        self._connection.close()


def _interrupt() -> bool:
    return True
