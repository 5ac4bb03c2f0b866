"""Folders and files that a server cannot open or write, told in a sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rpckit.settings import ConfigurationError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def told_at_start() -> Iterator[None]:
    """Around what opens files before a server serves.

    Raises:
        ConfigurationError: The system refused a file or folder; the message names it and what to do.
    """
    try:
        yield
    except OSError as error:
        raise ConfigurationError(sentence(error)) from error


def require_folder(folder: Path) -> None:
    """See that a folder is there, or can be made later on.

    Raises:
        OSError: It is a file, lies below one, or the server's user may not write there.
    """
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def sentence(error: OSError) -> str:
    """What is the matter with which file, and what to do about it."""
    file = f"{error.filename}" if error.filename else "a file"
    if error.errno in FULL:
        return f"the disk is full: {file} cannot be written; make room and start again"
    if error.errno in _NOT_OURS:
        return f"{file}: {error.strerror}; let the server's user read and write it, or configure another place"
    return f"{file} cannot be opened: {error.strerror or error}"
