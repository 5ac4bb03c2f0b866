"""From a filter to a SQL condition on a table. Values are bound, never written into the text."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from runs_svc.domain.filters import COLUMNS, And, Comparison, Filter, Not, Or

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
"""For some comparisons, a condition that holds wherever they hold and is found by an index."""
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
    column: sa.ColumnElement[Any] = column_of(comparison, table)
    if walked:
        column = column.op("||")("")  # an expression, so that its own index is left alone
    value = comparison.value
    if comparison.prefix:
        # A range, not LIKE: it uses the index and has no wildcards to escape.
        within = sa.and_(column >= value, column < f"{value}{_AFTER_EVERYTHING}")
        return within if comparison.operator == "=" else sa.not_(within)
    if comparison.operator == ":":
        return sa.func.instr(sa.func.lower(column), value) > 0
    condition: sa.ColumnElement[bool] = _OPERATORS[comparison.operator](column, value)
    return condition
