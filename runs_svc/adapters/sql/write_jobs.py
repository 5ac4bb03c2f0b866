"""Writes that wait to be committed together: each an operation on an item, and what becomes of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import ServiceError

PATIENCE_S = 5.0
"""How long a write waits for another process's lock on the database."""
MOST_WAITING = 4_096
LARGEST_GROUP = 128


def tell_nobody(_: object) -> None:
    """Nothing of it is cached."""


@dataclass(slots=True)
class Job:
    operation: Callable[..., Any]
    item: Any
    future: "asyncio.Future[Any]"
    on_durable: Callable[[Any], None]
    until: float
    """When it has waited long enough for another process's lock. [s of the event loop]"""
    result: Any = None
    error: BaseException | None = None


def job_of(operation: Callable[..., Any], item: object, on_durable: Callable[[Any], None]) -> Job:
    loop = asyncio.get_running_loop()
    return Job(operation, item, loop.create_future(), on_durable, loop.time() + PATIENCE_S)


def fail(group: Sequence[Job], error: ServiceError) -> None:
    """Nothing of a group is written, as far as anybody knows."""
    for job in group:
        job.error = error


def refuse(group: Sequence[Job], error: ServiceError) -> None:
    """Fail every caller of a group: nothing is written."""
    fail(group, error)
    settle(group)


def settle(group: Sequence[Job]) -> None:
    for job in group:
        if job.error is None:
            job.on_durable(job.result)
        if job.future.cancelled():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
