"""The ledger on SQL: uniqueness and order are decided by the database, in one transaction with the record."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
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
from runs_svc.domain.filters import Filter
from runs_svc.domain.gate import GateDecision
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.run import FactComposer, RunIndex, RunRecord
from runs_svc.ports import Idempotency, LedgerEntry, ListedRun, ListQuery, StoredDocument, StoredRun

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
_INDEX_NAMES = tuple(item.name for item in fields(RunIndex))
_INDEX = tuple(tables.runs.c[name] for name in _INDEX_NAMES)
_RUN_DOCUMENTS = (
    sa.select(*_DOCUMENT).where(tables.ledger.c.run_id == sa.bindparam("id")).order_by(tables.ledger.c.ordinal)
)
_RUN_INDEX = sa.select(*_INDEX).where(tables.runs.c.run_id == sa.bindparam("id"))
_KEY = sa.select(tables.idempotency_keys).where(tables.idempotency_keys.c.key == sa.bindparam("wanted"))
_NEWEST = sa.select(sa.func.max(tables.ledger.c.seq))
_DIGEST_BYTES = 32


class SqlLedger:
    """Documents in a SQL database. Single-row reads run on the event loop, lists in a thread, writes in groups."""

    def __init__(
        self,
        url: str,
        *,
        on_commit: Callable[[], None] = lambda: None,
        on_broken: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._commits = GroupCommit(open_writer(url), on_commit=self._tell, on_broken=on_broken)
        self._on_commit = on_commit
        self._next_commit = asyncio.Event()
        reader = open_reader(url)
        self._on_loop = reader.connect()
        self._in_thread = reader.connect()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-read")

    async def close(self) -> None:
        await self._commits.close()
        self._threads.shutdown()
        self._on_loop.close()
        self._in_thread.close()

    async def create(self, record: RunRecord, *, idempotency: Idempotency | None) -> StoredRun:
        return await self._commits.submit(_create_all, _NewRun(record, idempotency))

    async def append(self, run_id: RunId, *, kind: str, record_id: str, compose: FactComposer) -> StoredDocument:
        return await self._commits.submit(_append_all, _NewFact(run_id, kind, record_id, compose))

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

    async def count(self, condition: Filter | None) -> int:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _count, self._in_thread, condition)

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _entries, self._in_thread, condition, after, size)

    async def newest_entry(self) -> int:
        return int(self._on_loop.execute(_NEWEST).scalar_one_or_none() or 0)

    def next_commit(self) -> asyncio.Event:
        return self._next_commit

    def _tell(self) -> None:
        self._on_commit()
        self._next_commit.set()
        self._next_commit = asyncio.Event()

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        await self._commits.submit(_add_blobs, (blob, created_at_utc))

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return _find_blobs(self._on_loop, digests)


@dataclass(frozen=True, slots=True)
class _NewRun:
    """A run to be created."""

    record: RunRecord
    idempotency: Idempotency | None


@dataclass(frozen=True, slots=True)
class _NewFact:
    """A later fact to be appended."""

    run_id: RunId
    kind: str
    record_id: str
    compose: FactComposer


def _create_all(connection: sa.Connection, items: Sequence[_NewRun]) -> Sequence[StoredRun]:
    """Create runs, all in a few statements.

    A single one is looked at first, so that what is wrong with it can be told; several are inserted, and the database
    refuses what is wrong with any of them.
    """
    if len(items) == 1 and (earlier := _examine(connection, items[0])) is not None:
        return [earlier]
    if len(items) > 1:
        _refuse_together(connection, items)
    documents = [_run_document(item.record) for item in items]
    _insert_documents(connection, documents)
    connection.execute(tables.runs.insert(), [_index_row(item.record) for item in items])
    keys = [_key_row(item.record, item.idempotency) for item in items if item.idempotency is not None]
    if keys:
        connection.execute(tables.idempotency_keys.insert(), keys)
    return [StoredRun(document, ()) for document in documents]


def _examine(connection: sa.Connection, item: _NewRun) -> StoredRun | None:
    """The run recorded under the same key; otherwise what stands in the way of this one is raised."""
    if item.idempotency is not None and (earlier := _find_replay(connection, item.idempotency)) is not None:
        return earlier
    named = [attachment.digest for attachment in item.record.attachments]
    durable = _find_blobs(connection, named)
    for digest in named:
        if digest not in durable:
            raise AttachmentNotFoundError(digest.sha256, where="attachments")
    if connection.execute(_RUN_INDEX, {"id": item.record.run_id.text}).one_or_none() is not None:
        raise RunExistsError(item.record.run_id.text)
    return None


class _NotTogetherError(Exception):
    """Some of these items need a look of their own."""


def _refuse_together(connection: sa.Connection, items: Sequence[_NewRun]) -> None:
    """Keys and ids are guarded by the database; blobs that a record names are not."""
    named = {attachment.digest for item in items for attachment in item.record.attachments}
    if len(_find_blobs(connection, list(named))) != len(named):
        raise _NotTogetherError


def _run_document(record: RunRecord) -> StoredDocument:
    return StoredDocument(
        kind="run",
        record_id=record.run_id.text,
        run_id=record.run_id,
        ordinal=0,
        partition=record.index.created_at_utc[:10],
        document=record.document,
        sha256=record.digest.sha256,
        previous_sha256="",
    )


def _index_row(record: RunRecord) -> dict[str, Any]:
    index = record.index
    return {"run_id": record.run_id.text, **{name: getattr(index, name) for name in _INDEX_NAMES}}


def _key_row(record: RunRecord, idempotency: Idempotency) -> dict[str, Any]:
    return {
        "key": idempotency.key,
        "payload_sha256": idempotency.payload_sha256,
        "run_id": record.run_id.text,
        "created_at_utc": record.index.created_at_utc,
    }


def _append_all(connection: sa.Connection, items: Sequence[_NewFact]) -> Sequence[StoredDocument]:
    return [_append(connection, item) for item in items]


def _append(connection: sa.Connection, item: _NewFact) -> StoredDocument:
    documents = _get(connection, item.run_id).documents
    for document in documents:
        if (document.kind, document.record_id) == (item.kind, item.record_id):
            return document
    last = documents[-1]
    data = item.compose(last.ordinal + 1, last.sha256)
    added = StoredDocument(
        kind=item.kind,
        record_id=item.record_id,
        run_id=item.run_id,
        ordinal=last.ordinal + 1,
        partition=last.partition,
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=last.sha256,
    )
    _insert_documents(connection, [added])
    if item.kind == "override":
        overridden = tables.runs.update().where(tables.runs.c.run_id == item.run_id.text)
        connection.execute(overridden.values(gate_decision=GateDecision.OVERRIDDEN.value))
    return added


def _insert_documents(connection: sa.Connection, documents: Sequence[StoredDocument]) -> None:
    rows = [
        {
            "kind": document.kind,
            "record_id": document.record_id,
            "run_id": document.run_id.text,
            "ordinal": document.ordinal,
            "partition": document.partition,
            "document": document.document,
            "sha256": document.sha256,
            "previous_sha256": document.previous_sha256,
        }
        for document in documents
    ]
    connection.execute(tables.ledger.insert(), rows)


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


def _add_blobs(connection: sa.Connection, items: Sequence[tuple[Blob, str]]) -> Sequence[None]:
    known = _find_blobs(connection, [blob.digest for blob, _ in items])
    rows = {
        blob.digest: {
            "sha256": blob.digest.sha256,
            "size_bytes": blob.size_bytes,
            "chunk_sha256": b"".join(blob.chunk_sha256),
            "created_at_utc": created_at_utc,
        }
        for blob, created_at_utc in items
        if blob.digest not in known
    }
    if rows:
        connection.execute(tables.blobs.insert(), list(rows.values()))
    return [None] * len(items)


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


def _count(connection: sa.Connection, condition: Filter | None) -> int:
    statement = sa.select(sa.func.count()).select_from(tables.runs)
    if condition is not None:
        statement = statement.where(condition_of(condition))
    return int(connection.execute(statement).scalar_one())


def _scan(connection: sa.Connection, query: ListQuery) -> list[ListedRun]:
    columns = tables.runs.c
    statement = sa.select(columns.run_id, tables.ledger.c.document, tables.ledger.c.sha256, *_INDEX).join(
        tables.ledger, sa.and_(columns.run_id == tables.ledger.c.run_id, tables.ledger.c.ordinal == 0)
    )
    if query.condition is not None:
        statement = statement.where(condition_of(query.condition))
    position = sa.tuple_(columns.created_at_utc, columns.run_id)
    if query.after is not None:
        after = sa.tuple_(sa.literal(query.after[0]), sa.literal(query.after[1]))
        statement = statement.where(position < after if query.newest_first else position > after)
    order = (columns.created_at_utc, columns.run_id)
    statement = statement.order_by(*(column.desc() if query.newest_first else column.asc() for column in order))
    return [_listed(row) for row in connection.execute(statement.limit(query.size))]


def _listed(row: Any) -> ListedRun:
    """From run id, document, digest and the index columns."""
    intact = canonical_json.sha256_hex(row[1]) == row[2]
    return ListedRun(run_id=RunId(row[0]), index=RunIndex(*row[3:]), sha256=row[2], intact=intact)


def _entries(connection: sa.Connection, condition: Filter | None, after: int, size: int) -> list[LedgerEntry]:
    entry, run = tables.ledger.alias(), tables.ledger
    statement = (
        sa.select(
            entry.c.seq,
            entry.c.kind,
            entry.c.ordinal,
            entry.c.sha256,
            run.c.run_id,
            run.c.document,
            run.c.sha256,
            *_INDEX,
        )
        .join(tables.runs, tables.runs.c.run_id == entry.c.run_id)
        .join(run, sa.and_(run.c.run_id == entry.c.run_id, run.c.ordinal == 0))
        .where(entry.c.seq > after)
    )
    if condition is not None:
        statement = statement.where(condition_of(condition))
    rows = connection.execute(statement.order_by(entry.c.seq).limit(size))
    return [LedgerEntry(row[0], row[1], row[2], row[3], _listed(row[4:])) for row in rows]
