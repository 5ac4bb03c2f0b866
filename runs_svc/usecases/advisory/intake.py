"""Take the bytes of an asset in: to the blob store, and what they show as a picture."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from foundation.call import Call
from foundation.errors import InvalidFieldsError
from runs_svc.domain.advisory.asset import MEDIA_TYPES, Content
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.ports import BlobStore, Ledger, PictureReader
from runs_svc.usecases.runs.attach import Attach

LARGEST_ASSET_BYTES = 32 * 1024**2
_DECODED = "allowed: PNG, JPEG, WebP and BMP of at most 64,000,000 pixels, decoded within 20 s"


class ImageIntake:
    def __init__(self, attach: Attach, ledger: Ledger, blobs: BlobStore, *, pictures: PictureReader) -> None:
        self._attach = attach
        self._ledger = ledger
        self._blobs = blobs
        self._pictures = pictures
        self._keeping = asyncio.Lock()

    async def stream(
        self, sha256: str, size_bytes: int, mime: str, chunks: AsyncIterator[bytes], *, call: Call
    ) -> Content:
        """Bytes that come in, as declared.

        Raises:
            DigestMismatchError, StorageFullError, UploadInProgressError: As `Attach`.
            InvalidFieldsError: They are said to be a picture and are none that can be decoded, or another one.
        """
        declared = Attachment(Digest(sha256), "advisory", mime, sha256, size_bytes, "")
        await self._attach.attach(declared, chunks, offset=0, run_id=None, call=call)
        picture = None
        if mime.startswith("image/"):
            picture = await self._pictures.read(await self.read(sha256))
            if picture is None:
                raise InvalidFieldsError.one(
                    "header.mime", f"{mime}: the bytes are no picture that can be decoded; {_DECODED}"
                )
            usual = MEDIA_TYPES[picture.format]
            if mime not in usual:
                text = f"{mime}: the bytes are a picture of the format {picture.format}; allowed for it: {usual[0]}"
                raise InvalidFieldsError.one("header.mime", text)
        return Content(sha256, size_bytes, mime, picture)

    async def keep(self, data: bytes, mime: str, *, call: Call) -> Content:
        """Bytes that were made here. Equal bytes wait for each other: two calls may have made the same picture."""

        async def pieces() -> AsyncIterator[bytes]:
            yield data

        async with self._keeping:
            return await self.stream(hashlib.sha256(data).hexdigest(), len(data), mime, pieces(), call=call)

    async def read(self, sha256: str) -> bytes:
        """The bytes, checked as they are read.

        Raises:
            AttachmentCorruptError: They are altered or gone.
        """
        return b"".join([piece async for piece in self.pieces(sha256)])

    async def upright(self, sha256: str) -> bytes:
        """The picture as people see it, as PNG without metadata.

        Raises:
            AttachmentCorruptError: The bytes are altered or gone.
        """
        return await self._pictures.normalise(await self.read(sha256))

    async def pieces(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in pieces, each checked before it is handed out."""
        digest = Digest(sha256)
        blob = (await self._ledger.find_blobs([digest]))[digest]
        async for piece in self._blobs.read(blob, offset=0):
            yield piece
