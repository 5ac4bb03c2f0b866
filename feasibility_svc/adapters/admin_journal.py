"""The log of administration in a file of JSON lines beside the catalogue's journal.

Each line names the SHA-256 of the line before it, so that one that was changed, taken out or put in is noticed. That of
the last line stands in a file beside it, so that an end that was cut off is noticed, too, and stays so: the next line
names the one that is missing. What cannot be read is counted and left out: it decides nothing.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
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
        self._end = folder / "administration.end"
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
                before = self._link(_digest(last.rstrip(b"\n")))
                for entry in entries:
                    lines.append(orjson.dumps({_BEFORE: before, **entry.model_dump(mode="json")}))
                    before = _digest(lines[-1])
                journal.write(b"\n".join(lines) + b"\n")
                journal.flush()
                os.fsync(journal.fileno())
                self._keep_end(before)
        except Timeout as error:
            raise OSError(str(error)) from error

    def read(self) -> tuple[Sequence[AdminEntry], int]:
        """All entries, oldest first, and how many lines cannot be read or do not follow the one before."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = [b""]
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
        return entries, damaged + (not self._holds_end(lines))

    def _link(self, last: str) -> str:
        """The digest that the next line names: of the last line, or of the one that was the last and is missing."""
        kept = self._kept_end()
        if kept in {"", last} or self._holds_end(self._path.read_bytes().split(b"\n")):
            return last
        return kept

    def _holds_end(self, lines: Sequence[bytes]) -> bool:
        """Whether the line that was the last is there; lines may follow whose end could not be written down."""
        kept = self._kept_end()
        return not kept or any(_digest(line) == kept for line in reversed(lines))

    def _kept_end(self) -> str:
        try:
            return self._end.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def _keep_end(self, digest: str) -> None:
        fresh = self._end.with_suffix(".new")
        with suppress(OSError):  # the lines are safe; an older end is one of them
            fresh.write_text(f"{digest}\n", encoding="ascii")
            fresh.replace(self._end)


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
