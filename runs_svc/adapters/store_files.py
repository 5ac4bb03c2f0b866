"""The published files and the bytes of a store, to be taken away once its ledger names them no more."""

from pathlib import Path

from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.document import StoredDocument


class StoreFiles:
    """A store's files. Removing one that is gone already is no error; folders that are empty without it go too."""

    def __init__(self, root: Path, blobs_root: Path) -> None:
        self._root = root
        self._blobs_root = blobs_root
        self._blobs = BlobTree(blobs_root)

    def holds(self, document: StoredDocument) -> bool:
        """Whether exactly these bytes are published."""
        path = path_of(self._root, document)
        return path.is_file() and path.read_bytes() == document.document

    def remove_published(self, document: StoredDocument) -> None:
        _remove(self._root, path_of(self._root, document))

    def remove_blob(self, digest: Digest) -> None:
        _remove(self._blobs_root, self._blobs.path_of(digest))


def _remove(root: Path, path: Path) -> None:
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or root not in folder.parents or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
