"""What PostgreSQL may refuse, and what is known then."""

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.domain.errors import StorageFullError, StoreBusyError, StoreDamagedError

_DAMAGED = frozenset({"XX001", "XX002"})
_CANCELLED = "57014"
_UNDONE_CLASSES = frozenset({"22", "23", "25", "40", "42", "53", "54", "55"})
"""Of errors after which a transaction is undone for certain, a commit's too."""
_PASSING_CLASSES = frozenset({"08", "40", "53", "55", "57"})
_LOST_CLASSES = frozenset({"08", "57"})
_STOPPED = "25P03"
"""The database ended a transaction that did nothing for too long: this process was stopped in the middle of it."""
_FULL = frozenset({"53100"})
_UNCERTAIN = "40003"
"""Of the class of what is undone, and says that nobody knows: CockroachDB answers a commit so."""


def code_of(error: BaseException) -> str:
    """The five characters by which the database names a failure; empty where it said nothing."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def may_pass(error: BaseException) -> bool:
    """Whether the same may go well a moment later: a lost line, a lock, a database that restarts."""
    if code_of(error) == _CANCELLED or code_of(error) in _FULL:
        return False  # the one asks for too much, the other waits for somebody who makes room
    if code_of(error) == _STOPPED:
        return True
    return code_of(error)[:2] in _PASSING_CLASSES if code_of(error) else is_about_connection(error)


def is_about_connection(error: BaseException) -> bool:
    """Whether a connection could not be made, or was lost."""
    if isinstance(error, sa.exc.TimeoutError):
        return True  # every connection of the pool is taken
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    said = code_of(error)
    return said[:2] in _LOST_CLASSES if said else isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def is_undone(error: BaseException) -> bool:
    """Whether a transaction whose commit failed so has left nothing behind."""
    return code_of(error)[:2] in _UNDONE_CLASSES and code_of(error) != _UNCERTAIN


def caller_error(error: BaseException) -> ServiceError:
    """The caller's error. What the database says is for the log."""
    code = code_of(error)
    if code in _DAMAGED:
        return StoreDamagedError()
    if code in _FULL:
        return StorageFullError("the disk of the database is full: nothing was written; make room and send it again")
    if code == _CANCELLED:
        return StoreBusyError("the database took too long; try again, or ask for less")
    return StoreBusyError("the database cannot be reached at the moment; try again")
