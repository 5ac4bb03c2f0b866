"""Check a store as a whole, without a server: all that is stored, each part against the others.

1. the database's own structure
2. each record: digest, form, its place in its chain, its published file
3. the index fields of subjects, and callers' keys, against their records
4. the bytes of every blob, and that each one a record names is there
5. files and rows that belong to nothing
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, text
from runs_svc.domain.entities.identity import Identity, identity_of
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment_paths import blobs_named
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run import idempotency_of
from runs_svc.domain.upkeep.verification import (
    Check,
    Outcome,
    check_digests,
    check_exact,
    compare,
    not_published_yet,
    prove_links,
)
from runs_svc.ports.offline import LedgerRow, OfflineArchive, OfflineBlobs, OfflineLedger
from runs_svc.usecases.entity_kinds import check_index, index_fields


class Days(NamedTuple):
    """The days of UTC from the first to the last; None stands for no bound."""

    first: date | None = None
    last: date | None = None

    @property
    def are_bounded(self) -> bool:
        return self != EVERY_DAY

    def hold(self, time: str) -> bool:
        """Whether a time as records write it is on one of the days."""
        day = time[:10]
        return (self.first is None or day >= self.first.isoformat()) and (
            self.last is None or day <= self.last.isoformat()
        )


EVERY_DAY = Days()
_NO_RECORD = Check("", Outcome.VERIFIED)
"""Stands before the first record of a subject."""


@dataclass(slots=True)
class StoreReport:
    """What was checked, and what is wrong."""

    records: int = 0
    subjects: int = 0
    other_subjects: int = 0
    """Those of other days than were asked for."""
    blobs: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Check] = field(default_factory=list)
    unreferenced: list[str] = field(default_factory=list)
    """Files that belong to no record. They are garbage, not damage."""
    doubled_keys: list[str] = field(default_factory=list)
    """Callers' keys under which a run was recorded again, after the ledger had lost the first one."""
    legacy_rules: Counter[str] = field(default_factory=Counter)
    """Hashes of imported records, by the rule they follow."""

    @property
    def sound(self) -> bool:
        return not self.problems

    def note(self, check: Check) -> None:
        self.outcomes[check.outcome] += 1
        if not check.outcome.sound:
            self.problems.append(check)


class Fsck:
    """One pass over a store, or over what was recorded on some days and the bytes it names."""

    def __init__(
        self, ledger: OfflineLedger, archive: OfflineArchive, blobs: OfflineBlobs, days: Days = EVERY_DAY
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._blobs = blobs
        self._days = days
        self._report = StoreReport()
        self._named: dict[str, bool] = {}
        """Digests that records name, and whether a record that was not withdrawn does."""
        self._subjects: Mapping[str, Sequence[int]] = {}

    def check(self, *, on_progress: Callable[[object], None] = lambda _: None) -> StoreReport:
        """The report. Damage is reported, never raised."""
        report = self._report
        for problem in self._ledger.structure():
            report.note(Check("database", Outcome.UNREADABLE, detail=problem))
        subjects = self._subjects = self._ledger.subjects()
        for subject_id, places in subjects.items():
            rows = [self._ledger.row(place) for place in places]
            on_progress(subject_id)
            if not self._is_of_the_days(rows):
                report.other_subjects += 1
                continue
            report.subjects += 1
            for check in self._check_subject(subject_id, rows):
                report.note(check)
        for row in self._ledger.rows():
            if row.document is None:
                report.note(Check(f"ledger:{row.place}", Outcome.UNREADABLE, detail="the database cannot give it"))
        for kind, subject_id in self._ledger.found():
            if subject_id not in subjects:
                text = "lists show it, but there is no record"
                report.note(Check(f"index:{kind}:{subject_id}", Outcome.MISMATCH, detail=text))
        for check in self._check_files():
            report.note(check)
        for check in self._check_blobs():
            report.note(check)
        return report

    def _is_of_the_days(self, rows: Sequence[LedgerRow]) -> bool:
        """Whether a subject was created on the days asked for; one whose record does not tell is looked at."""
        first = next((row.document for row in rows if row.document is not None and row.document.ordinal == 0), None)
        if not self._days.are_bounded or first is None:
            return True
        read = _read_record(first)[1]
        return read is None or self._days.hold(text(read, "created_at_utc"))

    def _check_subject(self, subject_id: str, rows: Sequence[LedgerRow]) -> Iterator[Check]:
        placed = sorted(((row.document, row.place) for row in rows if row.document), key=lambda item: item[0].ordinal)
        documents = [document for document, _ in placed]
        parsed: list[JsonMapping] = []
        records = [_read_record(document) for document in documents]
        links = prove_links(
            [_NO_RECORD, *(check for check, _ in records[:-1])][: len(placed)], _check_places(documents)
        )
        for (document, place), (check, read), link in zip(placed, records, links, strict=True):
            self._report.records += 1
            yield check
            yield self._check_published(document, place)
            yield link
            if read is not None:
                parsed.append(read)
                if not says_the_same(document, read):
                    text = "its row says something else than the record itself"
                    yield Check(f"row:{document.kind}:{document.record_id}", Outcome.MISMATCH, detail=text)
        if len(parsed) == len(documents) and documents and documents[0].ordinal == 0:
            kind = identity_of(parsed[0]).kind  # the row's own may be damaged; the record has its digest
            found = self._ledger.index_fields(kind, subject_id)
            yield check_index(f"index:{kind}:{subject_id}", found, index_fields(kind, documents, parsed))
            yield from self._check_key(subject_id, parsed[0])
            if kind == "run":
                yield from (replace(item, item=f"{item.item}:{subject_id}") for item in check_digests(parsed[0]))
            self._note_names(documents, parsed)

    def _check_published(self, document: StoredDocument, place: int) -> Check:
        item = f"archive:{document.kind}:{document.record_id}"
        published = self._archive.read(document)
        if published is None and self._archive.is_pending(place):
            return not_published_yet(item, document.sha256)
        if published is None:
            return Check(item, Outcome.MISSING, expected_sha256=document.sha256, detail="no published file")
        return compare(item, expected_sha256=document.sha256, actual_sha256=canonical_json.sha256_hex(published))

    def _check_key(self, subject_id: str, first: JsonMapping) -> Iterator[Check]:
        idempotency = idempotency_of(first) if first["schema"] == "rmos.run/1" else None
        if idempotency is None:
            return
        item, bound = f"key:{idempotency.key}", self._ledger.key_of(idempotency.key)
        if bound is None:
            yield Check(item, Outcome.MISSING, detail=f"{subject_id} was recorded under it")
        elif bound[1] != subject_id and self._came_before(bound[1], idempotency.key, text(first, "created_at_utc")):
            self._report.doubled_keys.append(f"{idempotency.key} of {subject_id} leads to {bound[1]}")
            yield Check(item, Outcome.VERIFIED, detail=f"{bound[1]} was recorded under it before {subject_id}")
        elif bound != (idempotency.payload_sha256, subject_id):
            yield Check(item, Outcome.MISMATCH, detail=f"it is bound to {bound[1]}, not to {subject_id}")
        else:
            yield Check(item, Outcome.VERIFIED)

    def _came_before(self, run_id: str, key: str, created_at_utc: str) -> bool:
        """Whether another run was recorded under a key by a time: a retry after a loss makes two of them."""
        for place in self._subjects.get(run_id, ())[:1]:
            document = self._ledger.row(place).document
            read = _read_record(document)[1] if document is not None and document.ordinal == 0 else None
            theirs = idempotency_of(read) if read is not None and read.get("schema") == "rmos.run/1" else None
            if read is not None and theirs is not None and theirs.key == key:
                return text(read, "created_at_utc") <= created_at_utc
        return False

    def _note_names(self, documents: Sequence[StoredDocument], parsed: Sequence[JsonMapping]) -> None:
        kept = all(document.kind != "tombstone" for document in documents)
        for document in parsed:
            for sha256 in blobs_named(document):
                self._named[sha256] = self._named.get(sha256, False) or kept
            origin = child(document, "origin")
            hashes = children(origin, "hashes")
            for item in hashes:
                self._report.legacy_rules[text(item, "rule")] += 1
            named = {text(item, "recorded") for item in hashes}
            if renamed := child(origin, "aliases").keys() - named:
                self._report.legacy_rules["compact_json"] += len(renamed)

    def _check_files(self) -> Iterator[Check]:
        for file in self._archive.files():
            if file.document is None:
                yield Check(f"archive:{file.name}", Outcome.UNREADABLE, detail="not a record of this store")
            elif not self._ledger.holds(file.document.kind, file.document.record_id):
                text = "published, but the ledger does not have it"
                yield Check(f"ledger:{file.document.kind}:{file.document.record_id}", Outcome.MISSING, detail=text)

    def _check_blobs(self) -> Iterator[Check]:
        noted = {blob.digest.sha256: blob for blob, _ in self._ledger.blobs()}
        for sha256, kept in self._named.items():
            if kept and sha256 not in noted:
                text = "a record names it, but the ledger does not know that it is stored"
                yield Check(f"blob:{sha256}", Outcome.MISSING, expected_sha256=sha256, detail=text)
        for sha256, blob in noted.items():
            if self._days.are_bounded and sha256 not in self._named:
                continue
            self._report.blobs += 1
            stored = self._blobs.describe(Digest(sha256))
            if stored is None:
                detail = "the bytes are not there"
                yield Check(f"attachment:{sha256}", Outcome.MISSING, expected_sha256=sha256, detail=detail)
                continue
            yield compare(f"attachment:{sha256}", expected_sha256=sha256, actual_sha256=stored.digest.sha256)
            if stored.digest.sha256 == sha256 and stored != blob:
                yield Check(f"blob:{sha256}", Outcome.MISMATCH, detail="its size or its chunk digests are altered")
        for digest in self._blobs.names() if not self._days.are_bounded else ():
            if digest.sha256 not in self._named:
                self._report.unreferenced.append(f"attachment:{digest}")


def says_the_same(row: StoredDocument, document: JsonMapping) -> bool:
    """Whether the columns of a row agree with the record in it."""
    try:
        identity = identity_of(document)
    except (KeyError, AttributeError):
        return False
    return identity == Identity(row.kind, row.subject_id, row.ordinal, row.previous_sha256)


def _read_record(document: StoredDocument) -> tuple[Check, JsonMapping | None]:
    """Whether a record has its digest, and what it says."""
    item, actual = f"ledger:{document.kind}:{document.record_id}", canonical_json.sha256_hex(document.document)
    check = compare(item, expected_sha256=document.sha256, actual_sha256=actual)
    if check.outcome is not Outcome.VERIFIED:
        return check, None
    try:
        parsed: JsonMapping = orjson.loads(document.document)
    except orjson.JSONDecodeError:
        return Check(item, Outcome.UNREADABLE, document.sha256, actual, "the bytes are not JSON"), None
    return check_exact(check, document.document, parsed), parsed


def _check_places(documents: Sequence[StoredDocument]) -> Iterator[Check]:
    """Whether each record of a subject stands where it says, after the record it names."""
    before = ""
    for ordinal, document in enumerate(documents):
        item = f"chain:{document.subject_id}:{document.ordinal}"
        if document.ordinal != ordinal:
            yield Check(item, Outcome.MISSING, detail=f"record {ordinal} of {document.subject_id} is not there")
        else:
            yield compare(item, expected_sha256=document.previous_sha256, actual_sha256=before)
        before = document.sha256
