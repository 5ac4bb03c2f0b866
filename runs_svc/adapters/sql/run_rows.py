"""Rows of lists: the index fields of each run, guarded by a checksum."""

import hashlib
from collections.abc import Sequence
from typing import Any

from runs_svc.adapters.sql import tables
from runs_svc.domain.runs.run import RunIndex

INDEX_NAMES = RunIndex._fields
ROW_NAMES = tuple(column.name for column in tables.runs.c)
INDEX_COLUMNS = tuple(tables.runs.c[name] for name in INDEX_NAMES)
_SEPARATOR = "\x1f"


def index_row(run_id: str, index: RunIndex) -> Sequence[Any]:
    """The index fields of a run, as the database stores it: the columns `ROW_NAMES`."""
    values = {**index._asdict(), "run_id": run_id, "checksum": checksum(run_id, index)}
    return [values[name] for name in ROW_NAMES]


def checksum(run_id: str, values: Sequence[Any]) -> str:
    """Of a line of the list: lists show what stands there without looking into the document."""
    return hashlib.sha256(_SEPARATOR.join((run_id, *map(str, values))).encode()).hexdigest()[:16]
