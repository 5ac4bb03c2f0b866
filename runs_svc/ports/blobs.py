"""Bytes by their digest, and the published tree of documents."""

from collections.abc import AsyncIterator
from typing import Protocol

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import StoredDocument


class BlobUpload(Protocol):
    """Bytes on their way in. Leaving the context without `commit` keeps them for a later resumption."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            DigestMismatchError: More bytes than declared.
            StorageFullError: The disk is full.
        """
        ...

    async def commit(self) -> Blob:
        """Make the bytes durable and visible under their digest.

        Raises:
            DigestMismatchError: Size or digest differ from what was declared; what came is discarded.
        """
        ...

    async def close(self) -> None:
        """End the upload; what was written stays for a resumption."""
        ...


class BlobStore(Protocol):
    """Bytes addressed by their own digest. Right bytes are never overwritten, wrong ones never handed out."""

    async def open_upload(self, digest: Digest, *, size_bytes: int, offset: int) -> BlobUpload:
        """Start or resume an upload.

        Raises:
            OffsetOutOfRangeError: The offset is not the size stored of an earlier upload.
            UploadInProgressError: Another upload of these bytes is under way.
            StorageFullError: The disk's reserve is reached.
        """
        ...

    async def committed_bytes(self, digest: Digest) -> int:
        """How many bytes of an interrupted upload are stored."""
        ...

    def read(self, blob: Blob, *, offset: int) -> AsyncIterator[bytes]:
        """The bytes from an offset, each piece checked before it is handed out.

        Raises:
            AttachmentCorruptError: The bytes are altered or missing.
        """
        ...

    async def is_there(self, blob: Blob) -> bool:
        """Whether bytes of the right number are stored; they are not read."""
        ...

    async def digest_of(self, digest: Digest) -> str | None:
        """The digest the stored bytes really have; None when they are missing."""
        ...


class Archive(Protocol):
    """The published tree of documents."""

    async def find(self, document: StoredDocument) -> bytes | None:
        """The published bytes of a document, if they are there."""
        ...

    async def is_pending(self, document: StoredDocument) -> bool:
        """Whether a document is still to be published: its file is not there yet, and that is no damage."""
        ...

    def lag(self) -> int:
        """How many ledger entries are not yet published."""
        ...
