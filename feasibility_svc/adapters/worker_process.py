"""One process that does long work when asked, and is made anew when it is gone."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from feasibility_svc.domain.gcode.jobs import GivenUp
from rpckit import json_log

_NICENESS = 10
_BEGIN_WITHIN_S = 60.0
_PRELOADED = ["feasibility_svc.adapters.worker_process", "feasibility_svc.adapters.toolpath_pictures"]


class WorkerDiedError(Exception):
    """The worker ended before it answered."""


class _GivenUpError(Exception):
    """The time allowed is over, or nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class WorkerRules:
    """What a worker may take."""

    limit_s: float
    overdue_s: float
    """How much longer it may take to notice that its time is over, before it is killed."""
    most_memory_bytes: int


def _context() -> Any:
    """How workers are made: forked from a process that has read its modules and has no threads of grpc.

    Where nothing can be forked each is made anew.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class WorkerProcess:
    """A worker; used by one thread at a time, apart from `give_up` and `end`."""

    def __init__(self, rules: WorkerRules) -> None:
        self._rules = rules
        self._context = _context()
        self._given_up = self._context.RawValue(ctypes.c_bool)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._ended = False

    def ask(
        self, function: Callable[..., object], arguments: tuple[object, ...], *, unless: Callable[[], bool]
    ) -> object:
        """The function's answer, or a `GivenUp`.

        Args:
            function: At the top of a module; takes `checkpoint`.
            arguments: Copied to the worker.
            unless: Whether nobody waits for the answer, asked after the flag of an earlier work was taken down.

        Raises:
            WorkerDiedError: The worker ended before it answered.
        """
        try:
            process, connection = self._started()
            self._given_up.value = False
            if unless():
                return GivenUp.TOOK_TOO_LONG
            connection.send((function, arguments))
            if not wait([connection, process.sentinel], self._rules.limit_s + self._rules.overdue_s):
                self._kill()
                return GivenUp.TOOK_TOO_LONG
            answer: object = connection.recv()
        except (EOFError, OSError) as error:
            self._kill()
            raise WorkerDiedError from error
        return answer

    def give_up(self) -> None:
        """Nobody waits for what the worker is at."""
        self._given_up.value = True

    def end(self) -> None:
        """End the process, for good."""
        self._ended = True
        self._given_up.value = True
        if self._process is not None:
            self._process.kill()

    def _started(self) -> tuple[BaseProcess, Connection]:
        if self._process is None or self._connection is None or not self._process.is_alive():
            self._kill()
            here, there = self._context.Pipe()
            process = self._context.Process(
                target=attend, args=(there, self._given_up, self._rules), daemon=True, name="programs"
            )
            process.start()
            there.close()
            self._process, self._connection = process, here
            if not self._ended and wait([here, process.sentinel], _BEGIN_WITHIN_S):
                here.recv()
        if self._ended:  # while it was being made
            raise EOFError
        return self._process, self._connection

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


def attend(connection: Connection, given_up: Any, rules: WorkerRules) -> None:
    """The life of a worker: answer one question after the other, until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers
    threading.Thread(target=_end_with_server, daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    json_log.configure(level="warning")
    _bound_memory(rules.most_memory_bytes)
    connection.send(None)  # what it takes to begin is not taken from the time of the work
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        answer = _work(function, arguments, given_up, rules.limit_s)
        connection.send(answer)
        if answer is GivenUp.TOO_MUCH_MEMORY:
            return  # what it took is given back with the process


def _work(function: Callable[..., object], arguments: tuple[object, ...], given_up: Any, limit_s: float) -> object:
    end = time.monotonic() + limit_s

    def checkpoint() -> None:
        if given_up.value or time.monotonic() > end:
            raise _GivenUpError

    try:
        return function(*arguments, checkpoint=checkpoint)
    except _GivenUpError:
        return GivenUp.TOOK_TOO_LONG
    except MemoryError:
        return GivenUp.TOO_MUCH_MEMORY


def _bound_memory(most_bytes: int) -> None:
    """Let an allocation fail beyond so much, where the system can."""
    if sys.platform == "linux":
        import resource  # not there elsewhere

        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


def _end_with_server() -> None:
    """A worker whose server was killed would work on."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
