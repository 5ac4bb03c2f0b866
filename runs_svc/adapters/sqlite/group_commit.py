"""Group commit: what waits is committed together, and each answer leaves after the commit.

Statements are short and run on the event loop; only the commit, which waits for the disk, runs in a thread. A thread
for the statements too would hand the interpreter lock back and forth for every row.

1. while other calls are in flight, and more of them arrive here, wait a moment for them (a lone call never waits)
2. check whether another process has written the database
3. begin a transaction; while another process holds the lock of the database try again now and then, and refuse what has
   waited too long: nobody waits on the event loop
4. run the operations, equal ones together; if one fails, start over with each item behind a savepoint, so that it
   fails alone
5. commit in a thread; only then tell the caches what is durable, and hand out the results: a caller who has
   gone away meanwhile changes nothing
6. a commit that a full disk refuses is undone, which is seen by a second connection; the next group is tried anew
7. after a commit of unknown outcome accept nothing more and say so; a restart looks at the store again
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from foundation.batch_window import BatchWindow
from foundation.errors import ServiceError
from runs_svc.adapters.sql.write_jobs import (
    LARGEST_GROUP,
    MOST_WAITING,
    Job,
    fail,
    job_of,
    refuse,
    settle,
    tell_nobody,
)
from runs_svc.adapters.sqlite.foreign_commits import ForeignCommits
from runs_svc.adapters.sqlite.transaction import LockedError, Transaction, UndoneError, caller_error
from runs_svc.adapters.sqlite.write_group import Item, Operation, Result, run_together
from runs_svc.domain.errors import StoreBusyError

log = logging.getLogger("rmos.store")
_TRY_AGAIN_S = 0.02


class GroupCommit:
    """Runs operations on the writing connection, on the event loop that first submits one.

    An operation takes several items and gives a result for each. It may run twice and must depend on nothing else.
    """

    def __init__(
        self,
        writer: sa.Engine,
        *,
        on_commit: Callable[[], None] = lambda: None,
        on_broken: Callable[[str], None] = lambda reason: None,
        calls_in_flight: Callable[[], int] | None = None,
        largest_group: int = LARGEST_GROUP,
    ) -> None:
        """A group commit on an engine.

        Args:
            writer: Its connection begins a transaction with its first statement.
            on_commit: Called after each group.
            on_broken: Called with the reason when nothing is accepted any more.
            calls_in_flight: As for `BatchWindow`. None where nobody counts calls: then more are expected after a group
                that held several.
            largest_group: How many operations are committed together.
        """
        self._last_size = 0
        self.groups = 0
        """Commits so far."""
        self.writes = 0
        """Operations that were committed with them."""
        self._window = BatchWindow(calls_in_flight or (lambda: self._last_size))
        self._largest_group = largest_group
        self._writer = writer
        self._connection = writer.connect()
        self._transaction = Transaction(self._connection)
        self._others = ForeignCommits(self._connection)
        self._committing = False
        self._on_commit = on_commit
        self._on_broken = on_broken
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._waiting: list[Job] = []
        self._worker: asyncio.Task[None] | None = None
        self._broken: str | None = None

    @property
    def waiting(self) -> int:
        """How many operations wait to be committed."""
        return len(self._waiting)

    @property
    def broken(self) -> str | None:
        """Why nothing is accepted any more; None while all is well."""
        return self._broken

    def on_other_writer(self, forget: Callable[[], None]) -> None:
        """Register a function to call when another process has written the database."""
        self._others.on_found(forget)

    def look_for_others(self) -> None:
        """Check for commits of other processes, before anything cached is returned."""
        if not self._committing and self._broken is None:  # a thread has the connection; the next group looks
            self._others.look_if_due()

    async def submit(
        self, operation: Operation[Item, Result], item: Item, *, on_durable: Callable[[Result], None] = tell_nobody
    ) -> Result:
        """The result of an operation on an item, after it is durable.

        Args:
            operation: What is done.
            item: To what.
            on_durable: Called with the result as well, whether or not anybody still waits for it.

        Raises:
            StoreBusyError: Too much waits, or the store stopped accepting writes.
        """
        self._refuse_busy()
        (job,) = self._wait_with([job_of(operation, item, on_durable)])
        result: Result = await job.future
        return result

    async def submit_all(
        self, operation: Operation[Item, Result], items: Sequence[Item]
    ) -> Sequence[Result | ServiceError]:
        """The result for each item, after all are durable; what `submit` would raise stands in its place."""
        try:
            self._refuse_busy()
        except StoreBusyError as error:
            return [error] * len(items)
        jobs = self._wait_with([job_of(operation, item, tell_nobody) for item in items])
        results: list[Result | ServiceError] = []
        for job in jobs:
            try:
                results.append(await job.future)
            except ServiceError as error:
                results.append(error)
        return results

    def _refuse_busy(self) -> None:
        if self._broken is not None:
            raise self._stopped()
        if len(self._waiting) >= MOST_WAITING:
            raise StoreBusyError(f"{MOST_WAITING} writes are waiting; try again shortly")

    def _wait_with(self, jobs: list[Job]) -> list[Job]:
        self._waiting += jobs
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return jobs

    async def close(self) -> None:
        """Commit what waits, then stop."""
        if self._worker is not None:
            await self._worker
        self._disk.shutdown()
        self._transaction.close(broken=self._broken is not None)
        self._writer.dispose()

    async def _work(self) -> None:
        """Commits groups until nothing waits."""
        while self._waiting:
            await self._window.wait(self._waiting, most=self._largest_group)
            group, self._waiting = self._waiting[: self._largest_group], self._waiting[self._largest_group :]
            if self._broken is not None:
                refuse(group, self._stopped())
                continue
            try:
                await self._commit(group)
            except Exception as error:  # one task works for many callers: whatever it was, nobody is left waiting
                self._stop(error)
                refuse([job for job in group if not job.future.done()], self._stopped())
            self._last_size = len(group)

    def _stop(self, error: Exception) -> None:
        """Accept nothing any more. To be called where an error is handled."""
        self._broken = "a commit failed, and nobody knows whether its records are durable; restart the server"
        log.exception("the store stopped accepting writes")
        self._on_broken(f"a commit failed: {error}")

    def _stopped(self) -> StoreBusyError:
        return StoreBusyError(f"the store stopped accepting writes: {self._broken}")

    async def _commit(self, group: Sequence[Job]) -> None:
        self._others.look()
        group = await self._begin(group)
        if not group:
            return
        try:
            run_together(self._transaction, group)
        except (LockedError, UndoneError, sa.exc.DatabaseError) as error:
            log.exception("a group of writes was undone", extra={"writes": len(group)})
            self._transaction.undo()
            refuse(group, caller_error(error))
            return
        await self._make_durable(group)
        settle(group)
        self._on_commit()
        self.groups += 1
        self.writes += len(group)

    async def _make_durable(self, group: Sequence[Job]) -> None:
        """Commit, and note for each of a group if it is not."""
        self._committing = True
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, self._transaction.commit)
        except UndoneError as error:
            log.exception("a group of writes was undone", extra={"writes": len(group)})
            fail(group, caller_error(error))
        except Exception as error:  # whatever it was: nobody knows whether the group is durable
            self._stop(error)
            fail(group, self._stopped())
        finally:
            self._committing = False

    async def _begin(self, group: Sequence[Job]) -> Sequence[Job]:
        """Those of a group that were there when their transaction began; the others were refused, or have gone away."""
        loop = asyncio.get_running_loop()
        while group:
            try:
                self._transaction.begin()
            except LockedError as error:
                late = [job for job in group if job.until <= loop.time()]
                refuse(late, caller_error(error))
            except sa.exc.DatabaseError as error:
                log.exception("no write can begin")
                refuse(group, caller_error(error))
            else:
                break
            await asyncio.sleep(_TRY_AGAIN_S)
            group = [job for job in group if not job.future.done()]
        return group
