"""Blobs in a folder: `{root}/{s[0:2]}/{s[2:4]}/{sha256}`, hashed while they come in, checked while they go out."""

import asyncio
import errno
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, TypeVar

from foundation.abandonment import checkpoint
from rpckit.threads import run_in
from runs_svc.adapters.blobs.running_digests import RunningDigests
from runs_svc.adapters.durable_files import link, make_directory, raise_unless_about_the_file, sync_directory
from runs_svc.domain.errors import (
    AttachmentCorruptError,
    DigestMismatchError,
    OffsetOutOfRangeError,
    StorageFullError,
    StoreBusyError,
    UploadInProgressError,
)
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob

T = TypeVar("T")
STAGING, DAMAGED = ".uploads", ".damaged"
"""Where uploads grow until their digest is right, and where bytes are kept that no longer have theirs."""
PIECE_BYTES = 256 * 1024
_THREADS, _HASHING_THREADS = 4, 2
_UNUSABLE = (FileNotFoundError, NotADirectoryError, FileExistsError, PermissionError)
"""What is raised where the folder, or a part of it, went away or was replaced under the running server."""
_READ_ONLY, _WRITABLE = 0o400, 0o600


def blob_path(root: Path, sha256: str) -> Path:
    """Where the bytes with a digest lie."""
    return root / sha256[:2] / sha256[2:4] / sha256


class FileBlobStore:
    """A folder of blobs. Hashing and disk work happen in threads, never on the event loop."""

    def __init__(self, root: Path, *, min_free_percent: float) -> None:
        self._root = root
        self.staging = root / STAGING
        self._min_free_percent = min_free_percent
        self._active: set[Digest] = set()
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="blobs")
        self._hashing = ThreadPoolExecutor(max_workers=_HASHING_THREADS, thread_name_prefix="hashing")
        """Apart: whole files take long, and whoever verifies a store has all of them hashed."""
        make_directory(self.staging)
        self._drop_placed()

    def close(self) -> None:
        self._threads.shutdown()
        self._hashing.shutdown()

    def free_bytes(self) -> int:
        there = next(folder for folder in (self._root, *self._root.absolute().parents) if folder.exists())
        return shutil.disk_usage(there).free

    def path_of(self, digest: Digest) -> Path:
        return blob_path(self._root, digest.sha256)

    async def open_upload(self, digest: Digest, *, size_bytes: int, offset: int) -> "FileUpload":
        if digest in self._active:
            raise UploadInProgressError(digest.sha256)
        self._active.add(digest)
        with ExitStack() as unopened:
            unopened.callback(self._active.discard, digest)
            await self._run(make_directory, self.staging)  # somebody may have deleted it under the running server
            await self._run(self._refuse_without_reserve, size_bytes - offset)
            staged = self.staging / digest.sha256
            intake = await self._run(_Staging, staged, digest, size_bytes, offset)
            unopened.pop_all()
        return FileUpload(self._run, intake, self.path_of(digest), lambda: self._active.discard(digest))

    async def committed_bytes(self, digest: Digest) -> int:
        return await self._run(_size_of, self.staging / digest.sha256)

    async def read(self, blob: Blob, *, offset: int) -> AsyncIterator[bytes]:
        path = self.path_of(blob.digest)
        index, skip = divmod(offset, CHUNK_DIGEST_BYTES)
        for number in range(index, len(blob.chunk_sha256)):
            chunk = await self._run(_read_chunk, path, number, blob)
            for start in range(skip, len(chunk), PIECE_BYTES):
                yield chunk[start : start + PIECE_BYTES]
            skip = 0

    async def is_there(self, blob: Blob) -> bool:
        return await self._run(_size_of, self.path_of(blob.digest)) == blob.size_bytes

    async def digest_of(self, digest: Digest) -> str | None:
        return await self._run_in(self._hashing, partial(_hash_file, self.path_of(digest)))

    def _drop_placed(self) -> None:
        # A kill between the link into place and the removal of the staged name leaves both names of one file.
        for staged in self.staging.iterdir():
            target = blob_path(self._root, staged.name)
            if target.exists() and target.samefile(staged):
                staged.unlink()

    def _refuse_without_reserve(self, incoming_bytes: int) -> None:
        usage = shutil.disk_usage(self._root)
        reserve = usage.total * self._min_free_percent / 100
        if usage.free - incoming_bytes < reserve:
            raise StorageFullError(
                f"{usage.free} bytes are free, and {self._min_free_percent:g} % of the disk stay reserved"
            )

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        return await self._run_in(self._threads, partial(work, *arguments))

    async def _run_in(self, threads: Executor, work: Callable[[], T]) -> T:
        try:
            return await run_in(threads, work)
        except _UNUSABLE as error:
            raise StoreBusyError(f"the attachments folder cannot be used: {error.strerror}; try again") from error


class FileUpload:
    """An upload into a staged file. Written bytes survive a broken stream, so that it can be resumed."""

    def __init__(
        self, run: Callable[..., Awaitable[object]], intake: "_Staging", target: Path, release: Callable[[], None]
    ) -> None:
        self._run = run
        self._intake = intake
        self._target = target
        self._release = release

    async def write(self, chunk: bytes) -> None:
        await self._run(self._intake.write, chunk)

    async def commit(self) -> Blob:
        blob = await self._run(self._intake.commit, self._target)
        assert isinstance(blob, Blob)
        return blob

    async def close(self) -> None:
        try:
            await asyncio.shield(asyncio.ensure_future(self._run(self._intake.close)))
        finally:
            self._release()


class _Staging:
    """Writes and hashes what comes in. Used from one thread at a time."""

    def __init__(self, staged: Path, digest: Digest, size_bytes: int, offset: int) -> None:
        kept = _size_of(staged)
        if offset > kept:
            raise OffsetOutOfRangeError(offset, kept)
        self._staged = staged
        self._digest = digest
        self._size_bytes = size_bytes
        self._digests = RunningDigests()
        if staged.exists():
            staged.chmod(_WRITABLE)  # a kill just before the link leaves it read-only
        self._file: IO[bytes] = staged.open("r+b" if kept else "w+b")
        self._file.truncate(offset)
        while data := self._file.read(PIECE_BYTES):
            self._digests.update(data)

    def write(self, chunk: bytes) -> None:
        if self._digests.size_bytes + len(chunk) > self._size_bytes:
            self._discard()
            raise DigestMismatchError(f"more than the declared {self._size_bytes} bytes came")
        try:
            self._file.write(chunk)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise StorageFullError("the disk is full") from error
            raise
        self._digests.update(chunk)

    def commit(self, target: Path) -> Blob:
        if self._digests.size_bytes < self._size_bytes:
            raise DigestMismatchError(
                f"the stream ended after {self._digests.size_bytes} of {self._size_bytes} bytes; resume from there"
            )
        actual = self._digests.sha256
        if actual != self._digest.sha256:
            self._discard()
            raise DigestMismatchError(f"the bytes have sha256 {actual}, declared was {self._digest.sha256}")
        self._file.flush()
        os.fchmod(self._file.fileno(), _READ_ONLY)
        os.fsync(self._file.fileno())
        self._file.close()
        make_directory(target.parent)
        self._set_aside_damaged(target)
        link(self._staged, target)
        sync_directory(target.parent)
        return self._digests.blob()

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()

    def _set_aside_damaged(self, target: Path) -> None:
        """Make room where the bytes that were stored earlier have changed."""
        if _hash_file(target) in {None, self._digest.sha256}:
            return
        damaged = target.parents[2] / DAMAGED
        make_directory(damaged)
        target.rename(damaged / f"{target.name}.{time.time_ns()}")
        sync_directory(damaged)

    def _discard(self) -> None:
        self._file.close()
        self._staged.unlink(missing_ok=True)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _read_chunk(path: Path, number: int, blob: Blob) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(number * CHUNK_DIGEST_BYTES)
            chunk = file.read(CHUNK_DIGEST_BYTES)
    except OSError as error:
        raise_unless_about_the_file(error)
        raise AttachmentCorruptError(blob.digest.sha256) from error
    if hashlib.sha256(chunk).digest() != blob.chunk_sha256[number]:
        raise AttachmentCorruptError(blob.digest.sha256)
    return chunk


def _hash_file(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(PIECE_BYTES):
                checkpoint()  # of eight gigabytes only as much is read as somebody waits for
                digest.update(piece)
            return digest.hexdigest()
    except OSError as error:
        raise_unless_about_the_file(error)
        return None
