"""A rebuilt ledger takes the place of the old one, which is set aside. A kill at any moment leaves one of both.

1. the new one is written in `.rebuild/` and, once it is durable, renamed there: from here on it counts
2. the old one, with its log, gets a second name in `.damaged/`
3. the old one's log goes: it must not be taken for the new one's
4. the new one is renamed over the old one

A ledger on another disk than the store's folder gets a copy of the new one beside it first.
"""

import datetime
import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from runs_svc.adapters.durable_files import make_directory, sync_directory, sync_file

_FOLDER, DAMAGED = ".rebuild", ".damaged"
_LOGS = ("-wal", "-shm")


def is_rebuild_unfinished(root: Path, ledger: Path) -> bool:
    """Whether a rebuilt ledger waits to take its place."""
    return _finished(root, ledger) is not None


def begin_rebuild(root: Path, ledger: Path) -> Path:
    """Where to write the new ledger. What is left of one that was not finished is removed."""
    folder = root / _FOLDER
    make_directory(folder)
    for leftover in folder.iterdir():
        leftover.unlink()
    return folder / ledger.name


def finish_rebuild(root: Path, ledger: Path) -> None:
    """Let the rebuilt ledger that is whole take its place. Doing it again goes on where it stopped."""
    staged, ready = root / _FOLDER / ledger.name, _ready(root, ledger)
    if not ready.exists():
        sync_file(staged)
        staged.rename(ready)
        sync_directory(ready.parent)
    set_aside(root, [ledger, *_logs(ledger)])
    for log in _logs(ledger):
        log.unlink(missing_ok=True)
    make_directory(ledger.parent)
    sync_directory(ledger.parent)
    _replace(ready, ledger)
    sync_directory(ledger.parent)
    sync_directory(ready.parent)


def set_aside(root: Path, paths: Sequence[Path]) -> Path:
    """Link files under second names; the folder that holds them."""
    aside = root / DAMAGED / f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S%f}"
    make_directory(aside)
    for path in paths:
        if path.exists():
            _keep(path, aside / path.name)
    sync_directory(aside)
    return aside


def _keep(path: Path, name: Path) -> None:
    """Give a file a second name, or its bytes a second place where its disk is another one."""
    try:
        os.link(path, name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copy2(path, name)
        sync_file(name)


def _replace(ready: Path, ledger: Path) -> None:
    try:
        ready.replace(ledger)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = ledger.with_name(f".{ledger.name}.rebuilt")
        shutil.copyfile(ready, beside)
        sync_file(beside)
        beside.replace(ledger)
        sync_directory(ledger.parent)
        ready.unlink()


def _finished(root: Path, ledger: Path) -> Path | None:
    ready, staged = _ready(root, ledger), root / _FOLDER / ledger.name
    if ready.exists():
        return ready
    # Before there was a name for it, the old ledger was taken away first; a ledger without a log was closed whole.
    whole = not ledger.exists() and staged.is_file() and not any(log.exists() for log in _logs(staged))
    return staged if whole else None


def _ready(root: Path, ledger: Path) -> Path:
    return root / _FOLDER / f"{ledger.name}.whole"


def _logs(ledger: Path) -> list[Path]:
    return [ledger.with_name(f"{ledger.name}{end}") for end in _LOGS]
