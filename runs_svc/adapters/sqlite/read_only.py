"""A ledger that is only looked at: no file is created, changed or locked for writing."""

from pathlib import Path

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.sources import SourcesOfRuns


def read_only_url(url: str) -> str | None:
    """The URL by which a database is only looked at; None when there is none."""
    path = Path(sa.make_url(url).database or "")
    if not path.is_file():
        return None
    # Without a write-ahead log nobody has it open, and SQLite need not create one to read.
    alone = not path.with_name(f"{path.name}-wal").exists()
    options = "mode=ro&immutable=1" if alone else "mode=ro"
    return f"sqlite:///file:{path}?{options}&uri=true"


class ReadOnlyLedger:
    """Looks into a ledger that may not exist."""

    def __init__(self, url: str) -> None:
        self._url = read_only_url(url)
        self._connection: sa.Connection | None = None

    def __enter__(self) -> SourcesOfRuns:
        if self._url is not None:
            connection = sa.create_engine(self._url, poolclass=sa.NullPool).connect()
            if sa.inspect(connection).has_table(tables.ledger.name):  # a schema of before it holds no imported run
                self._connection = connection
            else:
                connection.close()
        return SourcesOfRuns(self._connection)

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
