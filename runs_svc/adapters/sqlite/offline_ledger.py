"""The ledger row by row: a page that cannot be read hides the rows on it and no others."""

from collections.abc import Sequence

import sqlalchemy as sa

from runs_svc.adapters.sql.offline_ledger import UNREADABLE, SqlOfflineLedger
from runs_svc.adapters.sqlite.read_only import read_only_url


class SqliteOfflineLedger(SqlOfflineLedger):
    """A ledger in a database that is only looked at. One that is not there is empty."""

    def __init__(self, url: str) -> None:
        found = read_only_url(url)
        super().__init__(None if found is None else sa.create_engine(found, poolclass=sa.NullPool).connect())

    def structure(self) -> Sequence[str]:
        if self._connection is None:
            return ["there is no ledger"]
        try:
            found = [str(item) for item in self._connection.exec_driver_sql("PRAGMA integrity_check").scalars()]
        except UNREADABLE as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    def counted(self) -> int:
        found = self._one(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'"))
        return 0 if found is None else int(found[0])
