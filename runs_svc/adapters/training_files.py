"""Training sets as folders: written beside their place, synced, and moved there whole."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from runs_svc.adapters.publish import make_directory, sync_directory


class TrainingFolder:
    """A set on its way to disk. Leaving without `finish` leaves nothing."""

    def __init__(self, root: Path, name: str) -> None:
        self.target = root / name
        self._staged = root / f".{name}.{os.getpid()}"
        shutil.rmtree(self._staged, ignore_errors=True)
        make_directory(self._staged)

    def add(self, path: str, content: bytes) -> None:
        """A file of the set, durable before this returns."""
        target = self._staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def add_all(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            self.add(path, content)

    def finish(self) -> None:
        """Make the set appear whole; one that is there already stays."""
        for folder in {path.parent for path in self._staged.rglob("*")}:
            sync_directory(folder)
        if self.target.exists():
            self.discard()
            return
        self._staged.rename(self.target)
        sync_directory(self.target.parent)

    def discard(self) -> None:
        shutil.rmtree(self._staged, ignore_errors=True)


class TrainingFolders:
    """The exports folder of the server."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, name: str) -> TrainingFolder:
        make_directory(self._root)
        return TrainingFolder(self._root, name)

    def exists(self, name: str) -> bool:
        return (self._root / name).is_dir()
