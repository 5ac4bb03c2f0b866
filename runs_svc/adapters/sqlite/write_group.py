"""Writes in the one transaction that SQLite has: together, and each alone behind a savepoint after a failure."""

import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

import sqlalchemy as sa

from runs_svc.adapters.sql.write_jobs import Job
from runs_svc.adapters.sqlite.transaction import Transaction, UndoneError, caller_error

log = logging.getLogger("rmos.store")
Item = TypeVar("Item")
Result = TypeVar("Result")
Operation = Callable[[sa.Connection, Sequence[Item]], Sequence[Result]]


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
    except Exception:  # of one job, or of them together: only each alone shows whose it is
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
    except Exception as error:  # a caller waits for an answer, and so do its neighbours
        job.error = error
