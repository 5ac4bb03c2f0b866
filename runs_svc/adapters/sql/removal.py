"""Take imported runs out again: the one place that removes from the ledger, offline, run by the administrator.

What was imported and has later facts of this store stays: those are native.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.domain.ids import Digest
from runs_svc.ports import StoredDocument
from runs_svc.usecases.reading import read_document


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out: documents whose files can go, and blobs that no run names any more."""

    documents: Sequence[StoredDocument]
    blobs: Sequence[Digest]
    kept: Sequence[str]
    """Runs that stay, because something was added to them here."""


def remove_runs(writer: sa.Engine, run_ids: Sequence[str]) -> Removed:
    """Remove runs and the blobs only they name, in one transaction.

    1. leave out runs with later facts
    2. take the triggers away that refuse it, and put them back before the end
    """
    with writer.begin() as connection:
        documents, kept = _removable(connection, run_ids)
        if not documents:
            return Removed([], [], kept)
        triggers = _triggers(connection)
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        gone = [document.subject_id for document in documents]
        for table, column in ((tables.ledger, "subject_id"), (tables.runs, "run_id")):
            _delete(connection, table.c[column], gone)
        blobs = _orphans(connection, documents)
        _delete(connection, tables.blobs.c.sha256, [blob.sha256 for blob in blobs])
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
    return Removed(documents, blobs, kept)


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
    named = {item for document in removed for item in _named(document)}
    others = connection.execution_options(yield_per=500).execute(sa.select(*DOCUMENT_COLUMNS))
    for row in others:
        named -= _named(read_document_row(row))
    return [Digest(sha256) for sha256 in sorted(named)]


def _named(document: StoredDocument) -> set[str]:
    parsed = read_document(document)
    items = [parsed["attachment"]] if "attachment" in parsed else parsed.get("attachments", [])
    return {item["sha256"] for item in items}
