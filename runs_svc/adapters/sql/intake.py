"""A ledger that takes in another one, record by record at its old place."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql import blob_rows, tables
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.adapters.sql.run_rows import ROW_NAMES, index_row
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports.moving import BoundKey, Subject
from runs_svc.ports.offline import LedgerRow

_NEWEST = sa.select(sa.func.max(tables.ledger.c.seq))
_DIGEST = sa.select(tables.ledger.c.sha256).where(tables.ledger.c.seq == sa.bindparam("place"))


class SqlIntake:
    """A ledger in the making. Each call is a transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def newest(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(_NEWEST).scalar() or 0)

    def sha256_at(self, place: int) -> str:
        with self._engine.connect() as connection:
            return str(connection.execute(_DIGEST, {"place": place}).scalar_one_or_none() or "")

    def add(self, rows: Sequence[LedgerRow], subjects: Sequence[Subject]) -> None:
        documents = [{"seq": row.place, **row.document._asdict()} for row in rows if row.document is not None]
        with self._engine.begin() as connection:
            connection.execute(tables.ledger.insert(), documents)
            for subject in subjects:
                _show(connection, subject)
            self.counted(connection, rows[-1].place)

    def counted(self, connection: sa.Connection, place: int) -> None:
        """Say which place was given last, where the database does not count by itself."""

    def add_keys(self, keys: Sequence[BoundKey]) -> None:
        columns = tables.idempotency_keys.c
        with self._engine.begin() as connection:
            known = connection.execute(sa.select(columns.key).where(columns.key.in_([item.key for item in keys])))
            there = set(known.scalars())
            rows = [item._asdict() for item in keys if item.key not in there]
            if rows:
                connection.execute(tables.idempotency_keys.insert(), rows)

    def add_blobs(self, blobs: Sequence[tuple[Blob, str]]) -> None:
        with self._engine.begin() as connection:
            blob_rows.add_blobs(connection, blobs)


def _show(connection: sa.Connection, subject: Subject) -> None:
    row: dict[str, Any]
    if subject.kind == "run":
        table, key = tables.runs, "run_id"
        index = RunIndex(**subject.fields)  # type: ignore[arg-type] # as they stood in the other table
        row = dict(zip(ROW_NAMES, index_row(subject.subject_id, index), strict=True))
    else:
        table, key = ENTITY_INDEXES[subject.kind], "subject_id"
        row = {**subject.fields, key: subject.subject_id}
    changed = connection.execute(table.update().where(table.c[key] == subject.subject_id).values(row))
    if changed.rowcount == 0:
        connection.execute(table.insert(), [row])
