"""Replaying a run on the adapters in memory: what is compared, and what keeps a replay from being recorded."""

from typing import Any

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.ledger import CountingIds, FixedFeasibility, MemoryLedger, SteppingClock
from runs_svc.domain.errors import ReplayBlockedError, ReplayUnavailableError
from runs_svc.ports import ListQuery
from runs_svc.usecases.runs.execute import RecordExecution
from runs_svc.usecases.runs.record import RecordRun
from runs_svc.usecases.runs.replay import Replayed, ReplayGate, ReplayRun, Verdict
from tests import builders
from tests.unread_programs import UnreadPrograms

CALL = Call("req_1", None)
OLD = builders.report(engine_id="baseline_v1", engine_version="1.1.0", overall_risk="RED", overall_score=12.5)


class Workshop:
    """A ledger with one run, whose feasibility service then says something else."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.ids = CountingIds()

    def recording(self, report: dict[str, Any] | None) -> RecordRun:
        return RecordRun(
            self.ledger,
            FixedFeasibility(report),
            clock=SteppingClock(builders.NOW),
            ids=self.ids,
            feasibility_timeout_s=5.0,
            programs=UnreadPrograms(),
        )

    async def replayed(
        self,
        then: dict[str, Any] | None,
        now: dict[str, Any] | None,
        *,
        note: str = "a new engine",
        asked: str = "",
        mode: Any = "block",
    ) -> Replayed:
        attempt = builders.attempt(inputs=builders.inputs(engine_id=asked))
        parent = await self.recording(then).record(attempt, idempotency_key=None, call=CALL)
        execution: Any = RecordExecution.__new__(RecordExecution)
        gate = ReplayGate(mode, require_note=True)
        replay = ReplayRun(self.ledger, self.recording(now), execution, gate=gate)
        return await replay.replay(
            parent.run.run_id, instrument_serial="", operator="", note=note, idempotency_key=None, call=CALL
        )

    async def run_count(self) -> int:
        return len(await self.ledger.scan(ListQuery(None, 10)))


async def test_a_run_of_another_engine_shows_both_verdicts() -> None:
    done = await Workshop().replayed(OLD, builders.report())
    assert done.engine_changed
    assert done.then == Verdict("baseline_v1", "1.1.0", "RED", 12.5)
    assert done.now == Verdict("baseline_v2", "2.0.0", "GREEN", 97.0)
    assert done.drift[0] == (
        "engine changed: baseline_v1 1.1.0 RED (score 12.5) then, baseline_v2 2.0.0 GREEN (score 97.0) now"
    )
    assert done.drift[1:] == ["level: RED then, GREEN now", "score: 12.5 then, 97.0 now"]


async def test_another_version_is_another_engine_also_where_the_verdict_is_the_same() -> None:
    done = await Workshop().replayed(builders.report(engine_version="2.0.1"), builders.report())
    assert done.engine_changed
    assert len(done.drift) == 1


async def test_the_same_engine_with_the_same_verdict_has_not_drifted() -> None:
    done = await Workshop().replayed(builders.report(), builders.report(), note="")
    assert (done.engine_changed, list(done.drift)) == (False, [])


async def test_what_was_asked_of_a_retired_engine_is_asked_of_the_default() -> None:
    done = await Workshop().replayed(OLD, builders.report(), asked="baseline_v1")
    assert done.run.inputs.engine_id == ""
    kept = await Workshop().replayed(OLD, builders.report(), asked="mine")
    assert kept.run.inputs.engine_id == "mine"


def used(digest: str, **versions: int) -> dict[str, Any]:
    entries = [{"name": f"machines/{name}", "version": version} for name, version in versions.items()]
    return builders.report(inputs_sha256=digest * 64, used_entries=entries)


async def test_what_the_workshop_changed_elsewhere_is_no_drift() -> None:
    done = await Workshop().replayed(used("a", router=1), used("b", router=1), note="")
    assert list(done.drift) == []
    done = await Workshop().replayed(used("a"), used("b"), note="")
    assert list(done.drift) == []


async def test_a_used_entry_in_another_version_is_drift_in_words() -> None:
    done = await Workshop().replayed(used("a", router=1, saw=1), used("b", router=3, lathe=1))
    assert list(done.drift) == [
        "machines/lathe: not used or not told then, version 1 now",
        "machines/router: version 1 then, version 3 now",
        "machines/saw: version 1 then, not used or not told now",
    ]
    with pytest.raises(ReplayBlockedError, match=r"drifted since it was recorded \(machines/router: version 1 then"):
        await Workshop().replayed(used("a", router=1), used("b", router=3), note="")


async def test_the_same_inputs_are_no_drift_though_an_earlier_report_tells_no_entries() -> None:
    done = await Workshop().replayed(used("a"), used("a", router=1), note="")
    assert list(done.drift) == []


def rough(report: dict[str, Any]) -> dict[str, Any]:
    """The same verdict on other grounds: a number is assumed where one was measured."""
    first, *rest = report["assessments"]
    return {**report, "assessments": [{**first, "assumptions": ["the runout is taken as 0.01 mm"]}, *rest]}


async def test_other_grounds_are_drift_where_the_report_of_then_does_not_tell_what_it_used() -> None:
    untold = ["the catalogue changed, and the report of then does not tell what it used of it"]
    earlier, now = builders.report(inputs_sha256="a" * 64), rough(builders.report(inputs_sha256="b" * 64))
    done = await Workshop().replayed(earlier, now)
    assert list(done.drift) == untold
    with pytest.raises(ReplayBlockedError, match=untold[0]):
        await Workshop().replayed(earlier, now, note="")


async def test_other_grounds_are_told_by_the_entries_and_the_engine_where_these_say_why() -> None:
    done = await Workshop().replayed(used("a"), rough(used("b", router=1)))
    assert list(done.drift) == ["machines/router: not used or not told then, version 1 now"]
    done = await Workshop().replayed({**used("a"), "engine_version": "1.9.0"}, rough(used("b")))
    assert [line.partition(":")[0] for line in done.drift] == ["engine changed"]


async def test_a_run_that_drifted_needs_a_note() -> None:
    workshop = Workshop()
    with pytest.raises(ReplayBlockedError):
        await workshop.replayed(OLD, builders.report(), note="")
    assert await workshop.run_count() == 1


async def test_a_soft_block_lets_a_drifted_run_through_and_says_so() -> None:
    done = await Workshop().replayed(OLD, builders.report(), note="", mode="soft_block")
    (warning,) = done.warnings
    assert warning.startswith("soft_block: it drifted and was let through: engine changed: baseline_v1")
    assert (await Workshop().replayed(builders.report(), builders.report(), mode="soft_block")).warnings == []


async def test_without_a_report_nothing_is_compared_and_nothing_recorded() -> None:
    workshop = Workshop()
    with pytest.raises(ReplayUnavailableError, match="could not be asked"):
        await workshop.replayed(builders.report(), None)
    assert await workshop.run_count() == 1


async def test_a_run_recorded_without_a_report_has_no_verdict_of_then() -> None:
    done = await Workshop().replayed(None, builders.report())
    assert (done.then, done.engine_changed) == (None, False)
    assert done.drift[0] == "level: nothing then, GREEN now"
