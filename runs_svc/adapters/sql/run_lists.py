"""Lists, counts and the order of recording: reads over many runs."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from rpckit import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.conditions import condition_of
from runs_svc.domain.filters import Filter
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import RunIndex
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery

INDEX_NAMES = tuple(item.name for item in fields(RunIndex))
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)


def count(connection: sa.Connection, condition: Filter | None) -> int:
    statement = sa.select(sa.func.count()).select_from(tables.runs)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    return int(connection.execute(statement).scalar_one())


def scan(connection: sa.Connection, query: ListQuery) -> list[ListedRun]:
    columns = tables.runs.c
    statement = sa.select(columns.run_id, tables.ledger.c.document, tables.ledger.c.sha256, *INDEX_COLUMNS).join(
        tables.ledger, sa.and_(columns.run_id == tables.ledger.c.subject_id, tables.ledger.c.ordinal == 0)
    )
    if query.condition is not None:
        statement = statement.where(condition_of(query.condition, tables.runs))
    position = sa.tuple_(columns.created_at_utc, columns.run_id)
    if query.after is not None:
        after = sa.tuple_(sa.literal(query.after[0]), sa.literal(query.after[1]))
        statement = statement.where(position < after if query.newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if query.newest_first else column.asc() for column in order))
    return [_listed(row) for row in connection.execute(statement.limit(query.size))]


def _listed(row: Any) -> ListedRun:
    """From run id, document, digest and the index columns."""
    intact = canonical_json.sha256_hex(row[1]) == row[2]
    return ListedRun(run_id=RunId(row[0]), index=RunIndex(*row[3:]), sha256=row[2], intact=intact)


def entries(connection: sa.Connection, condition: Filter | None, after: int, size: int) -> list[LedgerEntry]:
    entry, run = tables.ledger.alias(), tables.ledger
    statement = (
        sa.select(
            entry.c.seq,
            entry.c.kind,
            entry.c.ordinal,
            entry.c.sha256,
            run.c.subject_id,
            run.c.document,
            run.c.sha256,
            *INDEX_COLUMNS,
        )
        .join(tables.runs, tables.runs.c.run_id == entry.c.subject_id)
        .join(run, sa.and_(run.c.subject_id == entry.c.subject_id, run.c.ordinal == 0))
        .where(entry.c.seq > after)
    )
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    rows = connection.execute(statement.order_by(entry.c.seq).limit(size))
    return [LedgerEntry(row[0], row[1], row[2], row[3], _listed(row[4:])) for row in rows]
