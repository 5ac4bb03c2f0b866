"""Bytes kept beside a run, named by their digest."""

from dataclasses import dataclass

from runs_svc.domain.ids import Digest

RELEASED_KINDS = frozenset({"gcode", "toolpaths", "opplan"})
"""What a machine could run: released only to a run whose gate is not closed."""
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


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their digest, size, and the digest of each MiB, by which ranges are checked."""

    digest: Digest
    size_bytes: int
    chunk_sha256: tuple[bytes, ...]
