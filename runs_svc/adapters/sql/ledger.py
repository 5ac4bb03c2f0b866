"""The ledger on SQL: uniqueness and order are decided by the database, in one transaction with the record."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from rpckit import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.conditions import condition_of
from runs_svc.adapters.sql.database import open_reader, open_writer
from runs_svc.adapters.sql.group_commit import GroupCommit
from runs_svc.domain.attachment import Blob
from runs_svc.domain.errors import (
    AttachmentNotFoundError,
    IdempotencyKeyReusedError,
    RunExistsError,
    RunNotFoundError,
)
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.run import FactComposer, RunIndex, RunRecord
from runs_svc.ports import Idempotency, ListedRun, ListQuery, StoredDocument, StoredRun

_DOCUMENT = (
    tables.ledger.c.kind,
    tables.ledger.c.record_id,
    tables.ledger.c.run_id,
    tables.ledger.c.ordinal,
    tables.ledger.c.partition,
    tables.ledger.c.document,
    tables.ledger.c.sha256,
    tables.ledger.c.previous_sha256,
)
_INDEX = tuple(tables.runs.c[item.name] for item in fields(RunIndex))
_RUN_DOCUMENTS = (
    sa.select(*_DOCUMENT).where(tables.ledger.c.run_id == sa.bindparam("id")).order_by(tables.ledger.c.ordinal)
)
_RUN_INDEX = sa.select(*_INDEX).where(tables.runs.c.run_id == sa.bindparam("id"))
_KEY = sa.select(tables.idempotency_keys).where(tables.idempotency_keys.c.key == sa.bindparam("wanted"))
_DIGEST_BYTES = 32


class SqlLedger:
    """Documents in a SQL database. Single-row reads run on the event loop, lists in a thread, writes in groups."""

    def __init__(self, url: str, *, on_commit: Callable[[], None] = lambda: None) -> None:
        self._commits = GroupCommit(open_writer(url), on_commit=on_commit)
        reader = open_reader(url)
        self._on_loop = reader.connect()
        self._in_thread = reader.connect()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    @property
    def broken(self) -> str | None:
        return self._commits.broken

    def close(self) -> None:
        self._commits.close()
        self._threads.shutdown()
        self._on_loop.close()
        self._in_thread.close()

    async def create(self, record: RunRecord, *, idempotency: Idempotency | None) -> StoredRun:
        return await self._commits.submit(lambda connection: _create(connection, record, idempotency))

    async def append(self, run_id: RunId, *, kind: str, record_id: str, compose: FactComposer) -> StoredDocument:
        return await self._commits.submit(
            lambda connection: _append(connection, run_id, kind=kind, record_id=record_id, compose=compose)
        )

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        return _find_replay(self._on_loop, idempotency)

    async def get(self, run_id: RunId) -> StoredRun:
        return _get(self._on_loop, run_id)

    async def get_index(self, run_id: RunId) -> RunIndex:
        row = self._on_loop.execute(_RUN_INDEX, {"id": run_id.text}).one_or_none()
        if row is None:
            raise RunNotFoundError(run_id.text)
        return RunIndex(*row)

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _scan, self._in_thread, query)

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        await self._commits.submit(lambda connection: _add_blob(connection, blob, created_at_utc))

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return _find_blobs(self._on_loop, digests)


def _create(connection: sa.Connection, record: RunRecord, idempotency: Idempotency | None) -> StoredRun:
    if idempotency is not None:
        earlier = _find_replay(connection, idempotency)
        if earlier is not None:
            return earlier
    named = list(dict.fromkeys(item.digest for item in record.attachments))
    durable = _find_blobs(connection, named)
    for digest in named:
        if digest not in durable:
            raise AttachmentNotFoundError(digest.sha256, where="attachments")
    if connection.execute(_RUN_INDEX, {"id": record.run_id.text}).one_or_none() is not None:
        raise RunExistsError(record.run_id.text)
    document = StoredDocument(
        kind="run",
        record_id=record.run_id.text,
        run_id=record.run_id,
        ordinal=0,
        partition=record.index.created_at_utc[:10],
        document=record.document,
        sha256=record.digest.sha256,
        previous_sha256="",
    )
    seq = _insert_document(connection, document)
    connection.execute(tables.runs.insert(), {"run_id": record.run_id.text, "seq": seq, **asdict(record.index)})
    if idempotency is not None:
        connection.execute(
            tables.idempotency_keys.insert(),
            {
                "key": idempotency.key,
                "payload_sha256": idempotency.payload_sha256,
                "run_id": record.run_id.text,
                "created_at_utc": record.index.created_at_utc,
            },
        )
    return StoredRun(document, ())


def _append(
    connection: sa.Connection, run_id: RunId, *, kind: str, record_id: str, compose: FactComposer
) -> StoredDocument:
    documents = _get(connection, run_id).documents
    for document in documents:
        if (document.kind, document.record_id) == (kind, record_id):
            return document
    last = documents[-1]
    data = compose(last.ordinal + 1, last.sha256)
    document = StoredDocument(
        kind=kind,
        record_id=record_id,
        run_id=run_id,
        ordinal=last.ordinal + 1,
        partition=last.partition,
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=last.sha256,
    )
    _insert_document(connection, document)
    return document


def _insert_document(connection: sa.Connection, document: StoredDocument) -> int:
    result = connection.execute(
        tables.ledger.insert(),
        {
            "kind": document.kind,
            "record_id": document.record_id,
            "run_id": document.run_id.text,
            "ordinal": document.ordinal,
            "partition": document.partition,
            "document": document.document,
            "sha256": document.sha256,
            "previous_sha256": document.previous_sha256,
        },
    )
    key = result.inserted_primary_key
    assert key is not None  # every back end returns the key of a single inserted row
    return int(key[0])


def _get(connection: sa.Connection, run_id: RunId) -> StoredRun:
    rows = connection.execute(_RUN_DOCUMENTS, {"id": run_id.text}).all()
    if not rows:
        raise RunNotFoundError(run_id.text)
    documents = [read_document_row(row) for row in rows]
    return StoredRun(documents[0], documents[1:])


def read_document_row(row: Any) -> StoredDocument:
    """The stored document of a row with the columns of `document_columns`."""
    kind, record_id, run_id, *rest = row
    return StoredDocument(kind, record_id, RunId(run_id), *rest)


document_columns = _DOCUMENT


def _find_replay(connection: sa.Connection, idempotency: Idempotency) -> StoredRun | None:
    row = connection.execute(_KEY, {"wanted": idempotency.key}).one_or_none()
    if row is None:
        return None
    if row.payload_sha256 != idempotency.payload_sha256:
        raise IdempotencyKeyReusedError(
            key=idempotency.key, recorded_sha256=row.payload_sha256, given_sha256=idempotency.payload_sha256
        )
    return _get(connection, RunId(row.run_id))


def _add_blob(connection: sa.Connection, blob: Blob, created_at_utc: str) -> None:
    if blob.digest in _find_blobs(connection, [blob.digest]):
        return
    connection.execute(
        tables.blobs.insert(),
        {
            "sha256": blob.digest.sha256,
            "size_bytes": blob.size_bytes,
            "chunk_sha256": b"".join(blob.chunk_sha256),
            "created_at_utc": created_at_utc,
        },
    )


def _find_blobs(connection: sa.Connection, digests: Sequence[Digest]) -> dict[Digest, Blob]:
    if not digests:
        return {}
    wanted = [digest.sha256 for digest in digests]
    columns = tables.blobs.c
    query = sa.select(columns.sha256, columns.size_bytes, columns.chunk_sha256).where(columns.sha256.in_(wanted))
    blobs = [Blob(Digest(row[0]), row[1], _split(row[2])) for row in connection.execute(query)]
    return {blob.digest: blob for blob in blobs}


def _split(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[start : start + _DIGEST_BYTES] for start in range(0, len(joined), _DIGEST_BYTES))


def _scan(connection: sa.Connection, query: ListQuery) -> list[ListedRun]:
    columns = tables.runs.c
    statement = sa.select(columns.run_id, tables.ledger.c.document, tables.ledger.c.sha256, *_INDEX).join(
        tables.ledger, columns.seq == tables.ledger.c.seq
    )
    if query.condition is not None:
        statement = statement.where(condition_of(query.condition))
    position = sa.tuple_(columns.created_at_utc, columns.run_id)
    if query.after is not None:
        after = sa.tuple_(sa.literal(query.after[0]), sa.literal(query.after[1]))
        statement = statement.where(position < after if query.newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if query.newest_first else column.asc() for column in order))
    return [
        ListedRun(
            run_id=RunId(row[0]),
            index=RunIndex(*row[3:]),
            sha256=row[2],
            intact=canonical_json.sha256_hex(row[1]) == row[2],
        )
        for row in connection.execute(statement.limit(query.size))
    ]
