"""Training sets as folders: written beside their place, synced, and moved there whole."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from runs_svc.adapters.durable_files import make_directory, sync_directory

_TRAINED_WITH = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".txt", ".caption", ".jsonl", ".json", ".toml"})
"""What a trainer reads. It also writes beside the pictures, what it has computed of them: that is left alone."""


class TrainingFolder:
    """A set on its way to disk, in a folder of its own. Leaving without `finish` leaves nothing."""

    def __init__(self, root: Path, name: str, placing: Lock) -> None:
        self.target = root / name
        self._placing = placing
        self._staged = root / f".{name}.{uuid.uuid4().hex}"
        self._staged.mkdir()
        self._files: dict[str, str] = {}

    def add(self, path: str, content: bytes) -> str:
        """A file of the set, durable before this returns, and its digest."""
        target = self._staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._files[path] = hashlib.sha256(content).hexdigest()
        return self._files[path]

    def finish(self) -> None:
        """Make the set appear whole. One that is there and the same stays; another one is set aside."""
        for folder in {path.parent for path in self._staged.rglob("*")}:
            sync_directory(folder)
        with self._placing:
            if self.target.exists():
                if not _altered(self.target, self._files):
                    self.discard()
                    return
                self.target.rename(_free_name(self.target))
            self._staged.rename(self.target)
            sync_directory(self.target.parent)

    def discard(self) -> None:
        shutil.rmtree(self._staged, ignore_errors=True)


class TrainingFolders:
    """The exports folder of the server. What an earlier one did not finish is removed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._placing = Lock()
        for unfinished in root.glob(".export-*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def open(self, name: str) -> TrainingFolder:
        make_directory(self._root)
        return TrainingFolder(self._root, name, self._placing)

    def altered(self, name: str, files: Mapping[str, str]) -> Sequence[str]:
        if not (self._root / name).is_dir():
            return [f"{name}/"]
        return _altered(self._root / name, files)


def _altered(folder: Path, files: Mapping[str, str]) -> Sequence[str]:
    """Which files of a folder are missing, have another digest, or would be trained with and are none of the set."""
    wrong = [path for path, sha256 in files.items() if not _is_as_written(folder / path, sha256)]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix.lower() in _TRAINED_WITH}
    return sorted({*wrong, *(there - files.keys())})


def _is_as_written(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _free_name(target: Path) -> Path:
    """A name beside a folder that nothing has."""
    number = 1
    while (name := target.with_name(f"{target.name}-altered-{number}")).exists():
        number += 1
    return name
