"""Stored bytes as plain files, whether a server runs or not."""

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from runs_svc.adapters.blobs.store import STAGING, blob_path
from runs_svc.adapters.durable_files import make_directory, publish, sync_directory, sync_file
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import CHUNK_DIGEST_BYTES, Blob

_LEVEL, _NAME = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{64}")


class BlobTree:
    """A folder of blobs."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, digest: Digest) -> Path:
        return blob_path(self._root, digest.sha256)

    def names(self) -> Iterator[Digest]:
        for first in _folders(self._root):
            for second in _folders(first):
                for path in sorted(second.iterdir()):
                    if _NAME.fullmatch(path.name) and blob_path(self._root, path.name) == path:
                        yield Digest(path.name)

    def describe(self, digest: Digest) -> Blob | None:
        whole, chunks, size = hashlib.sha256(), [], 0
        try:
            with self.path_of(digest).open("rb") as file:
                while chunk := file.read(CHUNK_DIGEST_BYTES):
                    whole.update(chunk)
                    chunks.append(hashlib.sha256(chunk).digest())
                    size += len(chunk)
        except OSError:
            return None
        return Blob(Digest(whole.hexdigest()), size, tuple(chunks))

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        with self.path_of(digest).open("rb") as file:
            while piece := file.read(CHUNK_DIGEST_BYTES):
                yield piece

    def keep(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        path = self.path_of(digest)
        make_directory(path.parent)
        staged = path.with_name(f".{path.name}")
        with staged.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        staged.chmod(0o400)
        sync_file(staged)
        staged.rename(path)
        sync_directory(path.parent)

    def keep_many(self, items: Sequence[tuple[Blob, bytes]]) -> None:
        new = {path: content for blob, content in items if not (path := self.path_of(blob.digest)).exists()}
        publish(list(new.items()), staging=self._root / STAGING)

    def age_s(self, digest: Digest) -> float:
        return time.time() - self.path_of(digest).stat().st_mtime

    def size_bytes(self, digest: Digest) -> int:
        return self.path_of(digest).stat().st_size

    def uploads(self) -> Iterator[tuple[Digest, int, float]]:
        staging = self._root / STAGING
        for path in sorted(staging.iterdir()) if staging.is_dir() else ():
            if _NAME.fullmatch(path.name):
                found = path.stat()
                yield Digest(path.name), found.st_size, time.time() - found.st_mtime

    def remove(self, digest: Digest) -> None:
        self.path_of(digest).unlink(missing_ok=True)

    def remove_upload(self, digest: Digest) -> None:
        (self._root / STAGING / digest.sha256).unlink(missing_ok=True)


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if _LEVEL.fullmatch(path.name) and path.is_dir())
