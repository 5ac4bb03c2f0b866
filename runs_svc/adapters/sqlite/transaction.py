"""One transaction after another on the writing connection: what the database may refuse, and what is known then.

A full disk is a known outcome: SQLite undoes the transaction, in whole, and says so. A second connection is asked
whether anything was committed; only then the disk alone is to blame. Every other failure of a commit leaves open
whether its records are durable.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.adapters.sqlite.corruption import LOCKED, sqlite_code
from runs_svc.domain.errors import StorageFullError, StoreBusyError


class LockedError(Exception):
    """Another process holds the lock of the database; nothing was written."""


class UndoneError(Exception):
    """The database undid the whole transaction; nothing of it is written. The cause says why."""


class Transaction:
    """The transaction on a connection whose transactions take the write lock at their start."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        driver.execute("PRAGMA busy_timeout = 0")  # no waiting here, statements run on the loop; callers try again
        self._witness = connection.engine.connect()
        self._before = 0

    def begin(self) -> None:
        """Begin.

        Raises:
            LockedError: Another process is writing.
            DatabaseError: The database refuses for another reason.
        """
        try:
            self.connection.begin()
        except sa.exc.OperationalError as error:
            if sqlite_code(error) in LOCKED:
                raise LockedError from error
            raise
        self._before = self._seen_by_witness()

    def undo(self) -> None:
        """Undo what was written since the beginning."""
        self.connection.rollback()
        if self._driver.in_transaction:
            self._driver.rollback()

    @contextmanager
    def savepoint(self) -> Iterator[sa.Connection]:
        """Statements that are undone together when one of them fails.

        Raises:
            UndoneError: The database undid everything, not only these.
        """
        try:
            with self.connection.begin_nested():
                yield self.connection
        except Exception as error:  # whatever failed, SQLite may have undone the neighbours' writes as well
            if not self._driver.in_transaction:
                self.undo()
                raise UndoneError from error
            raise

    def commit(self) -> None:
        """Make it durable.

        Raises:
            UndoneError: The disk is full; nothing of it is written, and nothing stands in the way of the next one.
            Exception: Whether it is durable is not known.
        """
        try:
            self.connection.commit()
        except sa.exc.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_FULL:
                raise
            self.undo()
            if self._driver.in_transaction or self._seen_by_witness() != self._before:
                raise
            raise UndoneError from error

    def close(self, *, broken: bool) -> None:
        """Close. After a commit of unknown outcome nothing more is asked of the connection."""
        if broken:
            self.connection.invalidate()
        self.connection.close()
        self._witness.close()

    def _seen_by_witness(self) -> int:
        """A number that changes when anybody but the witness commits."""
        driver: Any = self._witness.connection.driver_connection
        (version,) = driver.execute("PRAGMA data_version").fetchone()
        return int(version)


def caller_error(error: Exception) -> ServiceError:
    """The caller's error for a write that was rolled back. What the database says is for the log."""
    cause = error.__cause__ if isinstance(error, UndoneError) else error
    if isinstance(error, LockedError):
        return StoreBusyError("another program holds the lock of the database; nothing was written")
    code = sqlite_code(cause) if isinstance(cause, sa.exc.DatabaseError) else None
    if code in LOCKED:
        return StoreBusyError("another program holds the lock of the database; nothing was written")
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError("the disk is full: nothing was written; make room and send it again")
    return StorageFullError("the database cannot grow: the disk is full or failing; nothing was written")
