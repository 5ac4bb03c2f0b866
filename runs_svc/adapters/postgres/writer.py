"""Commits a group of writes, and does not rest before it is certain what became of it.

1. one transaction for all; each member decides for itself, one that fails otherwise has all of them tried again, each
   behind a savepoint
2. what is lost before the commit was asked for is undone by the database: the group is tried again
3. a commit that is not answered: the ledger is looked at, once its lock is free, for a record that the group added.
   Either all of it is there, or nothing, and then it is tried again
4. a database that stays away for longer than `PATIENCE_S`: the callers are told so, and that nobody knows
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import Any

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.adapters.postgres.engine import Cutting, LineCutError
from runs_svc.adapters.postgres.failures import caller_error, is_undone, may_pass
from runs_svc.adapters.postgres.transaction import Transaction, Witness, is_there
from runs_svc.adapters.sql.write_jobs import Job, fail
from runs_svc.domain.errors import StoreBusyError

log = logging.getLogger("rmos.store")
PATIENCE_S = 20.0
SILENCE_S = 8.0
"""A database that says nothing for so long is given up: longer than it lets a statement wait for a lock."""
_PAUSE_S = 0.1
Operation = Callable[[Transaction, Sequence[Any]], Sequence[Any]]


class _UnansweredError(Exception):
    """A commit was asked for, and nobody answered."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self.witness = witness


class Writer:
    """Writes groups, one after another, in one thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._line = Cutting()
        self._since = inf

    def cut_silence(self) -> None:
        """Cut a connection on which the database has said nothing for too long. To be called now and then."""
        if time.monotonic() - self._since > SILENCE_S:
            self._line.cut()

    def stop(self) -> None:
        """Wait no longer for a database that is away."""
        self._stopping.set()

    def commit(self, jobs: Sequence[Job]) -> None:
        """Do what the jobs ask for; each has its result, or its error, afterwards."""
        until = time.monotonic() + PATIENCE_S
        unanswered: Witness | None = None
        while True:
            try:
                if unanswered is None:
                    self._attempt(jobs)
                    return
                if self._ask(unanswered):
                    return
                unanswered = None
                continue
            except _UnansweredError as error:
                unanswered = error.witness
                log.warning("a commit was not answered; looking whether it is there", extra={"writes": len(jobs)})
            except (sa.exc.DBAPIError, sa.exc.TimeoutError, LineCutError) as error:
                if not (isinstance(error, LineCutError) or self._line.was_cut or may_pass(error)):
                    log.exception("a group of writes was undone", extra={"writes": len(jobs)})
                    fail(jobs, caller_error(error))
                    return
                log.warning("a group of writes is tried again", extra={"writes": len(jobs), "why": str(error)[:200]})
            except StoreBusyError as error:
                fail(jobs, error)
                return
            if time.monotonic() > until or self._stopping.is_set():
                fail(jobs, _given_up(known=unanswered is None))
                return
            self._stopping.wait(_PAUSE_S)

    def _attempt(self, jobs: Sequence[Job]) -> None:
        """One transaction.

        Raises:
            _UnansweredError: Its commit was not answered.
            DBAPIError: It is undone.
            StoreBusyError: The store is moved.
        """
        with self._connected() as connection:
            transaction = _run(connection, jobs)
            transaction.seal()
            try:
                connection.commit()
            except sa.exc.DBAPIError as error:
                if transaction.witness is None or is_undone(error):
                    raise
                raise _UnansweredError(transaction.witness) from error

    def _ask(self, witness: Witness) -> bool:
        with self._connected() as connection:
            return is_there(connection, witness)

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        self._line, self._since = Cutting(), time.monotonic()
        try:
            with self._engine.connect() as connection, self._line.watching(connection):
                yield connection
        finally:
            self._since = inf


def _run(connection: sa.Connection, jobs: Sequence[Job]) -> Transaction:
    """Every job in one transaction; after a failure that is not the database's each again, behind a savepoint."""
    transaction = Transaction(connection)
    try:
        for operation, same in _by_operation(jobs):
            results = operation(transaction, [job.item for job in same])
            for job, result in zip(same, results, strict=True):
                _note(job, result)
    except Exception as error:  # of one job, or of them together: only each alone shows whose it is
        if isinstance(error, sa.exc.DBAPIError) and may_pass(error):
            raise
        connection.rollback()
        transaction = Transaction(connection)
        for job in jobs:
            _run_alone(transaction, job)
    return transaction


def _by_operation(jobs: Sequence[Job]) -> list[tuple[Operation, list[Job]]]:
    """Nobody waited for another of them, so that their order is free."""
    found: dict[Operation, list[Job]] = {}
    for job in jobs:
        found.setdefault(job.operation, []).append(job)
    return list(found.items())


def _run_alone(transaction: Transaction, job: Job) -> None:
    """One job; a failure is handed to the caller it belongs to, and its neighbours go on."""
    try:
        with transaction.savepoint():
            (result,) = job.operation(transaction, [job.item])
    except Exception as error:  # a caller waits for an answer, and so do its neighbours
        if isinstance(error, sa.exc.DBAPIError) and may_pass(error):
            raise
        log.exception("a write failed and was undone")
        job.error = caller_error(error) if isinstance(error, sa.exc.OperationalError) else error
    else:
        _note(job, result)


def _note(job: Job, result: Any) -> None:
    job.result, job.error = (None, result) if isinstance(result, ServiceError) else (result, None)


def _given_up(*, known: bool) -> StoreBusyError:
    if known:
        return StoreBusyError("the database cannot be reached at the moment; nothing was written, try again")
    return StoreBusyError(
        "the database was lost while it stored this: it may be there or not; send it again under the same key, or look"
    )
