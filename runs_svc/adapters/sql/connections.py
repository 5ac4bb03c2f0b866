"""The open database: writes in groups, single-row reads on the event loop, everything longer in a thread."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from runs_svc.adapters.sql.database import open_reader, open_writer
from runs_svc.adapters.sql.group_commit import LARGEST_GROUP, GroupCommit, Item, Operation, Result

Arguments = ParamSpec("Arguments")
Rows = TypeVar("Rows")


class SqlDatabase:
    """What the ledger and the histories share."""

    def __init__(
        self,
        url: str,
        *,
        on_commit: Callable[[], None] = lambda: None,
        on_broken: Callable[[str], None] = lambda reason: None,
        largest_group: int = LARGEST_GROUP,
    ) -> None:
        self._commits = GroupCommit(
            open_writer(url), on_commit=self._tell, on_broken=on_broken, largest_group=largest_group
        )
        self._on_commit = on_commit
        self._next_commit = asyncio.Event()
        reader = open_reader(url)
        self.on_loop = reader.connect()
        """For reads of a row by its key."""
        self._in_thread = reader.connect()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    async def close(self) -> None:
        """Commit what waits, then let go."""
        await self._commits.close()
        self._threads.shutdown()
        self.on_loop.close()
        self._in_thread.close()

    async def write(self, operation: Operation[Item, Result], item: Item) -> Result:
        """As `GroupCommit.submit`."""
        return await self._commits.submit(operation, item)

    async def read(
        self,
        query: Callable[Concatenate[sa.Connection, Arguments], Rows],
        *arguments: Arguments.args,
        **_: Arguments.kwargs,
    ) -> Rows:
        """What a query over many rows finds."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, query, self._in_thread, *arguments)

    def next_commit(self) -> asyncio.Event:
        return self._next_commit

    def _tell(self) -> None:
        self._on_commit()
        self._next_commit.set()
        self._next_commit = asyncio.Event()
