"""A ledger written from records that exist already, while no server runs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.durable_files import sync_file
from runs_svc.adapters.sql import blob_rows, tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, DOCUMENT_NAMES, read_document_row
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES, SEARCH_INDEX
from runs_svc.adapters.sql.run_rows import ROW_NAMES, index_row
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.new_documents import insert_documents
from runs_svc.adapters.sqlite.prepared_statements import PreparedInsert
from runs_svc.adapters.sqlite.schema import migrate
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports.offline import DoubledKey

_GROUP = 4_096
_PLACED = PreparedInsert(tables.ledger, ("seq", *DOCUMENT_NAMES))
_RUNS = PreparedInsert(tables.runs, ROW_NAMES)
_AT = sa.select(*DOCUMENT_COLUMNS).where(
    tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == sa.bindparam("place")
)
_IN_ORDER = sa.select(*DOCUMENT_COLUMNS).order_by(tables.ledger.c.subject_id, tables.ledger.c.ordinal)

_CLAIMS = """
    CREATE TEMP TABLE claims (key TEXT, created_at_utc TEXT, run_id TEXT, payload_sha256 TEXT,
                              PRIMARY KEY (key, created_at_utc, run_id)) WITHOUT ROWID
"""
_CLAIM = "INSERT INTO claims VALUES (?, ?, ?, ?)"
_FIRST = "(SELECT run_id FROM claims AS first WHERE first.key = claims.key ORDER BY created_at_utc, run_id LIMIT 1)"
_SETTLE = f"""
    INSERT INTO idempotency_keys (key, payload_sha256, run_id, created_at_utc)
    SELECT key, payload_sha256, run_id, created_at_utc FROM claims WHERE run_id = {_FIRST}
"""  # noqa: S608 # our own text
_DOUBLED = f"SELECT key, {_FIRST}, run_id FROM claims WHERE run_id <> {_FIRST}"  # noqa: S608


class SqliteLedgerRebuild:
    """A database in the making. It counts only after `commit`, so that it is written without syncs before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = open_writer(f"sqlite:///{path}")
        migrate(self._engine)
        self._connection = self._engine.connect()
        self._connection.exec_driver_sql("COMMIT")
        self._connection.exec_driver_sql("PRAGMA synchronous = OFF")
        self._connection.exec_driver_sql(_CLAIMS)
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        self._added = 0

    def commit(self) -> None:
        """Make it durable, as one file: the last connection takes the write-ahead log in and away."""
        for words in SEARCH_INDEX.values():
            command = sa.table(words.name, sa.column(words.name)).insert().values({words.name: "rebuild"})
            self._connection.execute(command)
        self._connection.commit()
        self._connection.close()
        self._engine.dispose()
        sync_file(self._path)

    def add(self, document: StoredDocument, place: int | None) -> None:
        self._added += 1
        if self._added % _GROUP == 0:
            self._connection.commit()  # a log of everything would take as much room again
        if place is None:
            insert_documents(self._connection, [document])
        else:
            _PLACED.run(self._connection, [(place, *document)])

    def holds(self, kind: str, record_id: str) -> bool:
        columns = tables.ledger.c
        query = sa.select(columns.seq).where(columns.kind == kind, columns.record_id == record_id)
        return self._connection.execute(query).first() is not None

    def at(self, subject_id: str, ordinal: int) -> StoredDocument | None:
        row = self._connection.execute(_AT, {"id": subject_id, "place": ordinal}).first()
        return None if row is None else read_document_row(row)

    def subjects(self) -> Iterator[Sequence[StoredDocument]]:
        rows = self._connection.execution_options(yield_per=500).execute(_IN_ORDER)
        for _, group in groupby(map(read_document_row, rows), key=lambda document: document.subject_id):
            yield list(group)

    def find(self, kind: str, subject_id: str, index_fields: dict[str, Any]) -> None:
        if kind == "run":
            _RUNS.run(self._connection, [index_row(subject_id, RunIndex(**index_fields))])
        else:
            self._connection.execute(ENTITY_INDEXES[kind].insert(), {"subject_id": subject_id, **index_fields})

    def claim_key(self, run_id: str, key: str, payload_sha256: str, created_at_utc: str) -> None:
        self._connection.exec_driver_sql(_CLAIM, (key, created_at_utc, run_id, payload_sha256))

    def settle_keys(self) -> Sequence[DoubledKey]:
        self._connection.exec_driver_sql(_SETTLE)
        return [DoubledKey(*row) for row in self._connection.exec_driver_sql(_DOUBLED)]

    def add_blob(self, blob: Blob, created_at_utc: str) -> None:
        blob_rows.add_blobs(self._connection, [(blob, created_at_utc)])
