"""Group commit: what waits is committed together, and each answer leaves after the commit.

One thread owns the writing connection.

1. take what waits; when the last group held more than one, wait a moment for more (a lone call never waits)
2. run every operation in one transaction; if one fails, start over with each behind a savepoint, so it fails alone
3. commit; only then hand out the results
4. after a commit of unknown outcome accept nothing more until a restart has looked at the store again
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from runs_svc.domain.errors import StorageFullError, StoreBusyError

log = logging.getLogger("rmos.store")
T = TypeVar("T")
Operation = Callable[[sa.Connection], T]

LARGEST_GROUP = 256
MOST_WAITING = 4_096
GATHER_S = 0.0025
_POLL_S = 0.0002


@dataclass(slots=True)
class _Job:
    operation: Operation[Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = field(default=None)


class GroupCommit:
    """Runs operations on the writing connection. An operation may run twice and must depend on nothing else."""

    def __init__(self, writer: sa.Engine, *, on_commit: Callable[[], None] = lambda: None) -> None:
        self._writer = writer
        self._on_commit = on_commit
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._broken: str | None = None
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    @property
    def broken(self) -> str | None:
        """Why nothing is accepted any more; None while all is well."""
        return self._broken

    async def submit(self, operation: Operation[T]) -> T:
        """The result of an operation, after it is durable.

        Raises:
            StoreBusyError: Too much waits, or the store stopped accepting writes.
        """
        if self._broken is not None:
            raise StoreBusyError(f"the store stopped accepting writes: {self._broken}")
        if self._jobs.qsize() >= MOST_WAITING:
            raise StoreBusyError(f"{MOST_WAITING} writes are waiting; try again shortly")
        loop = asyncio.get_running_loop()
        job = _Job(operation, loop.create_future(), loop)
        self._jobs.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        last_size = 0
        with self._writer.connect() as connection:
            while True:
                group, more = self._gather(wait_for_more=last_size > 1)
                if group:
                    self._commit(connection, group)
                    last_size = len(group)
                if not more:
                    return

    def _gather(self, *, wait_for_more: bool) -> tuple[list[_Job], bool]:
        first = self._jobs.get()
        if first is None:
            return [], False
        group = [first]
        until = time.monotonic() + (GATHER_S if wait_for_more else 0.0)
        while len(group) < LARGEST_GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                if time.monotonic() >= until:
                    break
                time.sleep(_POLL_S)
                continue
            if job is None:
                return group, False
            group.append(job)
        return group, True

    def _commit(self, connection: sa.Connection, group: Sequence[_Job]) -> None:
        _run_together(connection, group)
        try:
            connection.commit()
        except Exception as error:  # whatever it was: nobody knows whether the group is durable
            self._broken = f"a commit failed: {error}"
            log.exception("the store stopped accepting writes")
            for job in group:
                job.error = StoreBusyError(f"the store stopped accepting writes: {self._broken}")
        _deliver(group)
        self._on_commit()


def _run_together(connection: sa.Connection, group: Sequence[_Job]) -> None:
    """Every operation in the open transaction; after a failure all of them again, each behind a savepoint."""
    try:
        for job in group:
            job.result = job.operation(connection)
    except Exception:
        connection.rollback()
        for job in group:
            _run_alone(connection, job)


def _run_alone(connection: sa.Connection, job: _Job) -> None:
    job.error = None
    try:
        with connection.begin_nested():
            job.result = job.operation(connection)
    except sa.exc.OperationalError as error:
        job.error = StorageFullError("the database cannot grow: the disk is full or failing")
        log.error("a write failed and was undone", extra={"cause": str(error)})
    except Exception as error:  # handed to the caller it belongs to; its neighbours go on
        job.error = error


def _deliver(group: Sequence[_Job]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.future.cancelled():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
