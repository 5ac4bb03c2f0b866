"""Rows of the ledger table."""

from typing import Any

from runs_svc.adapters.sql import tables
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.runs.document import StoredDocument

DOCUMENT_COLUMNS = (
    tables.ledger.c.kind,
    tables.ledger.c.record_id,
    tables.ledger.c.subject_id,
    tables.ledger.c.ordinal,
    tables.ledger.c.partition,
    tables.ledger.c.document,
    tables.ledger.c.sha256,
    tables.ledger.c.previous_sha256,
)
DOCUMENT_NAMES = StoredDocument._fields
_TYPES = (str, str, str, int, str, bytes, str, str)


def read_document_row(row: Any) -> StoredDocument:
    """The stored document of a row with the columns of `DOCUMENT_COLUMNS`.

    Raises:
        RunCorruptError: A value has another type than was written: the page is damaged.
    """
    if tuple(map(type, row)) != _TYPES:
        raise RunCorruptError(str(row[2]))
    return StoredDocument(*row)


def read_found_row(row: Any) -> StoredDocument:
    """As `read_document_row`, of a row that was found through an index.

    The columns of the index are read there, all others in the row it points to: one flipped bit, and that is another's.

    Raises:
        RunCorruptError: Also when they do not belong together.
    """
    document = read_document_row(row)
    if document.record_id != document.subject_id and not document.record_id.startswith(f"{document.subject_id}/"):
        raise RunCorruptError(document.subject_id)
    return document
