"""Rows of the ledger as the publisher reads them: one that is altered or cannot be read hides no others.

With SQLite alone, so that the publisher starts quickly.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from foundation import canonical_json
from runs_svc.adapters.archive.names import name_of
from runs_svc.adapters.durable_files import GROUP

COLUMNS = "seq, kind, record_id, subject_id, partition, document, sha256"
_AFTER = f"SELECT {COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 # our own columns
_ONE = f"SELECT {COLUMNS} FROM ledger WHERE seq = ?"  # noqa: S608
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_NAME_BYTES = 255


@dataclass(frozen=True, slots=True)
class Unpublishable:
    """A record that has other bytes than were recorded, whose row says something else, or that cannot be read."""

    name: str
    why: str


class NotReadableNowError(OSError):
    """The database cannot be reached at the moment."""


Row = tuple[int, tuple[str, bytes] | Unpublishable | None]
"""A place, and what to publish there: name in the tree and bytes; None where nothing is recorded any more."""


class LedgerRows(Protocol):
    """Rows in their order."""

    def close(self) -> None: ...

    def rows_after(self, place: int) -> Sequence[Row]:
        """The next rows after a place; empty when there are none."""
        ...

    def one(self, place: int) -> Row:
        """The row at a place."""
        ...

    def digest_at(self, place: int) -> str:
        """The recorded digest at a place; empty where there is none."""
        ...


class SqliteRows:
    """Rows of a ledger in SQLite."""

    def __init__(self, database: Path) -> None:
        """The ledger in a database, which must be there.

        Raises:
            sqlite3.Error: It is not.
        """
        self._ledger = sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        self._ledger.text_factory = bytes  # text that is not UTF-8 is reported, not raised
        self._ledger.execute("PRAGMA query_only = ON")
        self._ledger.execute("PRAGMA busy_timeout = 5000")

    def close(self) -> None:
        self._ledger.close()

    def rows_after(self, place: int) -> Sequence[Row]:
        """As `LedgerRows.rows_after`.

        Raises:
            sqlite3.OperationalError: Nothing can be read at the moment.
        """
        try:
            rows = self._ledger.execute(_AFTER, (place, GROUP)).fetchall()
        except sqlite3.OperationalError:
            raise  # locked, or the disk fails: it may pass
        except sqlite3.DatabaseError:
            return [self.one(seq) for seq in range(place + 1, min(place + GROUP, self._newest()) + 1)]
        return [(row[0], read_row(row)) for row in rows]

    def one(self, place: int) -> Row:
        try:
            row = self._ledger.execute(_ONE, (place,)).fetchone()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            return place, Unpublishable(f"record {place}", str(error))
        return place, None if row is None else read_row(row)

    def digest_at(self, place: int) -> str:
        try:
            row = self._ledger.execute("SELECT sha256 FROM ledger WHERE seq = ?", (place,)).fetchone()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return ""
        return "" if row is None else _text(row[0])

    def _newest(self) -> int:
        row = self._ledger.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'").fetchone()
        return 0 if row is None else int(row[0])


def read_row(row: Sequence[Any]) -> tuple[str, bytes] | Unpublishable:
    """What to publish of a row with the columns of `COLUMNS`."""
    kind, record_id, subject_id, partition = map(_text, row[1:5])
    document, name = row[5], f"{kind} {record_id}"
    if not isinstance(document, bytes) or canonical_json.sha256_hex(document) != _text(row[6]):
        return Unpublishable(name, "it has other bytes than were recorded")
    says_so = f'"schema":"rmos.{kind}/1"'.encode() in document and f'"{subject_id}"'.encode() in document
    belongs = record_id == subject_id or record_id.startswith(f"{subject_id}/")
    path = name_of(partition, kind=kind, record_id=record_id, subject_id=subject_id)
    file_name = path.removeprefix(f"{partition}/")
    fits = "/" not in file_name and len(file_name.encode()) <= _LONGEST_NAME_BYTES
    if not (says_so and belongs and fits and _DAY.fullmatch(partition)):
        return Unpublishable(name, "its row says something else than the record itself")
    return path, document


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
