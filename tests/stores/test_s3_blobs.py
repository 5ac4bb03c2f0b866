"""What blobs in a bucket promise beyond the port."""

import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from runs_svc.adapters.s3 import blobs as s3_blobs
from runs_svc.adapters.s3.blobs import S3BlobStore
from runs_svc.adapters.s3.bucket import UPLOADS, key_of, open_bucket
from runs_svc.adapters.s3.offline import BucketBlobs
from runs_svc.domain.errors import AttachmentCorruptError, DigestMismatchError, ObjectStoreFullError, StoreBusyError
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES
from runs_svc.ports import BlobUpload
from tests.ends import join_all
from tests.stores.test_blobs import BIG, digest_of, get, put

pytestmark = pytest.mark.xdist_group("postgres")
PART = 500_000


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_blobs, "PART_BYTES", PART)


def keys(bucket: S3Store, prefix: str = "") -> list[str]:
    return sorted(item["path"] for group in obstore.list(bucket, prefix=prefix or None) for item in group)


async def test_blobs_lie_where_the_layout_says_and_leave_no_parts(bucket: S3Store, tmp_path: Path) -> None:
    store = S3BlobStore(bucket, local=tmp_path)
    blobs = [await put(store, data) for data in (b"", b"abc", BIG)]
    assert keys(bucket) == sorted(key_of(blob.digest.sha256) for blob in blobs)
    assert [await get(store, blob, 1) for blob in blobs[1:]] == [b"bc", BIG[1:]]
    offline = BucketBlobs(bucket)
    assert sorted(offline.names()) == sorted(blob.digest for blob in blobs)
    assert [offline.describe(blob.digest) for blob in blobs] == blobs


@pytest.mark.parametrize("offset", [0, 1, PART, 700_000, 700_001, 1_234_567])
async def test_another_server_goes_on_with_an_upload(bucket: S3Store, tmp_path: Path, offset: int) -> None:
    whole, first = digest_of(BIG), S3BlobStore(bucket, local=tmp_path)
    upload = await first.open_upload(whole, size_bytes=len(BIG), offset=0)
    for start in range(0, 1_234_567, 100_000):
        await upload.write(BIG[start : min(start + 100_000, 1_234_567)])
    await upload.close()
    second = S3BlobStore(bucket, local=tmp_path)
    assert await second.committed_bytes(whole) == 1_234_567
    blob = await put(second, BIG, offset=offset)
    assert await get(first, blob) == BIG
    assert keys(bucket, UPLOADS) == []


HALF = len(BIG) // 2


@pytest.mark.parametrize(
    "steps",
    [
        ["open a", "all a", "open b", "all b"],
        ["open a", "open b", "all a", "all b"],
        ["open a", "open b", "half a", "half b", "rest a", "rest b"],
        ["open a", "half a", "go on b", "rest a", "rest b"],
    ],
    ids=" ".join,
)
async def test_two_servers_that_are_sent_the_same_bytes_at_the_same_time_both_take_them(
    bucket: S3Store, tmp_path: Path, steps: list[str]
) -> None:
    whole, stores = digest_of(BIG), {name: S3BlobStore(bucket, local=tmp_path) for name in "ab"}
    uploads: dict[str, BlobUpload] = {}
    sent = dict.fromkeys("ab", 0)
    for deed, name in (step.rsplit(" ", 1) for step in steps):
        if deed in {"open", "go on"}:
            sent[name] = await stores[name].committed_bytes(whole) if deed == "go on" else 0
            uploads[name] = await stores[name].open_upload(whole, size_bytes=len(BIG), offset=sent[name])
            continue
        until = HALF if deed == "half" else len(BIG)
        while sent[name] < until:
            step = 70_000 if name == "a" else 110_000
            await uploads[name].write(BIG[sent[name] : min(sent[name] + step, until)])
            sent[name] = min(sent[name] + step, until)
    blobs = []
    for name in "ab":
        blobs.append(await uploads[name].commit())
        await uploads[name].close()
    assert blobs[0] == blobs[1]
    assert await get(stores["b"], blobs[0]) == BIG
    assert keys(bucket, UPLOADS) == []


async def test_what_others_put_beside_staged_parts_is_none_of_them(bucket: S3Store, tmp_path: Path) -> None:
    store, whole = S3BlobStore(bucket, local=tmp_path), digest_of(BIG)
    upload = await store.open_upload(whole, size_bytes=len(BIG), offset=0)
    await upload.write(BIG[:PART])
    await upload.close()
    for name in ("notes.txt", f"{PART}", f"{PART:016d}", f"{PART:016d}-{0:016d}/0"):
        obstore.put(bucket, f"{UPLOADS}/{whole.sha256}/{name}", b"somebody else's")
    assert await store.committed_bytes(whole) == PART
    assert await get(store, await put(store, BIG, offset=PART)) == BIG


async def test_parts_that_were_altered_never_become_visible(bucket: S3Store, tmp_path: Path) -> None:
    store, whole = S3BlobStore(bucket, local=tmp_path), digest_of(BIG)
    upload = await store.open_upload(whole, size_bytes=len(BIG), offset=0)
    await upload.write(BIG)
    (part, *_) = keys(bucket, UPLOADS)
    obstore.put(bucket, part, bytes(len(BIG)))
    with pytest.raises(DigestMismatchError, match="have changed"):
        await upload.commit()
    await upload.close()
    assert keys(bucket) == []
    assert await get(store, await put(store, BIG)) == BIG


@pytest.mark.parametrize(
    "damaged",
    [b"", BIG[: CHUNK_DIGEST_BYTES + 5], BIG[:-1] + bytes([BIG[-1] ^ 1])],
    ids=["empty", "shortened", "altered"],
)
async def test_altered_and_shortened_objects_are_found_and_never_handed_out(
    bucket: S3Store, tmp_path: Path, damaged: bytes
) -> None:
    store = S3BlobStore(bucket, local=tmp_path)
    blob = await put(store, BIG)
    obstore.put(bucket, key_of(blob.digest.sha256), damaged)
    received = b""
    with pytest.raises(AttachmentCorruptError):  # noqa: PT012 # what came before the damage counts
        async for piece in store.read(blob, offset=0):
            received += piece
    assert received == BIG[: len(received)]
    assert await store.digest_of(blob.digest) != blob.digest.sha256
    await put(store, BIG)
    assert await get(store, blob) == BIG, "the right bytes take their place when they are sent again"


async def test_a_bucket_that_is_away_says_nothing_of_the_bytes(
    bucket: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = await put(S3BlobStore(bucket, local=tmp_path), b"abc")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    away = S3BlobStore(open_bucket(f"s3://rmos/{uuid.uuid4().hex}"), local=tmp_path)
    with pytest.raises(StoreBusyError):
        await get(away, blob)
    with pytest.raises(StoreBusyError):
        await put(away, b"abc")
    with pytest.raises(StoreBusyError):
        await away.is_there(blob)


class _FullServer(BaseHTTPRequestHandler):
    """Has nothing and takes nothing."""

    def do_GET(self) -> None:
        self._answer(200, b"<ListBucketResult></ListBucketResult>")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(507, b"<Error><Code>InsufficientStorage</Code></Error>")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


async def test_a_bucket_without_room_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _FullServer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
        store = S3BlobStore(open_bucket("s3://rmos/full"), local=tmp_path)
        with pytest.raises(ObjectStoreFullError, match="has no room"):
            await put(store, b"abc")
    finally:
        server.shutdown()
        server.server_close()
        join_all([thread])
