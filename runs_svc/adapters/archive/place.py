"""How far the tree has come, in two files beside it. Each names a record of the ledger it was taken of, so that a later
start can check whether the ledger still holds what was published.

`.cursor.json` is written now and then and says where the next publisher goes on. `.published` is written after each
group: what it says was synced before it was said.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from runs_svc.adapters.archive.names import CURSOR, PROGRESS
from runs_svc.adapters.durable_files import make_directory

_PROGRESS = re.compile(rb"(\d{20}) ([0-9a-f]{64}|-{64}) (\d{10})\n")
_NOBODY = "-" * 64


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the ledger up to which everything is published, but for what is pending."""

    seq: int = 0
    sha256: str = ""
    """Digest of the record there; empty at the beginning."""
    pending: Sequence[int] = ()
    """Places before it whose records were altered, or could not be read, when they were to be published."""


def read_cursor(root: Path) -> Place | None:
    """Where publishing goes on; None when that is not known."""
    try:
        saved = orjson.loads((root / CURSOR).read_bytes())
        return Place(int(saved["seq"]), str(saved["sha256"] or ""), tuple(map(int, saved.get("pending", ()))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_cursor(root: Path, place: Place) -> None:
    """Store where publishing continues. Not a record: losing it costs publishing again."""
    path = root / CURSOR
    staged = path.with_suffix(".tmp")
    staged.write_bytes(orjson.dumps({"seq": place.seq, "sha256": place.sha256, "pending": list(place.pending)}))
    staged.replace(path)


def begin_place(root: Path) -> None:
    """Say that nothing is published yet, where nobody has said how far the tree has come: what is not there is pending
    then, and not missing.
    """
    if read_cursor(root) is None and read_progress(root) is None:
        make_directory(root)
        write_cursor(root, Place())


def read_progress(root: Path) -> tuple[Place, int] | None:
    """How far the tree has come, and how many records before that are pending; None when that is not known."""
    try:
        found = _PROGRESS.fullmatch((root / PROGRESS).read_bytes())
    except OSError:
        return None
    if found is None:
        return None
    sha256 = found[2].decode()
    return Place(int(found[1]), "" if sha256 == _NOBODY else sha256), int(found[3])


def write_progress(root: Path, place: Place) -> None:
    """Say how far the tree has come, in one write of always the same length."""
    descriptor = os.open(root / PROGRESS, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        text = f"{place.seq:020d} {place.sha256 or _NOBODY} {len(place.pending):010d}\n"
        os.pwrite(descriptor, text.encode(), 0)
        os.ftruncate(descriptor, len(text))
    finally:
        os.close(descriptor)


def forget_place(root: Path) -> None:
    """Have everything published again."""
    for name in (CURSOR, PROGRESS):
        (root / name).unlink(missing_ok=True)
