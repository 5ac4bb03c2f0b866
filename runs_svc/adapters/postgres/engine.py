"""Connections to PostgreSQL: what each session is told, and how one that hangs is cut."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from rpckit.postgres_connection import BoundedConnection, cut_line
from rpckit.settings import ConfigurationError

APPLICATION = "rmos runs_svc"
"""How servers call themselves in the database."""
OFFLINE = f"{APPLICATION} offline"
"""How offline commands call themselves."""
_CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "prepare_threshold": None,  # most statements differ; a plan made for other values is a bad one
}
_SESSION = (
    "SET client_encoding = 'UTF8'",
    "SET timezone = 'UTC'",
    "SET synchronous_commit = 'on'",
    "SET lock_timeout = '5s'",
    # A server that is stopped in the middle of a transaction must not hold up all others.
    "SET idle_in_transaction_session_timeout = '5s'",
    # A query whose caller has gone ends, where the database can see that.
    "SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'",
)
STATEMENT_S = 30
_MOST_CONNECTIONS = 8


def parse(url: str) -> sa.URL:
    """The URL of a PostgreSQL database, as the driver takes it.

    Raises:
        ConfigurationError: It names none. What was given is not repeated: it may hold a password.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ConfigurationError("the database URL cannot be read; write postgresql://USER@HOST/DATABASE") from error
    if parsed.get_backend_name() != "postgresql" or not parsed.database:
        raise ConfigurationError("the database URL names no database; write postgresql://USER@HOST/DATABASE")
    return parsed.set(drivername="postgresql+psycopg")


def as_offline(url: str) -> str:
    """The URL of whoever is no server: its connections are not counted as one's."""
    return (
        parse(url)
        .update_query_dict({"application_name": OFFLINE})
        .set(drivername="postgresql")
        .render_as_string(hide_password=False)
    )


def open_writer(url: str) -> sa.Engine:
    """An engine whose transactions begin with their first statement."""
    return _open(url, isolation_level="READ COMMITTED")


def open_unwatched_writer(url: str) -> sa.Engine:
    """The same where nobody cuts a connection that hangs: each wait on one has an end of its own."""
    engine = open_writer(url)

    @sa.event.listens_for(engine, "do_connect")
    def connect(_: object, __: object, given: Sequence[Any], named: Any) -> BoundedConnection:
        return BoundedConnection.connect(*given, **named)

    return engine


def open_offline_writer(url: str) -> sa.Engine:
    """The same for an offline command, on a database that no server waits for."""
    unhurried = ("SET idle_in_transaction_session_timeout = '60s'", "SET statement_timeout = 0")
    return _open(url, isolation_level="READ COMMITTED", session=unhurried, application=OFFLINE)


def open_reader(url: str) -> sa.Engine:
    """An engine for reads; each statement sees what is committed."""
    return _open(url, isolation_level="AUTOCOMMIT", session=("SET default_transaction_read_only = on",))


def open_whole_reader(url: str) -> sa.Engine:
    """An engine for whoever reads everything, in one snapshot and for as long as that takes."""
    unhurried = ("SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0")
    read_only = "SET default_transaction_read_only = on"
    return _open(url, isolation_level="REPEATABLE READ", session=(*unhurried, read_only), application=OFFLINE)


def _open(
    url: str, *, isolation_level: Any, session: tuple[str, ...] = (), application: str = APPLICATION
) -> sa.Engine:
    parsed = parse(url)
    # Another name in the URL would hide a server from those who must not work beside one.
    is_offline = parsed.query.get("application_name") == OFFLINE
    engine = sa.create_engine(
        parsed,
        connect_args={**_CONNECTING, "application_name": OFFLINE if is_offline else application},
        isolation_level=isolation_level,
        pool_size=_MOST_CONNECTIONS,
        max_overflow=_MOST_CONNECTIONS,
        pool_timeout=3.0,
        pool_recycle=1_800,
    )
    told = "; ".join((*_SESSION, f"SET statement_timeout = '{STATEMENT_S}s'", *session))

    @sa.event.listens_for(engine, "connect")
    def tell(connection: Any, _: Any) -> None:
        before, connection.autocommit = connection.autocommit, True
        connection.execute(told)
        connection.autocommit = before

    return engine


class LineCutError(Exception):
    """Nobody waits for the connection any more."""


class Cutting:
    """A connection that a thread works with, and that another thread may cut.

    A database that is stopped, or a line that is dead, answers nothing and ends no wait.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._driver: Any = None
        self.was_cut = False

    @contextmanager
    def watching(self, connection: sa.Connection) -> Iterator[None]:
        """While this lasts the connection may be cut."""
        with self._guard:
            if self.was_cut:
                raise LineCutError
            self._driver = connection.connection.driver_connection
        try:
            yield
        finally:
            with self._guard:
                self._driver = None

    def cut(self) -> None:
        """End what waits on the connection. The connection is lost with it."""
        with self._guard:
            self.was_cut = True
            if self._driver is None:
                return
            cut_line(self._driver)
