"""Make files appear whole or not at all, and stay."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

GROUP = 64
"""Documents worth publishing together: they share most of their syncs."""
_READ_ONLY = 0o400


def publish(documents: Sequence[tuple[Path, bytes]], *, staging: Path) -> Sequence[Path]:
    """Make each document appear at its path whole or not at all, durably; returns the paths whose names were taken.

    1. write every file beside the tree
    2. sync them all: the first sync carries most of the others
    3. give each its final name
    4. sync the folders
    """
    staged = [_stage(path, data, staging) for path, data in documents]
    for file in staged:
        sync_file(file)
    taken = [path for file, (path, _) in zip(staged, documents, strict=True) if not link(file, path)]
    for folder in sorted({path.parent for path, _ in documents}):
        sync_directory(folder)
    return taken


def _stage(path: Path, data: bytes, staging: Path) -> Path:
    make_directory(path.parent)
    staged = staging / path.name
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _READ_ONLY)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
    return staged


def link(staged: Path, path: Path) -> bool:
    """Give a synced file its final name and remove the staged one; False if the name is taken."""
    try:
        os.link(staged, path)  # a rename would overwrite; a link cannot
    except FileExistsError:
        return False
    finally:
        staged.unlink()
    return True


def make_directory(path: Path) -> None:
    """Create a folder so that it survives a power cut."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    _sync(path, os.O_RDONLY)


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def raise_unless_about_the_file(error: OSError) -> None:
    """Raise an error that says nothing of the file: this process, or the system, has no descriptor left to open it."""
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        raise error
