"""Revisions of entities: sessions, patterns, jobs, imports.

Each change is a document, chained to the one before, that holds the event and the whole state after it:

    schema                      "rmos.session/1" …
    kind, subject_id, ordinal, previous_sha256, request_id
    created_at_utc              of this version
    event                       what happened
    state                       what it is now
    identity                    who made it, and how that was proven; absent in older records
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.run import RecordComposer

State: TypeAlias = Mapping[str, Any]
"""An entity as its record holds it: what `to_json` wrote, so that each value has the type of its field."""


def to_json(value: Any) -> JsonObject:
    """A dataclass as a JSON object: enum members by their text, tuples as lists."""
    return asdict(value, dict_factory=lambda members: {name: _plain(item) for name, item in members})


def _plain(item: Any) -> Any:
    if isinstance(item, StrEnum):
        return item.value
    return list(item) if isinstance(item, tuple) else item


@dataclass(frozen=True, slots=True)
class NewRevision:
    """The next version of an entity, and its index fields from then on."""

    kind: str
    subject_id: str
    version: int
    created_at_utc: str
    """Of this version; of the entity itself when the version is 0."""
    compose: RecordComposer
    index_fields: Mapping[str, str | float | None]


def new_revision(
    kind: str,
    subject_id: str,
    version: int,
    *,
    event: JsonObject,
    state: JsonObject,
    index_fields: Mapping[str, str | float | None],
    created_at_utc: str,
    request_id: str,
    identity: JsonObject | None = None,
) -> NewRevision:
    """The next version of an entity."""

    def document(ordinal: int, previous_sha256: str) -> bytes:
        return canonical_json.dumps(
            {
                "schema": f"rmos.{kind}/1",
                "kind": kind,
                "subject_id": subject_id,
                "ordinal": ordinal,
                "previous_sha256": previous_sha256,
                "request_id": request_id,
                "created_at_utc": created_at_utc,
                "event": event,
                "state": state,
                **({} if identity is None else {"identity": identity}),
            }
        )

    return NewRevision(kind, subject_id, version, created_at_utc, document, index_fields)
