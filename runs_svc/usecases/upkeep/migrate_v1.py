"""Bring the records of a v1 store in, see what would happen, check them afterwards.

1. each record of the index is converted; what cannot be read is reported, and the rest goes on
2. its blobs are made durable: the exact bytes of the record, or the record without its secrets, and the attachments
   whose files are there
3. the run is created; an id that is there already is compared: the same source is unchanged, another one is refused

Nothing depends on the time or on chance, so a run of this that was killed is simply run again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

import orjson

from foundation.canonical_json import JsonObject
from foundation.json_members import child, text
from runs_svc.domain.errors import RunCorruptError, RunExistsError, RunNotFoundError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.legacy.record import RULES, ImportedRun, LegacyFile, UnreadableRecordError, convert
from runs_svc.domain.legacy.reverse import to_v1
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import StoredDocument, read_document
from runs_svc.domain.runs.run_document import Origin
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import BlobStore, Ledger
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.walk import walk_runs

_GROUP = 128


class Source(Protocol):
    """A record of the index."""

    @property
    def key(self) -> str: ...
    @property
    def source(self) -> bytes: ...
    @property
    def value(self) -> Any: ...


class LegacyBlobs(Protocol):
    """Where the bytes of v1 files come from, and how many blobs are made durable at once."""

    def add_bytes(self, contents: Sequence[bytes]) -> Sequence[Blob]: ...

    def add_files(self, names: Sequence[str]) -> Sequence[Blob]: ...


class RecordedRuns(Protocol):
    """Which runs are there, and what the source of each is."""

    def source_of(self, run_id: RunId) -> str | None:
        """Digest of the v1 record a run was made of; "" for a native run; None when there is no such run."""
        ...


@dataclass(slots=True)
class Line:
    """What became of a record."""

    key: str
    outcome: str
    """imported, unchanged, conflict or error."""
    lines: Sequence[str] = ()

    def as_json(self) -> JsonObject:
        return {"key": self.key, "outcome": self.outcome, "lines": list(self.lines)}


@dataclass(slots=True)
class Report:
    """What became of every record."""

    records: list[Line] = field(default_factory=list)
    unreferenced: Sequence[str] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(line.outcome for line in self.records)

    @property
    def clean(self) -> bool:
        """Whether every record was taken."""
        return not self.counts.keys() & {"conflict", "error"}


def plan(
    records: Iterable[Source],
    files: Mapping[str, LegacyFile],
    recorded: RecordedRuns,
    *,
    on_progress: Callable[[Line], None],
) -> Report:
    """What `apply` would do. Writes nothing."""
    report = Report(unreferenced=_unreferenced(files, records := list(records)))
    seen: set[str] = set()
    for record in records:
        line = _planned(record, files, recorded, seen)
        report.records.append(line)
        on_progress(line)
    return report


def _planned(record: Source, files: Mapping[str, LegacyFile], recorded: RecordedRuns, seen: set[str]) -> Line:
    try:
        imported = _convert(record, files, seen)
    except UnreadableRecordError as error:
        return Line(record.key, "error", [str(error)])
    known = recorded.source_of(imported.record.run_id)
    if known is None:
        return Line(record.key, "imported", imported.lines)
    return _known(record.key, imported, known)


def _known(key: str, imported: ImportedRun, known: str) -> Line:
    """A record whose run is there already."""
    if known in {imported.evidence.sha256, imported.evidence.exact_sha256}:
        return Line(key, "unchanged", imported.lines)
    what = "a native run" if not known else "made of another v1 record"
    return Line(key, "conflict", [f"{imported.record.run_id} is there already, {what}; it stays as it is"])


def _convert(record: Source, files: Mapping[str, LegacyFile], seen: set[str]) -> ImportedRun:
    if record.key in seen:
        raise UnreadableRecordError("the key stands in the index twice; the first record counts")
    seen.add(record.key)
    return convert(record.key, record.source, record.value, files)


class ApplyV1:
    """Brings records in."""

    def __init__(self, ledger: Ledger, blobs: LegacyBlobs, files: Mapping[str, LegacyFile]) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._files = files
        self._names = {file.digest.sha256: file.name for file in files.values()}

    async def apply(self, records: Iterable[Source], *, on_progress: Callable[[Line], None]) -> Report:
        """What became of every record."""
        records = list(records)
        report = Report(unreferenced=_unreferenced(self._files, records))
        seen: set[str] = set()
        rest = iter(records)
        while group := list(islice(rest, _GROUP)):
            for line in await self._bring_in(group, seen):
                report.records.append(line)
                on_progress(line)
        return report

    async def _bring_in(self, group: Sequence[Source], seen: set[str]) -> Sequence[Line]:
        lines: dict[int, Line] = {}
        fresh: dict[int, tuple[Source, ImportedRun]] = {}
        for place, record in enumerate(group):
            try:
                imported = _convert(record, self._files, seen)
            except UnreadableRecordError as error:
                lines[place] = Line(record.key, "error", [str(error)])
                continue
            known = await source_in(self._ledger, imported.record.run_id)
            if known is None:
                fresh[place] = (record, imported)
            else:
                lines[place] = _known(record.key, imported, known)
        await self._keep_blobs(list(fresh.values()))
        created = await asyncio.gather(*(self._create(record.key, item) for record, item in fresh.values()))
        lines.update(zip(fresh, created, strict=True))
        return [lines[place] for place in range(len(group))]

    async def _keep_blobs(self, fresh: Sequence[tuple[Source, ImportedRun]]) -> None:
        """Make everything the runs name durable before they are created."""
        named = dict.fromkeys(item.digest.sha256 for _, imported in fresh for item in imported.record.attachments[:-1])
        missing = [sha256 for sha256 in named if not await self._ledger.find_blobs([Digest(sha256)])]
        blobs = [
            *self._blobs.add_bytes([imported.evidence.data for _, imported in fresh]),
            *self._blobs.add_files([self._names[sha256] for sha256 in missing]),
        ]
        times = {item.digest: item.created_at_utc for _, imported in fresh for item in imported.record.attachments}
        await asyncio.gather(*(self._ledger.add_blob(blob, created_at_utc=times[blob.digest]) for blob in blobs))

    async def _create(self, key: str, imported: ImportedRun) -> Line:
        try:
            await self._ledger.create(imported.record)
        except RunExistsError as error:
            return Line(key, "conflict", [str(error)])
        return Line(key, "imported", imported.lines)


def absent(records: Iterable[Source], files: Mapping[str, LegacyFile], recorded: RecordedRuns) -> Sequence[ImportedRun]:
    """The runs of these records that are not there: a rollback that was killed may have left their files."""
    found, seen = [], set[str]()
    for record in records:
        try:
            imported = _convert(record, files, seen)
        except UnreadableRecordError:
            continue
        if recorded.source_of(imported.record.run_id) is None:
            found.append(imported)
    return found


async def source_in(ledger: Ledger, run_id: RunId) -> str | None:
    """As `RecordedRuns.source_of`, asked of a ledger."""
    try:
        stored = await ledger.get(run_id)
    except RunNotFoundError:
        return None
    return text(child(read_document(stored.run), "origin"), "source_sha256")


async def verify(
    records: Iterable[Source], files: Mapping[str, LegacyFile], ledger: Ledger, blobs: BlobStore
) -> AsyncIterator[Line]:
    """Each record against the run that was made of it: document, source bytes, attachments."""
    seen: set[str] = set()
    for record in records:
        try:
            imported = _convert(record, files, seen)
        except UnreadableRecordError as error:
            yield Line(record.key, "error", [str(error)])
            continue
        yield await _compare(record, imported, ledger, blobs)


async def _compare(record: Source, imported: ImportedRun, ledger: Ledger, blobs: BlobStore) -> Line:
    try:
        stored = await ledger.get(imported.record.run_id)
    except RunNotFoundError:
        return Line(record.key, "missing", ["there is no such run"])
    damage = []
    if not _follows(stored.run, imported):
        damage.append("the run's record is not the one that follows from the v1 record")
    *attachments, evidence = imported.record.attachments
    known = Digest(await source_in(ledger, imported.record.run_id) or evidence.digest.sha256)
    for item in (*attachments, replace(evidence, digest=known)):
        found = await blobs.digest_of(item.digest)
        if found != item.digest.sha256:
            damage.append(f"{item.kind} {item.digest}: {'the bytes are altered' if found else 'the bytes are missing'}")
    return Line(record.key, "mismatch" if damage else "verified", damage)


def _follows(recorded: StoredDocument, imported: ImportedRun) -> bool:
    """Whether a run is made of a v1 record. One made by earlier rules, which say less, only has to name it."""
    if recorded.document == imported.record.document:
        return True
    try:
        origin = Origin(child(read_document(recorded), "origin"))
    except RunCorruptError:
        return False
    evidence = imported.evidence
    return origin.source_sha256 in {evidence.sha256, evidence.exact_sha256} and origin.rules < RULES


async def as_v1(ledger: Ledger, blobs: BlobStore) -> AsyncIterator[tuple[RunId, bytes]]:
    """All runs as v1 records, oldest first: imported ones in their own bytes, native ones converted."""
    async for page in walk_runs(ledger, None, at_a_time=_GROUP):
        for listed in page:
            view = read_run(await ledger.get(listed.run_id))
            yield listed.run_id, await _as_v1(view, ledger, blobs)


async def _as_v1(view: RunView, ledger: Ledger, blobs: BlobStore) -> bytes:
    if view.document.origin is None:
        return orjson.dumps(to_v1(view.document, view.later))
    digest = Digest(view.document.origin.source_sha256)
    blob = (await ledger.find_blobs([digest]))[digest]
    return b"".join([piece async for piece in blobs.read(blob, offset=0)])


def _unreferenced(files: Mapping[str, LegacyFile], records: Sequence[Source]) -> Sequence[str]:
    """Files no record names."""
    named: set[str] = set()
    for record in records:
        items = record.value.get("attachments") if isinstance(record.value, Mapping) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, Mapping):
                named.add(str(item.get("sha256")))
    return sorted(set(files) - named)
