"""An end for what tests wait for: threads, and what a server does after it has answered."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 120.0
"""On a machine that does much else; what takes longer hangs."""
_LOOK_EVERY_S = 0.02


def join_all(threads: Iterable[threading.Thread], *, limit_s: float = PATIENCE_S) -> None:
    """Wait until each thread has ended.

    Raises:
        AssertionError: One goes on.
    """
    until = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
        assert not thread.is_alive(), f"{thread.name} goes on after {limit_s:g} s"


def eventually(look: Callable[[], T], is_there: Callable[[T], bool], *, limit_s: float = PATIENCE_S) -> T:
    """What is seen once it is as expected.

    Raises:
        AssertionError: It never was; with what was seen last.
    """
    until = time.monotonic() + limit_s
    while not is_there(found := look()):
        assert time.monotonic() < until, f"after {limit_s:g} s: {found!r}"
        time.sleep(_LOOK_EVERY_S)
    return found
