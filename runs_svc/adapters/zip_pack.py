"""Zips with reproducible bytes: fixed order, times, permissions and compression."""

import asyncio
import hashlib
import tempfile
import zipfile
from collections.abc import AsyncIterator
from typing import IO

from runs_svc.ports import PackedFile

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can name."""
_READ_ONLY_FILE = 0o100444 << 16
_UNIX = 3
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024


class ZipPack:
    """A zip on disk, in memory as long as it is small."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    async def add(self, name: str, content: AsyncIterator[bytes]) -> None:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system, entry.external_attr = _UNIX, _READ_ONLY_FILE
        with self._zip.open(entry, "w", force_zip64=True) as target:
            async for piece in content:
                await asyncio.to_thread(target.write, piece)

    async def finish(self, filename: str) -> PackedFile:
        entries = self._zip.namelist()
        self._zip.close()
        size_bytes, sha256 = await asyncio.to_thread(_measure, self._file)
        return PackedFile(filename, size_bytes, sha256, entries, self._file)

    def close(self) -> None:
        self._file.close()


class ZipPacks:
    def open(self) -> ZipPack:
        return ZipPack()


def _measure(file: IO[bytes]) -> tuple[int, str]:
    """Size and digest; leaves the file at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    size_bytes = file.tell()
    file.seek(0)
    return size_bytes, digest.hexdigest()
