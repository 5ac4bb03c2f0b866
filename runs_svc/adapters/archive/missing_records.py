"""A store must not start emptier than it was: what was published once, the ledger must hold.

1. a rebuild of the ledger that was interrupted is finished first
2. the records that the archive's place names are held against the ledger: no more than two rows are read
3. so are the newest runs of the newest day
4. where a place is not known, or the ledger says something else there, every published name is looked for
"""

import heapq
import os
import re
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.place import Place, forget_place, read_cursor, read_progress
from runs_svc.adapters.archive.tree import ArchiveTree, days
from runs_svc.adapters.sqlite.rebuilt_ledger import is_rebuild_unfinished
from runs_svc.domain.runs.amendments import AmendmentKind

_KINDS = ("attachment", *(str(kind) for kind in AmendmentKind))
_NEWEST, _MOST_LISTED = 32, 100_000
_RUN = re.compile(r"run_[0-9a-f]{12}\.json")
_NOT_THERE = "SELECT NOT EXISTS (SELECT 1 FROM ledger WHERE {})"
_RECORD = _NOT_THERE.format("kind = ? AND record_id = ?")
_LINK = _NOT_THERE.format("subject_id = ? AND ordinal = ?")


def refuse_emptied(root: Path, ledger: Path) -> None:
    """See that a ledger holds what was published of it, before anything is written. A new store holds nothing yet.

    Raises:
        ConfigurationError: It was lost, or an earlier one stands in its place. Says what to do.
    """
    if is_rebuild_unfinished(root, ledger):
        raise _refusal(root, f"a repair of the ledger {ledger} was interrupted")
    try:
        missing = find_missing(root, _Ledger(ledger))
    except sqlite3.DatabaseError:
        return  # a damaged database is reported when it is opened, and by fsck
    if missing:
        text = f"the ledger {ledger} is not there, or is older than its archive: {missing}. Nothing was changed"
        raise _refusal(root, text)


def _refusal(root: Path, text: str) -> ConfigurationError:
    remedy = f"`python -m runs_svc fsck --repair ledger --runs-dir {root}` brings back what the archive has"
    return ConfigurationError(f"{text}; {remedy}")


class HeldRecords(Protocol):
    """What is asked of a ledger."""

    def newest_ever(self) -> int:
        """The last place that was given to a record, whether it is still there or not."""
        ...

    def digest_at(self, place: int) -> str:
        """The recorded digest at a place; empty where there is none."""
        ...

    def lacks_record(self, kind: str, record_id: str) -> bool: ...

    def lacks_link(self, subject_id: str, ordinal: int) -> bool:
        """Whether a chain has nothing at a place, not even another record."""
        ...

    def close(self) -> None: ...


def find_missing(root: Path, ledger: HeldRecords) -> str:
    """What the archive has and a ledger lacks, in words; empty when that is nothing. Closes the ledger."""
    known = [place for place in _known(root) if place.seq > 0]
    try:
        newest, doubtful = ledger.newest_ever(), not known
        for place in known:
            if place.seq > newest:
                return f"{place.seq} records were published, it has had {newest}"
            doubtful = doubtful or (place.sha256 != "" and ledger.digest_at(place.seq) != place.sha256)
        for published in _names(root) if doubtful else _newest_runs(root):
            if _lacks(ledger, root, published):
                return f"it does not hold {published.stem}, which was published"
        if doubtful:
            forget_place(root)  # it is of another ledger: everything is looked at again
    finally:
        ledger.close()
    return ""


def _known(root: Path) -> Iterator[Place]:
    progress = read_progress(root)
    yield from (place for place in (read_cursor(root), progress and progress[0]) if place is not None)


def _newest_runs(root: Path) -> list[Path]:
    """Ids begin with the time. Of a day with very many files it is the newest of some of them."""
    for day in reversed(days(root)):
        with os.scandir(day) as found:
            names = (entry.name for entry in islice(found, _MOST_LISTED))
            newest = heapq.nlargest(_NEWEST, filter(_RUN.fullmatch, names))
        if newest:
            return [day / name for name in newest]
    return []


def _names(root: Path) -> Iterator[Path]:
    for day in reversed(days(root)):
        yield from sorted(day.iterdir(), reverse=True)


def _lacks(ledger: HeldRecords, root: Path, path: Path) -> bool:
    """Whether a published record has no row, be it an altered one. The name mostly tells which it is."""
    if any(not ledger.lacks_record(*record) for record in _records_named(path.stem)):
        return False
    document = ArchiveTree(root).document_at(path)
    return (
        document is not None
        and ledger.lacks_record(document.kind, document.record_id)
        and ledger.lacks_link(document.subject_id, document.ordinal)
    )


class _Ledger:
    """A ledger in SQLite. One that is not there is empty, and is not made."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        if not path.is_file() or path.stat().st_size == 0:
            return
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        if not self._first("SELECT 1 FROM sqlite_master WHERE name = 'ledger'"):
            self.close()
            self._connection = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def newest_ever(self) -> int:
        counted = self._first("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'")
        return max(int(counted or 0), int(self._first("SELECT max(seq) FROM ledger") or 0))

    def digest_at(self, place: int) -> str:
        found: bytes = self._first("SELECT CAST(sha256 AS BLOB) FROM ledger WHERE seq = ?", place) or b""
        return found.decode(errors="replace")

    def lacks_record(self, kind: str, record_id: str) -> bool:
        return self._connection is None or bool(self._first(_RECORD, kind, record_id))

    def lacks_link(self, subject_id: str, ordinal: int) -> bool:
        return self._connection is None or bool(self._first(_LINK, subject_id, ordinal))

    def _first(self, statement: str, *values: object) -> Any:
        if self._connection is None:
            return None
        row = self._connection.execute(statement, values).fetchone()
        return None if row is None else row[0]


def _records_named(stem: str) -> Iterator[tuple[str, str]]:
    """Kind and record id that a file of this name may have."""
    yield "run", stem
    for kind in _KINDS:
        subject_id, between, last = stem.partition(f"_{kind}_")
        if between:
            yield kind, f"{subject_id}/{last}"
