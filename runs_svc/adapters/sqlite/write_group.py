"""Writes that are committed together: each an operation on an item, and what becomes of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.adapters.sqlite.transaction import Transaction, UndoneError, caller_error

log = logging.getLogger("rmos.store")
Item = TypeVar("Item")
Result = TypeVar("Result")
Operation = Callable[[sa.Connection, Sequence[Item]], Sequence[Result]]

PATIENCE_S = 5.0
"""How long a write waits for another process's lock on the database."""


def tell_nobody(_: object) -> None:
    """Nothing of it is cached."""


@dataclass(slots=True)
class Job:
    operation: Operation[Any, Any]
    item: Any
    future: "asyncio.Future[Any]"
    on_durable: Callable[[Any], None]
    until: float
    """When it has waited long enough for another process's lock. [s of the event loop]"""
    result: Any = None
    error: BaseException | None = None


def job_of(operation: Operation[Any, Any], item: object, on_durable: Callable[[Any], None]) -> Job:
    loop = asyncio.get_running_loop()
    return Job(operation, item, loop.create_future(), on_durable, loop.time() + PATIENCE_S)


def run_together(transaction: Transaction, group: Sequence[Job]) -> None:
    """Every operation in the open transaction; after a failure each item again, behind a savepoint.

    Raises:
        UndoneError, LockedError: Nothing of the group is written.
    """
    try:
        for operation, jobs in groupby(group, key=lambda job: job.operation):
            same = list(jobs)
            items = [job.item for job in same]
            for job, result in zip(same, operation(transaction.connection, items), strict=True):
                job.result = result
    except Exception:
        transaction.undo()
        transaction.begin()
        for job in group:
            _run_alone(transaction, job)


def _run_alone(transaction: Transaction, job: Job) -> None:
    """One operation behind a savepoint; a failure is handed to the caller it belongs to, and its neighbours go on.

    Raises:
        UndoneError: The database undid the transaction, and with it what the neighbours wrote.
    """
    try:
        with transaction.savepoint() as connection:
            (job.result,) = job.operation(connection, [job.item])
    except UndoneError:
        raise
    except sa.exc.OperationalError as error:
        job.error = caller_error(error)
        log.error("a write failed and was undone", extra={"cause": str(error)})
    except Exception as error:  # whatever it was
        job.error = error


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
