"""What an entity is to its use cases: its kind, a version of it, a change, a page of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.identity import RecordedIdentity
from foundation.json_members import child, text
from runs_svc.domain.entities.revision import State
from runs_svc.domain.listing import filters

Entity = TypeVar("Entity")


@dataclass(frozen=True, slots=True)
class Revision(Generic[Entity]):
    """An entity as it is, the number and the time of its last change, and the digest of that record."""

    subject_id: str
    entity: Entity
    number: int
    created_at_utc: str
    request_id: str
    event: JsonMapping
    sha256: str
    identity: RecordedIdentity | None = None
    """Who made it; None in older records."""


@dataclass(frozen=True, slots=True)
class EntityPage(Generic[Entity]):
    """A page of entities: those that can be read, the subject ids of those that cannot, and where to go on."""

    items: Sequence[Revision[Entity]]
    unreachable: Sequence[str]
    next_token: str


@dataclass(frozen=True, slots=True)
class Change(Generic[Entity]):
    """What an entity becomes, and what happened to it."""

    entity: Entity
    event: JsonObject


@dataclass(frozen=True, slots=True)
class EntityKind(Generic[Entity]):
    """A kind of entity: how it is written, read and found."""

    name: str
    fields: filters.Fields
    read: Callable[[State], Entity]
    write: Callable[[Entity], JsonObject]
    index_fields: Callable[[Entity, str], Mapping[str, str | float | None]]
    """From the entity and the time of its last change."""

    def index_fields_of(self, document: JsonMapping) -> Mapping[str, str | float | None]:
        """The index fields of an entity, from its newest version alone: they can always be rebuilt."""
        return self.index_fields(self.read(child(document, "state")), text(document, "created_at_utc"))
