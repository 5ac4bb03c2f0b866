"""One piece of work in a process of its own: what it takes is given back, and one that takes too much is ended.

For what holds the interpreter, or what others may have made so that it takes hours or all memory.
"""

import pickle
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TypeVar

from foundation.abandonment import checkpoint

_LOOK_EVERY_S = 0.1
_NO_MEMORY = 77
Made = TypeVar("Made")


class CostlyWorkError(Exception):
    """The work was ended; the message says what it took."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take."""

    processor_s: int
    wall_s: float
    """On a machine with other work, too."""
    memory_bytes: int


def run_beside(work: Callable[[], Made], limits: Limits) -> Made:
    """What the work makes. To be called in a thread; the process ends when nobody waits, while this program lives.

    Args:
        work: A function at the top of a module, with arguments; both can be pickled.
        limits: Beyond them it is ended.

    Raises:
        CostlyWorkError: It took more than it may, or crashed.
        ValueError: As the work.
    """
    command = (sys.executable, "-m", __name__, str(limits.processor_s), str(limits.memory_bytes))
    with TemporaryFile() as asked, TemporaryFile() as answer, TemporaryFile() as complaint:
        pickle.dump(work, asked)
        asked.seek(0)
        process = subprocess.Popen(command, stdin=asked, stdout=answer, stderr=complaint)  # noqa: S603  # ourselves
        try:
            _await(process, limits)
        finally:
            process.kill()
            process.wait()
        _refuse_ended(process.returncode, limits, complaint)
        answer.seek(0)
        made: Made | ValueError = pickle.load(answer)  # noqa: S301  # written by this program itself
    if isinstance(made, ValueError):
        raise made
    return made


def _await(process: "subprocess.Popen[bytes]", limits: Limits) -> None:
    until = time.monotonic() + limits.wall_s
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_S)
            return
        checkpoint()
        if time.monotonic() > until:
            raise CostlyWorkError(f"it took more than {limits.wall_s:g} s")


def _refuse_ended(code: int, limits: Limits, complaint: IO[bytes]) -> None:
    if code == _NO_MEMORY:
        raise CostlyWorkError("it took more memory than it may")
    if code == -signal.SIGXCPU:
        raise CostlyWorkError(f"it took more than {limits.processor_s} s of a processor")
    if code < 0:
        raise CostlyWorkError(f"its process was ended by signal {-code}")
    if code:
        complaint.seek(0)
        raise RuntimeError(f"work in a process of its own failed: {complaint.read().decode(errors='replace')[-2_000:]}")


def main() -> None:
    """Do the work that comes in, and write what it makes."""
    processor_s, memory_bytes = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        work = pickle.load(sys.stdin.buffer)  # noqa: S301  # written by this program itself
        pickle.dump(_made_by(work), sys.stdout.buffer)
    except MemoryError:
        sys.exit(_NO_MEMORY)


def _made_by(work: Callable[[], object]) -> object:
    try:
        return work()
    except ValueError as error:
        return error


if __name__ == "__main__":
    main()
