"""Long work in processes of their own, with less claim to the processor than the server."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Any, TypeVar

from foundation.errors import TooManyCallsError

T = TypeVar("T")

_NICENESS = 10
_given_up: Any = None
"""In a worker: a flag per place in the queue, set by the server when nobody waits for the answer any more."""


class _GivenUpError(Exception):
    """The time allowed is over, or nobody waits for the answer."""


class WorkerProcesses:
    """Runs functions in worker processes, started with the first of them; at most so many wait."""

    def __init__(self, *, limit_s: float, worker_count: int = 1, most_waiting: int = 8) -> None:
        self.limit_s = limit_s
        self._worker_count = worker_count
        self._most = worker_count + most_waiting
        self._free = list(range(self._most))
        self._pool: ProcessPoolExecutor | None = None
        context = multiprocessing.get_context("spawn")  # a fork would take grpc's threads with it
        self._context = context
        self._given_up: SynchronizedArray[int] = context.Array("b", self._most)

    async def run(self, function: Callable[..., T], *arguments: object) -> T | None:
        """The function's answer; None where it took longer than the time allowed.

        Args:
            function: At the top of a module; takes `checkpoint`, which it calls at least every second or so.
            arguments: Its arguments; they are copied to the worker.

        Raises:
            TooManyCallsError: As many are waiting as there is room for.
        """
        if not self._free:
            raise TooManyCallsError(f"{self._most} programs are being read; try again shortly")
        place = self._free.pop()
        self._given_up[place] = 0
        loop = asyncio.get_running_loop()

        def free(_: object) -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(self._free.append, place)

        try:
            future = self._submit(place, function, arguments)
            future.add_done_callback(free)
            answer: T | None = await asyncio.wrap_future(future)
        except BrokenProcessPool:
            self._pool = None  # the next call starts another
            raise
        finally:
            self._given_up[place] = 1
        return answer

    def _submit(self, place: int, function: Callable[..., T], arguments: tuple[object, ...]) -> "Future[T | None]":
        try:
            return self._started().submit(_work, place, self.limit_s, function, arguments)
        except BrokenProcessPool:  # it died while nobody asked
            self._pool = None
            return self._started().submit(_work, place, self.limit_s, function, arguments)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._worker_count, mp_context=self._context, initializer=_begin, initargs=(self._given_up,)
            )
        return self._pool


def _begin(given_up: Any) -> None:
    global _given_up  # noqa: PLW0603 - a worker is told once, when it starts
    _given_up = given_up
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers
    threading.Thread(target=_end_with_server, daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)


def _end_with_server() -> None:
    """A worker whose server was killed would wait for work for ever."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _work(place: int, limit_s: float, function: Callable[..., T], arguments: tuple[object, ...]) -> T | None:
    end = time.monotonic() + limit_s

    def checkpoint() -> None:
        if _given_up[place] or time.monotonic() > end:
            raise _GivenUpError

    try:
        return function(*arguments, checkpoint=checkpoint)
    except _GivenUpError:
        return None
