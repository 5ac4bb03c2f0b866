"""The ledger that a server reads through: it checks what comes, and does not read twice what the database vouches for.

* a document that does not have its digest goes to nobody
* a row of a list is kept under the version that the database names in every page
* the head of a run is kept once it is recorded, and after every record that follows it; the database stores an
  amendment only after the newest one, so that a head others have added to since is noticed there

Nothing here depends on being the only one who writes.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence

from foundation import canonical_json
from foundation.byte_budget_cache import ByteBudgetCache
from foundation.errors import ServiceError
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.run import Idempotency, RecordComposer, RunRecord
from runs_svc.domain.runs.run_head import RunHead, head_of
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import Ledger, LedgerEntry, ListedRun, ListQuery, RunPlace, StoredRun

_ROW_BYTES = 3 * 1024
"""What a row takes of memory, about."""
_HEAD_BYTES, _AMENDMENT_BYTES = 1_024, 200
"""What a head takes, and each amendment that it counts the key of."""


class CachingLedger:
    """A ledger in front of another. Used from the event loop alone."""

    def __init__(self, ledger: Ledger, *, most_bytes: int) -> None:
        self._ledger = ledger
        self._rows: ByteBudgetCache[tuple[str, str], ListedRun] = ByteBudgetCache(most_bytes // 2)
        self._heads: ByteBudgetCache[str, RunHead] = ByteBudgetCache(most_bytes // 2)

    async def create(self, record: RunRecord) -> StoredRun:
        stored = await self._ledger.create(record)
        self._keep_new(stored)
        return stored

    async def create_all(self, records: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
        outcomes = await self._ledger.create_all(records)
        for outcome in outcomes:
            if isinstance(outcome, StoredRun):
                self._keep_new(outcome)
        return outcomes

    async def append(
        self,
        run_id: RunId,
        *,
        kind: str,
        record_id: str,
        compose: RecordComposer,
        expected_head: ChainHead | None = None,
    ) -> StoredDocument:
        stored = await self._ledger.append(
            run_id, kind=kind, record_id=record_id, compose=compose, expected_head=expected_head
        )
        head = self._heads.get(run_id.text)
        if head is not None and head.newest.sha256 == stored.previous_sha256:
            self._keep(head.with_amendment(stored))
        else:
            self._heads.forget(run_id.text)
        return stored

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        return await self._ledger.find_replay(idempotency)

    async def get(self, run_id: RunId) -> StoredRun:
        stored = await self._ledger.get(run_id)
        for document in stored.documents:
            if not hmac.compare_digest(canonical_json.sha256_hex(document.document), document.sha256):
                raise RunCorruptError(document.subject_id)
        return stored

    async def reread(self, run_id: RunId) -> StoredRun:
        return await self._ledger.reread(run_id)

    async def head(self, run_id: RunId) -> RunHead:
        head = self._heads.get(run_id.text)
        if head is None:
            head = await self._ledger.head(run_id)
            self._keep(head)
        return head

    def _keep_new(self, stored: StoredRun) -> None:
        """What was just recorded is what is amended next."""
        if not stored.amendments:
            self._keep(head_of(stored.documents))

    def _keep(self, head: RunHead) -> None:
        self._heads.keep(head.run_id, head, _HEAD_BYTES + _AMENDMENT_BYTES * len(head.keys))

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        return await self.rows(await self.places(query))

    async def places(self, query: ListQuery) -> Sequence[RunPlace]:
        return await self._ledger.places(query)

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        known = [self._rows.get((place.run_id, place.version)) for place in places]
        unknown = [place for place, row in zip(places, known, strict=True) if row is None]
        if not unknown:
            return [row for row in known if row is not None]
        read = iter(await self._ledger.rows(unknown))
        return [row or self._kept(place, next(read)) for place, row in zip(places, known, strict=True)]

    def _kept(self, place: RunPlace, row: ListedRun) -> ListedRun:
        if row.intact and row.version == place.version:
            self._rows.keep((place.run_id, place.version), row, _ROW_BYTES)
        return row

    async def count(self, condition: Filter | None) -> int:
        return await self._ledger.count(condition)

    async def get_index(self, run_id: RunId) -> RunIndex:
        return await self._ledger.get_index(run_id)

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        return await self._ledger.entries(condition, after=after, size=size)

    async def newest_entry(self) -> int:
        return await self._ledger.newest_entry()

    async def entry_sha256(self, place: int) -> str:
        return await self._ledger.entry_sha256(place)

    def next_commit(self) -> asyncio.Event:
        return self._ledger.next_commit()

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        await self._ledger.add_blob(blob, created_at_utc=created_at_utc)

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return await self._ledger.find_blobs(digests)
