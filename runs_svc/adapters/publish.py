"""Make files appear whole or not at all, and stay."""

import os
from collections.abc import Iterable
from pathlib import Path

_READ_ONLY = 0o444


def publish(data: bytes, path: Path, *, staging: Path) -> bool:
    """Make `data` appear at `path` whole or not at all; False if the name is taken.

    The name is durable only after `sync_directory` of its folder.
    """
    make_directory(path.parent)
    staged = staging / f"{path.name}.{os.getpid()}"
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _READ_ONLY | 0o200)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fchmod(descriptor, _READ_ONLY)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return link(staged, path)


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


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directories(paths: Iterable[Path]) -> None:
    for path in sorted(set(paths)):
        sync_directory(path)
