"""A run on its way into a ledger."""

from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run import RunRecord


def document_of(record: RunRecord) -> StoredDocument:
    """A run as the ledger keeps it."""
    return StoredDocument(
        kind="run",
        record_id=record.run_id.text,
        subject_id=record.run_id.text,
        ordinal=0,
        partition=record.index.created_at_utc[:10],
        document=record.document,
        sha256=record.digest.sha256,
        previous_sha256="",
    )
