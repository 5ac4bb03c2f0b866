"""Lists, counts and the order of recording: reads over many runs."""

import hashlib
from collections.abc import Sequence
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
_SEPARATOR = "\x1f"


def index_row(run_id: str, index: RunIndex) -> dict[str, Any]:
    """What a run is found by, as the database keeps it."""
    values = [getattr(index, name) for name in INDEX_NAMES]
    return {"run_id": run_id, **dict(zip(INDEX_NAMES, values, strict=True)), "checksum": checksum(run_id, values)}


def checksum(run_id: str, values: Sequence[Any]) -> str:
    """Of a line of the list: lists show what stands there without looking into the document."""
    return hashlib.sha256(_SEPARATOR.join((run_id, *map(str, values))).encode()).hexdigest()[:16]


def count(connection: sa.Connection, condition: Filter | None) -> int:
    statement = sa.select(sa.func.count()).select_from(tables.runs)
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs))
    return int(connection.execute(statement).scalar_one())


def scan(connection: sa.Connection, query: ListQuery) -> list[ListedRun]:
    columns = tables.runs.c
    recorded = tables.ledger.c
    statement = sa.select(
        columns.run_id, recorded.document, recorded.sha256, columns.checksum, *INDEX_COLUMNS
    ).outerjoin(tables.ledger, sa.and_(columns.run_id == recorded.subject_id, recorded.ordinal == 0))
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
    """From run id, document, digest, checksum and the index columns."""
    intact = canonical_json.sha256_hex(row[1] or b"") == row[2] and checksum(row[0], row[4:]) == row[3]
    return ListedRun(run_id=RunId(row[0]), index=RunIndex(*row[4:]), sha256=row[2] or "", intact=intact)


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
            tables.runs.c.checksum,
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
