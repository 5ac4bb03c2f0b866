"""Blobs in a bucket: `attachments/{s[0:2]}/{s[2:4]}/{sha256}`, hashed while they come in, checked while they go out.

An upload that is longer than a part is staged part by part, so that any server can go on with it; once its digest is
right it is composed under its own name, which appears whole or not at all. Two servers that store the same bytes write
the same, and whoever comes second finds them there.
"""

import asyncio
import hashlib
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from rpckit.threads import run_in
from runs_svc.adapters.blobs.running_digests import RunningDigests
from runs_svc.adapters.s3.bucket import key_of, reachable
from runs_svc.adapters.s3.staged_parts import PART_BYTES, StagedParts
from runs_svc.domain.errors import (
    AttachmentCorruptError,
    DigestMismatchError,
    OffsetOutOfRangeError,
    StoreBusyError,
    UploadInProgressError,
)
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob

log = logging.getLogger("rmos.store")
T = TypeVar("T")
PIECE_BYTES = 256 * 1024
_HASHING_THREADS = 2
_AT_ONCE, _COMPOSED_BYTES = 3, 8 * 1024 * 1024
"""Requests of one upload, and how much each carries: at least 5 MiB, says the protocol."""


class S3BlobStore:
    """Blobs in a bucket. Hashing happens in threads, never on the event loop."""

    def __init__(self, bucket: S3Store, *, local: Path) -> None:
        """A store of blobs.

        Args:
            bucket: Where they are.
            local: A folder of the server, whose free bytes are told.
        """
        self._bucket = bucket
        self._local = local
        self._active: set[Digest] = set()
        self._hashing = ThreadPoolExecutor(max_workers=_HASHING_THREADS, thread_name_prefix="hashing")

    def close(self) -> None:
        self._hashing.shutdown()

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._local).free

    async def open_upload(self, digest: Digest, *, size_bytes: int, offset: int) -> "S3Upload":
        if digest in self._active:
            raise UploadInProgressError(digest.sha256)
        self._active.add(digest)
        with ExitStack() as unopened:
            unopened.callback(self._active.discard, digest)
            parts = StagedParts(self._bucket, digest)
            with reachable():
                kept = await parts.find()
            if offset > kept:
                raise OffsetOutOfRangeError(offset, kept)
            upload = S3Upload(self, parts, digest, size_bytes)
            try:
                with reachable():
                    await upload.resume(offset)
            except FileNotFoundError as error:  # another server is done with them, or drops them
                raise UploadInProgressError(digest.sha256) from error
            unopened.pop_all()
        return upload

    async def committed_bytes(self, digest: Digest) -> int:
        with reachable():
            return await StagedParts(self._bucket, digest).find()

    async def read(self, blob: Blob, *, offset: int) -> AsyncIterator[bytes]:
        index, skip = divmod(offset, CHUNK_DIGEST_BYTES)
        for number in range(index, len(blob.chunk_sha256)):
            chunk = await self._chunk(blob, number)
            for start in range(skip, len(chunk), PIECE_BYTES):
                yield chunk[start : start + PIECE_BYTES]
            skip = 0

    async def _chunk(self, blob: Blob, number: int) -> bytes:
        start = number * CHUNK_DIGEST_BYTES
        length = min(CHUNK_DIGEST_BYTES, blob.size_bytes - start)
        try:
            with reachable():
                found = await obstore.get_range_async(
                    self._bucket, key_of(blob.digest.sha256), start=start, length=length
                )
        except FileNotFoundError as error:
            raise AttachmentCorruptError(blob.digest.sha256) from error
        except StoreBusyError:
            if await self._is_shorter(blob):  # the range is not there, which is no fault of the line
                raise AttachmentCorruptError(blob.digest.sha256) from None
            raise
        chunk = bytes(found)
        if await self.hash_with(lambda: hashlib.sha256(chunk).digest()) != blob.chunk_sha256[number]:
            raise AttachmentCorruptError(blob.digest.sha256)
        return chunk

    async def _is_shorter(self, blob: Blob) -> bool:
        size = await self._size_of(blob.digest)
        return size is not None and size < blob.size_bytes

    async def is_there(self, blob: Blob) -> bool:
        return await self._size_of(blob.digest) == blob.size_bytes

    async def digest_of(self, digest: Digest) -> str | None:
        whole = hashlib.sha256()
        try:
            with reachable():
                found = await obstore.get_async(self._bucket, key_of(digest.sha256))
                async for piece in found.stream(min_chunk_size=CHUNK_DIGEST_BYTES):
                    await self.hash_with(partial(whole.update, piece))
        except FileNotFoundError:
            return None
        return whole.hexdigest()

    async def place(self, digest: Digest, content: bytes | AsyncIterator[bytes], size_bytes: int) -> None:
        """Make bytes visible under their digest, whole or not at all.

        Raises:
            StoreBusyError: They are not there afterwards.
        """
        with reachable():
            await obstore.put_async(
                self._bucket,
                key_of(digest.sha256),
                content,
                chunk_size=_COMPOSED_BYTES,
                max_concurrency=_AT_ONCE,
            )
        if await self._size_of(digest) != size_bytes:
            raise StoreBusyError("the object store did not keep all bytes; send them again")

    async def hash_with(self, work: Callable[[], T]) -> T:
        return await run_in(self._hashing, work)

    def release(self, digest: Digest) -> None:
        self._active.discard(digest)

    async def _size_of(self, digest: Digest) -> int | None:
        try:
            with reachable():
                return (await obstore.head_async(self._bucket, key_of(digest.sha256)))["size"]
        except FileNotFoundError:
            return None


class S3Upload:
    """An upload into staged parts. What fits into one part is not staged as long as its stream lasts."""

    def __init__(self, store: S3BlobStore, parts: StagedParts, digest: Digest, size_bytes: int) -> None:
        self._store = store
        self._parts = parts
        self._digest = digest
        self._size_bytes = size_bytes
        self._digests = RunningDigests()
        self._buffer = bytearray()
        self._over = False

    async def resume(self, offset: int) -> None:
        """Go on after so many bytes: what was staged is hashed again, what was staged beyond is left out."""
        self._buffer += await self._parts.cut(offset)
        async for part in self._parts.read():
            await self._store.hash_with(partial(self._digests.update, part))
        await self._store.hash_with(partial(self._digests.update, bytes(self._buffer)))

    async def write(self, chunk: bytes) -> None:
        if self._digests.size_bytes + len(chunk) > self._size_bytes:
            await self._discard(self._parts.drop())
            raise DigestMismatchError(f"more than the declared {self._size_bytes} bytes came")
        await self._store.hash_with(partial(self._digests.update, chunk))
        self._buffer += chunk
        if len(self._buffer) >= PART_BYTES:
            await self._stage()

    async def commit(self) -> Blob:
        written = self._digests.size_bytes
        if written < self._size_bytes:
            raise DigestMismatchError(
                f"the stream ended after {written} of {self._size_bytes} bytes; resume from there"
            )
        actual = self._digests.sha256
        if actual != self._digest.sha256:
            await self._discard(self._parts.drop())
            raise DigestMismatchError(f"the bytes have sha256 {actual}, declared was {self._digest.sha256}")
        content = bytes(self._buffer) if not self._parts.size_bytes else self._composed()
        try:
            await self._store.place(self._digest, content, self._size_bytes)
        except FileNotFoundError as error:  # another server is done with the parts that this one went on with
            self._over = True
            if await self._store.digest_of(self._digest) != self._digest.sha256:
                raise UploadInProgressError(self._digest.sha256) from error
        await self._discard(self._parts.clear())
        return self._digests.blob()

    async def close(self) -> None:
        try:
            if not self._over and self._buffer:
                await asyncio.shield(asyncio.ensure_future(self._stage()))
        except StoreBusyError:
            log.warning("the last bytes of an upload that broke off were not kept")
        finally:
            self._store.release(self._digest)

    async def _composed(self) -> AsyncIterator[bytes]:
        """Everything again, hashed again: what was staged may have been altered since.

        Raises:
            DigestMismatchError: It was. Nothing appears then.
        """
        whole = hashlib.sha256()
        async for part in self._parts.read():
            await self._store.hash_with(partial(whole.update, part))
            yield part
        rest = bytes(self._buffer)
        whole.update(rest)
        if whole.hexdigest() != self._digest.sha256:
            await self._discard(self._parts.drop())
            raise DigestMismatchError("the bytes that were staged have changed; send them again")
        yield rest

    async def _stage(self) -> None:
        with reachable():
            await self._parts.add(bytes(self._buffer))
        self._buffer.clear()

    async def _discard(self, removing: Awaitable[None]) -> None:
        self._over = True
        with suppress(BaseError):  # what stays is garbage, and is collected as such
            await removing
