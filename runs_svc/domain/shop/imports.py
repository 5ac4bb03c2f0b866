"""Attempts to import something: each leaves an event, whatever became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from foundation.canonical_json import JsonObject
from runs_svc.domain.entities.revision import State, to_json


class ImportOutcome(StrEnum):
    """What became of an attempt."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that is kept with an import: its name where it came from, and its bytes by their digest."""

    filename: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ImportAttempt:
    """What came in, and what became of it."""

    import_kind: str
    """What was imported: v1, tools, assets, patterns."""
    outcome: ImportOutcome
    source_name: str
    source_sha256: str
    size_bytes: int
    reason: str = ""
    counts: JsonObject = field(default_factory=dict)
    attachments: Sequence[ImportedFile] = ()
    """Files that came in though no record names them."""


def write_attempt(attempt: ImportAttempt) -> JsonObject:
    value = to_json(attempt)
    if not attempt.attachments:
        del value["attachments"]
    return value


def read_attempt(value: State) -> ImportAttempt:
    files = tuple(ImportedFile(**item) for item in value.get("attachments", ()))
    return ImportAttempt(**{**value, "outcome": ImportOutcome(value["outcome"]), "attachments": files})


def attempt_index_fields(attempt: ImportAttempt) -> Mapping[str, str | float | None]:
    """The index fields of an attempt."""
    return {
        "import_kind": attempt.import_kind,
        "outcome": attempt.outcome.value,
        "source_sha256": attempt.source_sha256,
    }
