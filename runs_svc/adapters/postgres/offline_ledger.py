"""The ledger in PostgreSQL row by row, as it is at one moment."""

from collections.abc import Sequence

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.engine import open_whole_reader
from runs_svc.adapters.postgres.transaction import HEAD
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.offline_ledger import UNREADABLE, SqlOfflineLedger

_COUNTED = sa.select(HEAD.c.place).where(HEAD.c.id == 1)


class PostgresOfflineLedger(SqlOfflineLedger):
    """A ledger in a database that is only looked at, in one snapshot as long as every row can be read."""

    def __init__(self, url: str) -> None:
        """The ledger at a URL.

        Raises:
            ConfigurationError: It cannot be reached, or holds no ledger.
        """
        try:
            connection = open_whole_reader(url).connect()
            connection.execute(_COUNTED)
        except sa.exc.DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            raise ConfigurationError(f"the ledger in the database cannot be read: {said}") from error
        super().__init__(connection)

    def recover(self) -> None:
        assert self._connection is not None
        self._connection.rollback()

    def structure(self) -> Sequence[str]:
        assert self._connection is not None
        try:
            newest = self._connection.execute(sa.select(sa.func.max(tables.ledger.c.seq))).scalar() or 0
        except UNREADABLE as error:
            self.recover()
            return [str(error)]
        counted = self.counted()
        return [] if counted == newest else [f"the database counts {counted} records, the newest is at place {newest}"]

    def counted(self) -> int:
        assert self._connection is not None
        return int(self._connection.execute(_COUNTED).scalar_one())
