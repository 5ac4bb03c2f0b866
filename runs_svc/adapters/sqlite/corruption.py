"""Reads of a database that may be damaged: what cannot be read is reported, and hides no other row."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from runs_svc.domain.errors import StoreBusyError, StoreDamagedError

Arguments = ParamSpec("Arguments")
Rows = TypeVar("Rows")
REPLACED = "\ufffd"
"""Replaces bytes that are not UTF-8 in a text. No id and no time has it."""
UNREADABLE = (sa.exc.DatabaseError, sa.exc.InterfaceError, UnicodeDecodeError)
"""What a damaged page raises, a text that is none, or a message of the database that quotes one."""
_PAGES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Another process holds a lock."""
_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""The second where the file of shared memory cannot grow, before anything is written."""
_decode_what_is_text = partial(str, encoding="utf-8", errors="replace")


def carefully(
    query: Callable[Concatenate[sa.Connection, Arguments], Rows],
    connection: sa.Connection,
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Rows:
    """What a query finds. Where it meets text that is none, it is asked again with `REPLACED` in its place: the
    checksum or the digest beside the text shows that it is altered.

    Raises:
        StoreDamagedError: A page of the database cannot be read.
        StoreBusyError: Another process's lock prevents reading.
    """
    try:
        return query(connection, *arguments, **named)
    except sa.exc.DatabaseError as error:
        if sqlite_code(error) in _PAGES:
            raise StoreDamagedError from error
        if sqlite_code(error) in LOCKED:
            raise StoreBusyError("another program keeps the database from being read") from error
        if not _is_about_text(error):
            raise
    driver: Any = connection.connection.driver_connection
    driver.text_factory = _decode_what_is_text
    try:
        return query(connection, *arguments, **named)
    finally:
        driver.text_factory = str


def sqlite_code(error: sa.exc.DatabaseError) -> int | None:
    """SQLite's primary code; the driver's own errors have none."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_about_room(error: Exception) -> bool:
    """Whether SQLite failed because a file of the database could not grow."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _ROOM


def _is_about_text(error: sa.exc.DatabaseError) -> bool:
    return sqlite_code(error) is None and "decode to UTF-8" in str(error.orig)


def refuse_standstill(places: Sequence[str], size: int) -> None:
    """A list goes on after the place of a page's last row. Where `REPLACED` stands in it, that row comes again.

    Raises:
        StoreDamagedError: A full page of at most `size` rows has, but for the last, only such places.
    """
    if len(places) == size and all(REPLACED in place for place in places[:-1] or places):
        raise StoreDamagedError
