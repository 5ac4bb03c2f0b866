"""Verify a run: recompute everything that can be recomputed and compare.

1. each document against its recorded digest
2. the chain: each later fact names the digest of the document before it
3. the digests inside the run: feasibility, request, inline program
4. what the run is found by, against its document
5. the published file of each document, byte for byte
6. the bytes of every attachment
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from rpckit import canonical_json
from runs_svc.domain.blob_names import blobs_named
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.facts import index_after
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.run import index_of
from runs_svc.domain.verification import Check, Outcome, check_digests, compare
from runs_svc.ports import Archive, BlobStore, Ledger, StoredDocument, StoredRun
from runs_svc.usecases.reading import read_document


class VerifyRun:
    def __init__(self, ledger: Ledger, blobs: BlobStore, archive: Archive) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._archive = archive

    async def __call__(self, run_id: RunId) -> Sequence[Check]:
        """Every check of a run.

        Raises:
            RunNotFoundError: There is no such run.
        """
        stored = await self._ledger.get(run_id)
        checks = [_check_document(document) for document in stored.documents]
        checks.extend(_check_chain(stored))
        parsed = _parse(stored.run)
        if parsed is not None:
            checks.extend(check_digests(parsed))
            checks.append(await self._check_index(run_id, parsed, stored))
        checks.extend([await self._check_archive(document) for document in stored.documents])
        checks.extend([check async for check in self._check_attachments(stored)])
        return checks

    async def attachments(self, run_id: RunId) -> Sequence[Check]:
        """A check per attachment of a run; a run that names none is in order.

        Raises:
            RunNotFoundError: There is no such run.
        """
        checks = [check async for check in self._check_attachments(await self._ledger.get(run_id))]
        return checks or [Check("attachments", Outcome.VERIFIED, detail="the run names none")]

    async def _check_index(self, run_id: RunId, document: Mapping[str, Any], stored: StoredRun) -> Check:
        expected = index_of(document)
        for fact in stored.facts:
            expected = index_after(expected, _parse(fact) or {})
        if await self._ledger.get_index(run_id) == expected:
            return Check("index", Outcome.VERIFIED)
        return Check("index", Outcome.MISMATCH, detail="what the run is found by differs from its document")

    async def _check_archive(self, document: StoredDocument) -> Check:
        item = f"archive:{document.kind}:{document.ordinal}"
        published = await self._archive.find(document)
        if published is None:
            return Check(item, Outcome.MISSING, expected_sha256=document.sha256, detail="no published file")
        return compare(item, expected_sha256=document.sha256, actual_sha256=canonical_json.sha256_hex(published))

    async def _check_attachments(self, stored: StoredRun) -> AsyncIterator[Check]:
        digests = dict.fromkeys(
            sha256 for document in stored.documents for sha256 in sorted(blobs_named(_parse(document) or {}))
        )
        withdrawn = any(fact.kind == "tombstone" for fact in stored.facts)
        for sha256 in digests:
            actual = await self._blobs.digest_of(Digest(sha256))
            item = f"attachment:{sha256}"
            if actual is None and withdrawn:
                yield Check(item, Outcome.VERIFIED, sha256, detail="collected after the run was withdrawn")
            elif actual is None:
                yield Check(item, Outcome.MISSING, expected_sha256=sha256, detail="the bytes are not there")
            else:
                yield compare(item, expected_sha256=sha256, actual_sha256=actual)


def _parse(document: StoredDocument) -> Mapping[str, Any] | None:
    try:
        return read_document(document)
    except RunCorruptError:
        return None


def _check_document(document: StoredDocument) -> Check:
    item = "document" if document.kind == "run" else f"{document.kind}:{document.ordinal}"
    actual = canonical_json.sha256_hex(document.document)
    check = compare(item, expected_sha256=document.sha256, actual_sha256=actual)
    if check.outcome is Outcome.VERIFIED and _parse(document) is None:
        return Check(item, Outcome.UNREADABLE, document.sha256, actual, "the bytes are not JSON")
    return check


def _check_chain(stored: StoredRun) -> Iterator[Check]:
    for before, document in zip(stored.documents, stored.facts, strict=False):
        named = (_parse(document) or {}).get("previous_sha256", document.previous_sha256)
        yield compare(f"chain:{document.ordinal}", expected_sha256=named, actual_sha256=before.sha256)
