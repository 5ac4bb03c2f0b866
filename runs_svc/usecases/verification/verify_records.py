"""Verify the records of a run or of a versioned entity, as far as they are alike.

1. each document against its recorded digest
2. the chain: each record names the digest of the one before it; behind a break every link is broken
3. the published file of each document, byte for byte
4. the bytes of everything they name
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise

from foundation import canonical_json
from foundation.canonical_json import JsonMapping
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment_paths import blobs_named
from runs_svc.domain.runs.document import StoredDocument, read_document
from runs_svc.domain.upkeep.verification import Check, Outcome, check_exact, compare, not_published_yet, prove_links
from runs_svc.ports import Archive, BlobStore

UNREADABLE_RECORDS = Check("records", Outcome.UNREADABLE, detail="its records do not fit together, or cannot be read")


class VerifyRecords:
    def __init__(self, blobs: BlobStore, archive: Archive) -> None:
        self._blobs = blobs
        self._archive = archive

    async def verify(self, documents: Sequence[StoredDocument]) -> Sequence[Check]:
        """Every check of a subject's records, which come in their order."""
        records = [_check_document(document) for document in documents]
        return [
            *records,
            *prove_links(records[:-1], _check_chain(documents)),
            *[await self._check_archive(document) for document in documents],
            *await self.attachments(documents),
        ]

    async def attachments(self, documents: Sequence[StoredDocument]) -> Sequence[Check]:
        """A check for the bytes of each digest that any of the records names."""
        return [check async for check in self._check_attachments(documents)]

    async def _check_archive(self, document: StoredDocument) -> Check:
        item = f"archive:{document.kind}:{document.ordinal}"
        published = await self._archive.find(document)
        if published is None and await self._archive.is_pending(document):
            return not_published_yet(item, document.sha256)
        if published is None:
            return Check(item, Outcome.MISSING, expected_sha256=document.sha256, detail="no published file")
        return compare(item, expected_sha256=document.sha256, actual_sha256=canonical_json.sha256_hex(published))

    async def _check_attachments(self, documents: Sequence[StoredDocument]) -> AsyncIterator[Check]:
        digests = dict.fromkeys(
            sha256 for document in documents for sha256 in sorted(blobs_named(parse(document) or {}))
        )
        withdrawn = any(document.kind == "tombstone" for document in documents)
        for sha256 in digests:
            actual = await self._blobs.digest_of(Digest(sha256))
            item = f"attachment:{sha256}"
            if actual is None and withdrawn:
                yield Check(item, Outcome.VERIFIED, sha256, detail="collected after the run was withdrawn")
            elif actual is None:
                yield Check(item, Outcome.MISSING, expected_sha256=sha256, detail="the bytes are not there")
            else:
                yield compare(item, expected_sha256=sha256, actual_sha256=actual)


def parse(document: StoredDocument) -> JsonMapping | None:
    """The parsed document; None when it is altered or no JSON."""
    try:
        return read_document(document)
    except RunCorruptError:
        return None


def _check_document(document: StoredDocument) -> Check:
    item = "document" if document.kind == "run" else f"{document.kind}:{document.ordinal}"
    actual = canonical_json.sha256_hex(document.document)
    check = compare(item, expected_sha256=document.sha256, actual_sha256=actual)
    if check.outcome is not Outcome.VERIFIED:
        return check
    parsed = parse(document)
    if parsed is None:
        return Check(item, Outcome.UNREADABLE, document.sha256, actual, "the bytes are not JSON")
    return check_exact(check, document.document, parsed)


def _check_chain(documents: Sequence[StoredDocument]) -> Iterator[Check]:
    for before, document in pairwise(documents):
        named = str((parse(document) or {}).get("previous_sha256", document.previous_sha256))
        yield compare(f"chain:{document.ordinal}", expected_sha256=named, actual_sha256=before.sha256)
