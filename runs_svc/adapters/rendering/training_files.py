"""Training sets as folders: written beside their place, synced, and moved there whole.

Several servers may have one folder of exports: each stages under a name of its own, which it keeps locked, and they
move sets to their places one at a time.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import filelock

from runs_svc.adapters.durable_files import make_directory, sync_directory
from runs_svc.domain.errors import StoreBusyError

_PLACING, _PLACING_S = ".placing.lock", 60.0
"""Held while a set is compared with what is in its place, and moved there."""

_TRAINED_WITH = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".txt", ".caption", ".jsonl", ".json", ".toml"})
"""What a trainer reads. It also writes beside the pictures, what it has computed of them: that is left alone."""


class TrainingFolder:
    """A set on its way to disk, in a folder of its own. Leaving without `finish` leaves nothing."""

    def __init__(self, root: Path, name: str) -> None:
        self.target = root / name
        self._staged = root / f".{name}.{uuid.uuid4().hex}"
        self._mine = _lock_of(self._staged)
        self._mine.acquire(timeout=_PLACING_S)
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
        """Make the set appear whole. One that is there and the same stays; another one is set aside.

        Raises:
            StoreBusyError: Another server has been placing sets for too long.
        """
        for folder in {path.parent for path in self._staged.rglob("*")}:
            sync_directory(folder)
        with _placing(self.target.parent):
            if self.target.exists():
                if not _altered(self.target, self._files):
                    self.discard()
                    return
                self.target.rename(_free_name(self.target))
            self._staged.rename(self.target)
            sync_directory(self.target.parent)

    def discard(self) -> None:
        shutil.rmtree(self._staged, ignore_errors=True)
        _give_up(self._mine)


class TrainingFolders:
    """The folder of exports. What a server that is gone did not finish is removed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for unfinished in filter(Path.is_dir, root.glob(".export-*")):
            lock = _lock_of(unfinished)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                continue  # another server is at work on it
            shutil.rmtree(unfinished, ignore_errors=True)
            _give_up(lock)

    def open(self, name: str) -> TrainingFolder:
        make_directory(self._root)
        return TrainingFolder(self._root, name)

    def altered(self, name: str, files: Mapping[str, str]) -> Sequence[str]:
        if not (self._root / name).is_dir():
            return [f"{name}/"]
        return _altered(self._root / name, files)


def _lock_of(staged: Path) -> filelock.BaseFileLock:
    """Held by the server that stages a set, in whichever of its threads. It is there before the set."""
    return filelock.FileLock(f"{staged}.lock", thread_local=False)


def _give_up(lock: filelock.BaseFileLock) -> None:
    """Leave nothing behind. Whoever waits for the file that is removed sees that it is, and makes another one."""
    if lock.is_locked:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


@contextmanager
def _placing(root: Path) -> Iterator[None]:
    lock = filelock.FileLock(root / _PLACING, thread_local=False)
    try:
        lock.acquire(timeout=_PLACING_S)
    except filelock.Timeout as error:
        raise StoreBusyError("another server is placing a training set in the folder of exports; try again") from error
    try:
        yield
    finally:
        _give_up(lock)


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
