"""Statements on the hot path: compiled once and handed to the driver, without the layers between.

Core composes and compiles a statement in a hundred microseconds, the driver answers a read by key in five. Only
statements that are the same in every call belong here.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

_GROUP = 64


class PreparedQuery:
    """A query whose text never changes."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._text = ""
        self._names: Sequence[str] = ()
        self._literals: Mapping[str, object] = {}

    def rows(self, connection: sa.Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Every row.

        Raises:
            sa.exc.DatabaseError: As Core would.
        """
        text, bound = self._bound(connection, values)
        driver: Any = connection.connection.driver_connection
        try:
            rows: list[tuple[Any, ...]] = driver.execute(text, bound).fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_core(error, connection, text, bound) from error
        return rows

    def groups(self, connection: sa.Connection, **values: Any) -> Generator[list[tuple[Any, ...]], None, None]:
        """Some rows at a time, so that large ones are not all held at once; to be closed by who may not take them all.

        Raises:
            As `rows`, at any group.
        """
        text, bound = self._bound(connection, values)
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(text, bound)
            while rows := cursor.fetchmany(_GROUP):
                yield rows
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_core(error, connection, text, bound) from error

    def _bound(self, connection: sa.Connection, values: Mapping[str, object]) -> tuple[str, Sequence[Any]]:
        """The text and its values in order."""
        if not self._text:
            compiled = self._statement.compile(connection)
            self._names, self._literals = compiled.positiontup or (), compiled.params
            self._text = str(compiled)
        bound = {**self._literals, **values}
        return self._text, [bound[name] for name in self._names]


class PreparedInsert:
    """An insert of rows that always have the same columns."""

    def __init__(self, table: sa.Table, names: Sequence[str]) -> None:
        self._table = table
        self._names = names
        self._text = ""

    def run(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, their values in the order of the names, in the open transaction, which begins here if there is
        none.

        Raises:
            sa.exc.DatabaseError: As Core would.
        """
        if not self._text:
            compiled = self._table.insert().compile(connection, column_keys=list(self._names))
            assert tuple(compiled.positiontup or ()) == tuple(self._names)
            self._text = str(compiled)
        if not connection.in_transaction():
            connection.begin()
        driver: Any = connection.connection.driver_connection
        try:
            driver.executemany(self._text, rows)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_core(error, connection, self._text, rows) from error


def _as_core(error: Exception, connection: sa.Connection, text: str, values: Sequence[Any]) -> Exception:
    """The exception Core would raise for the driver's."""
    return sa.exc.DBAPIError.instance(text, values, error, connection.dialect.loaded_dbapi.Error)
