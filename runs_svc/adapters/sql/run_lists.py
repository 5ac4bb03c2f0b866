"""Lists, counts and the order of recording: reads over many runs."""

from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.filter_conditions import Walked, condition_of
from runs_svc.adapters.sql.run_rows import RunRowCache
from runs_svc.adapters.sqlite.corruption import refuse_standstill
from runs_svc.adapters.sqlite.prepared_statements import PreparedQuery
from runs_svc.domain.listing.filters import Comparison, Filter, comparisons
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery

_RARE = 1_000


def count(connection: sa.Connection, condition: Filter | None) -> int:
    statement = sa.select(sa.func.count()).select_from(tables.runs)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    return int(connection.execute(statement).scalar_one())


def scan(connection: sa.Connection, known: RunRowCache, query: ListQuery) -> list[ListedRun]:
    after = {} if query.after is None else {"created": query.after[0], "id": query.after[1]}
    walked = frozenset(_frequent(connection, query.condition))
    page = _page(query.condition, walked, newest_first=query.newest_first, goes_on=query.after is not None)
    lines: list[ListedRun] = []
    with closing(page.groups(connection, **after, size=query.size)) as groups:
        for rows in groups:
            lines += known.listed(connection, rows)
    if not all(line.intact for line in lines):
        refuse_standstill([f"{line.index.created_at_utc}{line.run_id}" for line in lines], query.size)
    return lines


def _frequent(connection: sa.Connection, condition: Filter | None) -> Iterator[Comparison]:
    """Prefixes that many rows have: an index on the column would have to sort all of them by time."""
    for comparison in comparisons(condition) if condition is not None else ():
        if comparison.prefix:
            matches = sa.select(sa.literal(1)).where(condition_of(comparison, tables.runs)).limit(_RARE + 1)
            counted = sa.select(sa.func.count()).select_from(matches.subquery())
            if connection.execute(counted).scalar_one() > _RARE:
                yield comparison


@lru_cache(maxsize=256)  # the same lists are asked for again and again; composing one takes 0.5 ms
def _page(condition: Filter | None, walked: Walked, *, newest_first: bool, goes_on: bool) -> PreparedQuery:
    columns = tables.runs.c
    statement = sa.select(columns.run_id, columns.created_at_utc, columns.checksum)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs, walked=walked))
    if goes_on:
        position = sa.tuple_(columns.created_at_utc, columns.run_id)
        after = sa.tuple_(sa.bindparam("created", type_=sa.Text), sa.bindparam("id", type_=sa.Text))
        statement = statement.where(position < after if newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if newest_first else column.asc() for column in order))
    return PreparedQuery(statement.limit(sa.bindparam("size", type_=sa.Integer)))


def entries(
    connection: sa.Connection, known: RunRowCache, condition: Filter | None, after: int, size: int
) -> list[LedgerEntry]:
    entry, line = tables.ledger.c, tables.runs.c
    statement = (
        sa.select(entry.seq, entry.kind, entry.ordinal, entry.sha256, line.run_id, line.created_at_utc, line.checksum)
        .join(tables.runs, line.run_id == entry.subject_id)
        .where(entry.seq > after)
    )
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    rows = connection.execute(statement.order_by(entry.seq).limit(size)).all()
    lines = known.listed(connection, [row[4:] for row in rows])
    return [LedgerEntry(*row[:4], line) for row, line in zip(rows, lines, strict=True)]
