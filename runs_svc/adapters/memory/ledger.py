"""Every port in memory: for tests and demonstrations. It keeps the same promises, except surviving the process."""

import asyncio
import datetime
import hashlib
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from foundation.errors import ServiceError
from runs_svc.adapters.memory.filters import matches
from runs_svc.domain.errors import (
    AttachmentCorruptError,
    AttachmentNotFoundError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    OffsetOutOfRangeError,
    RunExistsError,
    RunNotFoundError,
    UploadInProgressError,
)
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.amendments import index_after
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import Report, read_report
from runs_svc.domain.runs.run import Idempotency, RecordComposer, RunRecord
from runs_svc.domain.runs.run_head import RunHead, head_of
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import (
    Explanation,
    FeasibilityUnavailableError,
    LedgerEntry,
    ListedRun,
    ListQuery,
    RunPlace,
    StoredRun,
)


class MemoryLedger:
    """Documents in a dictionary."""

    def __init__(self) -> None:
        self.documents: dict[RunId, list[StoredDocument]] = {}
        self._indexes: dict[RunId, RunIndex] = {}
        self._keys: dict[str, tuple[str, RunId]] = {}
        self._blobs: dict[Digest, Blob] = {}
        self._order: list[StoredDocument] = []
        self._next_commit = asyncio.Event()

    async def create(self, record: RunRecord) -> StoredRun:
        idempotency = record.idempotency
        if idempotency is not None and (earlier := await self.find_replay(idempotency)):
            return earlier
        for item in record.attachments:
            if item.digest not in self._blobs:
                raise AttachmentNotFoundError(item.digest.sha256, where="attachments")
        if record.run_id in self.documents:
            raise RunExistsError(record.run_id.text)
        document = StoredDocument(
            kind="run",
            record_id=record.run_id.text,
            subject_id=record.run_id.text,
            ordinal=0,
            partition=record.index.created_at_utc[:10],
            document=record.document,
            sha256=record.digest.sha256,
            previous_sha256="",
        )
        self.documents[record.run_id] = [document]
        self._indexes[record.run_id] = record.index
        self._recorded(document)
        if idempotency is not None:
            self._keys[idempotency.key] = (idempotency.payload_sha256, record.run_id)
        return StoredRun(document, ())

    async def create_all(self, records: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
        outcomes: list[StoredRun | ServiceError] = []
        for record in records:
            try:
                outcomes.append(await self.create(record))
            except ServiceError as error:
                outcomes.append(error)
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
        documents = self._documents_of(run_id)
        for document in documents:
            if (document.kind, document.record_id) == (kind, record_id):
                return document
        last = documents[-1]
        if expected_head is not None and expected_head.ordinal < last.ordinal:
            return documents[expected_head.ordinal + 1]
        data = compose(last.ordinal + 1, last.sha256)
        added = StoredDocument(
            kind=kind,
            record_id=record_id,
            subject_id=run_id.text,
            ordinal=last.ordinal + 1,
            partition=last.partition,
            document=data,
            sha256=canonical_json.sha256_hex(data),
            previous_sha256=last.sha256,
        )
        documents.append(added)
        self._indexes[run_id] = index_after(self._indexes[run_id], orjson.loads(data))
        self._recorded(added)
        return added

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        if idempotency.key not in self._keys:
            return None
        recorded, run_id = self._keys[idempotency.key]
        earlier = await self.get(run_id)
        if not idempotency.is_bound(recorded, lambda: earlier.run.document):
            raise IdempotencyKeyReusedError(
                key=idempotency.key, recorded_sha256=recorded, given_sha256=idempotency.payload_sha256
            )
        return earlier

    async def get(self, run_id: RunId) -> StoredRun:
        documents = self._documents_of(run_id)
        return StoredRun(documents[0], tuple(documents[1:]))

    async def reread(self, run_id: RunId) -> StoredRun:
        return await self.get(run_id)

    async def head(self, run_id: RunId) -> RunHead:
        return head_of(self._documents_of(run_id))

    async def get_index(self, run_id: RunId) -> RunIndex:
        self._documents_of(run_id)
        return self._indexes[run_id]

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        return await self.rows(await self.places(query))

    async def places(self, query: ListQuery) -> Sequence[RunPlace]:
        found = sorted(
            ((index.created_at_utc, run_id.text), run_id, index)
            for run_id, index in self._indexes.items()
            if matches(query.condition, _row(run_id, index))
        )
        if query.newest_first:
            found.reverse()
        if query.after is not None:
            after = query.after
            found = [item for item in found if (item[0] < after if query.newest_first else item[0] > after)]
        return [RunPlace(run_id.text, index.created_at_utc, str(index)) for _, run_id, index in found[: query.size]]

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        return [self._listed(run_id, self._indexes[run_id]) for run_id in (RunId(place.run_id) for place in places)]

    async def count(self, condition: Filter | None) -> int:
        return sum(matches(condition, _row(run_id, index)) for run_id, index in self._indexes.items())

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        self._blobs.setdefault(blob.digest, blob)

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        return {digest: self._blobs[digest] for digest in digests if digest in self._blobs}

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        found = [
            LedgerEntry(place, item.kind, item.ordinal, item.sha256, self._listed(RunId(item.subject_id), index))
            for place, item in enumerate(self._order, start=1)
            if place > after
            and (index := self._indexes[RunId(item.subject_id)])
            and matches(condition, _row(RunId(item.subject_id), index))
        ]
        return found[:size]

    async def newest_entry(self) -> int:
        return len(self._order)

    async def entry_sha256(self, place: int) -> str:
        return self._order[place - 1].sha256 if 1 <= place <= len(self._order) else ""

    def next_commit(self) -> asyncio.Event:
        return self._next_commit

    def _recorded(self, document: StoredDocument) -> None:
        self._order.append(document)
        self._next_commit.set()
        self._next_commit = asyncio.Event()

    def _documents_of(self, run_id: RunId) -> list[StoredDocument]:
        if run_id not in self.documents:
            raise RunNotFoundError(run_id.text)
        return self.documents[run_id]

    def _listed(self, run_id: RunId, index: RunIndex) -> ListedRun:
        document = self.documents[run_id][0]
        intact = canonical_json.sha256_hex(document.document) == document.sha256
        return ListedRun(run_id, index, document.sha256, intact, str(index))


class MemoryUpload:
    """An upload into a byte array."""

    def __init__(self, store: "MemoryBlobStore", digest: Digest, size_bytes: int, kept: bytearray) -> None:
        self._store = store
        self._digest = digest
        self._size_bytes = size_bytes
        self._data = kept

    async def write(self, chunk: bytes) -> None:
        if len(self._data) + len(chunk) > self._size_bytes:
            self._store.partial.pop(self._digest, None)
            raise DigestMismatchError(f"more than the declared {self._size_bytes} bytes came")
        self._data.extend(chunk)

    async def commit(self) -> Blob:
        if len(self._data) < self._size_bytes:
            raise DigestMismatchError(f"the stream ended after {len(self._data)} of {self._size_bytes} bytes")
        data = bytes(self._data)
        self._store.partial.pop(self._digest, None)
        if hashlib.sha256(data).hexdigest() != self._digest.sha256:
            raise DigestMismatchError("the bytes do not have the declared sha256")
        self._store.blobs[self._digest] = data
        starts = range(0, len(data), CHUNK_DIGEST_BYTES)
        chunks = tuple(hashlib.sha256(data[start : start + CHUNK_DIGEST_BYTES]).digest() for start in starts)
        return Blob(self._digest, len(data), chunks)

    async def close(self) -> None:
        self._store.active.discard(self._digest)


class MemoryBlobStore:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self.blobs: dict[Digest, bytes] = {}
        self.partial: dict[Digest, bytearray] = {}
        self.active: set[Digest] = set()

    async def open_upload(self, digest: Digest, *, size_bytes: int, offset: int) -> MemoryUpload:
        if digest in self.active:
            raise UploadInProgressError(digest.sha256)
        kept = self.partial.setdefault(digest, bytearray())
        if offset > len(kept):
            raise OffsetOutOfRangeError(offset, len(kept))
        del kept[offset:]
        self.active.add(digest)
        return MemoryUpload(self, digest, size_bytes, kept)

    async def committed_bytes(self, digest: Digest) -> int:
        return len(self.partial.get(digest, b""))

    async def read(self, blob: Blob, *, offset: int) -> AsyncIterator[bytes]:
        data = self.blobs.get(blob.digest)
        if data is None or hashlib.sha256(data).hexdigest() != blob.digest.sha256:
            raise AttachmentCorruptError(blob.digest.sha256)
        if offset < len(data):
            yield data[offset:]

    async def is_there(self, blob: Blob) -> bool:
        return len(self.blobs.get(blob.digest, b"")) == blob.size_bytes

    async def digest_of(self, digest: Digest) -> str | None:
        data = self.blobs.get(digest)
        return None if data is None else hashlib.sha256(data).hexdigest()


def _row(run_id: RunId, index: RunIndex) -> Mapping[str, object]:
    """What a filter is held against."""
    return {**index._asdict(), "run_id": run_id.text}


class MemoryArchive:
    """An archive that publishes at once."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger

    async def find(self, document: StoredDocument) -> bytes | None:
        documents = self._ledger.documents.get(RunId(document.subject_id), [])
        return next((item.document for item in documents if item.ordinal == document.ordinal), None)

    async def is_pending(self, document: StoredDocument) -> bool:
        return False

    def lag(self) -> int:
        return 0


class FixedFeasibility:
    """A feasibility service that always gives the same report, or is away."""

    def __init__(self, report: JsonObject | None) -> None:
        self.report = report

    async def evaluate(self, inputs: Inputs, *, request_id: str, timeout_s: float) -> Report:
        if self.report is None:
            raise FeasibilityUnavailableError("away")
        return read_report({**self.report, "request_id": request_id})

    async def explain(self, inputs: Inputs, *, run_id: str, request_id: str, timeout_s: float) -> Explanation:
        if self.report is None:
            raise FeasibilityUnavailableError("away")
        return Explanation("as reported", str(self.report["overall_risk"]), inputs.engine_id, "fixed")


class SteppingClock:
    """A clock that moves on by one second each time it is read."""

    def __init__(self, start: datetime.datetime) -> None:
        self._next = start

    def now(self) -> datetime.datetime:
        current, self._next = self._next, self._next + datetime.timedelta(seconds=1)
        return current


class CountingIds:
    """Run ids 1, 2, 3 …"""

    def __init__(self, start: int = 1) -> None:
        self._numbers = itertools.count(start)

    def run_id(self) -> RunId:
        return RunId(self.fresh("run"))

    def fresh(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):012x}"
