"""Whose a folder is. A store's own folder, its attachments and its ledger are marked, and locked while it is in use.

A mark names the store by an id and by its folder: a copy of a store has the same id, and one that was moved has another
folder. Folders without a mark get one. The locks are on the folders themselves, so that removing a lock file under a
running server lets no second one in.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from rpckit.settings import ConfigurationError
from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file

STORE, OWNER = ".store", ".owner"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in a folder about its owner."""

    store: str
    runs_dir: str
    adopted_at: float | None = None
    """When a folder was marked that held bytes already: whose these are is not known. [s since 1970]"""


def own_folders(root: Path, *, blobs: Path, ledger: Path | None) -> Callable[[], None]:
    """Own a store's folders; returns the function that releases them. A ledger that is no file is nobody's alone.

    Raises:
        ConfigurationError: One of them belongs to another store, or is in use, or the store's name is no UTF-8.
    """
    try:
        str(root.resolve()).encode()  # it stands in the marks
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"the name of the run store {root} is no UTF-8; give it another") from error
    with ExitStack() as held:
        _lock(root, held, f"the run store {root}")
        make_directory(blobs)
        _lock(blobs, held, f"the attachments folder {blobs}")
        mine = _mark_of(root)
        for path in _marks_of(blobs, root):
            _claim(path, root, mine, f"the attachments folder {blobs}")
        if ledger is not None:
            make_directory(ledger.parent)
            _claim(ledger.with_name(f".{ledger.name}{OWNER}"), root, mine, f"the ledger {ledger}")
        return held.pop_all().close


def store_id(root: Path) -> str:
    """What a store's folder is known by, wherever it is moved to; it is given one where it has none."""
    found = _read(root / STORE)
    if found is None:
        make_directory(root)
        found = _mark_of(root)
    return found.store


def adopted_at(blobs: Path) -> float | None:
    """Since when a folder of attachments is known to be one store's alone; None when it always was. [s since 1970]"""
    mark = _read(blobs / OWNER)  # one within a store never holds another's bytes
    return None if mark is None else mark.adopted_at


def _marks_of(blobs: Path, root: Path) -> list[Path]:
    """Where a folder of attachments is marked: within a store beside the folder, elsewhere in it."""
    folder = blobs.resolve()
    beside = folder.with_name(f".{folder.name}{OWNER}")
    if folder.is_relative_to(root.resolve()):
        return [beside]
    return [beside, folder / OWNER] if beside.exists() else [folder / OWNER]


def _lock(folder: Path, held: ExitStack, what: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    held.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigurationError(f"{what} is in use by another runs server") from error
    except OSError:
        return  # this file system locks no folders; the lock files stay


def _mark_of(root: Path) -> Mark:
    """The store's own mark, made when there is none."""
    found = _read(root / STORE)
    mark = Mark(found.store if found is not None else uuid.uuid4().hex, str(root.resolve()))
    if mark != found:
        _write(root / STORE, mark)
    return mark


def _claim(path: Path, root: Path, mine: Mark, what: str) -> None:
    found = _read(path)
    inside = path.resolve().is_relative_to(root.resolve())
    if found is not None and not inside and not _is_mine(found, mine):
        raise ConfigurationError(
            f"{what} belongs to another run store, {found.runs_dir}; two stores must not share it. "
            f"Give this one its own; or remove {path}, when that store is gone"
        )
    if found is not None and found.store == mine.store:
        adopted = found.adopted_at
    else:
        adopted = None if inside or not _holds_blobs(path.parent) else time.time()
    expected = Mark(mine.store, mine.runs_dir, adopted)
    if expected != found:
        _write(path, expected)


def _is_mine(found: Mark, mine: Mark) -> bool:
    """Whether a mark is this store's: under its folder's name, or under one that it had before it was moved."""
    if found.store != mine.store:
        return False
    other = _read(Path(found.runs_dir) / STORE)
    return found.runs_dir == mine.runs_dir or other is None or other.store != mine.store


def _holds_blobs(folder: Path) -> bool:
    return any(len(path.name) == 2 and path.is_dir() for path in folder.iterdir())


def _read(path: Path) -> Mark | None:
    with suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError):
        found = orjson.loads(path.read_bytes())
        return Mark(str(found["store"]), str(found["runs_dir"]), found.get("adopted_at"))
    return None


def _write(path: Path, mark: Mark) -> None:
    staged = path.with_name(f"{path.name}.tmp")
    staged.write_bytes(orjson.dumps(asdict(mark)))
    sync_file(staged)
    staged.replace(path)  # not a record
    sync_directory(path.parent)
