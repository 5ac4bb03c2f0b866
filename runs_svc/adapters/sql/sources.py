"""What imported runs were made of."""

import orjson
import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.domain.ids import RunId

_DOCUMENT = sa.select(tables.ledger.c.document).where(
    tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == 0
)


class SourcesOfRuns:
    """Looks into a ledger; without a connection there is none."""

    def __init__(self, connection: sa.Connection | None) -> None:
        self._connection = connection

    def source_of(self, run_id: RunId) -> str | None:
        if self._connection is None:
            return None
        row = self._connection.execute(_DOCUMENT, {"id": run_id.text}).one_or_none()
        if row is None:
            return None
        return str(orjson.loads(row[0]).get("origin", {}).get("source_sha256", ""))
