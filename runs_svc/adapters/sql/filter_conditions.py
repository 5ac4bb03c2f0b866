"""From a filter to a SQL condition on a table. Values are bound, never written into the text."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql.parts_of_texts import holds
from runs_svc.adapters.sql.tables import COMMON_VALUES, unusual
from runs_svc.domain.listing.filters import COLUMNS, And, Comparison, Filter, Not, Or

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AFTER_EVERYTHING = "\U0010ffff"


Narrowed = Mapping[Comparison, sa.ColumnElement[bool]]
"""For some comparisons, a condition that they imply and that lets the database use a partial index."""
Walked = frozenset[Comparison]
"""Comparisons that so many rows match that walking the list finds a page sooner than an index of theirs."""


def condition_of(
    condition: Filter, table: sa.Table, narrowed: Narrowed | None = None, walked: Walked = frozenset()
) -> sa.ColumnElement[bool]:
    """The SQL condition of a filter. A row without a number matches no comparison of it."""
    known = narrowed or {}
    match condition:
        case And(terms):
            return sa.and_(*(condition_of(term, table, known, walked) for term in terms))
        case Or(terms):
            return sa.or_(*(condition_of(term, table, known, walked) for term in terms))
        case Not(term):
            return sa.not_(sa.func.coalesce(condition_of(term, table, known, walked), sa.false()))
        case Comparison():
            exact = _comparison(condition, table, walked=condition in walked)
            return sa.and_(known[condition], exact) if condition in known else exact


def column_of(comparison: Comparison, table: sa.Table) -> sa.Column[Any]:
    """The column a comparison is about."""
    return table.c[COLUMNS.get(comparison.field, comparison.field)]


def _comparison(comparison: Comparison, table: sa.Table, *, walked: bool = False) -> sa.ColumnElement[bool]:
    stored, value = column_of(comparison, table), comparison.value
    # An expression leaves the column's own index alone.
    column: sa.ColumnElement[Any] = stored.op("||")("") if walked else stored
    condition: sa.ColumnElement[bool]
    if comparison.prefix:
        # A range, not LIKE: it uses the index and has no wildcards to escape.
        condition = sa.and_(column >= value, column < f"{value}{_AFTER_EVERYTHING}")
        if comparison.operator != "=":
            return sa.not_(condition)
    elif comparison.operator == ":":
        return holds(column, str(value))
    else:
        condition = _OPERATORS[comparison.operator](column, value)
    rest = None if walked else _in_its_index(comparison, stored)
    return condition if rest is None else sa.and_(condition, rest)


def _in_its_index(comparison: Comparison, column: sa.Column[Any]) -> sa.ColumnElement[bool] | None:
    """What follows from a comparison that only rows of the column's index match: said, so that the index is used."""
    usual = column.info.get(COMMON_VALUES)
    if usual is None or comparison.operator != "=":
        return None
    others = not usual.startswith(str(comparison.value)) if comparison.prefix else usual != comparison.value
    return unusual(column) if others else None
