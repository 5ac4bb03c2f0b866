"""Bytes kept beside a run, named by their digest."""

from dataclasses import dataclass

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.identity import RecordedIdentity
from foundation.json_members import number, text
from runs_svc.domain.ids import Digest

RELEASED_KINDS = frozenset({"gcode", "toolpaths", "opplan"})
"""What a machine could run: released only to a run whose gate is not closed."""
PROGRAM_KIND = "gcode"
DEFAULT_MIME = "application/octet-stream"
CHUNK_DIGEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A named blob. `created_at_utc` is the time the link was recorded."""

    digest: Digest
    kind: str
    mime: str
    filename: str
    size_bytes: int
    created_at_utc: str
    is_program: bool = False
    """Whether the bytes were found to be a program, whatever it is called."""
    replaces_sha256: str = ""
    """Digest of the program whose place it takes; "" for that with the same file name."""
    identity: RecordedIdentity | None = None
    """Who made the record that names it; None while none does, and in older records. Stands in the record, not here."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their digest, size, and the digest of each MiB, by which ranges are checked."""

    digest: Digest
    size_bytes: int
    chunk_sha256: tuple[bytes, ...]


def write_attachment(attachment: Attachment) -> JsonObject:
    """An attachment in a record. That it is a program, or replaces one, stands there only where it is so."""
    value: JsonObject = {
        "sha256": attachment.digest.sha256,
        "kind": attachment.kind,
        "mime": attachment.mime,
        "filename": attachment.filename,
        "size_bytes": attachment.size_bytes,
        "created_at_utc": attachment.created_at_utc,
    }
    if attachment.is_program:
        value["is_program"] = True
    if attachment.replaces_sha256:
        value["replaces_sha256"] = attachment.replaces_sha256
    return value


def read_attachment(value: JsonMapping) -> Attachment:
    """An attachment as a record names it.

    Raises:
        ValueError: It has no digest.
    """
    return Attachment(
        digest=Digest(text(value, "sha256")),
        kind=text(value, "kind"),
        mime=text(value, "mime"),
        filename=text(value, "filename"),
        size_bytes=int(number(value, "size_bytes") or 0),
        created_at_utc=text(value, "created_at_utc"),
        is_program=value.get("is_program") is True,
        replaces_sha256=text(value, "replaces_sha256"),
    )
