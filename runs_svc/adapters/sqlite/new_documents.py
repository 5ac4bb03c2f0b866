"""New rows of the ledger table."""

from collections.abc import Sequence

import sqlalchemy as sa

from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_NAMES
from runs_svc.adapters.sqlite.prepared_statements import PreparedInsert
from runs_svc.domain.runs.document import StoredDocument

_NEW_DOCUMENTS = PreparedInsert(tables.ledger, DOCUMENT_NAMES)


def insert_documents(connection: sa.Connection, documents: Sequence[StoredDocument]) -> None:
    _NEW_DOCUMENTS.run(connection, documents)
