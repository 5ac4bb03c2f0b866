"""The parts of an upload on its way: `uploads/{sha256}/{offset}`, each as it was received."""

from collections.abc import AsyncIterator

import obstore
from obstore.store import S3Store

from runs_svc.adapters.s3.bucket import UPLOADS
from runs_svc.domain.ids import Digest

PART_BYTES = 8 * 1024 * 1024


class StagedParts:
    """Parts that follow one another from the beginning; others count for nothing."""

    def __init__(self, bucket: S3Store, digest: Digest) -> None:
        self._bucket = bucket
        self._folder = f"{UPLOADS}/{digest.sha256}"
        self._sizes: dict[int, int] = {}
        self.size_bytes = 0

    async def find(self) -> int:
        """Look what is there; how many bytes follow one another."""
        listed = await obstore.list(self._bucket, prefix=f"{self._folder}/").collect_async()
        found = {item["path"]: item["size"] for item in listed}  # whatever else lies there is somebody else's
        self._sizes, self.size_bytes = {}, 0
        while size := found.get(self._key(self.size_bytes), 0):
            self._sizes[self.size_bytes] = size
            self.size_bytes += size
        return self.size_bytes

    async def cut(self, offset: int) -> bytes:
        """Drop what is staged after an offset; what stands before it in a part that goes on after it is given back."""
        rest = b""
        for start in [start for start, size in self._sizes.items() if start + size > offset]:
            if start < offset:
                rest = bytes(await obstore.get_range_async(self._bucket, self._key(start), start=0, end=offset - start))
            await obstore.delete_async(self._bucket, self._key(start))
            del self._sizes[start]
        self.size_bytes = sum(self._sizes.values())
        return rest

    async def read(self) -> AsyncIterator[bytes]:
        """Every part, in order."""
        for start in sorted(self._sizes):
            yield bytes(await (await obstore.get_async(self._bucket, self._key(start))).bytes_async())

    async def add(self, part: bytes) -> None:
        await obstore.put_async(self._bucket, self._key(self.size_bytes), part, use_multipart=False)
        self._sizes[self.size_bytes] = len(part)
        self.size_bytes += len(part)

    async def remove(self) -> None:
        for start in self._sizes:
            await obstore.delete_async(self._bucket, self._key(start))
        self._sizes, self.size_bytes = {}, 0

    def _key(self, start: int) -> str:
        return f"{self._folder}/{start:016d}"
