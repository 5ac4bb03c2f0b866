"""Supervises the publisher's process: starts it, notifies it of commits, replaces it when it exits, stops it."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runs_svc.adapters.archive.names import LEDGER_URL, NEWS, STOP

log = logging.getLogger("rmos.archive")

_RESTART_AFTER_S, _LONGEST_RESTART_AFTER_S, _SOUND_LIFE_S = 1.0, 10.0, 1.0
_MODULE = "runs_svc.adapters.archive.publisher"
_STANDSTILL_S, _LAST_WORDS_S = 8.0, 0.5
"""A publisher that has just been started on a busy machine publishes nothing for seconds."""


class PublisherProcess:
    """A publisher that is there for as long as the server is."""

    def __init__(self, root: Path, url: str) -> None:
        self._command = [sys.executable, "-m", _MODULE, str(root)]
        self._environment = os.environ | {LEDGER_URL: url}
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep_alive, name="publisher", daemon=True)

    def start(self) -> None:
        self._start_process()
        self._watch.start()

    def tell_news(self) -> None:
        """Notify the publisher of a commit. One that has exited needs no notice: the next one reads the ledger."""
        with self._changing:
            self._tell(NEWS)

    def stop(self, *, within_s: float, come_to: Callable[[], int]) -> None:
        """Have what is committed published and the process end; within the time, whatever it is doing.

        Args:
            within_s: The time; less is enough for one that does not come on.
            come_to: How far it has come.
        """
        with self._changing:
            self._stopping.set()
            process = self._process
            self._tell(STOP)
        if process is None:
            return
        if not _ended_while_coming_on(process, within_s, come_to):
            log.warning("the archive lags; the next start continues", extra={"waited_s": within_s})
            assert process.stdin is not None
            process.stdin.close()  # it ends after the files it has in hand
            if not _ended(process, _LAST_WORDS_S):
                process.kill()
        process.wait()
        self._watch.join()

    def _keep_alive(self) -> None:
        after_s = _RESTART_AFTER_S
        while True:
            process = self._process
            assert process is not None
            started = time.monotonic()
            code = process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _SOUND_LIFE_S:
                after_s = _RESTART_AFTER_S
            log.error("the publisher ended; starting another", extra={"code": code, "after_s": after_s})
            if self._stopping.wait(after_s):
                return
            after_s = min(2 * after_s, _LONGEST_RESTART_AFTER_S)
            with self._changing:
                if self._stopping.is_set():
                    return
                self._start_process()

    def _start_process(self) -> None:
        process = subprocess.Popen(  # noqa: S603 # our own module
            self._command, stdin=subprocess.PIPE, env=self._environment
        )
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)  # a full pipe is news enough
        self._process = process

    def _tell(self, what: bytes) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self._process.stdin.fileno(), what)


def _ended_while_coming_on(process: "subprocess.Popen[bytes]", within_s: float, come_to: Callable[[], int]) -> bool:
    until = time.monotonic() + within_s
    while (left_s := until - time.monotonic()) > 0:
        before = come_to()
        if _ended(process, min(left_s, _STANDSTILL_S)):
            return True
        if come_to() == before:
            return False
    return _ended(process, 0)


def _ended(process: "subprocess.Popen[bytes]", within_s: float) -> bool:
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True
