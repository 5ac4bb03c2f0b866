"""Runs and their amendments, in the order they were recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from foundation.errors import ServiceError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.run import Idempotency, RecordComposer, RunRecord
from runs_svc.domain.runs.run_head import RunHead
from runs_svc.domain.runs.run_index import RunIndex


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run and all its amendments, in order."""

    run: StoredDocument
    amendments: Sequence[StoredDocument]

    @property
    def documents(self) -> Sequence[StoredDocument]:
        return (self.run, *self.amendments)

    @property
    def json_bytes(self) -> int:
        """The bytes of all documents."""
        return sum(len(document.document) for document in self.documents)


class RunPlace(NamedTuple):
    """Where a run stands in a list, and what names its row as it is stored now: another row, another version."""

    run_id: str
    created_at_utc: str
    version: str


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A row of a list. `intact` is False when the document or the row itself is altered, or not there any more.

    Of such a one nothing but where it stands in the list may be used.
    """

    run_id: RunId
    index: RunIndex
    sha256: str
    intact: bool
    version: str = ""
    """As in `RunPlace`; empty where what is shown follows from more than the row."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record by its place in the order of recording, and the current row of its run."""

    place: int
    kind: str
    ordinal: int
    sha256: str
    run: ListedRun


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A page of runs: at most `size` after a position (creation time and run id), newest or oldest first."""

    condition: Filter | None
    size: int
    newest_first: bool = True
    after: tuple[str, str] | None = None


class Ledger(Protocol):
    """The truth: documents in the order they were recorded. Nothing is ever changed or removed."""

    async def create(self, record: RunRecord) -> StoredRun:
        """Store a run, durably, before returning. Under a key seen before, the run recorded then.

        Raises:
            RunExistsError: The id is taken.
            IdempotencyKeyReusedError: The key is bound to another payload.
            AttachmentNotFoundError: The run names a blob that is not durable.
            StoreBusyError: No writes are accepted at the moment.
        """
        ...

    async def create_all(self, records: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
        """As `create` for each record, with what it would raise in the place of its run."""
        ...

    async def append(
        self,
        run_id: RunId,
        *,
        kind: str,
        record_id: str,
        compose: RecordComposer,
        expected_head: ChainHead | None = None,
    ) -> StoredDocument:
        """Store an amendment, durably, before returning. The same kind and record id twice: the first stays.

        `expected_head` is the newest record about the run as far as the caller knows: the amendment is stored only if
        it still is. Otherwise the record that another writer put after it is returned. Index fields of the run that the
        amendment changes are updated in the same transaction.

        Raises:
            RunNotFoundError: There is no such run.
            StoreBusyError: No writes are accepted at the moment.
        """
        ...

    async def find_replay(self, idempotency: Idempotency) -> StoredRun | None:
        """The run recorded under a key.

        Raises:
            IdempotencyKeyReusedError: The key is bound to another payload.
        """
        ...

    async def get(self, run_id: RunId) -> StoredRun:
        """A run with its amendments, as they are stored now.

        Raises:
            RunNotFoundError: There is no such run.
            RunCorruptError: It cannot be read, or a document does not have its digest.
        """
        ...

    async def head(self, run_id: RunId) -> RunHead:
        """The head of a run, perhaps one that others have added to since.

        Raises:
            As `get`.
        """
        ...

    async def reread(self, run_id: RunId) -> StoredRun:
        """As `get`, without a look at the digests: verification names each document that does not have its own.

        Raises:
            RunNotFoundError: There is no such run.
            RunCorruptError: It cannot be read.
        """
        ...

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        """A page of runs; those that cannot be read are in it too.

        Raises:
            StoreDamagedError: A part of the store cannot be read.
        """
        ...

    async def places(self, query: ListQuery) -> Sequence[RunPlace]:
        """Where the runs of a page stand, without the rows.

        Raises:
            As `scan`.
        """
        ...

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        """The rows at places, as they are stored now."""
        ...

    async def count(self, condition: Filter | None) -> int:
        """How many runs match; as many as the pages of `scan` hold."""
        ...

    async def get_index(self, run_id: RunId) -> RunIndex:
        """The index fields of a run.

        Raises:
            RunNotFoundError: There is no such run.
        """
        ...

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        """The next records after a place, of runs that match now; at most `size`.

        No record ever appears at a place below one that was returned.
        """
        ...

    async def newest_entry(self) -> int:
        """Place of the newest record; 0 in an empty ledger."""
        ...

    async def entry_sha256(self, place: int) -> str:
        """Digest of the record at a place; empty where there is none."""
        ...

    def next_commit(self) -> asyncio.Event:
        """Is set when something more has been recorded."""
        ...

    async def add_blob(self, blob: Blob, *, created_at_utc: str) -> None:
        """Note that a blob is durable. Noting it twice is harmless."""
        ...

    async def find_blobs(self, digests: Sequence[Digest]) -> Mapping[Digest, Blob]:
        """Those of the digests whose blobs are durable."""
        ...
