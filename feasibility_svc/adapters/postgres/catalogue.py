"""The workshop's own entries in PostgreSQL: the lines of the journal as rows, for feasibility servers on many machines.

Each row carries a digest over itself and all before it. A database that does not hold what was read of it is another
one: nothing is written to it, and the catalogue stays as it was read.

1. an append takes a lock of the database, reads what others have added, decides upon that, and commits one row
2. every server hears of it at once, and looks by itself every second, in a thread of its own: reading the catalogue
   never waits for the database
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

import psycopg

from feasibility_svc.adapters.journal_lines import read_line, write_line
from feasibility_svc.adapters.postgres.connections import connect, said_by
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.workshop import Change, apply, earlier
from feasibility_svc.domain.scoring import errors
from foundation import canonical_json
from rpckit.postgres_connection import BoundedConnection
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.catalogue")
_CHANNEL = "rmos_catalogue"
_LOCK = "SELECT pg_advisory_xact_lock(7269684)"
_AFTER = "SELECT place, line, chain_sha256 FROM catalogue_journal WHERE place >= %s ORDER BY place"
ADD_ROW = "INSERT INTO catalogue_journal (place, line, chain_sha256) VALUES (%s, %s, %s)"
_THERE = "SELECT 1 FROM catalogue_journal WHERE place = %s AND chain_sha256 = %s"
_LOOK_EVERY_S, _AGAIN_AFTER_S, _END_WITHIN_S = 1.0, 1.0, 3.0
_BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


class _State(NamedTuple):
    """The catalogue that the rows up to a place lead to, and their digest."""

    catalogue: Catalogue
    place: int = 0
    chain_sha256: str = ""


class _ReplacedError(Exception):
    """The database does not hold what was read of it."""


class _UnreadableRowError(ValueError):
    """A row cannot be read, was altered, or is missing."""


class DatabaseCatalogue:
    """The built-in catalogue and what the workshop added. Reading and appending may happen in several threads."""

    def __init__(self, built_in: Catalogue, url: str) -> None:
        """Read the journal and follow it.

        Raises:
            ConfigurationError: The database cannot be read, or a row of it cannot.
        """
        self._url = url
        self._built_in = built_in
        self._state = _State(built_in)
        self._replacing = threading.Lock()
        self._ended = threading.Event()
        self._is_replaced = False
        try:
            with connect(url) as connection:
                self._catch_up(connection)
        except psycopg.Error as error:
            raise ConfigurationError(f"the catalogue's database cannot be read: {said_by(error)}") from error
        except _UnreadableRowError as error:
            raise ConfigurationError(f"the catalogue's database holds {error}") from error
        self._follower = threading.Thread(target=self._follow, name="catalogue", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """Follow no more."""
        self._ended.set()
        self._follower.join(_END_WITHIN_S)

    @property
    def current(self) -> Catalogue:
        """The catalogue as this server knows it: with all it added itself, and what others added a second ago."""
        return self._state.catalogue

    def earlier(self, is_wanted: Callable[[str], bool]) -> Catalogue | None:
        """The newest state whose revision is the wanted one; None where none is. It reads the whole journal.

        Raises:
            CatalogBusyError: The database cannot be reached.
            CatalogReadOnlyError: It holds a row that cannot be read.
        """
        newest = self.current
        if is_wanted(newest.revision):
            return newest
        try:
            with connect(self._url) as connection:
                rows = connection.execute(_AFTER, [1]).fetchall()
        except psycopg.Error as error:
            raise errors.CatalogBusyError("the catalogue's database cannot be reached") from error
        try:
            return earlier(self._built_in, _additions(rows, _State(self._built_in)), is_wanted)
        except _UnreadableRowError as error:
            raise _not_writable(error) from error

    def append(self, change_of: Callable[[Catalogue], list[Change]]) -> list[Change]:
        """Add the changes that are computed from the catalogue as it is, durably, before returning.

        All of them are there afterwards, or none.

        Raises:
            CatalogBusyError: Another server holds the lock for too long, or the database cannot be reached.
            CatalogReadOnlyError: It refuses, holds a row that cannot be read, or not what was read of it.
        """
        changes: list[Change] = []
        added: _State | None = None
        try:
            with _locked(self._url) as connection:
                before = self._catch_up(connection)
                changes = change_of(before.catalogue)
                if changes:
                    line = write_line(changes).decode()
                    place, digest = before.place + 1, _chain(before.chain_sha256, line)
                    connection.execute(ADD_ROW, (place, line, digest))
                    connection.execute(f"NOTIFY {_CHANNEL}")
                    added = _State(apply(before.catalogue, read_line(line.encode())), place, digest)
        except _ReplacedError as error:
            advice = "restore a backup of it, or start the server anew to go on with what is there"
            raise errors.CatalogReadOnlyError(str(error), advice=advice) from error
        except _UnreadableRowError as error:
            raise _not_writable(error) from error
        except _BUSY as error:
            raise errors.CatalogBusyError from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._require_added(added, error)
        except psycopg.Error as error:
            advice = "see what RMOS_CATALOG_URL allows this role"
            raise errors.CatalogReadOnlyError(said_by(error), advice=advice) from error
        if added is not None:
            self._advance(added)
        return changes

    def _require_added(self, added: _State | None, lost: psycopg.Error) -> None:
        """After a lost connection: see whether the row is there. Who held the lock before has ended by then.

        Raises:
            CatalogBusyError: It is not, or nobody can say.
        """
        away = "the catalogue's database cannot be reached; nothing was added"
        if added is None:
            raise errors.CatalogBusyError(away) from lost
        try:
            with _locked(self._url) as connection:
                is_there = connection.execute(_THERE, (added.place, added.chain_sha256)).fetchone() is not None
        except psycopg.Error as error:
            text = "the catalogue's database is lost, and nobody knows whether the entry was added; send it again"
            raise errors.CatalogBusyError(text) from error
        if not is_there:
            raise errors.CatalogBusyError(away) from lost

    def _catch_up(self, connection: BoundedConnection) -> _State:
        """Apply the rows that were added since the last look.

        Raises:
            _ReplacedError: The database does not hold what was read of it.
            _UnreadableRowError: A row cannot be read.
        """
        before = self._state
        rows = list(connection.execute(_AFTER, [max(before.place, 1)]))
        if before.place:
            if not rows or rows[0][0] != before.place or rows[0][2] != before.chain_sha256:
                raise _ReplacedError("the database does not hold what this server has read of it")
            del rows[0]
        self._is_replaced = False
        changes = list(chain.from_iterable(_additions(rows, before)))
        try:
            catalogue = apply(before.catalogue, changes)
        except ValueError as error:
            raise _UnreadableRowError(f"a row that does not follow: {error}") from error
        state = _State(catalogue, *_end(rows, before))
        self._advance(state)
        return state

    def _advance(self, state: _State) -> None:
        with self._replacing:
            if state.place > self._state.place:
                self._state = state

    def _follow(self) -> None:
        is_away = False
        while not self._ended.is_set():
            try:
                with connect(self._url) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    is_away = False
                    while not self._ended.is_set():
                        self._catch_up(connection)
                        for _ in connection.notifies(timeout=_LOOK_EVERY_S, stop_after=1):
                            pass
            except _ReplacedError as error:
                if not self._is_replaced:
                    log.error("the catalogue's database is not the one that was read", extra={"cause": str(error)})
                self._is_replaced = True
            except (psycopg.Error, _UnreadableRowError) as error:
                if not is_away:
                    log.warning("no news of the catalogue; asking again", extra={"cause": said_by(error)})
                is_away = True
            self._ended.wait(_AGAIN_AFTER_S)


@contextmanager
def _locked(url: str) -> Iterator[BoundedConnection]:
    """A transaction in which nobody else adds to the catalogue."""
    with connect(url) as connection, connection.transaction():
        connection.execute(_LOCK)
        yield connection


def chained(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """The rows of a journal that begins with these lines."""
    digest = ""
    for place, line in enumerate(lines, start=1):
        digest = _chain(digest, line)
        yield place, line, digest


def _chain(before: str, line: str) -> str:
    return canonical_json.sha256_hex(f"{before}\n{line}".encode())


def _additions(rows: Sequence[tuple[int, str, str]], before: _State) -> Iterator[list[Change]]:
    """What was added together by each of the rows that follow a state.

    Raises:
        _UnreadableRowError: One cannot be read, was altered, or is missing.
    """
    place, digest = before.place, before.chain_sha256
    for number, line, chain_sha256 in rows:
        place, digest = place + 1, _chain(digest, line)
        if (number, chain_sha256) != (place, digest):
            raise _UnreadableRowError(f"a row at place {number} that was altered, or lacks the one before it")
        try:
            yield read_line(line.encode())
        except ValueError as error:
            raise _UnreadableRowError(f"a row at place {number}, {error}") from error


def _not_writable(error: _UnreadableRowError) -> errors.CatalogReadOnlyError:
    advice = "restore a backup of the database: a server does not start on this one"
    return errors.CatalogReadOnlyError(f"the catalogue's database holds {error}", advice=advice)


def _end(rows: Sequence[tuple[int, str, str]], before: _State) -> tuple[int, str]:
    return (rows[-1][0], rows[-1][2]) if rows else (before.place, before.chain_sha256)
