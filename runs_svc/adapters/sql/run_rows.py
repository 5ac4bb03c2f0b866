"""Rows of lists: the index fields of each run, guarded by a checksum."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from foundation import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.run_document import read
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import ListedRun, RunPlace

INDEX_NAMES = RunIndex._fields
ROW_NAMES = tuple(column.name for column in tables.runs.c)
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)
_SEPARATOR = "\x1f"
_EMPTY: Sequence[Any] = [""] * len(INDEX_NAMES)
_NOTHING = RunIndex(*_EMPTY)._replace(score=None)


def index_row(run_id: str, index: RunIndex) -> Sequence[Any]:
    """The index fields of a run, as the database stores it: the columns `ROW_NAMES`."""
    values = {**index._asdict(), "run_id": run_id, "checksum": checksum(run_id, index)}
    return [values[name] for name in ROW_NAMES]


def checksum(run_id: str, values: Sequence[Any]) -> str:
    """Of a line of the list: lists show what stands there without looking into the document."""
    return hashlib.sha256(_SEPARATOR.join((run_id, *map(str, values))).encode()).hexdigest()[:16]


def read_index(run_id: str, row: Sequence[Any]) -> RunIndex:
    """The index fields in a row of checksum and `INDEX_COLUMNS`.

    Raises:
        RunCorruptError: It is altered, or another run's.
    """
    stored_checksum, *values = row
    if checksum(run_id, values) != stored_checksum:
        raise RunCorruptError(run_id)
    return RunIndex(*values)


class _DamagedId(RunId):
    """A placeholder for an index entry whose run is missing. No filter matches it."""

    def __post_init__(self) -> None:
        """Not checked."""


def _id_as_it_stands(text: str) -> RunId:
    try:
        return RunId(text)
    except ValueError:
        return _DamagedId(text)


class RunDocumentRow(NamedTuple):
    """What was recorded of a run, as far as a list needs it."""

    document: object = None
    record_id: object = None
    sha256: str = ""


def read_listed(
    place: RunPlace, row: Sequence[Any] | None, record: RunDocumentRow, has_override: Callable[[], bool]
) -> ListedRun:
    """The row, if it is there by this id, and so is what was recorded: a damaged index may lead to another.

    Args:
        place: Where it stands.
        row: Checksum and `INDEX_COLUMNS`; None where there is none.
        record: The run itself.
        has_override: Whether the run has one; asked only where it matters.
    """
    run_id = place.run_id
    if row is None:
        nothing = _NOTHING._replace(created_at_utc=place.created_at_utc)
        return ListedRun(_id_as_it_stands(str(run_id)), nothing, "", intact=False)
    stored_checksum, *values = row
    recorded = record.record_id == run_id and _has_digest(record.document, record.sha256)
    intact = recorded and checksum(run_id, values) == stored_checksum
    index = shown = RunIndex(*values)
    if intact and index.gate_decision != GateDecision.BLOCKED:
        assert isinstance(record.document, bytes)
        shown = _closed_if_imported(index, record.document, has_override)
    # An override need not change the row of one that is closed here: its row does not say everything that is shown.
    version = stored_checksum if shown is index else ""
    return ListedRun(_id_as_it_stands(run_id), shown, record.sha256, intact, version)


def _closed_if_imported(index: RunIndex, document: bytes, has_override: Callable[[], bool]) -> RunIndex:
    """The index fields of a run, with the gate closed where an earlier version took it open from another store."""
    if read(orjson.loads(document)).recorded_gate is not GateDecision.BLOCKED or has_override():
        return index
    return index._replace(gate_decision=GateDecision.BLOCKED.value)


def _has_digest(document: object, sha256: str) -> bool:
    """Whether a document is what was recorded; one that is not there, or on a damaged page, is not."""
    return isinstance(document, bytes) and canonical_json.sha256_hex(document) == sha256
