"""Lines of lists: what each run is found by, guarded by a checksum, and remembered while nothing of it changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from rpckit import canonical_json
from rpckit.kept import Kept
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.damage import UNREADABLE
from runs_svc.adapters.sql.hot import HotQuery
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import RunIndex
from runs_svc.ports import ListedRun

INDEX_NAMES = RunIndex._fields
ROW_NAMES = ("run_id", *INDEX_NAMES, "checksum")
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)
_SEPARATOR = "\x1f"
_LINE = HotQuery(sa.select(tables.runs.c.checksum, *INDEX_COLUMNS).where(tables.runs.c.run_id == sa.bindparam("id")))
_NOTHING: dict[str, Any] = {**dict.fromkeys(INDEX_NAMES, ""), "score": None}
_MOST_LINES, _MOST_BYTES = 2_048, 16 * 1024**2


def index_row(run_id: str, index: RunIndex) -> Sequence[Any]:
    """What a run is found by, as the database keeps it: the columns `ROW_NAMES`."""
    return (run_id, *index, checksum(run_id, index))


def checksum(run_id: str, values: Sequence[Any]) -> str:
    """Of a line of the list: lists show what stands there without looking into the document."""
    return hashlib.sha256(_SEPARATOR.join((run_id, *map(str, values))).encode()).hexdigest()[:16]


def find_index(connection: sa.Connection, run_id: str) -> RunIndex | None:
    """What a run is found by, if it is there.

    Raises:
        RunCorruptError: It is altered, or another run's.
    """
    try:
        rows = _LINE.rows(connection, id=run_id)
    except UNREADABLE as error:
        raise RunCorruptError(run_id) from error
    if not rows:
        return None
    stored_checksum, *values = rows[0]
    if checksum(run_id, values) != stored_checksum:
        raise RunCorruptError(run_id)
    return RunIndex(*values)


class _DamagedId(RunId):
    """What stands where a run's id stood. Nothing is found by it."""

    def __post_init__(self) -> None:
        """Not checked."""


def _id_as_it_stands(text: str) -> RunId:
    try:
        return RunId(text)
    except ValueError:
        return _DamagedId(text)


class KnownLines:
    """Lines and documents that were read and checked. Used from one thread.

    Comparing a document with bytes that were hashed before costs a twentieth of hashing it, and of a line that is known
    only the checksum is read.
    """

    def __init__(self) -> None:
        self._lines: Kept[tuple[str, str, str], ListedRun] = Kept(_MOST_LINES)
        self._documents: Kept[str, bytes] = Kept(_MOST_BYTES)

    def all_listed(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> list[ListedRun]:
        """As `listed`, for the rows of a page, most of which are known."""
        lines, known_line, known_document = [], self._lines.get, self._documents.get
        for row in rows:
            document, record_id, sha256, run_id, _, stored_checksum = row
            line = known_line((run_id, sha256, stored_checksum))
            intact = document is not None and record_id == run_id and known_document(sha256) == document
            lines.append(line if line is not None and intact else self.listed(connection, row))
        return lines

    def listed(self, connection: sa.Connection, columns: Sequence[Any]) -> ListedRun:
        """The line of a run, from columns of its record (document, id, digest) and of the list (id, time, checksum)."""
        document, record_id, sha256, run_id, created_at_utc, stored_checksum = columns
        line = self._lines.get((run_id, sha256, stored_checksum)) or self._read(connection, run_id, sha256 or "")
        if line is None:
            nothing = RunIndex(**{**_NOTHING, "created_at_utc": created_at_utc})
            return ListedRun(_id_as_it_stands(str(run_id)), nothing, "", intact=False)
        intact = record_id == run_id and self._has_digest(document, sha256)
        return line if intact else replace(line, intact=False)

    def _read(self, connection: sa.Connection, run_id: str, sha256: str) -> ListedRun | None:
        """The line, if it is there by this id: a damaged index may lead to another."""
        rows = _LINE.rows(connection, id=run_id)
        if not rows:
            return None
        stored_checksum, *values = rows[0]
        intact = checksum(run_id, values) == stored_checksum
        line = ListedRun(run_id=_id_as_it_stands(run_id), index=RunIndex(*values), sha256=sha256, intact=intact)
        if intact:
            self._lines.keep((run_id, sha256, stored_checksum), line, 1)
        return line

    def _has_digest(self, document: object, sha256: str) -> bool:
        """Whether a document is what was recorded; one that is not there, or on a damaged page, is not."""
        known = self._documents.get(sha256)
        if known is not None and known == document:
            return True
        if not isinstance(document, bytes) or canonical_json.sha256_hex(document) != sha256:
            return False
        self._documents.keep(sha256, document, len(document))
        return True
