"""Engines on the database: one writer, any number of readers."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rpckit.settings import ConfigurationError

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # otherwise INSERT OR REPLACE walks past the triggers that refuse DELETE
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA wal_autocheckpoint = 8000",  # 32 MiB: most pages of the indexes are changed again before they are copied
)


def open_writer(url: str) -> sa.Engine:
    """The engine writes go through: every transaction takes the write lock at its start."""
    engine = _open(url)

    @sa.event.listens_for(engine, "begin")
    def begin_immediate(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def open_reader(url: str) -> sa.Engine:
    """An engine for reads; each statement sees what is committed."""
    engine = _open(url)

    @sa.event.listens_for(engine, "connect")
    def refuse_writes(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    return engine


def _open(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ConfigurationError(f"database URL {url!r}: only sqlite:///path is supported")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where this code says, not where the driver guesses
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    return engine
