"""Rows of runs as SQLite has them, each read by its key and held against its checksum and its record."""

from collections.abc import Sequence

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.run_rows import INDEX_COLUMNS, RunDocumentRow, read_index, read_listed
from runs_svc.adapters.sqlite.corruption import UNREADABLE
from runs_svc.adapters.sqlite.prepared_statements import PreparedQuery
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import ListedRun, RunPlace

_ROW = PreparedQuery(
    sa.select(tables.runs.c.checksum, *INDEX_COLUMNS).where(tables.runs.c.run_id == sa.bindparam("id"))
)
_RECORD = PreparedQuery(
    sa.select(tables.ledger.c.document, tables.ledger.c.record_id, tables.ledger.c.sha256).where(
        tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == 0
    )
)
_OVERRIDES = PreparedQuery(
    sa.select(tables.ledger.c.record_id).where(
        tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.kind == "override"
    )
)


def find_index(connection: sa.Connection, run_id: str) -> RunIndex | None:
    """The index fields of a run, if it is there.

    Raises:
        RunCorruptError: It is altered, or another run's.
    """
    try:
        rows = _ROW.rows(connection, id=run_id)
    except UNREADABLE as error:
        raise RunCorruptError(run_id) from error
    if not rows:
        return None
    return read_index(run_id, rows[0])


def read_rows(connection: sa.Connection, places: Sequence[RunPlace]) -> list[ListedRun]:
    """The rows of runs, as they are stored now."""
    return [_read(connection, place) for place in places]


def _read(connection: sa.Connection, place: RunPlace) -> ListedRun:
    run_id = place.run_id
    rows, records = _ROW.rows(connection, id=run_id), _RECORD.rows(connection, id=run_id)
    record = RunDocumentRow(*records[0]) if records else RunDocumentRow()
    return read_listed(place, rows[0] if rows else None, record, lambda: bool(_OVERRIDES.rows(connection, id=run_id)))
