"""Explanations of runs, on the adapters in memory."""

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.ledger import FixedFeasibility, MemoryLedger, SteppingClock
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.runs.suggest_advisory import Suggest
from tests import builders

CALL = Call("req_1", None)


class LedgerThatDies(MemoryLedger):
    """Takes no explanation the first time, as if the server had been killed there."""

    died = False

    async def append(self, *args: object, kind: str, **kwargs: object) -> StoredDocument:
        if kind == AmendmentKind.EXPLANATION and not self.died:
            self.died = True
            raise SystemExit
        return await super().append(*args, kind=kind, **kwargs)  # type: ignore[arg-type]


async def test_an_explanation_that_was_cut_off_half_way_is_completed() -> None:
    ledger = LedgerThatDies()
    record = builders.record()
    await ledger.create(record)
    add = AmendRun(ledger, clock=SteppingClock(builders.NOW))
    suggest = Suggest(ledger, FixedFeasibility(builders.report()), add, timeout_s=1.0)
    with pytest.raises(SystemExit):
        await suggest.suggest(record.run_id, call=CALL)
    for _ in range(2):
        run = await suggest.suggest(record.run_id, call=CALL)
        assert run.later.explanation["status"] == "READY"
        assert [item["kind"] for item in run.later.advisories] == ["EXPLANATION"]
        assert len(run.amendments) == 2
