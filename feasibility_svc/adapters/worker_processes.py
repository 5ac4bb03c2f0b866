"""Long work in processes of their own, with less claim to the processor than the server.

1. as many threads as there are workers take work from one queue; each takes the worker that was used last
2. a worker is a process that is kept; the first is made when the server starts, so that nobody waits for its imports
3. a worker that dies is replaced, and its work is tried once more; one that does not come back in time is killed
"""

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar, cast

from feasibility_svc.adapters.worker_process import WorkerDiedError, WorkerProcess, WorkerRules
from feasibility_svc.domain.gcode.jobs import GivenUp
from foundation.errors import TooManyCallsError

T = TypeVar("T")
log = logging.getLogger("rmos.workers")

MOST_WORKERS = 4
_TRIES = 2
_MOST_MEMORY_BYTES = 2 * 1024**3
"""Of one worker; 10 MB of a program take under 300 MiB."""
_OVERDUE_S = 10.0
"""How much longer than allowed work may take to notice that its time is over."""


class _Job:
    """One piece of work; whoever asked for it may leave."""

    def __init__(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        self.function = function
        self.arguments = arguments
        self.abandoned = False
        self._worker: WorkerProcess | None = None
        self._lock = threading.Lock()  # a worker must not be told to give up the work of somebody else

    def taken_by(self, worker: WorkerProcess | None) -> None:
        with self._lock:
            self._worker = worker

    def leave(self) -> None:
        """Nobody waits for the answer any more."""
        self.abandoned = True
        with self._lock:
            if self._worker is not None:
                self._worker.give_up()


class WorkerProcesses:
    """Runs functions in worker processes; at most so many wait."""

    def __init__(
        self,
        *,
        limit_s: float,
        worker_count: int = 1,
        most_waiting: int = 8,
        overdue_s: float = _OVERDUE_S,
        most_memory_bytes: int = _MOST_MEMORY_BYTES,
    ) -> None:
        self.limit_s = limit_s
        self._most = worker_count + most_waiting
        self._taken = 0
        self._threads = ThreadPoolExecutor(worker_count, thread_name_prefix="programs")
        rules = WorkerRules(limit_s=limit_s, overdue_s=overdue_s, most_memory_bytes=most_memory_bytes)
        self._idle = deque(WorkerProcess(rules) for _ in range(worker_count))
        self._workers = tuple(self._idle)

    def warm_up(self) -> None:
        """Make the first worker, without waiting for it."""
        self._threads.submit(self._answer, _Job(_nothing, ()))

    def close(self) -> None:
        """End all workers, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()

    async def until_stopped(self) -> None:
        """Keep a worker ready until this is cancelled; then end all."""
        self.warm_up()
        try:
            await asyncio.Event().wait()
        finally:
            self.close()

    async def run(self, function: Callable[..., T], *arguments: object) -> T | GivenUp:
        """The function's answer, or why there is none.

        Args:
            function: At the top of a module; takes `checkpoint`, which it calls at least every second or so.
            arguments: Its arguments; they are copied to the worker.

        Raises:
            TooManyCallsError: As many are waiting as there is room for.
        """
        if self._taken >= self._most:
            raise TooManyCallsError(f"{self._most} programs are being read; try again shortly")
        self._taken += 1
        loop = asyncio.get_running_loop()
        job = _Job(function, arguments)
        future = self._threads.submit(self._answer, job)

        def left(_: object) -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(self._make_room)

        future.add_done_callback(left)
        try:
            return cast("T | GivenUp", await asyncio.wrap_future(future))
        finally:
            job.leave()

    def _make_room(self) -> None:
        self._taken -= 1

    def _answer(self, job: _Job) -> object:
        """In a thread: hand the work to a worker, and wait."""
        worker = self._idle.pop()
        try:
            for attempt in range(_TRIES):
                if job.abandoned:
                    break
                job.taken_by(worker)
                try:
                    return worker.ask(job.function, job.arguments, unless=lambda: job.abandoned)
                except WorkerDiedError:
                    log.warning("a worker died", extra={"work": job.function.__name__, "attempt": attempt + 1})
            return GivenUp.READER_DIED
        finally:
            job.taken_by(None)
            self._idle.append(worker)


def usual_worker_count() -> int:
    """As many as there are processors for this server, at most `MOST_WORKERS`."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


def _nothing(*, checkpoint: Callable[[], None]) -> None:
    """What a worker is asked for that is only to be there."""
