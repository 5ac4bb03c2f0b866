"""The ledger on SQL: uniqueness and order are decided by the database, in one transaction with the record."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from foundation import canonical_json
from foundation.errors import ServiceError
from runs_svc.adapters.sql import blob_rows, tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_found_row
from runs_svc.adapters.sql.run_documents import RUN_DOCUMENTS, read_run_rows, values_for
from runs_svc.adapters.sql.run_lists import count
from runs_svc.adapters.sql.run_rows import ROW_NAMES, index_row
from runs_svc.adapters.sqlite.connections import LongReadError, SqliteDatabase
from runs_svc.adapters.sqlite.corruption import UNREADABLE
from runs_svc.adapters.sqlite.new_documents import insert_documents
from runs_svc.adapters.sqlite.prepared_statements import PreparedInsert, PreparedQuery
from runs_svc.adapters.sqlite.run_lists import find_entries, find_places
from runs_svc.adapters.sqlite.run_rows import find_index, read_rows
from runs_svc.domain.errors import (
    AttachmentNotFoundError,
    IdempotencyKeyReusedError,
    RunCorruptError,
    RunExistsError,
    RunNotFoundError,
)
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.amendments import changes_index, index_after
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.run import Idempotency, RecordComposer, RunRecord
from runs_svc.domain.runs.run_head import RunHead, head_of
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.domain.runs.stored_run import document_of
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery, RunPlace, StoredRun

_RUN_DOCUMENTS = PreparedQuery(RUN_DOCUMENTS)
_LAST_DOCUMENT = PreparedQuery(
    sa.select(*DOCUMENT_COLUMNS)
    .where(tables.ledger.c.subject_id == sa.bindparam("id"))
    .order_by(tables.ledger.c.ordinal.desc())
    .limit(1)
)
_AMENDMENT = PreparedQuery(
    sa.select(*DOCUMENT_COLUMNS).where(
        tables.ledger.c.kind == sa.bindparam("wanted"), tables.ledger.c.record_id == sa.bindparam("id")
    )
)
_NEXT_DOCUMENT = PreparedQuery(
    sa.select(*DOCUMENT_COLUMNS).where(
        tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == sa.bindparam("place")
    )
)
_KEY = PreparedQuery(
    sa.select(tables.idempotency_keys.c.payload_sha256, tables.idempotency_keys.c.run_id).where(
        tables.idempotency_keys.c.key == sa.bindparam("wanted")
    )
)
_NEW_RUNS = PreparedInsert(tables.runs, ROW_NAMES)
_NEW_KEYS = PreparedInsert(tables.idempotency_keys, ("key", "payload_sha256", "run_id", "created_at_utc"))
_SHORT_PAGE = 51
"""Runs that are read on the event loop: a usual page, and the one after it."""
_NEWEST = sa.select(sa.func.max(tables.ledger.c.seq))
_DIGEST = sa.select(tables.ledger.c.sha256).where(tables.ledger.c.seq == sa.bindparam("place"))


class SqliteLedger:
    """Runs and their amendments in a SQL database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self.database = database

    async def create(self, record: RunRecord) -> StoredRun:
        return await self.database.write(_create_all, record)

    async def create_all(self, records: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
        return await self.database.write_all(_create_all, records)

    async def append(
        self,
        run_id: RunId,
        *,
        kind: str,
        record_id: str,
        compose: RecordComposer,
        expected_head: ChainHead | None = None,
    ) -> StoredDocument:
        amendment = _NewAmendment(run_id, kind, record_id, compose, expected_head)
        return await self.database.write(_append_all, amendment)

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        return _find_replay(self.database.on_loop, idempotency)

    async def get(self, run_id: RunId) -> StoredRun:
        return _get(self.database.on_loop, run_id)

    async def reread(self, run_id: RunId) -> StoredRun:
        return _get(self.database.on_loop, run_id)

    async def head(self, run_id: RunId) -> RunHead:
        return head_of(_get(self.database.on_loop, run_id).documents)

    async def get_index(self, run_id: RunId) -> RunIndex:
        index = find_index(self.database.on_loop, run_id.text)
        if index is None:
            raise RunNotFoundError(run_id.text)
        return index

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        return await self.rows(await self.places(query))

    async def places(self, query: ListQuery) -> Sequence[RunPlace]:
        if query.size <= _SHORT_PAGE:
            with suppress(LongReadError):
                return self.database.read_at_once(find_places, query)
        with suppress(LongReadError):
            return await self.database.read_page(find_places, query)
        return await self.database.read_all(find_places, query)

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        if len(places) <= _SHORT_PAGE:
            with suppress(LongReadError):
                return self.database.read_at_once(read_rows, places)
        return await self.database.read(read_rows, places)

    async def count(self, condition: Filter | None) -> int:
        return await self.database.read_all(count, condition)

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        return await self.database.read(find_entries, condition, after, size)

    async def newest_entry(self) -> int:
        return int(self.database.on_loop.execute(_NEWEST).scalar_one_or_none() or 0)

    async def entry_sha256(self, place: int) -> str:
        found = self.database.on_loop.execute(_DIGEST, {"place": place}).scalar_one_or_none()
        return str(found or "")

    def next_commit(self) -> asyncio.Event:
        return self.database.next_commit()

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        await self.database.write(blob_rows.add_blobs, (blob, created_at_utc))

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return blob_rows.find_blobs(self.database.on_loop, digests)


class _NewAmendment(NamedTuple):
    """An amendment to be appended."""

    run_id: RunId
    kind: str
    record_id: str
    compose: RecordComposer
    expected_head: ChainHead | None


def _create_all(connection: sa.Connection, items: Sequence[RunRecord]) -> Sequence[StoredRun]:
    """Create runs, all in a few statements.

    A single one is checked first, so that its error can name what is wrong; several are inserted, and the database
    refuses what is wrong with any of them.
    """
    if len(items) == 1 and (earlier := _examine(connection, items[0])) is not None:
        return [earlier]
    if len(items) > 1:
        _refuse_together(connection, items)
    documents = [document_of(item) for item in items]
    insert_documents(connection, documents)
    _NEW_RUNS.run(connection, [index_row(item.run_id.text, item.index) for item in items])
    keys = [_key_row(item.run_id.text, item.index, item.idempotency) for item in items if item.idempotency is not None]
    _NEW_KEYS.run(connection, keys)
    return [StoredRun(document, ()) for document in documents]


def _examine(connection: sa.Connection, item: RunRecord) -> StoredRun | None:
    """The run recorded under the same key; otherwise what stands in the way of this one is raised."""
    if item.idempotency is not None and (earlier := _find_replay(connection, item.idempotency)) is not None:
        return earlier
    named = [attachment.digest for attachment in item.attachments]
    durable = blob_rows.find_blobs(connection, named)
    for digest in named:
        if digest not in durable:
            raise AttachmentNotFoundError(digest.sha256, where="attachments")
    if find_index(connection, item.run_id.text) is not None:
        raise RunExistsError(item.run_id.text)
    return None


class _NotTogetherError(Exception):
    """Some of these items need a look of their own."""


def _refuse_together(connection: sa.Connection, items: Sequence[RunRecord]) -> None:
    """Keys and ids are guarded by the database; blobs that a record names are not."""
    named = {attachment.digest for item in items for attachment in item.attachments}
    if len(blob_rows.find_blobs(connection, list(named))) != len(named):
        raise _NotTogetherError


def _key_row(run_id: str, index: RunIndex, idempotency: Idempotency) -> Sequence[str]:
    """A caller's key, as the database keeps it: in the order of `_NEW_KEYS`."""
    return (idempotency.key, idempotency.payload_sha256, run_id, index.created_at_utc)


def _append_all(connection: sa.Connection, items: Sequence[_NewAmendment]) -> Sequence[StoredDocument]:
    """Append amendments. Several with an expected head are inserted in one statement; where the database refuses one
    of them, each is tried alone.
    """
    if len(items) == 1:
        (item,) = items
        return [_append(connection, item) if item.expected_head is None else _append_after_head(connection, item)]
    placed = {
        index: _placed(item, item.expected_head) for index, item in enumerate(items) if item.expected_head is not None
    }
    insert_documents(connection, list(placed.values()))
    added = []
    for index, item in enumerate(items):
        if index in placed:
            _follow(connection, item.run_id, placed[index])
            added.append(placed[index])
        else:
            added.append(_append(connection, item))
    return added


def _append(connection: sa.Connection, item: _NewAmendment) -> StoredDocument:
    for row in _rows(_AMENDMENT, connection, item.run_id.text, wanted=item.kind, id=item.record_id):
        return read_found_row(row)
    rows = _rows(_LAST_DOCUMENT, connection, item.run_id.text, id=item.run_id.text)
    if not rows:
        raise RunNotFoundError(item.run_id.text)
    return _insert_amendment(connection, item, read_found_row(rows[0]).end)


def _append_after_head(connection: sa.Connection, item: _NewAmendment) -> StoredDocument:
    """Nothing is read: the database lets one record only follow another."""
    assert item.expected_head is not None
    try:
        return _insert_amendment(connection, item, item.expected_head)
    except sa.exc.IntegrityError:
        about, next_ordinal = item.run_id.text, item.expected_head.ordinal + 1
        rows = _rows(_AMENDMENT, connection, about, wanted=item.kind, id=item.record_id)
        (row,) = rows or _rows(_NEXT_DOCUMENT, connection, about, id=about, place=next_ordinal)
        return read_found_row(row)


def _insert_amendment(connection: sa.Connection, item: _NewAmendment, last: ChainHead) -> StoredDocument:
    added = _placed(item, last)
    insert_documents(connection, [added])
    _follow(connection, item.run_id, added)
    return added


def _placed(item: _NewAmendment, last: ChainHead) -> StoredDocument:
    """An amendment after an expected head."""
    data = item.compose(last.ordinal + 1, last.sha256)
    return StoredDocument(
        kind=item.kind,
        record_id=item.record_id,
        subject_id=item.run_id.text,
        ordinal=last.ordinal + 1,
        partition=last.partition,
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=last.sha256,
    )


def _follow(connection: sa.Connection, run_id: RunId, added: StoredDocument) -> None:
    """Update the index fields of a run after an amendment."""
    amendment = orjson.loads(added.document)
    if not changes_index(amendment):
        return
    before = find_index(connection, run_id.text)
    if before is None:
        raise RunCorruptError(run_id.text)
    after = index_after(before, amendment)
    if after != before:
        changed = tables.runs.update().where(tables.runs.c.run_id == run_id.text)
        connection.execute(changed.values(dict(zip(ROW_NAMES, index_row(run_id.text, after), strict=True))))


def _get(connection: sa.Connection, run_id: RunId) -> StoredRun:
    return read_run_rows(run_id, _rows(_RUN_DOCUMENTS, connection, run_id.text, **values_for(run_id)))


def _rows(query: PreparedQuery, connection: sa.Connection, about: str, **values: str | int) -> list[tuple[Any, ...]]:
    """Rows about a run, or about a key.

    Raises:
        RunCorruptError: They cannot be read.
    """
    try:
        return query.rows(connection, **values)
    except UNREADABLE as error:
        raise RunCorruptError(about) from error


def _find_replay(connection: sa.Connection, idempotency: Idempotency) -> StoredRun | None:
    rows = _rows(_KEY, connection, f"the key {idempotency.key}", wanted=idempotency.key)
    if not rows:
        return None
    payload_sha256, run_id = rows[0]
    earlier = _get(connection, RunId(run_id))
    if not idempotency.is_bound(payload_sha256, lambda: earlier.run.document):
        raise IdempotencyKeyReusedError(
            key=idempotency.key, recorded_sha256=payload_sha256, given_sha256=idempotency.payload_sha256
        )
    return earlier
