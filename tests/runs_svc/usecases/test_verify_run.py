"""Verification reports damage and never fails because of it; on the adapters in memory."""

import hashlib

import pytest

from foundation.call import Call
from foundation.canonical_json import JsonObject
from rmos.runs.v1 import run_pb2
from runs_svc.adapters.memory.ledger import MemoryArchive, MemoryBlobStore, MemoryLedger
from runs_svc.adapters.system import SystemClock
from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.attachment import Attachment, Blob
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run import compose_attachment
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.domain.upkeep.verification import Outcome, worst
from runs_svc.service.runs.messages import write_verification
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.verification.verify_records import VerifyRecords
from runs_svc.usecases.verification.verify_run import VerifyRun
from tests import builders

DATA = b"G21\n"
DIGEST = Digest(hashlib.sha256(DATA).hexdigest())
GCODE = Attachment(DIGEST, "gcode", "text/x-gcode", "a.nc", len(DATA), "2026-03-01T12:00:00.000000Z")
RUN = RunId("run_000000000001")


class Store:
    """A recorded run with an inline program and an attachment added later."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.blobs = MemoryBlobStore()
        self.archive = MemoryArchive(self.ledger)

    async def fill(self) -> "Store":
        self.blobs.blobs[DIGEST] = DATA
        chunks = (hashlib.sha256(DATA).digest(),)
        await self.ledger.add_blob(Blob(DIGEST, len(DATA), chunks), created_at_utc="t")
        await self.ledger.create(builders.record(1, gcode_text="G21\n"))
        await self.ledger.append(
            RUN,
            kind="attachment",
            record_id=f"{RUN}/{DIGEST}",
            compose=compose_attachment(GCODE, run_id=RUN, request_id="req_2"),
        )
        return self

    def alter(self, ordinal: int, **fields: object) -> None:
        documents = self.ledger.documents[RUN]
        documents[ordinal] = documents[ordinal]._replace(**fields)  # type: ignore[arg-type]

    def document(self, ordinal: int) -> StoredDocument:
        return self.ledger.documents[RUN][ordinal]

    async def outcomes(self) -> dict[str, Outcome]:
        checks = await VerifyRun(self.ledger, VerifyRecords(self.blobs, self.archive)).verify(RUN)
        return {check.item: check.outcome for check in checks}


@pytest.fixture
async def store() -> Store:
    return await Store().fill()


def redigested(data: bytes) -> dict[str, object]:
    """Altered bytes with the digest to match: what somebody with access to the ledger would do."""
    return {"document": data, "sha256": hashlib.sha256(data).hexdigest()}


async def test_an_untouched_run_is_verified_in_every_item(store: Store) -> None:
    outcomes = await store.outcomes()
    assert set(outcomes.values()) == {Outcome.VERIFIED}
    assert set(outcomes) == {
        "document",
        "attachment:1",
        "chain:1",
        "feasibility",
        "request",
        "gcode",
        "index",
        "archive:run:0",
        "archive:attachment:1",
        f"attachment:{DIGEST}",
    }


async def test_one_flipped_bit_is_found_and_never_read(store: Store) -> None:
    altered = bytearray(store.document(0).document)
    altered[100] ^= 1
    store.alter(0, document=bytes(altered))
    assert (await store.outcomes())["document"] is Outcome.MISMATCH
    with pytest.raises(RunCorruptError):
        read_run(await store.ledger.get(RUN))


async def test_an_altered_amendment_is_found(store: Store) -> None:
    store.alter(1, document=store.document(1).document.replace(b"a.nc", b"b.nc"))
    assert (await store.outcomes())["attachment:1"] is Outcome.MISMATCH


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        (b'"overall_score":97', b'"overall_score":98', "feasibility"),
        (b'"feed_rate_mm_per_min":1750', b'"feed_rate_mm_per_min":9999', "request"),
        (b'"gcode_text":"G21', b'"gcode_text":"G20', "gcode"),
        (b'"mode":"rosette"', b'"mode":"router_"', "index"),
    ],
)
async def test_an_altered_record_with_a_new_digest_is_found_inside(
    store: Store, old: bytes, new: bytes, item: str
) -> None:
    assert old in store.document(0).document
    store.alter(0, **redigested(store.document(0).document.replace(old, new)))
    outcomes = await store.outcomes()
    assert outcomes[item] is Outcome.MISMATCH
    assert outcomes["chain:1"] is Outcome.MISMATCH


async def test_every_link_behind_an_altered_record_is_broken(store: Store) -> None:
    altered = bytearray(store.document(0).document)
    altered[100] ^= 1
    store.alter(0, document=bytes(altered))
    checks = await VerifyRun(store.ledger, VerifyRecords(store.blobs, store.archive)).verify(RUN)
    (link,) = (check for check in checks if check.item == "chain:1")
    assert (link.outcome, link.detail) == (Outcome.MISMATCH, "the chain is broken before it, at document")


async def test_bytes_that_are_not_json_are_unreadable(store: Store) -> None:
    store.alter(0, **redigested(b"not json"))
    assert (await store.outcomes())["document"] is Outcome.UNREADABLE
    with pytest.raises(RunCorruptError):
        read_run(await store.ledger.get(RUN))


async def test_missing_and_altered_attachments_are_told_apart(store: Store) -> None:
    store.blobs.blobs[DIGEST] = b"G20\n"
    assert (await store.outcomes())[f"attachment:{DIGEST}"] is Outcome.MISMATCH
    del store.blobs.blobs[DIGEST]
    assert (await store.outcomes())[f"attachment:{DIGEST}"] is Outcome.MISSING


class LateArchive(MemoryArchive):
    """An archive whose publisher is behind."""

    async def find(self, document: StoredDocument) -> bytes | None:
        return None

    async def is_pending(self, document: StoredDocument) -> bool:
        return True


async def test_a_file_that_is_still_to_come_is_no_damage() -> None:
    ledger = MemoryLedger()
    await ledger.create(builders.record(1))
    checks = await VerifyRun(ledger, VerifyRecords(MemoryBlobStore(), LateArchive(ledger))).verify(RUN)
    assert [check.item for check in checks if check.outcome is Outcome.PENDING] == ["archive:run:0"]
    assert worst(checks) is Outcome.PENDING
    verification = write_verification("runs/a", checks, verified_at_utc="2026-03-01T12:00:00Z")
    assert verification.outcome == run_pb2.VERIFICATION_OUTCOME_VERIFIED
    (pending,) = (item for item in verification.items if item.item == "archive:run:0")
    assert pending.detail == "PENDING: not yet published; the archive is behind"


def test_nothing_checked_is_not_verified() -> None:
    assert worst([]) is Outcome.UNREADABLE


class BusyLedger(MemoryLedger):
    """A run gets a hold while it is looked at."""

    async def get_index(self, run_id: RunId) -> RunIndex:
        body: JsonObject = {"held": True, "person": "M. Sato", "reason": "a claim"}
        amend_run = AmendRun(self, clock=SystemClock())
        await amend_run.amend(
            run_id, NewAmendment(AmendmentKind.HOLD, body, amendment_id="once"), call=Call("req_3", None)
        )
        return await super().get_index(run_id)


async def test_a_run_that_somebody_adds_to_meanwhile_is_sound() -> None:
    ledger = BusyLedger()
    await ledger.create(builders.record(1))
    archive = MemoryArchive(ledger)
    checks = await VerifyRun(ledger, VerifyRecords(MemoryBlobStore(), archive)).verify(RUN)
    assert worst(checks) is Outcome.VERIFIED
    assert "hold:1" in {check.item for check in checks}, "it is verified with the hold"


class ForgetfulLedger(MemoryLedger):
    """Lists have lost the run."""

    async def get_index(self, run_id: RunId) -> RunIndex:
        raise RunNotFoundError(run_id.text)


async def test_a_run_that_lists_do_not_show_is_named() -> None:
    ledger = ForgetfulLedger()
    await ledger.create(builders.record(1))
    checks = await VerifyRun(ledger, VerifyRecords(MemoryBlobStore(), MemoryArchive(ledger))).verify(RUN)
    assert [check.item for check in checks if check.outcome is Outcome.MISSING] == ["index"]
