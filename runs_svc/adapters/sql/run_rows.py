"""Rows of lists: the index fields of each run, guarded by a checksum, and cached while nothing of it changes."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from foundation import canonical_json
from foundation.byte_budget_cache import ByteBudgetCache
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sqlite.corruption import UNREADABLE
from runs_svc.adapters.sqlite.prepared_statements import PreparedQuery
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.run import RunIndex
from runs_svc.domain.runs.run_document import read
from runs_svc.ports import ListedRun

INDEX_NAMES = RunIndex._fields
ROW_NAMES = ("run_id", *INDEX_NAMES, "checksum")
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)
_SEPARATOR = "\x1f"
_LINE = PreparedQuery(
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
_NOTHING: dict[str, Any] = {**dict.fromkeys(INDEX_NAMES, ""), "score": None}
_MOST_LINES = 4_096


def index_row(run_id: str, index: RunIndex) -> Sequence[Any]:
    """The index fields of a run, as the database stores it: the columns `ROW_NAMES`."""
    return (run_id, *index, checksum(run_id, index))


def checksum(run_id: str, values: Sequence[Any]) -> str:
    """Of a line of the list: lists show what stands there without looking into the document."""
    return hashlib.sha256(_SEPARATOR.join((run_id, *map(str, values))).encode()).hexdigest()[:16]


def find_index(connection: sa.Connection, run_id: str) -> RunIndex | None:
    """The index fields of a run, if it is there.

    Raises:
        RunCorruptError: It is altered, or another run's.
    """
    try:
        rows = _LINE.rows(connection, id=run_id)
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


class RunRowCache:
    """Rows of runs whose records were read and checked by this process. Used from one thread.

    One that is known is not read again, but for its checksum: one process owns a store, others who write it all the
    same are noticed, and a page that was altered on the disk meanwhile would come from the system's memory as it was.
    Verification and `fsck` read from the disk instead.
    """

    def __init__(self) -> None:
        self._lines: ByteBudgetCache[tuple[str, str], ListedRun] = ByteBudgetCache(_MOST_LINES)

    def listed(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> list[ListedRun]:
        """The rows of runs, from id, time and checksum as the list has them."""
        known = self._lines.get
        return [
            known((run_id, stored_checksum)) or self._read(connection, run_id, created_at_utc)
            for run_id, created_at_utc, stored_checksum in rows
        ]

    def _read(self, connection: sa.Connection, run_id: str, created_at_utc: str) -> ListedRun:
        """The line, if it is there by this id, and so is what was recorded: a damaged index may lead to another."""
        lines, records = _LINE.rows(connection, id=run_id), _RECORD.rows(connection, id=run_id)
        if not lines:
            nothing = RunIndex(**{**_NOTHING, "created_at_utc": created_at_utc})
            return ListedRun(_id_as_it_stands(str(run_id)), nothing, "", intact=False)
        stored_checksum, *values = lines[0]
        document, record_id, sha256 = records[0] if records else (None, None, "")
        recorded = record_id == run_id and _has_digest(document, sha256)
        intact = recorded and checksum(run_id, values) == stored_checksum
        index = shown = RunIndex(*values)
        if intact and index.gate_decision != GateDecision.BLOCKED:
            shown = _closed_if_imported(connection, run_id, index, document)
        line = ListedRun(_id_as_it_stands(run_id), shown, sha256, intact)
        if intact and shown is index:  # an override need not change the row of one that is closed here
            self._lines.keep((run_id, stored_checksum), line, 1)
        return line


def _closed_if_imported(connection: sa.Connection, run_id: str, index: RunIndex, document: bytes) -> RunIndex:
    """The index fields of a run, with the gate closed where an earlier version took it open from another store."""
    if read(orjson.loads(document)).recorded_gate is not GateDecision.BLOCKED or _OVERRIDES.rows(connection, id=run_id):
        return index
    return index._replace(gate_decision=GateDecision.BLOCKED.value)


def _has_digest(document: object, sha256: str) -> bool:
    """Whether a document is what was recorded; one that is not there, or on a damaged page, is not."""
    return isinstance(document, bytes) and canonical_json.sha256_hex(document) == sha256
