"""Blobs made durable many at a time, while no server runs."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob
from runs_svc.ports.moving import MovableBlobs

_LARGEST_GROUP_BYTES = 32 * 1024**2


class BulkBlobs:
    """Bytes and files on their way into a blob store. Adding twice is harmless."""

    def __init__(self, blobs: MovableBlobs, files: Mapping[str, Path]) -> None:
        self._blobs = blobs
        self._files = files

    def add_bytes(self, contents: Sequence[bytes]) -> Sequence[Blob]:
        blobs = [describe(content) for content in contents]
        self._blobs.keep_many(list(zip(blobs, contents, strict=True)))
        return blobs

    def add_files(self, names: Sequence[str]) -> Sequence[Blob]:
        """The files of these names, as they are now."""
        blobs: list[Blob] = []
        waiting: list[bytes] = []
        for name in names:
            waiting.append(self._files[name].read_bytes())
            if sum(map(len, waiting)) > _LARGEST_GROUP_BYTES:
                blobs.extend(self.add_bytes(waiting))
                waiting = []
        return [*blobs, *self.add_bytes(waiting)]


def describe(content: bytes) -> Blob:
    """A blob of these bytes."""
    chunks = range(0, len(content), CHUNK_DIGEST_BYTES)
    return Blob(
        Digest(hashlib.sha256(content).hexdigest()),
        len(content),
        tuple(hashlib.sha256(content[start : start + CHUNK_DIGEST_BYTES]).digest() for start in chunks),
    )
