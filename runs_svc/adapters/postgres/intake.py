"""A store on its way into a database in PostgreSQL, and out of it."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import schema
from runs_svc.adapters.postgres.engine import APPLICATION, as_offline, open_offline_writer
from runs_svc.adapters.postgres.mover import INTO, SoleMover
from runs_svc.adapters.postgres.offline_ledger import PostgresOfflineLedger
from runs_svc.adapters.postgres.transaction import HEAD, MOVES
from runs_svc.adapters.sql.intake import SqlIntake

_SERVERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
)
_LOOK_AFRESH = sa.text("SELECT pg_stat_clear_snapshot()")
"""Else a transaction goes on seeing who was connected when it first looked."""
_LEAVES_WITHIN_S, _LOOK_EVERY_S = 3.0, 0.05
"""PostgreSQL shows whoever has disconnected for a moment longer."""


class PostgresIntake(SqlIntake):
    """A database that a store is moved into. No server starts on it before it is whole."""

    def __init__(self, url: str, *, source: str) -> None:
        """A database with the schema, empty, or left by an earlier attempt.

        Args:
            url: Where it is.
            source: What people call the store that is moved.

        Raises:
            ConfigurationError: It is not, or servers are connected, or another move into it is at work.
        """
        done = schema.applied(as_offline(url))
        if len(done) < len(schema.known()):
            raise ConfigurationError("the target lacks migrations; run `schema apply` on it first, as its owner")
        super().__init__(open_offline_writer(url))
        self._url = url
        self._mover = SoleMover(url, INTO)
        with ExitStack() as unfit:
            unfit.callback(self.close)
            self._refuse_taken()
            _announce(self._engine, "in", source)
            unfit.pop_all()

    def _refuse_taken(self) -> None:
        with self._engine.begin() as connection:
            begun = connection.execute(sa.select(MOVES.c.is_done).where(MOVES.c.way == "in")).scalar_one_or_none()
        if begun or (begun is None and self.newest() > 0):
            raise ConfigurationError("the target holds a store already; give an empty database")

    def close(self) -> None:
        super().close()
        self._mover.close()

    def counted(self, connection: sa.Connection, place: int) -> None:
        connection.execute(HEAD.update().where(HEAD.c.id == 1).values(place=place))

    def arrived(self) -> PostgresOfflineLedger:
        return PostgresOfflineLedger(self._url)

    def settle(self) -> None:
        with self._mover.still_alone() as connection:
            connection.execute(MOVES.update().where(MOVES.c.way == "in").values(is_done=True))


def leave(url: str, target: str) -> Callable[[], None]:
    """Say that a store is moved away from a database: no server starts on it any more.

    Returns the function that takes this back. What an earlier attempt has said stays: the other store may count.

    Raises:
        ConfigurationError: Servers are connected, or it was moved to another place, or half the way to it.
    """
    engine = open_offline_writer(url)
    try:
        with engine.connect() as connection:
            _refuse_elsewhere(connection, target)
        is_new = _announce(engine, "out", target)
    finally:
        engine.dispose()
    return partial(_stay, url) if is_new else lambda: None


def _refuse_elsewhere(connection: sa.Connection, target: str) -> None:
    before = connection.execute(sa.select(MOVES.c.place).where(MOVES.c.way == "out")).scalar_one_or_none()
    if before not in (None, target):
        raise ConfigurationError(
            f"the store was moved to {before}, or a move there was broken off: use that, or give that target again; "
            "where it is certain that nothing counts there, remove the row 'out' of the table moves"
        )


def _announce(engine: sa.Engine, way: str, place: str) -> bool:
    """Say that a store is on its way, in a database that no server uses; False where that was said already."""
    with engine.begin() as connection:
        require_no_servers(connection)  # before, so that those that are connected go on undisturbed
        said = MOVES.update().where(MOVES.c.way == way).values(place=place)
        is_new = not connection.execute(said).rowcount
        if is_new:
            connection.execute(MOVES.insert().values(way=way, is_done=False, place=place))
    try:
        with engine.connect() as connection:  # and again: whoever comes from now on is refused
            require_no_servers(connection)
    except ConfigurationError:
        if is_new:
            _unsay(engine, way)
        raise
    return is_new


def _unsay(engine: sa.Engine, way: str) -> None:
    with engine.begin() as connection:
        connection.execute(MOVES.delete().where(MOVES.c.way == way))


def require_no_servers(connection: sa.Connection) -> None:
    """See that no server uses a database; one that is just leaving it is waited for.

    Raises:
        ConfigurationError: Servers are connected.
    """
    patience_ends = time.monotonic() + _LEAVES_WITHIN_S
    while count := connection.execute(_SERVERS, {"name": APPLICATION}).scalar_one():
        if time.monotonic() > patience_ends:
            raise ConfigurationError(
                f"servers are connected to the database of the store ({count} connections); stop them first"
            )
        time.sleep(_LOOK_EVERY_S)
        connection.execute(_LOOK_AFRESH)


def _stay(url: str) -> None:
    engine = open_offline_writer(url)
    try:
        _unsay(engine, "out")
    finally:
        engine.dispose()


def refuse_moving(connection: sa.Connection) -> str | None:
    """Why a server must not use a database that a store is moved into, or away from; None where it may."""
    for way, is_done, place in connection.execute(sa.select(MOVES.c.way, MOVES.c.is_done, MOVES.c.place)):
        if way == "in" and not is_done:
            return f"a move of {place} into it is not finished: run `move --switch`"
        if way == "out":
            return f"its store was moved to {place}: use that, or remove the row 'out' of the table moves"
    return None
