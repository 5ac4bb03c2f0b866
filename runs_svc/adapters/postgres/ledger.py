"""The ledger on PostgreSQL: uniqueness and order are decided in one transaction, of all servers, with the record."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.run_reads import (
    count_runs,
    find_entries,
    find_places,
    find_replay,
    get_index,
    get_run,
    read_rows,
)
from runs_svc.adapters.postgres.run_writes import NewAmendment, add_blobs, append_all, create_all
from runs_svc.adapters.postgres.transaction import HEAD
from runs_svc.adapters.sql import blob_rows, tables
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.run import Idempotency, RecordComposer, RunRecord
from runs_svc.domain.runs.run_head import RunHead, head_of
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import LedgerEntry, ListedRun, ListQuery, RunPlace, StoredRun

_NEWEST = sa.select(HEAD.c.place).where(HEAD.c.id == 1)
_DIGEST = sa.select(tables.ledger.c.sha256).where(tables.ledger.c.seq == sa.bindparam("place"))


class PostgresLedger:
    """Runs and their amendments in a PostgreSQL database."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database
        self._readers = database.readers

    async def create(self, record: RunRecord) -> StoredRun:
        return cast("StoredRun", await self.database.write(create_all, record))

    async def create_all(self, records: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
        return await self.database.write_all(create_all, records)

    async def append(
        self,
        run_id: RunId,
        *,
        kind: str,
        record_id: str,
        compose: RecordComposer,
        expected_head: ChainHead | None = None,
    ) -> StoredDocument:
        amendment = NewAmendment(run_id, kind, record_id, compose, expected_head)
        return cast("StoredDocument", await self.database.write(append_all, amendment))

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        return await self._readers.by_key(find_replay, idempotency)

    async def get(self, run_id: RunId) -> StoredRun:
        return await self._readers.by_key(get_run, run_id)

    async def reread(self, run_id: RunId) -> StoredRun:
        return await self._readers.by_key(get_run, run_id)

    async def head(self, run_id: RunId) -> RunHead:
        return head_of((await self._readers.by_key(get_run, run_id)).documents)

    async def get_index(self, run_id: RunId) -> RunIndex:
        return await self._readers.by_key(get_index, run_id)

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        return await self.rows(await self.places(query))

    async def places(self, query: ListQuery) -> Sequence[RunPlace]:
        return await self._readers.walk(find_places, query)

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        return await self._readers.by_key(read_rows, places)

    async def count(self, condition: Filter | None) -> int:
        return await self._readers.walk(count_runs, condition)

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        return await self._readers.walk(find_entries, condition, after, size)

    async def newest_entry(self) -> int:
        return await self._readers.by_key(lambda connection: int(connection.execute(_NEWEST).scalar_one()))

    async def entry_sha256(self, place: int) -> str:
        return await self._readers.by_key(
            lambda connection: str(connection.execute(_DIGEST, {"place": place}).scalar_one_or_none() or "")
        )

    def next_commit(self) -> asyncio.Event:
        return self.database.next_commit()

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        await self.database.write(add_blobs, (blob, created_at_utc))

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return await self._readers.by_key(blob_rows.find_blobs, digests)
