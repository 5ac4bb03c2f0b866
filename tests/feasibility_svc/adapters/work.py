"""What workers are asked to do in tests. Imports little: a new worker reads this first."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

Checkpoint = Callable[[], None]


def process_of(number: int, *, checkpoint: Checkpoint) -> tuple[int, int]:
    checkpoint()
    return number, os.getpid()


def without_end(*, checkpoint: Checkpoint) -> bool:
    never = threading.Event()
    while not never.wait(0.01):
        checkpoint()
    return True


def without_looking_up(*, checkpoint: Checkpoint) -> None:
    threading.Event().wait()


def death(*, checkpoint: Checkpoint) -> None:
    os._exit(1)


def failure(*, checkpoint: Checkpoint) -> None:
    raise ZeroDivisionError


def death_at_first(mark: Path, *, checkpoint: Checkpoint) -> str:
    if mark.exists():
        return "answered"
    mark.touch()
    os._exit(1)


def greed(*, checkpoint: Checkpoint) -> int:
    return len(bytearray(8 * 10**9))


def both_there(own: Path, other: Path, *, checkpoint: Checkpoint) -> bool:
    own.touch()
    never = threading.Event()
    while not other.exists():
        checkpoint()
        never.wait(0.01)
    return True
