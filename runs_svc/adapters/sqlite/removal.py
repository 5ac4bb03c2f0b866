"""The one place that removes from the database, offline, run by the administrator: imported runs on a rollback, and the
note that a blob is durable once its bytes are garbage.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.upkeep.rollback import Rollback

_RECORDS = sa.select(*DOCUMENT_COLUMNS).order_by(tables.ledger.c.seq)


def remove_runs(writer: sa.Engine, plan: Callable[[Iterator[StoredDocument]], Rollback]) -> Rollback:
    """Remove what a plan made of every record says, in one transaction.

    The triggers that refuse it are taken away, and put back before the end.
    """
    with writer.begin() as connection:
        rows = connection.execution_options(yield_per=500).execute(_RECORDS)
        planned = plan(map(read_document_row, rows))
        if planned.documents:
            with _without_triggers(connection):
                gone = [document.subject_id for document in planned.documents]
                for column in (tables.ledger.c.subject_id, tables.runs.c.run_id):
                    _delete(connection, column, gone)
                _delete(connection, tables.blobs.c.sha256, [blob.sha256 for blob in planned.blobs])
    return planned


def remove_blobs(writer: sa.Engine, digests: Sequence[Digest]) -> None:
    """Remove the rows of durable blobs, in one transaction. Files go later, so that a crash leaves garbage, no hole."""
    with writer.begin() as connection, _without_triggers(connection):
        _delete(connection, tables.blobs.c.sha256, [digest.sha256 for digest in digests])


@contextmanager
def _without_triggers(connection: sa.Connection) -> Iterator[None]:
    triggers = _triggers(connection)
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


def _triggers(connection: sa.Connection) -> list[tuple[str, str]]:
    names = [f"{table}_refuses_delete" for table in tables.APPEND_ONLY]
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [(row[0], row[1]) for row in connection.execute(query) if row[0] in names]


def _delete(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> None:
    statement = sa.delete(column.table).where(column == sa.bindparam("value"))
    if values:
        connection.execute(statement, [{"value": value} for value in values])
