"""Blobs made durable many at a time, while no server runs: one folder sync for all of a group."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.durable_files import publish
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob

_LARGEST_GROUP_BYTES = 32 * 1024**2


class BulkBlobs:
    """Bytes and files on their way into a blob store. Adding twice is harmless."""

    def __init__(self, store: FileBlobStore, files: Mapping[str, Path]) -> None:
        self._store = store
        self._files = files

    def add_bytes(self, contents: Sequence[bytes]) -> Sequence[Blob]:
        blobs = [describe(content) for content in contents]
        documents = {
            path: content
            for blob, content in zip(blobs, contents, strict=True)
            if not (path := self._store.path_of(blob.digest)).exists()
        }
        publish(list(documents.items()), staging=self._store.staging)
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
