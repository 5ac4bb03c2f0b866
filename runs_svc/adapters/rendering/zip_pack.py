"""Zips with reproducible bytes: fixed order, times, permissions and compression."""

import errno
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import IO, Protocol

from rpckit.threads import run_in
from runs_svc.domain.errors import StorageFullError, TooManyPacksError
from runs_svc.ports import PackedFile

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can name."""
_READ_ONLY_FILE = 0o100444 << 16
_UNIX = 3
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_THREADS = 2


class _Usage(Protocol):
    """How full a disk is."""

    @property
    def total(self) -> int: ...

    @property
    def free(self) -> int: ...


class ZipPack:
    """A zip on disk, in memory as long as it is small."""

    def __init__(self, file: IO[bytes], threads: Executor) -> None:
        self._file = file
        self._threads = threads
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    async def add(self, name: str, content: AsyncIterator[bytes]) -> None:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system, entry.external_attr = _UNIX, _READ_ONLY_FILE
        with self._zip.open(entry, "w", force_zip64=True) as target:
            async for piece in content:
                await run_in(self._threads, partial(_write, target, piece))

    async def finish(self, filename: str) -> PackedFile:
        entries = self._zip.namelist()
        self._zip.close()
        size_bytes, sha256 = await run_in(self._threads, partial(_measure, self._file))
        return PackedFile(filename, size_bytes, sha256, entries, self._file)

    def close(self) -> None:
        self._zip.fp = None  # nothing is to be written to what is given up
        self._file.close()


class _Room(tempfile.SpooledTemporaryFile[bytes]):
    """A temporary file that gives its room back when it is closed."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        super().__init__(max_size=_IN_MEMORY_BYTES)
        self._give_back: Callable[[], None] | None = give_back

    def close(self) -> None:
        super().close()
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()

    def __exit__(self, *_: object) -> None:
        self.close()


class ZipPacks:
    """Zips in the folder for temporary files. One of any size is made; more only as long as all fit into the room."""

    def __init__(
        self,
        *,
        min_free_percent: float,
        most_bytes: int = 512 * 1024**2,
        usage: Callable[[str], _Usage] = shutil.disk_usage,
    ) -> None:
        self._most_bytes = most_bytes
        self._min_free_percent = min_free_percent
        self._usage = usage
        self._taken_bytes = 0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="packing")

    def open(self, size_bytes: int) -> ZipPack:
        if self._taken_bytes and self._taken_bytes + size_bytes > self._most_bytes:
            raise TooManyPacksError
        if size_bytes > _IN_MEMORY_BYTES:
            self._refuse_without_room(size_bytes)
        self._taken_bytes += size_bytes
        return ZipPack(_Room(lambda: self._give_back(size_bytes)), self._threads)

    def _refuse_without_room(self, size_bytes: int) -> None:
        usage = self._usage(tempfile.gettempdir())
        reserve = usage.total * self._min_free_percent / 100
        if usage.free - self._taken_bytes - size_bytes < reserve:
            raise StorageFullError(
                f"the pack of {size_bytes} bytes does not fit into the folder of temporary files: {usage.free} bytes"
                f" are free, and {self._min_free_percent:g} % of the disk stay reserved"
            )

    def _give_back(self, size_bytes: int) -> None:
        self._taken_bytes -= size_bytes


def _write(target: IO[bytes], piece: bytes) -> None:
    try:
        target.write(piece)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFullError("the disk for temporary files is full") from error
        raise


def _measure(file: IO[bytes]) -> tuple[int, str]:
    """Size and digest; leaves the file at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    size_bytes = file.tell()
    file.seek(0)
    return size_bytes, digest.hexdigest()
