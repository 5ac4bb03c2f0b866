"""A store on its way from one place to another, while servers write to the old one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob
from runs_svc.ports.offline import LedgerRow, OfflineBlobs, OfflineLedger


class BoundKey(NamedTuple):
    """A caller's key, and what it is bound to."""

    key: str
    payload_sha256: str
    run_id: str
    created_at_utc: str


class MovedLedger(OfflineLedger, Protocol):
    """The ledger a store is moved from, as it is at one moment."""

    def newest(self) -> int:
        """The last place that was given to a record."""
        ...

    def rows_after(self, place: int) -> Iterator[LedgerRow]:
        """Every place after one, in order."""
        ...

    def keys(self) -> Iterator[BoundKey]:
        """Every caller's key."""
        ...


class Subject(NamedTuple):
    """What lists show of a subject: of a run all of its row, of others their index fields."""

    kind: str
    subject_id: str
    fields: Mapping[str, object]


class MoveTarget(Protocol):
    """The ledger a store is moved to. It counts only once it is said to be whole."""

    def newest(self) -> int:
        """The place of the last record that has arrived."""
        ...

    def sha256_at(self, place: int) -> str:
        """Digest of the record at a place; empty where there is none."""
        ...

    def add(self, rows: Sequence[LedgerRow], subjects: Sequence[Subject]) -> None:
        """Store records at their old places, and what lists show of their subjects in the place of what they showed
        before: durably, all of it or nothing.
        """
        ...

    def add_keys(self, keys: Sequence[BoundKey]) -> None:
        """Store keys; those that are there stay."""
        ...

    def add_blobs(self, blobs: Sequence[tuple[Blob, str]]) -> None:
        """Note blobs as durable; those that are noted stay."""
        ...

    def arrived(self) -> AbstractContextManager[MovedLedger]:
        """What is there, looked at anew."""
        ...

    def settle(self) -> None:
        """Say that it is whole."""
        ...


class MovableBlobs(OfflineBlobs, Protocol):
    """Stored bytes that are read and written piece by piece."""

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes.

        Raises:
            FileNotFoundError: They are not there.
        """
        ...

    def keep(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        """Store bytes, durably; they appear whole or not at all."""
        ...

    def keep_many(self, items: Sequence[tuple[Blob, bytes]]) -> None:
        """Store bytes that fit into memory together, as `keep` does; those that are there stay."""
        ...
