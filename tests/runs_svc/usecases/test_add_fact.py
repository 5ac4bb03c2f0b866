"""Adding later facts while others do, on the adapters in memory."""

import pytest

from rpckit.call import Call
from rpckit.canonical_json import JsonObject
from runs_svc.adapters.memory import MemoryLedger, SteppingClock
from runs_svc.domain.errors import ConcurrentChangeError
from runs_svc.domain.facts import FactKind, compose_fact
from runs_svc.domain.ids import RunId
from runs_svc.domain.run import FactComposer
from runs_svc.ports import StoredDocument
from runs_svc.usecases.add_fact import AddFact
from tests import builders

CALL = Call("req_1", None)


class CrowdedLedger(MemoryLedger):
    """Somebody else is a moment faster, `rivals` times."""

    def __init__(self, rivals: int) -> None:
        super().__init__()
        self.rivals = rivals

    async def append(self, run_id: RunId, *, kind: str, record_id: str, compose: FactComposer) -> StoredDocument:
        if self.rivals:
            self.rivals -= 1
            theirs = compose_fact(
                FactKind.ANNOTATION,
                {"person": "R. Ival", "note": "mine first", "meta": {}},
                run_id=run_id,
                request_id=f"req_rival_{self.rivals}",
                created_at_utc="2026-03-01T12:00:00.000000Z",
                idempotency_key=None,
            )
            await super().append(run_id, kind=kind, record_id=record_id, compose=theirs)
        return await super().append(run_id, kind=kind, record_id=record_id, compose=compose)


async def notes_beside(rivals: int) -> list[str]:
    ledger = CrowdedLedger(rivals)
    record = builders.record()
    await ledger.create(record)
    add = AddFact(ledger, clock=SteppingClock(builders.NOW))
    body: JsonObject = {"person": "M. Sato", "note": "measured", "meta": {}}
    run = await add(record.run_id, FactKind.ANNOTATION, body, call=CALL)
    return [item["person"] for item in run.later.annotations]


async def test_who_is_beaten_takes_the_next_number() -> None:
    assert await notes_beside(0) == ["M. Sato"]
    assert await notes_beside(3) == ["R. Ival"] * 3 + ["M. Sato"]


async def test_who_is_always_beaten_gives_up() -> None:
    with pytest.raises(ConcurrentChangeError, match="others are adding to run_000000000001"):
        await notes_beside(100)
