"""Statements on the hot path: compiled once and handed to the driver, without the layers between.

Core composes and compiles a statement in a hundred microseconds, the driver answers a read by key in five. Only
statements that are the same in every call belong here.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa


class HotQuery:
    """A query whose text never changes."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._text = ""
        self._names: Sequence[str] = ()
        self._literals: Mapping[str, Any] = {}

    def rows(self, connection: sa.Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Every row.

        Raises:
            sa.exc.DatabaseError: As Core would.
        """
        return list(self.each(connection, **values))

    def each(self, connection: sa.Connection, **values: Any) -> Generator[tuple[Any, ...], None, None]:
        """Row by row, so that large ones are not all held at once; to be closed by who may not take them all.

        Raises:
            As `rows`, at any row.
        """
        if not self._text:
            compiled = self._statement.compile(connection)
            self._names, self._literals = compiled.positiontup or (), compiled.params
            self._text = str(compiled)
        bound = {**self._literals, **values}
        return _execute(connection, self._text, [bound[name] for name in self._names])


class HotInsert:
    """An insert of rows that always have the same columns."""

    def __init__(self, table: sa.Table, names: Sequence[str]) -> None:
        self._table = table
        self._names = names
        self._text = ""

    def run(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows in the open transaction, which begins here if there is none.

        Raises:
            sa.exc.DatabaseError: As Core would.
        """
        if not self._text:
            compiled = self._table.insert().compile(connection, column_keys=list(self._names))
            self._text = str(compiled)
        if not connection.in_transaction():
            connection.begin()
        for row in rows:
            for _ in _execute(connection, self._text, [row[name] for name in self._names]):
                pass


def _execute(connection: sa.Connection, text: str, values: Sequence[Any]) -> Generator[tuple[Any, ...], None, None]:
    driver: Any = connection.connection.driver_connection
    try:
        yield from driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(text, values, error, connection.dialect.loaded_dbapi.Error) from error
