"""A store on its way into a database file. The file has another name until it is whole."""

import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file
from runs_svc.adapters.sql.entity_indexes import SEARCH_INDEX
from runs_svc.adapters.sql.intake import SqlIntake
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.schema import migrate


def write_new(path: Path, fill: Callable[["SqliteIntake"], None]) -> None:
    """Write a ledger anew, durably, in the place of one that may be there."""
    fresh = path.with_name(f"{path.name}.new")
    for leftover in path.parent.glob(f"{fresh.name}*"):
        leftover.unlink()
    intake = SqliteIntake(fresh)
    try:
        fill(intake)
        intake.settle()
    finally:
        intake.close()
    fresh.rename(path)
    sync_directory(path.parent)


class SqliteIntake(SqlIntake):
    """A database file that a store is moved into."""

    def __init__(self, path: Path) -> None:
        """A file that is not there yet, or left by an earlier attempt.

        Raises:
            ConfigurationError: There is a ledger already, or another move into this file is at work.
        """
        _refuse_taken(path)
        make_directory(path.parent)
        self._path, self._staged = path, path.with_name(f"{path.name}.moving")
        self._held = _held(self._staged, path)
        super().__init__(open_writer(f"sqlite:///{self._staged}"))
        migrate(self._engine)

    def close(self) -> None:
        super().close()
        os.close(self._held)  # last: closing a file takes SQLite's locks on it away

    def arrived(self) -> SqliteOfflineLedger:
        return SqliteOfflineLedger(f"sqlite:///{self._staged}")

    def settle(self) -> None:
        with self._engine.begin() as connection:
            for words in SEARCH_INDEX.values():
                connection.execute(sa.table(words.name, sa.column(words.name)).insert().values({words.name: "rebuild"}))
        with self._engine.connect() as connection, suppress(sqlite3.OperationalError):  # refused while others look
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = DELETE")  # takes the write-ahead log in
        self._engine.dispose()
        if self._staged.with_name(f"{self._staged.name}-wal").exists():
            raise ConfigurationError(f"another program has {self._staged} open; close it and switch again")
        sync_file(self._staged)
        self._staged.rename(self._path)
        sync_directory(self._path.parent)


def _held(staged: Path, path: Path) -> int:
    """A descriptor that keeps other movers away while it is open. SQLite's own locks are of another kind."""
    held = os.open(staged, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(OSError):  # a file system that knows no such locks
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ConfigurationError(f"another move into {path} is at work; wait for its end") from error
        _refuse_taken(path)  # by a mover that came to its end since
    except ConfigurationError:
        os.close(held)
        raise
    return held


def _refuse_taken(path: Path) -> None:
    if path.exists():
        raise ConfigurationError(f"{path} is there already; give a place where no ledger is")
