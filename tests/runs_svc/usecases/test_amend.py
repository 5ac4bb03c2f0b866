"""Adding amendments while others do, on the adapters in memory."""

import pytest

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.adapters.memory.ledger import MemoryLedger, SteppingClock
from runs_svc.domain.errors import ConcurrentChangeError, IdempotencyKeyReusedError, RunWithdrawnError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.amendments import AmendmentKind, amendment_body, compose_amendment, payload_sha256
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.document import ChainHead, StoredDocument, read_document
from runs_svc.domain.runs.run import RecordComposer, compose_attachment
from runs_svc.ports import StoredRun
from runs_svc.usecases.runs.amend import AmendResult, AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run
from tests import builders

CALL = Call("req_1", None)


class CrowdedLedger(MemoryLedger):
    """Another writer is a moment faster, `rivals` times."""

    def __init__(self, rivals: int) -> None:
        super().__init__()
        self.rivals = rivals

    async def append(
        self,
        run_id: RunId,
        *,
        kind: str,
        record_id: str,
        compose: RecordComposer,
        expected_head: ChainHead | None = None,
    ) -> StoredDocument:
        if self.rivals:
            self.rivals -= 1
            body: JsonObject = {"person": "R. Ival", "note": "mine first", "meta": {}}
            theirs = compose_amendment(
                AmendmentKind.ANNOTATION,
                body,
                run_id=run_id,
                request_id=f"req_rival_{self.rivals}",
                created_at_utc="2026-03-01T12:00:00.000000Z",
                idempotency_key=None,
                payload=payload_sha256(AmendmentKind.ANNOTATION, body),
            )
            await super().append(run_id, kind=kind, record_id=record_id, compose=theirs)
        return await super().append(
            run_id, kind=kind, record_id=record_id, compose=compose, expected_head=expected_head
        )


async def notes_beside(rivals: int) -> list[str]:
    ledger = CrowdedLedger(rivals)
    record = builders.record()
    await ledger.create(record)
    add = AmendRun(ledger, clock=SteppingClock(builders.NOW))
    body: JsonObject = {"person": "M. Sato", "note": "measured", "meta": {}}
    run = await add.amend(record.run_id, NewAmendment(AmendmentKind.ANNOTATION, body), call=CALL)
    return [str(item["person"]) for item in run.later.annotations]


async def test_who_is_beaten_takes_the_next_number() -> None:
    assert await notes_beside(0) == ["M. Sato"]
    assert await notes_beside(3) == ["R. Ival"] * 3 + ["M. Sato"]


async def test_who_is_always_beaten_gives_up() -> None:
    with pytest.raises(ConcurrentChangeError, match="others are adding to run_000000000001"):
        await notes_beside(100)


class CountingLedger(MemoryLedger):
    """Counts how often a run is read."""

    reads = 0

    async def get(self, run_id: RunId) -> StoredRun:
        self.reads += 1
        return await super().get(run_id)


class Notes:
    """A run, and notes added to it."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self.ledger = ledger
        self.amend_run = AmendRun(ledger, clock=SteppingClock(builders.NOW))
        self.run_id = builders.record().run_id

    async def add(self, note: str, *, key: str | None = None) -> AmendResult:
        body: JsonObject = {"person": "M. Sato", "note": note, "meta": {}}
        call = Call(f"req_{note}", None)
        wanted = NewAmendment(AmendmentKind.ANNOTATION, body, idempotency_key=key)
        return await self.amend_run.add(self.run_id, wanted, call=call)

    async def notes(self) -> list[str]:
        return [str(item["note"]) for item in read_run(await self.ledger.get(self.run_id)).later.annotations]

    async def attach(self, letter: str) -> None:
        attachment = Attachment(Digest(letter * 64), "debug", "a/b", "", 1, "t")
        compose = compose_attachment(attachment, run_id=self.run_id, request_id="req_2")
        record_id = f"{self.run_id}/{attachment.digest}"
        await self.ledger.append(self.run_id, kind="attachment", record_id=record_id, compose=compose)


async def notes_on(ledger: MemoryLedger) -> Notes:
    await ledger.create(builders.record())
    return Notes(ledger)


async def test_no_run_is_read_to_add_a_note() -> None:
    ledger = CountingLedger()
    notes = await notes_on(ledger)
    added = [await notes.add(str(number)) for number in range(4)]
    assert ledger.reads == 0
    stored = await ledger.get(notes.run_id)
    assert [item.sha256 for item in added] == [amendment.sha256 for amendment in stored.amendments]
    assert [item.before_sha256 for item in added] == [amendment.previous_sha256 for amendment in stored.amendments]
    assert [item.amendment for item in added] == [read_document(amendment) for amendment in stored.amendments]
    assert await notes.notes() == ["0", "1", "2", "3"]


async def test_a_note_is_added_after_what_others_added_meanwhile() -> None:
    notes = await notes_on(MemoryLedger())
    await notes.add("first")
    await notes.attach("b")
    await notes.add("second")
    view = read_run(await notes.ledger.get(notes.run_id))
    assert [item.digest.sha256[0] for item in view.attachments] == ["b"]
    assert await notes.notes() == ["first", "second"]


async def test_a_note_tried_again_shows_what_others_added_meanwhile() -> None:
    notes = await notes_on(MemoryLedger())
    await notes.add("first", key="k")
    await notes.attach("b")
    again = await notes.add("first", key="k")
    assert amendment_body(again.amendment)["note"] == "first"
    assert again.view is not None
    assert len(again.view.attachments) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        await notes.add("other", key="k")
    assert await notes.notes() == ["first"]


async def test_a_withdrawn_run_takes_no_note_although_its_end_is_remembered() -> None:
    notes = await notes_on(MemoryLedger())
    await notes.add("first")
    other = AmendRun(notes.ledger, clock=SteppingClock(builders.NOW))
    body: JsonObject = {"person": "M. Sato", "reason": "kept for long enough"}
    await other.amend(notes.run_id, NewAmendment(AmendmentKind.TOMBSTONE, body), call=CALL)
    for _ in range(2):
        with pytest.raises(RunWithdrawnError, match="kept for long enough"):
            await notes.add("second")
    assert await notes.notes() == ["first"]


async def test_of_two_amendments_under_one_id_the_first_stays_whoever_remembers_what() -> None:
    notes = await notes_on(MemoryLedger())
    await notes.add("first")
    given = []
    for person in ("M. Sato", "R. Ival"):
        body: JsonObject = {"advisory_id": "a", "kind": "NOTE", "engine_id": "", "engine_version": "", "text": person}
        advisory = NewAmendment(AmendmentKind.ADVISORY, body, amendment_id="a")
        given.append(await notes.amend_run.add(notes.run_id, advisory, call=CALL))
        await notes.attach(person[0].lower().replace("m", "c").replace("r", "d"))
    assert [amendment_body(item.amendment)["text"] for item in given] == ["M. Sato", "M. Sato"]
    assert [item.view is None for item in given] == [True, False]
