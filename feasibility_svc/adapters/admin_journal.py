"""The log of administration in a file of JSON lines beside the catalogue's journal.

Each line names the SHA-256 of the line before it, so that one that was changed, taken out or put in is noticed. What
cannot be read is counted and left out: it decides nothing.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import orjson
from filelock import FileLock, Timeout
from pydantic import ValidationError

from feasibility_svc.ports import AdminEntry

_PATIENCE_S = 5.0
_BEFORE = "line_before_sha256"
_TAIL_BYTES = 1 << 16
"""More than a line has: what the transport takes as metadata bounds its texts."""


class AdminJournalFile:
    """Shared by every server on the same folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "administration.jsonl"
        self._lock = FileLock(folder / "administration.lock", timeout=_PATIENCE_S)

    def append(self, entries: Sequence[AdminEntry]) -> None:
        """Write entries durably.

        Raises:
            OSError: They were not written, or another server holds the file for too long.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._path.open("a+b") as journal:
                last = _last_line(journal)
                lines = [b""] if last and not last.endswith(b"\n") else []  # left by a full disk: it counts as damaged
                before = last.rstrip(b"\n")
                for entry in entries:
                    lines.append(orjson.dumps({_BEFORE: _digest(before), **entry.model_dump(mode="json")}))
                    before = lines[-1]
                journal.write(b"\n".join(lines) + b"\n")
                journal.flush()
                os.fsync(journal.fileno())
        except Timeout as error:
            raise OSError(str(error)) from error

    def read(self) -> tuple[Sequence[AdminEntry], int]:
        """All entries, oldest first, and how many lines cannot be read or do not follow the one before."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return (), 0
        if not lines[-1]:
            lines.pop()
        entries: list[AdminEntry] = []
        damaged, before = 0, b""
        for line in lines:
            entry, follows = _read(line, before)
            damaged += entry is None or not follows
            if entry is not None:
                entries.append(entry)
            before = line
        return entries, damaged


def _read(line: bytes, before: bytes) -> tuple[AdminEntry | None, bool]:
    try:
        members = orjson.loads(line)
        follows = members.pop(_BEFORE) == _digest(before)
        return AdminEntry.model_validate(members), follows
    except (ValidationError, ValueError, AttributeError, KeyError, TypeError):
        return None, False


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else ""


def _last_line(journal: IO[bytes]) -> bytes:
    size = journal.seek(0, os.SEEK_END)
    journal.seek(max(0, size - _TAIL_BYTES))
    tail = journal.read()
    whole = tail.rstrip(b"\n")
    return whole[whole.rfind(b"\n") + 1 :] + tail[len(whole) :][:1]
