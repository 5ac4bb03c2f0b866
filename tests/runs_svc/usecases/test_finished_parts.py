"""Starting a part for an instrument that has one: which runs are looked at, on the adapters in memory."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.adapters.memory.ledger import MemoryLedger, SteppingClock
from runs_svc.domain.ids import RunId
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.runs.execute import RecordExecution
from tests import builders

CALL = Call("req_1", None)
FIRST, SECOND = RunId("run_000000000001"), RunId("run_000000000002")


class Machine:
    """Two runs of one part, and the steps of both."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        amend = AmendRun(self.ledger, clock=SteppingClock(builders.NOW))
        self._execution = RecordExecution(self.ledger, amend)

    async def prepare(self) -> "Machine":
        for number in (1, 2):
            await self.ledger.create(builders.record(number))
        return self

    async def step(self, run_id: RunId, step: str, serial: str) -> list[str]:
        """What the operator is told."""
        body: JsonObject = {"step": step, "instrument_serial": serial, "operator": "", "machine_id": "", "note": ""}
        _, warnings = await self._execution.record(run_id, body, call=CALL, idempotency_key=None)
        return list(warnings)

    async def cut(self, run_id: RunId, serial: str) -> None:
        for step in ("STARTED", "FINISHED"):
            await self.step(run_id, step, serial)


async def test_a_run_that_went_on_with_another_instrument_still_counts_for_the_first() -> None:
    machine = await Machine().prepare()
    await machine.cut(FIRST, "0147")
    await machine.cut(FIRST, "0152")
    told = [await machine.step(SECOND, "STARTED", "0147")]
    await machine.step(SECOND, "ABORTED", "0147")
    told.append(await machine.step(SECOND, "STARTED", "0153"))
    assert told == [[f"serial 0147 has a finished part of this kind already: {FIRST}"], []]


async def test_a_damaged_run_of_the_part_fails_no_step_of_another() -> None:
    machine = await Machine().prepare()
    await machine.cut(FIRST, "0147")
    documents = machine.ledger.documents[FIRST]
    documents[1] = documents[1]._replace(document=b"{}")
    assert await machine.step(SECOND, "STARTED", "0147") == []
    assert len(machine.ledger.documents[SECOND]) == 2
