"""What the folder of blobs promises beyond the port."""

import os
import resource
import shutil
from pathlib import Path

import pytest

from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.domain.errors import AttachmentCorruptError, StorageFullError, StoreBusyError
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES
from tests.stores.test_blobs import BIG, digest_of, get, put


async def test_blobs_lie_where_the_layout_says(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path, min_free_percent=0.0)
    blob = await put(blobs, b"abc")
    text = blob.digest.sha256
    path = tmp_path / text[:2] / text[2:4] / text
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o400
    assert list((tmp_path / ".uploads").iterdir()) == []


@pytest.mark.parametrize("position", [0, CHUNK_DIGEST_BYTES, len(BIG) - 1])
async def test_one_flipped_bit_is_found_and_never_handed_out(tmp_path: Path, position: int) -> None:
    blobs = FileBlobStore(tmp_path, min_free_percent=0.0)
    blob = await put(blobs, BIG)
    path = blobs.path_of(blob.digest)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(position)
        file.write(bytes([BIG[position] ^ 1]))
    received = b""
    with pytest.raises(AttachmentCorruptError):  # noqa: PT012 # what came before the damage counts
        async for piece in blobs.read(blob, offset=0):
            received += piece
    assert received == BIG[: len(received)]
    assert await blobs.digest_of(blob.digest) != blob.digest.sha256


async def test_a_truncated_blob_is_found(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path, min_free_percent=0.0)
    blob = await put(blobs, BIG)
    path = blobs.path_of(blob.digest)
    path.chmod(0o644)
    os.truncate(path, CHUNK_DIGEST_BYTES)
    with pytest.raises(AttachmentCorruptError):
        await get(blobs, blob)


async def test_a_folder_that_was_deleted_under_the_server_is_made_again(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path / "attachments", min_free_percent=0.0)
    first = await put(blobs, b"abc")
    shutil.rmtree(tmp_path / "attachments")
    assert blobs.free_bytes() > 0
    assert not await blobs.is_there(first)
    assert await get(blobs, await put(blobs, b"abc")) == b"abc"


async def test_a_folder_that_goes_away_during_an_upload_is_reported_and_the_upload_can_be_sent_again(
    tmp_path: Path,
) -> None:
    blobs = FileBlobStore(tmp_path / "attachments", min_free_percent=0.0)
    upload = await blobs.open_upload(digest_of(b"abc"), size_bytes=3, offset=0)
    await upload.write(b"abc")
    shutil.rmtree(tmp_path / "attachments")
    with pytest.raises(StoreBusyError, match="attachments folder"):
        await upload.commit()
    await upload.close()
    assert await get(blobs, await put(blobs, b"abc")) == b"abc"


async def test_a_folder_that_became_a_file_is_reported(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path / "attachments", min_free_percent=0.0)
    shutil.rmtree(tmp_path / "attachments")
    (tmp_path / "attachments").write_bytes(b"")
    with pytest.raises(StoreBusyError, match="attachments folder"):
        await blobs.open_upload(digest_of(b"abc"), size_bytes=3, offset=0)
    assert await blobs.committed_bytes(digest_of(b"abc")) == 0


async def test_the_reserve_of_the_disk_is_kept(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path, min_free_percent=100.0)
    with pytest.raises(StorageFullError):
        await blobs.open_upload(digest_of(b"abc"), size_bytes=3, offset=0)
    assert blobs.free_bytes() > 0


async def test_a_kill_between_the_link_and_the_removal_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = FileBlobStore(tmp_path, min_free_percent=0.0)
    blob = await put(blobs, b"abc")
    placed, staged = blobs.path_of(blob.digest), blobs.staging / blob.digest.sha256
    os.link(placed, staged)
    half = blobs.staging / digest_of(b"half").sha256
    half.write_bytes(b"ha")
    reopened = FileBlobStore(tmp_path, min_free_percent=0.0)
    assert list(reopened.staging.iterdir()) == [half]
    assert await get(reopened, blob) == b"abc"


async def test_descriptors_that_are_used_up_say_nothing_of_the_bytes(tmp_path: Path) -> None:
    store = FileBlobStore(tmp_path, min_free_percent=0.0)
    blob = await put(store, b"G0 X1\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            [piece async for piece in store.read(blob, offset=0)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert b"".join([piece async for piece in store.read(blob, offset=0)]) == b"G0 X1\n"
