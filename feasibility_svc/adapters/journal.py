"""The workshop's own entries: an append-only journal of JSON lines, and the catalogue it leads to.

A line counts once its newline is on disk, and what is added together is one line: a change, or a list of them. A last
line without its newline was never acknowledged: it is cut off before the next is written. A line that cannot be read
anywhere else stops the server, because silently doing without it would change verdicts.

A file that does not begin with what was read of it is another one: somebody has removed or replaced it. Nothing is
written to it; the catalogue stays as it was read until the file is back or the server starts anew.
"""

import errno
import logging
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from filelock import FileLock, Timeout

from feasibility_svc.adapters.journal_lines import read_line, write_line
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.workshop import Change, apply, earlier
from feasibility_svc.domain.scoring import errors
from foundation import canonical_json

log = logging.getLogger("rmos.catalogue")
_ABSENT = (FileNotFoundError, NotADirectoryError)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_PATIENCE_S = 5.0
"""So long an append waits for another server on the same folder."""


class JournalCorruptError(Exception):
    """A line of the journal cannot be read."""


class _State(NamedTuple):
    """The catalogue that the first so many bytes of the journal lead to."""

    catalogue: Catalogue
    read_to: int
    sha256: str
    """Digest of those bytes."""


class _ReplacedError(Exception):
    """The journal does not begin with what was read of it."""


class CatalogueJournal:
    """The built-in catalogue and what the workshop added, shared by every server on the same folder.

    Reading and appending may happen in several threads: a state is replaced whole, and only by a later one.
    """

    def __init__(self, built_in: Catalogue, folder: Path) -> None:
        """Read the journal.

        Raises:
            JournalCorruptError: A line cannot be read.
        """
        self._path = folder / "journal.jsonl"
        self._lock = FileLock(folder / "journal.lock", timeout=_PATIENCE_S)
        self._built_in = built_in
        self._state = _State(built_in, 0, canonical_json.sha256_hex(b""))
        self._replacing = Lock()
        self._replaced = False
        self._writing = False
        self._catch_up()

    @property
    def current(self) -> Catalogue:
        """The catalogue as it is on disk now."""
        try:
            size = os.stat(self._path).st_size  # noqa: PTH116  asked at every call, and three times faster
        except _ABSENT:
            size = 0
        state = self._state
        if size == state.read_to or self._writing:
            return state.catalogue
        try:
            return self._catch_up().catalogue
        except (_ReplacedError, JournalCorruptError) as error:
            if not self._replaced:
                log.error("the catalogue's journal is not as servers left it", extra={"cause": str(error)})
            self._replaced = True
            return state.catalogue

    def earlier(self, is_wanted: Callable[[str], bool]) -> Catalogue | None:
        """The newest state whose revision is the wanted one; None where none is. It reads the whole journal.

        Raises:
            CatalogReadOnlyError: The journal cannot be read, or is not the one that was read.
        """
        newest = self.current
        if is_wanted(newest.revision):
            return newest
        try:
            data = self._path.read_bytes()
        except _ABSENT:
            data = b""
        except OSError as error:
            raise errors.CatalogReadOnlyError(error.strerror or type(error).__name__) from error
        lines = data[: self._state.read_to].splitlines()
        return earlier(self._built_in, (self._read(line) for line in lines), is_wanted)

    def append(self, change_of: Callable[[Catalogue], list[Change]]) -> list[Change]:
        """Append the changes that are computed from the catalogue as it is, durably, before returning.

        All of them are there afterwards, or none.

        Raises:
            CatalogFullError: There is no room for them.
            CatalogBusyError: Another server holds the lock for too long.
            CatalogReadOnlyError: The journal cannot be written for another reason, is not the one that was read, or
                holds what no server wrote.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                state = self._catch_up()
                changes = change_of(state.catalogue)
                if changes:
                    self._write(write_line(changes) + b"\n", state.read_to)
                    self._catch_up()  # what is acknowledged can be read, and is missed from now on
                return changes
        except Timeout as error:
            raise errors.CatalogBusyError from error
        except _ReplacedError as error:
            advice = "put the file back, or start the server anew to go on with what is there"
            raise errors.CatalogReadOnlyError(str(error), advice=advice) from error
        except JournalCorruptError as error:
            advice = "take out what no server wrote, and send it again"
            raise errors.CatalogReadOnlyError(str(error), advice=advice) from error
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise errors.CatalogFullError from error
            raise errors.CatalogReadOnlyError(error.strerror or type(error).__name__) from error

    def _write(self, line: bytes, read_to: int) -> None:
        created = not self._path.exists()
        self._writing = True  # a look from another thread would take what may be cut off again for what was added
        try:
            with self._path.open("ab", buffering=0) as journal:
                if journal.tell() != read_to:
                    log.warning("unfinished line cut off", extra={"bytes": journal.tell() - read_to})
                    journal.truncate(read_to)
                try:
                    _write_all(journal, line)
                    os.fsync(journal.fileno())
                except OSError:
                    journal.truncate(read_to)  # what is refused is not there
                    raise
        finally:
            self._writing = False
        if created:
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _catch_up(self) -> _State:
        """Apply the lines that were added since the last look; an unfinished one waits."""
        before = self._state
        try:
            data = self._path.read_bytes()
        except _ABSENT:
            data = b""
        if canonical_json.sha256_hex(data[: before.read_to]) != before.sha256:
            raise _ReplacedError(
                f"{self._path.name} does not begin with the {before.read_to} bytes this server has read of it: it was "
                "removed or replaced"
            )
        end = data.rfind(b"\n") + 1
        lines = data[before.read_to : end].splitlines()
        changes = [change for line in lines for change in self._read(line)]
        try:
            catalogue = apply(before.catalogue, changes)
        except ValueError as error:
            raise JournalCorruptError(f"{self._path.name}: {error}") from error
        self._replaced = False
        state = _State(catalogue, end, canonical_json.sha256_hex(data[:end]))
        with self._replacing:
            if state.read_to > self._state.read_to:
                self._state = state
        return state

    def _read(self, line: bytes) -> list[Change]:
        try:
            return read_line(line)
        except ValueError as error:
            raise JournalCorruptError(f"{self._path.name} holds {error}") from error


def _write_all(file: FileIO, data: bytes) -> None:
    """Write everything: of what does not fit the system takes a part, and says so only when asked for the rest."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
