"""All documents of a run in one statement, counted through another index than they are read by."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_found_row
from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.ports import StoredRun

_AMENDMENT_KINDS: sa.ColumnElement[str] = sa.literal_column(
    "({})".format(", ".join(f"'{kind}'" for kind in ("attachment", *AmendmentKind)))
)
_BY_ID = tables.ledger.alias()
_AMENDMENT_COUNT = sa.select(sa.func.count()).where(
    _BY_ID.c.kind.op("IN")(_AMENDMENT_KINDS),
    _BY_ID.c.record_id > sa.bindparam("first"),
    _BY_ID.c.record_id < sa.bindparam("last"),
)
"""How many amendments a run has, counted by record ids: through another index than reads use."""
RUN_DOCUMENTS = (
    sa.select(_AMENDMENT_COUNT.scalar_subquery(), *DOCUMENT_COLUMNS)
    .where(tables.ledger.c.subject_id == sa.bindparam("id"))
    .order_by(tables.ledger.c.ordinal)
)


def values_for(run_id: RunId) -> dict[str, str]:
    """What `RUN_DOCUMENTS` asks for."""
    return {"id": run_id.text, "first": f"{run_id}/", "last": f"{run_id}0"}


def read_run_rows(run_id: RunId, rows: Sequence[Any]) -> StoredRun:
    """The run in the rows of `RUN_DOCUMENTS`.

    Raises:
        RunNotFoundError: There are none.
        RunCorruptError: They are no chain.
    """
    if not rows:
        raise RunNotFoundError(run_id.text)
    fact_count, documents = rows[0][0], [read_found_row(row[1:]) for row in rows]
    previous = ["", *(document.sha256 for document in documents)]
    chained = all(document.previous_sha256 == before for document, before in zip(documents, previous, strict=False))
    if not chained or fact_count != len(documents) - 1:
        raise RunCorruptError(run_id.text)  # one is not found any more, or found twice
    return StoredRun(documents[0], documents[1:])
