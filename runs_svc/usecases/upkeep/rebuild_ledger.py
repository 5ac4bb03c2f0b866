"""Rebuild a ledger from what is left of it and from its archive, beside the one that is there.

1. each row of the old ledger that has its digest keeps its place; one that does not is taken from its published file
2. what only the archive has follows, in the order it was recorded, as far as the times in the records show
3. the index fields of subjects, callers' keys and what is known of blobs follow from the records and from the bytes
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson

from foundation import canonical_json
from runs_svc.domain.entities.identity import identity_of
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run import idempotency_of
from runs_svc.ports.offline import DoubledKey, LedgerRebuild, LedgerRow, OfflineArchive, OfflineBlobs, OfflineLedger
from runs_svc.usecases.entity_kinds import index_fields
from runs_svc.usecases.verification.fsck import says_the_same


@dataclass(slots=True)
class RebuildReport:
    """Where the records came from, and what could not be had back."""

    kept: int = 0
    from_archive: int = 0
    lost: list[str] = field(default_factory=list)
    """Records that neither ledger nor archive holds as they were."""
    unfit: list[StoredDocument] = field(default_factory=list)
    """Those of them that are published, but fit into no chain."""
    doubled: Sequence[DoubledKey] = ()
    finished_earlier: bool = False
    """Whether a rebuild that was interrupted was finished first."""


class Rebuild:
    """One rebuild."""

    def __init__(self, old: OfflineLedger, archive: OfflineArchive, blobs: OfflineBlobs, new: LedgerRebuild) -> None:
        self._old = old
        self._archive = archive
        self._blobs = blobs
        self._new = new
        self._report = RebuildReport()

    def rebuild(self, *, now_utc: str, on_progress: Callable[[object], None] = lambda _: None) -> RebuildReport:
        """The report; the new ledger holds everything that could be had."""
        for row in self._old.rows():
            self._keep(row)
            on_progress(row.place)
        for document in self._only_published():
            self._append(document)
            on_progress(document.record_id)
        for documents in self._new.subjects():
            self._follow(documents)
        self._report.doubled = self._new.settle_keys()
        known = {blob.digest: created for blob, created in self._old.blobs()}
        for digest in self._blobs.names():
            blob = self._blobs.describe(digest)
            if blob is not None and blob.digest == digest:
                self._new.add_blob(blob, known.get(digest, now_utc))
        return self._report

    def _keep(self, row: LedgerRow) -> None:
        document = row.document
        if document is None:
            return  # if it was published, the archive has it
        if canonical_json.sha256_hex(document.document) == document.sha256:
            if says_the_same(document, orjson.loads(document.document)):
                self._new.add(document, row.place)
                self._report.kept += 1
            elif self._archive.read(_as_it_says(document)) != document.document:  # otherwise the archive gives it back
                self._report.lost.append(f"{document.kind}:{document.record_id}")
            return
        published = self._archive.read(document)
        if published is not None and canonical_json.sha256_hex(published) == document.sha256:
            self._new.add(document._replace(document=published), row.place)
            self._report.from_archive += 1
        else:
            self._report.lost.append(f"{document.kind}:{document.record_id}")

    def _only_published(self) -> list[StoredDocument]:
        """Records that only the archive has, in the order of their times; a chain keeps its own order."""
        absent: dict[str, list[StoredDocument]] = {}
        for file in self._archive.files():
            if file.document is not None and not self._new.holds(file.document.kind, file.document.record_id):
                absent.setdefault(file.document.subject_id, []).append(file.document)
        timed: list[tuple[str, str, int, StoredDocument]] = []
        for subject_id, documents in absent.items():
            latest = ""
            for document in sorted(documents, key=lambda item: item.ordinal):
                latest = max(latest, _time_of(document))
                timed.append((latest, subject_id, document.ordinal, document))
        return [item[-1] for item in sorted(timed, key=lambda item: item[:3])]

    def _append(self, document: StoredDocument) -> None:
        if not self._fits(document):
            self._report.lost.append(f"{document.kind}:{document.record_id}")
            self._report.unfit.append(document)
            return
        self._new.add(document, None)
        self._report.from_archive += 1

    def _fits(self, document: StoredDocument) -> bool:
        """Whether a record's neighbours in its chain, as far as they are there, name it and are named by it."""
        before = self._new.at(document.subject_id, document.ordinal - 1)
        here = self._new.at(document.subject_id, document.ordinal)
        after = self._new.at(document.subject_id, document.ordinal + 1)
        named = before.sha256 if before else "" if document.ordinal == 0 else None
        return (
            here is None
            and named == document.previous_sha256
            and (after is None or after.previous_sha256 == document.sha256)
        )

    def _follow(self, documents: Sequence[StoredDocument]) -> None:
        first = documents[0]
        parsed = [orjson.loads(document.document) for document in documents]
        if first.ordinal != 0:
            return  # the beginning is lost, and with it the index fields
        self._new.find(first.kind, first.subject_id, dict(index_fields(first.kind, documents, parsed)))
        idempotency = idempotency_of(parsed[0]) if first.kind == "run" else None
        if idempotency is not None:
            created = parsed[0]["created_at_utc"]
            self._new.claim_key(first.subject_id, idempotency.key, idempotency.payload_sha256, created)


def _as_it_says(row: StoredDocument) -> StoredDocument:
    """A row with the columns that its record says it has."""
    identity = identity_of(orjson.loads(row.document))
    return row._replace(kind=identity.kind, subject_id=identity.subject_id, ordinal=identity.ordinal)


def _time_of(document: StoredDocument) -> str:
    parsed = orjson.loads(document.document)
    created: str = parsed["created_at_utc"] if "created_at_utc" in parsed else parsed["attachment"]["created_at_utc"]
    return created
