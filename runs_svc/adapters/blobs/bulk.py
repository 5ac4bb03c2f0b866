"""Blobs made durable many at a time, while no server runs: one folder sync for all of a group."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.durable_files import publish
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob
from runs_svc.ports.moving import MovableBlobs

_LARGEST_GROUP_BYTES = 32 * 1024**2


Keep = Callable[[Sequence[tuple[Blob, bytes]]], None]
"""Makes bytes durable under their digests; those that are there stay."""


def in_files(store: FileBlobStore) -> Keep:
    """Into a folder."""

    def keep(items: Sequence[tuple[Blob, bytes]]) -> None:
        documents = {path: content for blob, content in items if not (path := store.path_of(blob.digest)).exists()}
        publish(list(documents.items()), staging=store.staging)

    return keep


def one_by_one(blobs: MovableBlobs) -> Keep:
    """Into whatever takes bytes piece by piece."""

    def keep(items: Sequence[tuple[Blob, bytes]]) -> None:
        for blob, content in items:
            try:
                there = blobs.size_bytes(blob.digest)
            except FileNotFoundError:
                there = -1
            if there != blob.size_bytes:
                blobs.keep(blob.digest, iter([content]))

    return keep


class BulkBlobs:
    """Bytes and files on their way into a blob store. Adding twice is harmless."""

    def __init__(self, keep: Keep, files: Mapping[str, Path]) -> None:
        self._keep = keep
        self._files = files

    def add_bytes(self, contents: Sequence[bytes]) -> Sequence[Blob]:
        blobs = [describe(content) for content in contents]
        self._keep(list(zip(blobs, contents, strict=True)))
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
