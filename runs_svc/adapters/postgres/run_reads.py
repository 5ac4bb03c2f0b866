"""Runs as PostgreSQL has them, each page and each run in as few questions as can be."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.postgres.index_beginnings import beginnings
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.run_documents import RUN_DOCUMENTS, read_run_rows, values_for
from runs_svc.adapters.sql.run_lists import count, entries_statement, frequent, page_statement
from runs_svc.adapters.sql.run_rows import INDEX_COLUMNS, RunDocumentRow, read_index, read_listed
from runs_svc.domain.errors import IdempotencyKeyReusedError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.run import Idempotency
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery, RunPlace, StoredRun

_KEY = sa.select(tables.idempotency_keys.c.payload_sha256, tables.idempotency_keys.c.run_id).where(
    tables.idempotency_keys.c.key == sa.bindparam("wanted")
)
_INDEXES = sa.select(tables.runs.c.run_id, tables.runs.c.checksum, *INDEX_COLUMNS).where(
    tables.runs.c.run_id.in_(sa.bindparam("ids", expanding=True))
)
_RECORDS = sa.select(
    tables.ledger.c.subject_id, tables.ledger.c.document, tables.ledger.c.record_id, tables.ledger.c.sha256
).where(tables.ledger.c.subject_id.in_(sa.bindparam("ids", expanding=True)), tables.ledger.c.ordinal == 0)
_OVERRIDDEN = sa.select(sa.literal(1)).where(
    tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.kind == "override"
)


def get_run(connection: sa.Connection, run_id: RunId) -> StoredRun:
    """A run with its amendments.

    Raises:
        RunNotFoundError: There is no such run.
        RunCorruptError: Its rows are no chain.
    """
    return read_run_rows(run_id, connection.execute(RUN_DOCUMENTS, values_for(run_id)).all())


def find_replay(connection: sa.Connection, idempotency: Idempotency) -> StoredRun | None:
    """The run recorded under a key.

    Raises:
        IdempotencyKeyReusedError: The key is bound to another payload.
    """
    row = connection.execute(_KEY, {"wanted": idempotency.key}).first()
    if row is None:
        return None
    return require_bound(idempotency, row[0], get_run(connection, RunId(row[1])))


def require_bound(idempotency: Idempotency, payload_sha256: str, earlier: StoredRun) -> StoredRun:
    """The run recorded under a key, if that is bound to this payload.

    Raises:
        IdempotencyKeyReusedError: It is not.
    """
    if not idempotency.is_bound(payload_sha256, lambda: earlier.run.document):
        raise IdempotencyKeyReusedError(
            key=idempotency.key, recorded_sha256=payload_sha256, given_sha256=idempotency.payload_sha256
        )
    return earlier


def find_indexes(connection: sa.Connection, run_ids: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Checksum and index fields of those of the runs that are there; each to be read with `read_index`."""
    if not run_ids:
        return {}
    return {row[0]: row[1:] for row in connection.execute(_INDEXES, {"ids": list(run_ids)})}


def get_index(connection: sa.Connection, run_id: RunId) -> RunIndex:
    """The index fields of a run.

    Raises:
        RunNotFoundError: There is no such run.
        RunCorruptError: They are altered.
    """
    row = find_indexes(connection, [run_id.text]).get(run_id.text)
    if row is None:
        raise RunNotFoundError(run_id.text)
    return read_index(run_id.text, row)


def find_places(connection: sa.Connection, query: ListQuery) -> list[RunPlace]:
    """Where the runs of a page stand."""
    after = {} if query.after is None else {"created": query.after[0], "id": query.after[1]}
    statement = page_statement(
        query.condition,
        frozenset(frequent(connection, query.condition)),
        newest_first=query.newest_first,
        goes_on=query.after is not None,
        narrowed=beginnings(query.condition, tables.runs),
    )
    return [RunPlace._make(row) for row in connection.execute(statement, {**after, "size": query.size})]


def count_runs(connection: sa.Connection, condition: Filter | None) -> int:
    return count(connection, condition, beginnings(condition, tables.runs))


def read_rows(connection: sa.Connection, places: Sequence[RunPlace]) -> list[ListedRun]:
    """The rows of runs, as they are stored now."""
    ids = [place.run_id for place in places]
    if not ids:
        return []
    rows = find_indexes(connection, ids)
    records = {row[0]: RunDocumentRow(*row[1:]) for row in connection.execute(_RECORDS, {"ids": ids})}
    return [
        read_listed(
            place,
            rows.get(place.run_id),
            records.get(place.run_id, RunDocumentRow()),
            lambda place=place: connection.execute(_OVERRIDDEN, {"id": place.run_id}).first() is not None,  # type: ignore[misc]
        )
        for place in places
    ]


def find_entries(connection: sa.Connection, condition: Filter | None, after: int, size: int) -> list[LedgerEntry]:
    """The next records, each with the row of its run."""
    rows = connection.execute(entries_statement(condition, after=after, size=size)).all()
    runs = read_rows(connection, [RunPlace(*row[4:]) for row in rows])
    return [LedgerEntry(row[0], row[1], row[2], row[3], run) for row, run in zip(rows, runs, strict=True)]
