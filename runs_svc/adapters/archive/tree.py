"""The published tree as plain files, without a ledger beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from foundation import canonical_json
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.archive.place import read_cursor, read_progress
from runs_svc.domain.entities.identity import identity_of
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports.offline import ArchiveFile

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ArchiveTree:
    """A folder of published documents."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, document: StoredDocument) -> bytes | None:
        return _read(path_of(self._root, document))

    def is_pending(self, place: int) -> bool:
        cursor, progress = read_cursor(self._root), read_progress(self._root)
        known = [item.seq for item in (cursor, progress and progress[0]) if item is not None]
        return bool(known) and (place > max(known) or (cursor is not None and place in cursor.pending))

    def files(self) -> Iterator[ArchiveFile]:
        for day in days(self._root):
            for path in sorted(day.iterdir()):
                yield ArchiveFile(f"{day.name}/{path.name}", self.document_at(path))

    def document_at(self, path: Path) -> StoredDocument | None:
        """What a file says it is, when its name says the same."""
        data = _read(path)
        try:
            document = describe_document(data or b"", path.stem, path.parent.name)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            return None
        return document if path_of(self._root, document) == path else None


def days(root: Path) -> list[Path]:
    """The folders of the tree, in order."""
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if _DAY.fullmatch(path.name) and path.is_dir())


def describe_document(data: bytes, stem: str, partition: str) -> StoredDocument:
    """What a published document says it is, under the name of its file.

    Raises:
        JSONDecodeError, AttributeError, KeyError, TypeError: It says nothing of the kind.
    """
    identity = identity_of(orjson.loads(data))
    record_id = identity.subject_id
    if identity.kind != "run":
        record_id = f"{identity.subject_id}/{stem.removeprefix(f'{identity.subject_id}_{identity.kind}_')}"
    return StoredDocument(
        kind=identity.kind,
        record_id=record_id,
        subject_id=identity.subject_id,
        ordinal=identity.ordinal,
        partition=partition,
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=identity.previous_sha256,
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
