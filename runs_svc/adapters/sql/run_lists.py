"""Lists, counts and the order of recording: reads over many runs."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from rpckit import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.conditions import Walked, condition_of
from runs_svc.adapters.sql.hot import HotQuery
from runs_svc.domain.filters import Comparison, Filter, comparisons
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import RunIndex
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery

INDEX_NAMES = tuple(item.name for item in fields(RunIndex))
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)
_SEPARATOR = "\x1f"
_RARE = 1_000


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
    after = {} if query.after is None else {"created": query.after[0], "id": query.after[1]}
    walked = frozenset(_frequent(connection, query.condition))
    page = _page(query.condition, walked, newest_first=query.newest_first, goes_on=query.after is not None)
    return [_listed(row) for row in page.rows(connection, **after, size=query.size)]


def _frequent(connection: sa.Connection, condition: Filter | None) -> Iterator[Comparison]:
    """Prefixes that many rows have: an index on the column would have to sort all of them by time."""
    for comparison in comparisons(condition) if condition is not None else ():
        if comparison.prefix:
            matches = sa.select(sa.literal(1)).where(condition_of(comparison, tables.runs)).limit(_RARE + 1)
            counted = sa.select(sa.func.count()).select_from(matches.subquery())
            if connection.execute(counted).scalar_one() > _RARE:
                yield comparison


@lru_cache(maxsize=256)  # the same lists are asked for again and again; composing one takes 0.5 ms
def _page(condition: Filter | None, walked: Walked, *, newest_first: bool, goes_on: bool) -> HotQuery:
    columns, recorded = tables.runs.c, tables.ledger.c
    statement = sa.select(
        recorded.document, columns.run_id, recorded.sha256, columns.checksum, *INDEX_COLUMNS
    ).outerjoin(tables.ledger, sa.and_(columns.run_id == recorded.subject_id, recorded.ordinal == 0))
    if condition is not None:
        statement = statement.where(condition_of(condition, tables.runs, walked=walked))
    if goes_on:
        position = sa.tuple_(columns.created_at_utc, columns.run_id)
        after = sa.tuple_(sa.bindparam("created", type_=sa.Text), sa.bindparam("id", type_=sa.Text))
        statement = statement.where(position < after if newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if newest_first else column.asc() for column in order))
    return HotQuery(statement.limit(sa.bindparam("size", type_=sa.Integer)))


def _listed(row: Sequence[Any]) -> ListedRun:
    """From document, run id, digest, checksum and the index columns."""
    line = _line(tuple(row[1:]))
    return line if canonical_json.sha256_hex(row[0] or b"") == line.sha256 else replace(line, intact=False)


@lru_cache(maxsize=4_096)  # making a line takes ten times as long as finding it
def _line(row: tuple[Any, ...]) -> ListedRun:
    run_id, sha256, stored_checksum, *values = row
    intact = checksum(run_id, values) == stored_checksum
    return ListedRun(run_id=RunId(run_id), index=RunIndex(*values), sha256=sha256 or "", intact=intact)


def entries(connection: sa.Connection, condition: Filter | None, after: int, size: int) -> list[LedgerEntry]:
    entry, run = tables.ledger.alias(), tables.ledger
    statement = (
        sa.select(
            entry.c.seq,
            entry.c.kind,
            entry.c.ordinal,
            entry.c.sha256,
            run.c.document,
            run.c.subject_id,
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
