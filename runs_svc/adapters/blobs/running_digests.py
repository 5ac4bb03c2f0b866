"""Digests of bytes while they come by: of the whole, and of each MiB."""

import hashlib

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob


class RunningDigests:
    """What was seen so far. Used from one thread at a time."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._chunk = hashlib.sha256()
        self._chunk_bytes = 0
        self._chunks: list[bytes] = []
        self.size_bytes = 0

    def update(self, data: bytes) -> None:
        self._whole.update(data)
        self.size_bytes += len(data)
        view = memoryview(data)
        while view:
            part = view[: CHUNK_DIGEST_BYTES - self._chunk_bytes]
            self._chunk.update(part)
            self._chunk_bytes += len(part)
            view = view[len(part) :]
            if self._chunk_bytes == CHUNK_DIGEST_BYTES:
                self._chunks.append(self._chunk.digest())
                self._chunk, self._chunk_bytes = hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        return self._whole.hexdigest()

    def blob(self) -> Blob:
        """The bytes that were seen, as a blob."""
        tail = (self._chunk.digest(),) if self._chunk_bytes else ()
        return Blob(Digest(self.sha256), self.size_bytes, (*self._chunks, *tail))
