"""Work in forks of this process: what it found comes back through a pipe, however the fork ends."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable

SECONDS = float(os.environ.get("LIMIT_S", "2"))
"""Processor time that the tests of one mutant have before it counts as not caught. [s]"""
_TELLING: list[int] = []
"""In a fork: where it tells its parent what it does."""


def telling(test: str) -> None:
    """Say which test begins, in case it never ends, and let it have no more than three times that of a mutant."""
    signal.setitimer(signal.ITIMER_VIRTUAL, 3 * SECONDS)
    for pipe in _TELLING:
        os.write(pipe, f"{test}\n".encode())


def in_fork(work: Callable[[], object], limit_s: float) -> str:
    """What work returns in a fork of this process, which is ended after a time; a fork that dies names its test."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    said = _read(reading, limit_s)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _, ended, answer = said.rpartition("\n=")
    tests = said.splitlines()
    return answer if ended else tests[-1] if tests else "ended before any test"


def _work(work: Callable[[], object], writing: int) -> None:
    """Never returns: the fork ends here, whatever a mutant raises."""
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    _TELLING[:] = [writing]
    try:
        answer = str(work() or "")
    except BaseException as error:
        answer = f"raised {error!r}"
    finally:
        os.write(writing, f"\n={answer[:300]}".encode())
        os._exit(0)


def _read(reading: int, limit_s: float) -> str:
    """All that comes through a pipe until it is closed or the time is over."""
    said, ends = b"", time.monotonic() + limit_s
    while (left := ends - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        some = os.read(reading, 65_536) if ready else b""
        if not some:
            break
        said += some
    os.close(reading)
    return said.decode(errors="replace")
