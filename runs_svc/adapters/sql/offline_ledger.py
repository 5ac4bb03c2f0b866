"""A ledger row by row: what cannot be read hides itself and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

import sqlalchemy as sa

from foundation.canonical_json import JsonMapping
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.blob_rows import read_blob_row
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.adapters.sql.run_rows import INDEX_COLUMNS, INDEX_NAMES, checksum
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.runs.attachment import Blob
from runs_svc.ports.moving import BoundKey
from runs_svc.ports.offline import LedgerRow

_GROUP = 256
UNREADABLE = (sa.exc.DatabaseError, sa.exc.InterfaceError, UnicodeDecodeError, RunCorruptError)
"""What a damaged page raises, a text that is none, or a message of the database that quotes one."""
_ROWS = (
    sa.select(tables.ledger.c.seq, *DOCUMENT_COLUMNS)
    .where(tables.ledger.c.seq.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(tables.ledger.c.seq)
)


class SqlOfflineLedger:
    """A ledger in a database that is only looked at. One without a connection is empty."""

    def __init__(self, connection: sa.Connection | None) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def structure(self) -> Sequence[str]:
        """What the database finds wrong with itself."""
        return []

    def recover(self) -> None:
        """After a row that could not be read: let the connection read others."""

    def subjects(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = {}
        for row in self.rows():
            if row.document is not None:
                places.setdefault(row.document.subject_id, []).append(row.place)
        return places

    def rows(self) -> Iterator[LedgerRow]:
        return self.rows_after(0)

    def newest(self) -> int:
        """The last place that was given to a record."""
        return self._newest()

    def keys(self) -> Iterator[BoundKey]:
        """Every caller's key."""
        columns = tables.idempotency_keys.c
        for row in self._all(sa.select(columns.key, columns.payload_sha256, columns.run_id, columns.created_at_utc)):
            yield BoundKey(*row)

    def rows_after(self, place: int) -> Iterator[LedgerRow]:
        """Every place after one, in order."""
        newest = self._newest()
        for first in range(place + 1, newest + 1, _GROUP):
            last = min(first + _GROUP - 1, newest)
            try:
                yield from self._between(first, last)
            except UNREADABLE:
                self.recover()
                yield from (row for place in range(first, last + 1) if (row := self._alone(place)) is not None)

    def row(self, place: int) -> LedgerRow:
        return self._alone(place) or LedgerRow(place, None)

    def holds(self, kind: str, record_id: str) -> bool:
        where = sa.and_(tables.ledger.c.kind == kind, tables.ledger.c.record_id == record_id)
        return self._one(sa.select(tables.ledger.c.seq).where(where)) is not None

    def index_fields(self, kind: str, subject_id: str) -> JsonMapping | None:
        if kind == "run":
            return self._run_index_fields(subject_id)
        table = ENTITY_INDEXES.get(kind)
        if table is None:
            return None  # the kind itself is damaged
        names = [column.name for column in table.columns if column.name != "subject_id"]
        row = self._one(sa.select(*(table.c[name] for name in names)).where(table.c.subject_id == subject_id))
        return None if row is None else dict(zip(names, row, strict=True))

    def _run_index_fields(self, run_id: str) -> JsonMapping | None:
        columns = tables.runs.c
        row = self._one(sa.select(columns.checksum, *INDEX_COLUMNS).where(columns.run_id == run_id))
        if row is None:
            return None
        values = dict(zip(INDEX_NAMES, row[1:], strict=True))
        return values if row[0] == checksum(run_id, row[1:]) else {**values, "checksum": row[0]}

    def found(self) -> Iterator[tuple[str, str]]:
        tables_of_kinds = {
            "run": tables.runs.c.run_id,
            **{kind: ENTITY_INDEXES[kind].c.subject_id for kind in ENTITY_INDEXES},
        }
        for kind, column in tables_of_kinds.items():
            for (subject_id,) in self._all(sa.select(column)):
                yield kind, subject_id

    def key_of(self, key: str) -> tuple[str, str] | None:
        columns = tables.idempotency_keys.c
        row = self._one(sa.select(columns.payload_sha256, columns.run_id).where(columns.key == key))
        return None if row is None else (row[0], row[1])

    def blobs(self) -> Iterator[tuple[Blob, str]]:
        columns = tables.blobs.c
        for row in self._all(
            sa.select(columns.sha256, columns.size_bytes, columns.chunk_sha256, columns.created_at_utc)
        ):
            with suppress(ValueError, TypeError):  # a damaged row is no note that bytes are there
                yield read_blob_row(row), row[3]

    def _newest(self) -> int:
        row = self._one(sa.select(sa.func.max(tables.ledger.c.seq)))
        if row is not None and row[0] is not None:
            return int(row[0])
        return self.counted()

    def counted(self) -> int:
        """The last place that was given to a record, as the database counts."""
        return 0

    def _between(self, first: int, last: int) -> list[LedgerRow]:
        assert self._connection is not None
        found = self._connection.execute(_ROWS, {"first": first, "last": last}).all()
        return [LedgerRow(row[0], read_document_row(row[1:])) for row in found]

    def _alone(self, place: int) -> LedgerRow | None:
        try:
            return next(iter(self._between(place, place)), None)
        except UNREADABLE:
            self.recover()
            return LedgerRow(place, None)

    def _one(self, statement: sa.Executable) -> Any:
        return next(self._all(statement), None)

    def _all(self, statement: sa.Executable) -> Iterator[Any]:
        """The rows of a query; those the database cannot give are left out: `structure` names them."""
        if self._connection is None:
            return
        try:
            yield from self._connection.execution_options(yield_per=500).execute(statement)
        except (*UNREADABLE, ValueError, TypeError):
            self.recover()
            return
