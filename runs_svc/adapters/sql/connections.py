"""The open database: writes in groups, short reads on the event loop, everything longer in a thread."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from rpckit.failure import ServiceError
from runs_svc.adapters.sql.damage import carefully, sqlite_code
from runs_svc.adapters.sql.database import open_reader, open_writer
from runs_svc.adapters.sql.group_commit import LARGEST_GROUP, GroupCommit
from runs_svc.adapters.sql.write_group import Item, Operation, Result, tell_nobody

Arguments = ParamSpec("Arguments")
Rows = TypeVar("Rows")
_MOST_STEPS = 10_000
"""Of a statement on the event loop, in instructions of the database: less than half a millisecond from memory."""


class LongReadError(Exception):
    """A read would hold the event loop for too long."""


class SqlDatabase:
    """What the ledger and the histories share."""

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
        self.on_loop = self._reader.connect()
        """For reads of a row by its key."""
        self._in_thread = self._reader.connect()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    async def close(self) -> None:
        """Commit what waits, then let go."""
        await self._commits.close()
        driver: Any = self._in_thread.connection.driver_connection
        driver.interrupt()  # nobody waits any more for what is still being read
        self._threads.shutdown()
        self.on_loop.close()
        self._in_thread.close()
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
        """What a query over many rows finds."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(carefully, query, self._in_thread, *arguments))

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


def _interrupt() -> bool:
    return True
