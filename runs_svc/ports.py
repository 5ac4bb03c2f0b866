"""What the rules need from outside. Every promise here is kept by each adapter and checked by one suite."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from rpckit.canonical_json import JsonObject
from runs_svc.domain.attachment import Blob
from runs_svc.domain.filters import Filter
from runs_svc.domain.history import NewVersion
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.run import FactComposer, RunIndex, RunRecord
from runs_svc.domain.setup_sheet import SetupSheet


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """Bytes as they were recorded, and the digest recorded with them. Unchecked: hash before use."""

    kind: str
    record_id: str
    subject_id: str
    """What it is about: a run id, or the id of a session, a pattern, a job."""
    ordinal: int
    partition: str
    document: bytes
    sha256: str
    previous_sha256: str


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run and every later fact about it, in order."""

    run: StoredDocument
    facts: Sequence[StoredDocument]

    @property
    def documents(self) -> Sequence[StoredDocument]:
        return (self.run, *self.facts)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key and the digest of the payload it is bound to."""

    key: str
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A line of a list. `intact` is False when the stored document no longer has its digest."""

    run_id: RunId
    index: RunIndex
    sha256: str
    intact: bool


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record by its place in the order of recording, and its run as it is found now."""

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

    async def create(self, record: RunRecord, *, idempotency: Idempotency | None) -> StoredRun:
        """Keep a run, durably, before returning. With a key seen before, the run recorded then.

        Raises:
            RunExistsError: The id is taken.
            IdempotencyKeyReusedError: The key is bound to another payload.
            AttachmentNotFoundError: The run names a blob that is not durable.
            StoreBusyError: No writes are accepted at the moment.
        """
        ...

    async def append(self, run_id: RunId, *, kind: str, record_id: str, compose: FactComposer) -> StoredDocument:
        """Keep a later fact, durably, before returning. The same kind and record id twice: the first stays.

        An override also shows in what the run is found by.

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
        """A run with its later facts.

        Raises:
            RunNotFoundError: There is no such run.
        """
        ...

    async def scan(self, query: ListQuery) -> Sequence[ListedRun]:
        """A page of runs."""
        ...

    async def count(self, condition: Filter | None) -> int:
        """How many runs match; as many as the pages of `scan` hold."""
        ...

    async def get_index(self, run_id: RunId) -> RunIndex:
        """What a run is found by.

        Raises:
            RunNotFoundError: There is no such run.
        """
        ...

    async def entries(self, condition: Filter | None, *, after: int, size: int) -> Sequence[LedgerEntry]:
        """The next records after a place, of runs that match now; at most `size`."""
        ...

    async def newest_entry(self) -> int:
        """Place of the newest record; 0 in an empty ledger."""
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


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A page of things of a kind, newest first or by a number: at most `size` after a position.

    The position is the number (only when ordered by one), the creation time and the subject id. Things without the
    number count as -1.
    """

    kind: str
    condition: Filter | None
    size: int
    after: "Position | None" = None
    order: str = ""
    """A number to order by; "" for the creation time."""
    descending: bool = True


Position = tuple[float, str, str]
"""Where a page ends: the number it is ordered by (0 when by time), the creation time and the subject id."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of how many numbers the least, the greatest and the mean are."""

    count: int
    least: float
    greatest: float
    mean: float


class Histories(Protocol):
    """Things with versions, in the same ledger as the runs. Nothing is ever changed or removed."""

    async def append(self, version: NewVersion) -> StoredDocument:
        """Keep the next version, durably, before returning.

        Raises:
            VersionTakenError: The thing has this version already, or not yet the one before.
            StoreBusyError: No writes are accepted at the moment.
        """
        ...

    async def newest(self, subject_id: str) -> StoredDocument | None:
        """The last version, if there is any."""
        ...

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        """Every version, oldest first."""
        ...

    async def scan(self, query: HistoryQuery) -> Sequence[tuple[Position, StoredDocument]]:
        """The last versions of a page of things, each with its position."""
        ...

    async def count(self, kind: str, condition: Filter | None) -> int:
        """How many things of a kind match; as many as the pages of `scan` hold."""
        ...

    async def tally(self, kind: str, field: str, condition: Filter | None) -> Mapping[str, int]:
        """How many things of a kind have each value of a field."""
        ...

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        """What the numbers in a field of the things of a kind span; None when none of them has one."""
        ...


class BlobUpload(Protocol):
    """Bytes on their way in. Leaving the context without `commit` keeps them for a later resumption."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            DigestMismatchError: More bytes than declared.
            StorageFullError: The disk is full.
        """
        ...

    async def commit(self) -> Blob:
        """Make the bytes durable and visible under their digest.

        Raises:
            DigestMismatchError: Size or digest differ from what was declared; what came is discarded.
        """
        ...

    async def close(self) -> None:
        """Let go of the upload; what was written stays for a resumption."""
        ...


class BlobStore(Protocol):
    """Bytes addressed by their own digest. Nothing is overwritten; wrong bytes are never handed out."""

    async def open_upload(self, digest: Digest, *, size_bytes: int, offset: int) -> BlobUpload:
        """Start or resume an upload.

        Raises:
            OffsetOutOfRangeError: The offset is not what is kept of an earlier upload.
            UploadInProgressError: Another upload of these bytes is under way.
            StorageFullError: The disk's reserve is reached.
        """
        ...

    async def committed_bytes(self, digest: Digest) -> int:
        """How much of an interrupted upload is kept."""
        ...

    def read(self, blob: Blob, *, offset: int) -> AsyncIterator[bytes]:
        """The bytes from an offset, each piece checked before it is handed out.

        Raises:
            AttachmentCorruptError: The bytes are altered or missing.
        """
        ...

    async def digest_of(self, digest: Digest) -> str | None:
        """The digest the stored bytes really have; None when they are missing."""
        ...


class Archive(Protocol):
    """The published tree of documents."""

    async def find(self, document: StoredDocument) -> bytes | None:
        """The published bytes of a document, if they are there."""
        ...

    def lag(self) -> int:
        """How many ledger entries are not yet published."""
        ...


class FeasibilityUnavailableError(Exception):
    """The feasibility service could not be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A computed text and who computed it."""

    summary: str
    text: str
    engine_id: str
    engine_version: str


class Feasibility(Protocol):
    """The service that computes verdicts."""

    async def evaluate(
        self, design: JsonObject, context: JsonObject, *, engine_id: str, request_id: str, timeout_s: float
    ) -> JsonObject:
        """The report as a JSON object.

        Raises:
            InvalidFieldsError: The service refused the inputs.
            CatalogueEntryNotFoundError: An id in the inputs names nothing.
            FeasibilityUnavailableError: The service is away, too slow or broken.
        """
        ...

    async def explain(
        self, design: JsonObject, context: JsonObject, *, engine_id: str, run_id: str, request_id: str, timeout_s: float
    ) -> Explanation:
        """The verdict in sentences.

        Raises:
            As `evaluate`.
        """
        ...


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime.datetime: ...


class IdSource(Protocol):
    """Fresh random ids."""

    def run_id(self) -> RunId: ...

    def fresh(self, prefix: str) -> str:
        """The prefix, an underscore and 12 hex digits."""
        ...


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A finished zip on disk, gone when it is closed."""

    filename: str
    size_bytes: int
    sha256: str
    entries: Sequence[str]
    content: IO[bytes]


class Pack(Protocol):
    """A zip being written. The same files give the same bytes."""

    async def add(self, name: str, content: AsyncIterator[bytes]) -> None:
        """The next file."""
        ...

    async def finish(self, filename: str) -> PackedFile:
        """The whole zip."""
        ...

    def close(self) -> None:
        """Give up."""
        ...


class PackWriter(Protocol):
    """Where zips are written."""

    def open(self) -> Pack: ...


class RosettePainter(Protocol):
    """Draws rosettes. The same design gives the same bytes."""

    def paint(self, design: JsonObject, *, size_px: int, mime: str) -> bytes:
        """The picture, `image/svg+xml` or `image/png`.

        Raises:
            NothingToDrawError: The design holds no rings.
        """
        ...


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What a provider is asked for."""

    prompt: str
    negative_prompt: str
    design: JsonObject
    size_px: int
    count: int


@dataclass(frozen=True, slots=True)
class MadeImages:
    """What a provider made: at least one picture, and what they cost together."""

    images: Sequence[bytes]
    mime: str
    cost_usd: float = 0.0
    provider_request_id: str = ""
    warnings: Sequence[str] = ()


class ImageProvider(Protocol):
    """Makes pictures."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def price_usd(self) -> float:
        """What one picture may cost at most."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

    async def generate(self, request: ImageRequest) -> MadeImages:
        """The pictures.

        Raises:
            NothingToDrawError: There is no design this provider can draw.
            PromptRefusedError: The provider refuses the prompt, for good.
            ProviderNotConfiguredError: It refuses the credentials.
            ProviderUnavailableError: It does not answer, or nothing that can be used.
        """
        ...


class LanguageModel(Protocol):
    """Says a text in other words."""

    @property
    def model(self) -> str: ...

    async def rephrase(self, text: str) -> str:
        """Another wording, unchecked.

        Raises:
            PromptRefusedError, ProviderNotConfiguredError, ProviderUnavailableError: There is none.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class TrainingSetWriter(Protocol):
    """A training set on its way to where it is kept."""

    def add(self, path: str, content: bytes) -> None:
        """A file of the set."""
        ...

    def add_all(self, files: Mapping[str, bytes]) -> None:
        """Several files of the set."""
        ...

    def finish(self) -> None:
        """Make the set appear whole."""
        ...

    def discard(self) -> None:
        """Leave nothing of what is not finished."""
        ...


class TrainingStore(Protocol):
    """Where training sets are kept."""

    def open(self, name: str) -> TrainingSetWriter: ...

    def exists(self, name: str) -> bool: ...


class SheetWriter(Protocol):
    """Lays out a setup sheet."""

    def write(self, sheet: SetupSheet) -> bytes: ...
