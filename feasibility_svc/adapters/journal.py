"""The workshop's own entries: an append-only journal of JSON lines, and the catalogue it leads to.

A line counts once its newline is on disk. A last line without one was never acknowledged: it is cut off before the next
is written. A line that cannot be read anywhere else stops the server, because silently doing without it would change
verdicts.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson
from filelock import FileLock

from feasibility_svc.domain import errors
from feasibility_svc.domain.catalogue import Catalogue
from feasibility_svc.domain.workshop import Change, apply
from rpckit import canonical_json

log = logging.getLogger("rmos.catalogue")
_ABSENT = (FileNotFoundError, NotADirectoryError)


class JournalCorruptError(Exception):
    """A line of the journal cannot be read."""


class _State(NamedTuple):
    """The catalogue that the first so many bytes of the journal lead to."""

    catalogue: Catalogue
    read_to: int


class CatalogueJournal:
    """The built-in catalogue and what the workshop added, shared by every server on the same folder.

    Reading and appending may happen in several threads: a state is replaced whole, and an older one catches up at the
    next look.
    """

    def __init__(self, built_in: Catalogue, folder: Path) -> None:
        """Read the journal.

        Raises:
            JournalCorruptError: A line cannot be read.
        """
        self._path = folder / "journal.jsonl"
        self._lock = FileLock(folder / "journal.lock")
        self._state = _State(built_in, 0)
        self._catch_up()

    @property
    def current(self) -> Catalogue:
        """The catalogue as it is on disk now."""
        try:
            size = os.stat(self._path).st_size  # noqa: PTH116  asked at every call, and three times faster
        except _ABSENT:
            return self._state.catalogue
        state = self._state
        return (state if size == state.read_to else self._catch_up()).catalogue

    def append(self, change_of: Callable[[Catalogue], list[Change]]) -> list[Change]:
        """Append the changes that are computed from the catalogue as it is, durably, before returning.

        Raises:
            CatalogReadOnlyError: The journal cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                catalogue, read_to = self._catch_up()
                changes = change_of(catalogue)
                if changes:
                    lines = b"".join(canonical_json.dumps(change.to_json()) + b"\n" for change in changes)
                    self._write(lines, read_to)
                return changes
        except OSError as error:
            raise errors.CatalogReadOnlyError(error.strerror or type(error).__name__) from error

    def _write(self, lines: bytes, read_to: int) -> None:
        created = not self._path.exists()
        with self._path.open("ab") as journal:
            if journal.tell() != read_to:
                log.warning("unfinished line cut off", extra={"bytes": journal.tell() - read_to})
                journal.truncate(read_to)
            journal.write(lines)
            journal.flush()
            os.fsync(journal.fileno())
        if created:
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _catch_up(self) -> _State:
        """Apply the lines that were added since the last look; an unfinished one waits."""
        catalogue, read_to = self._state
        try:
            with self._path.open("rb") as journal:
                journal.seek(read_to)
                added = journal.read()
        except _ABSENT:
            return self._state
        whole = added[: added.rfind(b"\n") + 1]
        changes = [self._read(line) for line in whole.splitlines()]
        self._state = state = _State(apply(catalogue, changes), read_to + len(whole))
        return state

    def _read(self, line: bytes) -> Change:
        try:
            value = orjson.loads(line)
            if not isinstance(value, dict):
                raise TypeError("it is no JSON object")  # noqa: TRY301
            return Change.from_json(value)
        except (ValueError, KeyError, TypeError) as error:
            raise JournalCorruptError(f"{self._path} holds a line that cannot be read: {line[:80]!r}") from error
