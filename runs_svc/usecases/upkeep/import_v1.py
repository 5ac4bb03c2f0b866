"""What stays of an import of v1 records: its trace, and with it the files that no record names."""

from collections.abc import Sequence
from typing import Protocol

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.timestamps import write_time
from runs_svc.domain.shop.imports import ImportAttempt, ImportedFile, ImportOutcome
from runs_svc.ports import Clock, Ledger
from runs_svc.usecases.shop.imports import ImportLog
from runs_svc.usecases.upkeep.migrate_v1 import LegacyBlobs, Report


class Index(Protocol):
    """A v1 index as a file."""

    @property
    def name(self) -> str: ...

    def sha256(self) -> str: ...

    def size_bytes(self) -> int: ...

    def filename_of(self, name: str) -> str:
        """The name of an attachment's file."""
        ...


class TraceV1:
    """Keeps the trace of an import of v1 records."""

    def __init__(self, log: ImportLog, index: Index) -> None:
        self._log = log
        self._index = index

    async def reject(self, reason: str, *, call: Call) -> None:
        """Note that the index could not be read."""
        await self._log.note(self._attempt(ImportOutcome.REJECTED, reason, {}, ()), call=call)

    async def note(self, report: Report, extra: Sequence[ImportedFile], *, call: Call) -> None:
        """Note what became of the records; an import that changed nothing leaves no trace beside an earlier one."""
        counts: JsonObject = dict(report.counts)
        query = f"source_sha256 = {self._index.sha256()}"
        earlier = await self._log.page(filter_text=query, page_size=1, page_token="")
        kept_before = {file.sha256 for item in earlier.items for file in item.entity.attachments}
        if earlier.items and not counts.get("imported") and kept_before >= {file.sha256 for file in extra}:
            return
        taken = counts.get("imported") or counts.get("unchanged")
        outcome = ImportOutcome.ACCEPTED if taken else ImportOutcome.REJECTED
        await self._log.note(self._attempt(outcome, "", counts, extra), call=call)

    def _attempt(
        self, outcome: ImportOutcome, reason: str, counts: JsonObject, extra: Sequence[ImportedFile]
    ) -> ImportAttempt:
        index = self._index
        return ImportAttempt("v1", outcome, index.name, index.sha256(), index.size_bytes(), reason, counts, extra)


async def keep_unreferenced(
    names: Sequence[str], index: Index, blobs: LegacyBlobs, ledger: Ledger, *, clock: Clock
) -> Sequence[ImportedFile]:
    """Make the files durable that no record names; each with its name."""
    now, kept = write_time(clock.now()), blobs.add_files(names)
    for blob in kept:
        if not await ledger.find_blobs([blob.digest]):
            await ledger.add_blob(blob, created_at_utc=now)
    return [
        ImportedFile(index.filename_of(name), blob.digest.sha256, blob.size_bytes)
        for name, blob in zip(names, kept, strict=True)
    ]
