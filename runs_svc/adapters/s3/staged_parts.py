"""The parts of an upload on its way: `uploads/{sha256}/{offset}-{upload}`, each as it was received.

Two servers may be sent the same bytes at the same time: neither puts a part in the place of the other's, or drops one
before all bytes are there.
"""

import re
import secrets
from collections.abc import AsyncIterator

import obstore
from obstore.store import S3Store

from runs_svc.adapters.s3.bucket import UPLOADS
from runs_svc.domain.ids import Digest

PART_BYTES = 8 * 1024 * 1024
_PART = re.compile(r"(?P<start>\d{16})-[0-9a-f]{16}")


class StagedParts:
    """Parts that follow one another from the beginning, whoever received them; others count for nothing."""

    def __init__(self, bucket: S3Store, digest: Digest) -> None:
        self._bucket = bucket
        self._folder = f"{UPLOADS}/{digest.sha256}"
        self._upload = secrets.token_hex(8)
        self._there: set[str] = set()
        self._parts: list[tuple[str, int]] = []
        """Names and sizes, in order."""

    @property
    def size_bytes(self) -> int:
        return sum(size for _, size in self._parts)

    async def find(self) -> int:
        """Look what is there; how many bytes follow one another."""
        largest: dict[int, tuple[int, str]] = {}
        listed = await obstore.list(self._bucket, prefix=f"{self._folder}/").collect_async()
        for item in listed:
            part = _PART.fullmatch(item["path"].removeprefix(f"{self._folder}/"))
            if part is not None:  # whatever else lies there is somebody else's
                self._there.add(item["path"])
                start = int(part["start"])
                largest[start] = max(largest.get(start, (0, "")), (item["size"], item["path"]))
        self._parts, end = [], 0
        while (size := largest.get(end, (0, ""))[0]) > 0:
            self._parts.append((largest[end][1], size))
            end += size
        return end

    async def cut(self, offset: int) -> bytes:
        """Leave out what is staged after an offset; what stands before it in a part that goes on after it."""
        rest = b""
        while self._parts and (end := self.size_bytes) > offset:
            name, size = self._parts.pop()
            if end - size < offset:
                rest = bytes(await obstore.get_range_async(self._bucket, name, start=0, end=offset - (end - size)))
        return rest

    async def read(self) -> AsyncIterator[bytes]:
        """Every part, in order."""
        for name, _ in self._parts:
            yield bytes(await (await obstore.get_async(self._bucket, name)).bytes_async())

    async def add(self, part: bytes) -> None:
        name = f"{self._folder}/{self.size_bytes:016d}-{self._upload}"
        await obstore.put_async(self._bucket, name, part, use_multipart=False)
        self._parts.append((name, len(part)))

    async def drop(self) -> None:
        """Remove these parts: their bytes are not the right ones."""
        await self._remove({name for name, _ in self._parts})

    async def clear(self) -> None:
        """Remove all that was found, too: all bytes are there."""
        await self._remove(self._there | {name for name, _ in self._parts})

    async def _remove(self, names: set[str]) -> None:
        for name in sorted(names):
            await obstore.delete_async(self._bucket, name)
        self._parts, self._there = [], self._there - names
