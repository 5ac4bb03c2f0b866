"""Versioned entities, in the same ledger as the runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.document import StoredDocument


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """A page of entities of a kind, newest first or by a number: at most `size` after a position.

    The position is the number (only when ordered by one), the creation time and the subject id. Entities without the
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


class EntityStore(Protocol):
    """Versioned entities, in the same ledger as the runs. Nothing is ever changed or removed."""

    async def append(self, version: NewRevision) -> StoredDocument:
        """Store the next version, durably, before returning.

        Raises:
            VersionTakenError: The entity has this version already, or not yet the one before.
            StoreBusyError: No writes are accepted at the moment.
        """
        ...

    async def newest(self, subject_id: str) -> StoredDocument | None:
        """The last version, if there is any."""
        ...

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        """Every version, oldest first."""
        ...

    async def index_fields(self, kind: str, subject_id: str) -> Mapping[str, str | float | None] | None:
        """The index fields of an entity: number of its last version, creation time and the fields of its kind."""
        ...

    async def scan(self, query: EntityQuery) -> Sequence[tuple[Position, StoredDocument]]:
        """The last versions of a page of entities, each with its position; one that cannot be read has no bytes.

        Raises:
            StoreDamagedError: A part of the store cannot be read.
        """
        ...

    async def changed(
        self, kind: str, condition: Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, StoredDocument]]:
        """The newest versions of entities of a kind that match now and were recorded after a place of the ledger.

        At most `size`, in the order of their places; one that cannot be read has no bytes.
        """
        ...

    async def count(self, kind: str, condition: Filter | None) -> int:
        """How many entities of a kind match; as many as the pages of `scan` hold."""
        ...

    async def tally(self, kind: str, field: str, condition: Filter | None) -> Mapping[str, int]:
        """How many entities of a kind have each value of a field."""
        ...

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        """What the numbers in a field of the entities of a kind span; None when none of them has one."""
        ...
