"""One mover at a time, into a database and out of it: a lock of the session, which ends with the mover in any case."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.engine import open_offline_writer
from runs_svc.adapters.postgres.schema import reached

INTO, OUT_OF = 7269684, 7269685
"""Advisory locks of a database that a store is moved into, and of one that it is moved out of."""
_NOTICED = (
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = '60s'"
)
"""The database notices within a minute that the machine of a mover is gone."""
_TAKE = sa.text("SELECT pg_try_advisory_lock(:way)")


class SoleMover:
    """The lock, held until it is closed."""

    def __init__(self, url: str, way: int) -> None:
        """Take it.

        Raises:
            ConfigurationError: Another mover has it, or the database cannot be reached.
        """
        self._engine = open_offline_writer(url)
        self._connection = reached(self._engine)
        self._connection.exec_driver_sql(_NOTICED)
        is_mine = self._connection.execute(_TAKE, {"way": way}).scalar_one()
        self._connection.commit()
        if not is_mine:
            self.close()
            where = "into" if way == INTO else "out of"
            raise ConfigurationError(f"another move {where} this database is at work; wait for its end")

    @contextmanager
    def still_alone(self) -> Iterator[sa.Connection]:
        """A transaction in the session that holds the lock.

        Raises:
            ConfigurationError: The session was lost on the way, and the lock with it.
        """
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError as error:
            raise ConfigurationError(
                "the line to the database was cut meanwhile; give the same command again"
            ) from error
        yield self._connection
        self._connection.commit()

    def close(self) -> None:
        """Let others move."""
        self._connection.invalidate()  # a line that was cut is not asked to roll anything back
        self._connection.close()
        self._engine.dispose()
