"""What a bucket holds of a store, looked at as a whole, whether servers run or not."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import obstore
import orjson
from obstore.store import S3Store

from runs_svc.adapters.archive.tree import describe_document
from runs_svc.adapters.blobs.running_digests import RunningDigests
from runs_svc.adapters.postgres.publication import Progress
from runs_svc.adapters.s3.archive import object_of
from runs_svc.adapters.s3.bucket import ARCHIVE, ATTACHMENTS, UPLOADS, key_of, reachable
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports.offline import ArchiveFile

if TYPE_CHECKING:
    from obstore import ObjectMeta

_NAME = re.compile(r"[0-9a-f]{64}")
_OBJECT = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)/(?P<stem>[^/]+)\.json")
_CHECKED_AT_START, _COMPOSED_BYTES = 32, 8 * 1024 * 1024


def read_object(bucket: S3Store, key: str) -> bytes | None:
    """The bytes under a key, if there are any."""
    try:
        with reachable():
            return bytes(obstore.get(bucket, key).bytes())
    except FileNotFoundError:
        return None


def _listed(bucket: S3Store, prefix: str) -> "Iterator[ObjectMeta]":
    with reachable():
        for group in obstore.list(bucket, prefix=f"{prefix}/", chunk_size=1_000):
            yield from group


class BucketArchive:
    """Published documents as objects."""

    def __init__(self, bucket: S3Store, progress: Progress) -> None:
        self._bucket = bucket
        self._progress = progress

    def read(self, document: StoredDocument) -> bytes | None:
        return read_object(self._bucket, object_of(document))

    def is_pending(self, place: int) -> bool:
        return place > self._progress.place or place in self._progress.pending

    def files(self) -> Iterator[ArchiveFile]:
        for item in _listed(self._bucket, ARCHIVE):
            name = item["path"].removeprefix(f"{ARCHIVE}/")
            yield ArchiveFile(name, self._document(name))

    def newest_runs(self) -> list[str]:
        """Ids of the newest runs of the newest day."""
        with reachable():
            days = sorted(obstore.list_with_delimiter(self._bucket, prefix=f"{ARCHIVE}/")["common_prefixes"])
        for day in reversed(days):
            stems = [item["path"].rpartition("/")[2].removesuffix(".json") for item in _listed(self._bucket, day)]
            runs = sorted(stem for stem in stems if re.fullmatch(r"run_[0-9a-f]{12}", stem))
            if runs:
                return runs[-_CHECKED_AT_START:]
        return []

    def _document(self, name: str) -> StoredDocument | None:
        found = _OBJECT.fullmatch(name)
        data = read_object(self._bucket, f"{ARCHIVE}/{name}")
        if found is None or data is None:
            return None
        try:
            document = describe_document(data, found["stem"], found["day"])
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            return None
        return document if object_of(document) == f"{ARCHIVE}/{name}" else None


class BucketBlobs:
    """Stored bytes as objects."""

    def __init__(self, bucket: S3Store) -> None:
        self._bucket = bucket

    def names(self) -> Iterator[Digest]:
        for item in _listed(self._bucket, ATTACHMENTS):
            name = item["path"].rpartition("/")[2]
            if _NAME.fullmatch(name) and item["path"] == key_of(name):
                yield Digest(name)

    def describe(self, digest: Digest) -> Blob | None:
        digests = RunningDigests()
        try:
            with reachable():
                for piece in obstore.get(self._bucket, key_of(digest.sha256)).stream(min_chunk_size=CHUNK_DIGEST_BYTES):
                    digests.update(bytes(piece))
        except FileNotFoundError:
            return None
        return digests.blob()

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        with reachable():
            for piece in obstore.get(self._bucket, key_of(digest.sha256)).stream(min_chunk_size=CHUNK_DIGEST_BYTES):
                yield bytes(piece)

    def keep(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        with reachable():
            obstore.put(self._bucket, key_of(digest.sha256), pieces, chunk_size=_COMPOSED_BYTES, max_concurrency=3)

    def keep_many(self, items: Sequence[tuple[Blob, bytes]]) -> None:
        for blob, content in items:
            try:
                is_there = self.size_bytes(blob.digest) == blob.size_bytes
            except FileNotFoundError:
                is_there = False
            if not is_there:
                self.keep(blob.digest, iter([content]))

    def size_bytes(self, digest: Digest) -> int:
        with reachable():
            return obstore.head(self._bucket, key_of(digest.sha256))["size"]

    def age_s(self, digest: Digest) -> float:
        with reachable():
            return _age_s(obstore.head(self._bucket, key_of(digest.sha256)))

    def uploads(self) -> Iterator[tuple[Digest, int, float]]:
        sizes: dict[str, tuple[int, float]] = {}
        for item in _listed(self._bucket, UPLOADS):
            name = item["path"].split("/")[1]
            size, age_s = sizes.get(name, (0, float("inf")))
            sizes[name] = (size + item["size"], min(age_s, _age_s(item)))
        for name, (size, age_s) in sizes.items():
            if _NAME.fullmatch(name):
                yield Digest(name), size, age_s

    def remove(self, digest: Digest) -> None:
        with reachable():
            obstore.delete(self._bucket, key_of(digest.sha256))

    def remove_upload(self, digest: Digest) -> None:
        with reachable():
            for item in list(_listed(self._bucket, f"{UPLOADS}/{digest.sha256}")):
                obstore.delete(self._bucket, item["path"])


def _age_s(item: "ObjectMeta") -> float:
    return (datetime.datetime.now(datetime.UTC) - item["last_modified"]).total_seconds()
