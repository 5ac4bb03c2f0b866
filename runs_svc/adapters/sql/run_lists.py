"""Lists, counts and the order of recording: statements over many runs."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.filter_conditions import Narrowed, Walked, condition_of
from runs_svc.domain.listing.filters import Comparison, Filter, comparisons

_RARE = 1_000


def count(connection: sa.Connection, condition: Filter | None, narrowed: Narrowed | None = None) -> int:
    statement = sa.select(sa.func.count()).select_from(tables.runs)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs, narrowed))
    return int(connection.execute(statement).scalar_one())


def frequent(connection: sa.Connection, condition: Filter | None) -> Iterator[Comparison]:
    """Prefixes that many rows have: an index on the column would have to sort all of them by time."""
    for comparison in comparisons(condition) if condition is not None else ():
        if comparison.prefix:
            matches = sa.select(sa.literal(1)).where(condition_of(comparison, tables.runs)).limit(_RARE + 1)
            counted = sa.select(sa.func.count()).select_from(matches.subquery())
            if connection.execute(counted).scalar_one() > _RARE:
                yield comparison


def page_statement(
    condition: Filter | None, walked: Walked, *, newest_first: bool, goes_on: bool, narrowed: Narrowed | None = None
) -> sa.Select[tuple[str, str, str]]:
    """Id, time and checksum of a page of runs; its parameters are `size`, and `created` and `id` where it goes on."""
    columns = tables.runs.c
    statement = sa.select(columns.run_id, columns.created_at_utc, columns.checksum)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs, narrowed, walked))
    if goes_on:
        position = sa.tuple_(columns.created_at_utc, columns.run_id)
        after = sa.tuple_(sa.bindparam("created", type_=sa.Text), sa.bindparam("id", type_=sa.Text))
        statement = statement.where(position < after if newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if newest_first else column.asc() for column in order))
    return statement.limit(sa.bindparam("size", type_=sa.Integer))


def entries_statement(condition: Filter | None, *, after: int, size: int) -> sa.Select[Any]:
    """Place, kind, ordinal and digest of the next records; id, time and checksum of the run of each."""
    entry, run = tables.ledger.c, tables.runs.c
    statement = (
        sa.select(entry.seq, entry.kind, entry.ordinal, entry.sha256, run.run_id, run.created_at_utc, run.checksum)
        .join(tables.runs, run.run_id == entry.subject_id)
        .where(entry.seq > after)
    )
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    return statement.order_by(entry.seq).limit(size)
