"""What every blob store promises."""

import hashlib
import os

import pytest

from runs_svc.domain.errors import (
    AttachmentCorruptError,
    DigestMismatchError,
    OffsetOutOfRangeError,
    UploadInProgressError,
)
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob
from runs_svc.ports import BlobStore

BIG = os.urandom(2 * CHUNK_DIGEST_BYTES + 12_345)


def digest_of(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())


async def put(blobs: BlobStore, data: bytes, *, offset: int = 0, size: int | None = None) -> Blob:
    whole = digest_of(data)
    upload = await blobs.open_upload(whole, size_bytes=len(data) if size is None else size, offset=offset)
    try:
        for start in range(offset, len(data), 100_000):
            await upload.write(data[start : start + 100_000])
        return await upload.commit()
    finally:
        await upload.close()


async def get(blobs: BlobStore, blob: Blob, offset: int = 0) -> bytes:
    return b"".join([piece async for piece in blobs.read(blob, offset=offset)])


@pytest.mark.parametrize("data", [b"", b"x", BIG, BIG[:CHUNK_DIGEST_BYTES]], ids=["empty", "one", "big", "one chunk"])
async def test_bytes_come_back(blobs: BlobStore, data: bytes) -> None:
    blob = await put(blobs, data)
    assert (blob.digest, blob.size_bytes) == (digest_of(data), len(data))
    assert await get(blobs, blob) == data
    assert await blobs.digest_of(blob.digest) == blob.digest.sha256


async def test_storing_the_same_bytes_twice_is_harmless(blobs: BlobStore) -> None:
    assert await put(blobs, BIG) == await put(blobs, BIG)


@pytest.mark.parametrize("offset", [0, 1, 300_000, CHUNK_DIGEST_BYTES, CHUNK_DIGEST_BYTES + 7, len(BIG)])
async def test_reading_starts_at_the_offset(blobs: BlobStore, offset: int) -> None:
    blob = await put(blobs, BIG)
    assert await get(blobs, blob, offset) == BIG[offset:]


async def test_an_interrupted_upload_goes_on_where_it_stopped(blobs: BlobStore) -> None:
    whole = digest_of(BIG)
    upload = await blobs.open_upload(whole, size_bytes=len(BIG), offset=0)
    await upload.write(BIG[:700_000])
    await upload.close()
    kept = await blobs.committed_bytes(whole)
    assert kept == 700_000
    blob = await put(blobs, BIG, offset=kept)
    assert await get(blobs, blob) == BIG


async def test_resuming_may_start_earlier_but_not_later(blobs: BlobStore) -> None:
    whole = digest_of(BIG)
    upload = await blobs.open_upload(whole, size_bytes=len(BIG), offset=0)
    await upload.write(BIG[:1000])
    await upload.close()
    with pytest.raises(OffsetOutOfRangeError):
        await blobs.open_upload(whole, size_bytes=len(BIG), offset=1001)
    assert await get(blobs, await put(blobs, BIG, offset=500)) == BIG


async def test_two_uploads_of_the_same_bytes_do_not_mix(blobs: BlobStore) -> None:
    whole = digest_of(BIG)
    first = await blobs.open_upload(whole, size_bytes=len(BIG), offset=0)
    with pytest.raises(UploadInProgressError):
        await blobs.open_upload(whole, size_bytes=len(BIG), offset=0)
    await first.close()
    await put(blobs, BIG)


async def test_bytes_with_another_digest_never_become_visible(blobs: BlobStore) -> None:
    declared = digest_of(b"declared")
    upload = await blobs.open_upload(declared, size_bytes=8, offset=0)
    await upload.write(b"received")
    with pytest.raises(DigestMismatchError):
        await upload.commit()
    await upload.close()
    assert await blobs.digest_of(declared) is None
    assert await blobs.committed_bytes(declared) == 0


async def test_more_or_fewer_bytes_than_declared_are_refused(blobs: BlobStore) -> None:
    declared = digest_of(b"abc")
    upload = await blobs.open_upload(declared, size_bytes=3, offset=0)
    with pytest.raises(DigestMismatchError):
        await upload.write(b"abcd")
    await upload.close()
    upload = await blobs.open_upload(declared, size_bytes=3, offset=0)
    await upload.write(b"ab")
    with pytest.raises(DigestMismatchError):
        await upload.commit()
    await upload.close()
    assert await blobs.digest_of(declared) is None


async def test_missing_bytes_are_an_error_and_never_an_empty_answer(blobs: BlobStore) -> None:
    blob = Blob(digest_of(b"never stored"), 12, (hashlib.sha256(b"never stored").digest(),))
    with pytest.raises(AttachmentCorruptError):
        await get(blobs, blob)
