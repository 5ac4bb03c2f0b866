"""Rows of a table, however many, in one statement: it has one text, and takes an array for each column."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each of which names every column."""
    if rows:
        arrays = {column.name: [row[column.name] for row in rows] for column in table.columns}
        connection.execute(_insert(table), arrays)


@cache
def _insert(table: sa.Table) -> sa.Insert:
    names = table.columns.keys()
    arrays = (sa.bindparam(column.name, type_=ARRAY(column.type)) for column in table.columns)
    return table.insert().from_select(names, sa.select(sa.func.unnest(*arrays).table_valued(*names).render_derived()))


def any_of(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether a column is one of the values of a parameter: of one text for however many, which `IN` has not."""
    return column == sa.any_(sa.bindparam(name, type_=ARRAY(column.type)))
