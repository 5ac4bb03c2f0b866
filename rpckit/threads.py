"""Work in threads, which ends with its caller.

1. the work runs in a copy of the caller's context, in which `abandonment.checkpoint` asks whether the caller has gone
2. a caller that is cancelled, or whose deadline passes, abandons its work, and leaves when it has ended: so a call is
   counted as long as it costs anything
3. what has not begun by then never begins
4. a server that was asked to stop exits although work that never checks is still running
"""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from foundation.abandonment import AbandonedError, abandoned

log = logging.getLogger("rmos.server")
Arguments = ParamSpec("Arguments")
T = TypeVar("T")


class _Work:
    """One piece of work, from the time it is asked for."""

    __slots__ = ("abandoned", "begun")

    def __init__(self) -> None:
        self.abandoned = self.begun = False


_at_work: set[_Work] = set()
"""Of this process: what threads are busy with."""


async def in_thread(compute: Callable[Arguments, T], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> T:
    """What is computed in a thread that several callers share."""
    return await run_in(None, partial(compute, *args, **kwargs))


async def run_in(executor: Executor | None, compute: Callable[[], T]) -> T:
    """What is computed in a thread of an executor; None means those of the event loop."""
    work = _Work()
    future = asyncio.get_running_loop().run_in_executor(executor, copy_context().run, _do, work, compute)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        work.abandoned = True
        if not work.begun:
            future.cancel()
        else:
            await asyncio.wait([future])
            _ = future.cancelled() or future.exception()  # looked at: nobody else will, and that would be logged
        raise


def _do(work: _Work, compute: Callable[[], T]) -> T:
    work.begun = True
    if work.abandoned:
        raise AbandonedError
    abandoned.set(lambda: work.abandoned)
    _at_work.add(work)
    try:
        return compute()
    finally:
        _at_work.discard(work)


def leave_what_is_at_work() -> None:
    """End the process at once if threads are at work: it would wait for them for ever. To be called last."""
    if _at_work:
        log.warning("ending while threads are at work", extra={"count": len(_at_work)})
        logging.shutdown()
        os._exit(0)
