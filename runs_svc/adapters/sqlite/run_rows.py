"""Rows of runs as SQLite has them, each read by its key and held against its checksum and its record."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from foundation import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.run_rows import INDEX_COLUMNS, INDEX_NAMES, checksum
from runs_svc.adapters.sqlite.corruption import UNREADABLE
from runs_svc.adapters.sqlite.prepared_statements import PreparedQuery
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.run import RunIndex
from runs_svc.domain.runs.run_document import read
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
_EMPTY: Sequence[Any] = [""] * len(INDEX_NAMES)
_NOTHING = RunIndex(*_EMPTY)._replace(score=None)


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
    stored_checksum, *values = rows[0]
    if checksum(run_id, values) != stored_checksum:
        raise RunCorruptError(run_id)
    return RunIndex(*values)


class _DamagedId(RunId):
    """A placeholder for an index entry whose run is missing. No filter matches it."""

    def __post_init__(self) -> None:
        """Not checked."""


def _id_as_it_stands(text: str) -> RunId:
    try:
        return RunId(text)
    except ValueError:
        return _DamagedId(text)


def read_rows(connection: sa.Connection, places: Sequence[RunPlace]) -> list[ListedRun]:
    """The rows of runs, as they are stored now."""
    return [_read(connection, place) for place in places]


def _read(connection: sa.Connection, place: RunPlace) -> ListedRun:
    """The row, if it is there by this id, and so is what was recorded: a damaged index may lead to another."""
    run_id = place.run_id
    rows, records = _ROW.rows(connection, id=run_id), _RECORD.rows(connection, id=run_id)
    if not rows:
        nothing = _NOTHING._replace(created_at_utc=place.created_at_utc)
        return ListedRun(_id_as_it_stands(str(run_id)), nothing, "", intact=False)
    stored_checksum, *values = rows[0]
    document, record_id, sha256 = records[0] if records else (None, None, "")
    recorded = record_id == run_id and _has_digest(document, sha256)
    intact = recorded and checksum(run_id, values) == stored_checksum
    index = shown = RunIndex(*values)
    if intact and index.gate_decision != GateDecision.BLOCKED:
        shown = _closed_if_imported(connection, run_id, index, document)
    # An override need not change the row of one that is closed here: its row does not say everything that is shown.
    version = stored_checksum if shown is index else ""
    return ListedRun(_id_as_it_stands(run_id), shown, sha256, intact, version)


def _closed_if_imported(connection: sa.Connection, run_id: str, index: RunIndex, document: bytes) -> RunIndex:
    """The index fields of a run, with the gate closed where an earlier version took it open from another store."""
    if read(orjson.loads(document)).recorded_gate is not GateDecision.BLOCKED or _OVERRIDES.rows(connection, id=run_id):
        return index
    return index._replace(gate_decision=GateDecision.BLOCKED.value)


def _has_digest(document: object, sha256: str) -> bool:
    """Whether a document is what was recorded; one that is not there, or on a damaged page, is not."""
    return isinstance(document, bytes) and canonical_json.sha256_hex(document) == sha256
