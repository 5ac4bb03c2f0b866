"""A store that is looked at as a whole, record by record, whether a server runs or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from foundation.canonical_json import JsonMapping, JsonObject
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import StoredDocument


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A place in the ledger, and what stands there; None when the database cannot give it."""

    place: int
    document: StoredDocument | None


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A published file: where it lies, and what it says it is; None when it does not say so itself."""

    name: str
    document: StoredDocument | None


class OfflineLedger(Protocol):
    """The rows of a ledger, read one by one, so that one that is damaged does not hide the others."""

    def structure(self) -> Sequence[str]:
        """What the database finds wrong with itself."""
        ...

    def subjects(self) -> Mapping[str, Sequence[int]]:
        """The places of each subject's records, in order."""
        ...

    def rows(self) -> Iterator[LedgerRow]:
        """Every place, in order."""
        ...

    def row(self, place: int) -> LedgerRow:
        """What stands at a place."""
        ...

    def holds(self, kind: str, record_id: str) -> bool:
        """Whether there is such a record."""
        ...

    def index_fields(self, kind: str, subject_id: str) -> JsonMapping | None:
        """The index fields of a subject; None when lists do not show it."""
        ...

    def found(self) -> Iterator[tuple[str, str]]:
        """Kind and id of every subject that lists show."""
        ...

    def key_of(self, key: str) -> tuple[str, str] | None:
        """The payload digest and the run a caller's key is bound to."""
        ...

    def blobs(self) -> Iterator[tuple[Blob, str]]:
        """Every blob that is noted as durable, and since when."""
        ...


class OfflineArchive(Protocol):
    """The published tree as files."""

    def read(self, document: StoredDocument) -> bytes | None:
        """The published bytes of a document, if they are there."""
        ...

    def is_pending(self, place: int) -> bool:
        """Whether the record at a place of the ledger is still to be published, as the last publisher recorded it."""
        ...

    def files(self) -> Iterator[ArchiveFile]:
        """Every file, day by day."""
        ...


class OfflineBlobs(Protocol):
    """The stored bytes as files."""

    def names(self) -> Iterator[Digest]:
        """Every digest there is a file for."""
        ...

    def describe(self, digest: Digest) -> Blob | None:
        """What the bytes really are; None when they cannot be read."""
        ...

    def size_bytes(self, digest: Digest) -> int:
        """Size of the file."""
        ...

    def age_s(self, digest: Digest) -> float:
        """How long the file has been there. [s]"""
        ...

    def uploads(self) -> Iterator[tuple[Digest, int, float]]:
        """Every upload that was begun and not finished: what is to come, size so far, time since the last byte [s]."""
        ...

    def remove(self, digest: Digest) -> None:
        """Remove the file; one that is gone already is no error."""
        ...

    def remove_upload(self, digest: Digest) -> None:
        """Remove what came in so far of an upload; one that is gone already is no error."""
        ...


class StoreCopy(Protocol):
    """A store and the place it is copied to, part by part. Parts that are there already stay."""

    @property
    def source_blobs(self) -> OfflineBlobs: ...

    @property
    def target_blobs(self) -> OfflineBlobs: ...

    @property
    def source(self) -> str:
        """What people call the store that is copied."""
        ...

    @property
    def target(self) -> str:
        """What people call the ledger it is copied to."""
        ...

    def source_exists(self) -> bool: ...

    def target_exists(self) -> bool: ...

    def source_ledger(self) -> AbstractContextManager[OfflineLedger]: ...

    def target_ledger(self) -> AbstractContextManager[OfflineLedger]:
        """What was copied."""
        ...

    def copy_ledger(self) -> None:
        """Copy the ledger as it is at one moment, durably."""
        ...

    def copy_blob(self, digest: Digest) -> None:
        """Copy stored bytes, durably; what cannot be read is left out."""
        ...

    def publish(self, ledger: OfflineLedger, on_progress: Callable[[object], None]) -> None:
        """Make the published tree of the copy."""
        ...

    def settle(self) -> None:
        """Give the copied ledger its own name."""
        ...

    def read_manifest(self) -> JsonMapping:
        """What the source says of itself."""
        ...


class BackupCopy(StoreCopy, Protocol):
    """A store on its way into a backup."""

    def forget_manifest(self) -> None:
        """Have the copy count no more until there is a manifest again."""
        ...

    def write_manifest(self, manifest: JsonMapping) -> None: ...


class RemovableFiles(Protocol):
    """The files of records that a ledger holds no more. Removing one that is gone already is no error."""

    def holds(self, document: StoredDocument) -> bool:
        """Whether exactly these bytes are published."""
        ...

    def remove_published(self, document: StoredDocument) -> None: ...

    def remove_blob(self, digest: Digest) -> None: ...


class DoubledKey(NamedTuple):
    """A caller's key under which more than one run was recorded: the first one has it, the other is stored without."""

    key: str
    run_id: str
    other_run_id: str


class LedgerRebuild(Protocol):
    """A ledger in the making: rows in any order, what follows from them at the end."""

    def add(self, document: StoredDocument, place: int | None) -> None:
        """Put a record at its old place, or after all others."""
        ...

    def holds(self, kind: str, record_id: str) -> bool: ...

    def at(self, subject_id: str, ordinal: int) -> StoredDocument | None:
        """The record at a place in a subject's chain, if it is there by now."""
        ...

    def subjects(self) -> Iterator[Sequence[StoredDocument]]:
        """The records of each subject, in order."""
        ...

    def find(self, kind: str, subject_id: str, index_fields: JsonObject) -> None:
        """Store the index fields of a subject."""
        ...

    def claim_key(self, run_id: str, key: str, payload_sha256: str, created_at_utc: str) -> None:
        """Say that a run was recorded under a caller's key."""
        ...

    def settle_keys(self) -> Sequence[DoubledKey]:
        """Bind each key to the first run that was recorded under it; what others claimed it."""
        ...

    def add_blob(self, blob: Blob, created_at_utc: str) -> None: ...
