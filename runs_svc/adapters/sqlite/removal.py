"""The one place that removes from the database, offline, run by the administrator: imported runs on a rollback, and the
note that a blob is durable once its bytes are garbage.

What was imported and has amendments of this store stays: those are native.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment_paths import blobs_named
from runs_svc.domain.runs.document import StoredDocument, read_document


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: documents whose files can go, and blobs that no run names any more."""

    documents: Sequence[StoredDocument]
    blobs: Sequence[Digest]
    kept: Sequence[str]
    """Runs that stay, because something was added to them here."""


def remove_runs(writer: sa.Engine, run_ids: Sequence[str]) -> Removed:
    """Remove runs and the blobs only they name, in one transaction.

    1. leave out runs with amendments
    2. take the triggers away that refuse it, and put them back before the end
    """
    with writer.begin() as connection:
        documents, kept = _removable(connection, run_ids)
        if not documents:
            return Removed([], [], kept)
        with _without_triggers(connection):
            gone = [document.subject_id for document in documents]
            for table, column in ((tables.ledger, "subject_id"), (tables.runs, "run_id")):
                _delete(connection, table.c[column], gone)
            blobs = _orphans(connection, documents)
            _delete(connection, tables.blobs.c.sha256, [blob.sha256 for blob in blobs])
    return Removed(documents, blobs, kept)


def remove_blobs(writer: sa.Engine, digests: Sequence[Digest]) -> None:
    """Forget that blobs are durable, in one transaction. Files go later, so that a crash leaves garbage, no hole."""
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


def _removable(connection: sa.Connection, run_ids: Sequence[str]) -> tuple[list[StoredDocument], list[str]]:
    documents, kept = [], []
    query = sa.select(*DOCUMENT_COLUMNS).where(tables.ledger.c.subject_id == sa.bindparam("id"))
    for run_id in run_ids:
        found = [read_document_row(row) for row in connection.execute(query, {"id": run_id})]
        if len(found) > 1:
            kept.append(run_id)
        else:
            documents.extend(found)
    return documents, kept


def _triggers(connection: sa.Connection) -> list[tuple[str, str]]:
    names = [f"{table}_refuses_delete" for table in tables.APPEND_ONLY]
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [(row[0], row[1]) for row in connection.execute(query) if row[0] in names]


def _delete(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> None:
    statement = sa.delete(column.table).where(column == sa.bindparam("value"))
    if values:
        connection.execute(statement, [{"value": value} for value in values])


def _orphans(connection: sa.Connection, removed: Sequence[StoredDocument]) -> list[Digest]:
    """Blobs the removed runs name and no other record does."""
    named = {item for document in removed for item in blobs_named(read_document(document))}
    others = connection.execution_options(yield_per=500).execute(sa.select(*DOCUMENT_COLUMNS))
    for row in others:
        named -= blobs_named(read_document(read_document_row(row)))
    return [Digest(sha256) for sha256 in sorted(named)]
