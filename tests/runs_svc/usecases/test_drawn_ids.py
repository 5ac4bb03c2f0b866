"""Ids that two servers drew at the same moment."""

from collections.abc import Awaitable, Callable

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.memory.ledger import MemoryLedger, SteppingClock
from runs_svc.adapters.own_turns import OwnTurns
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.budget import Limits
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.ids import RunId
from runs_svc.domain.shop.job import JobStatus, JobType
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.budget import Budget, Spending
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.shop.jobs import Jobs
from tests import builders

CALL = Call("req_1", None)


class RepeatedIds:
    """Each id is drawn as often."""

    def __init__(self, times: int = 2) -> None:
        self._times, self._count = times, 0

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{(self._count - 1) // self._times:012x}"

    def run_id(self) -> RunId:
        return RunId(self.fresh("run"))


Add = Callable[[MemoryEntityStore, RepeatedIds], Awaitable[str]]


async def job(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    jobs = Jobs(store, MemoryLedger(), clock=SteppingClock(builders.NOW), ids=ids)
    new = await jobs.create(
        JobType.ROSETTE_PREVIEW, JobStatus.PENDING, title="", pattern_id="", parameters={}, runs=(), call=CALL
    )
    return new.entity.job_id


async def asset(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    assets = Assets(store, clock=SteppingClock(builders.NOW), four_eyes=False)
    new = Asset("", "image", "ai_graphics", provider="", model="", created_at_utc="", request_id="")
    return (await assets.add_new(new, lambda: ids.fresh("adv"), call=CALL)).entity.asset_id


async def spending(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    budget = Budget(store, clock=SteppingClock(builders.NOW), ids=ids, limits=Limits(), turns=OwnTurns())
    return (await budget.reserve(Spending("A. Lead", "shop", 0.1), key=None, call=CALL)).subject_id


async def entry(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    log = MaintenanceLog(store, clock=SteppingClock(builders.NOW), ids=ids)
    return (await log.note(MaintenanceEntry("collect", "M. Sato", "no room", "done", {}), call=CALL)).subject_id


@pytest.mark.parametrize("add", [job, asset, spending, entry])
async def test_an_id_that_another_server_drew_is_drawn_anew(add: Add) -> None:
    store, ids = MemoryEntityStore(), RepeatedIds()
    names = [await add(store, ids) for _ in range(3)]
    assert len(set(names)) == 3
    assert None not in [await store.newest(name) for name in names]


async def test_draws_have_an_end() -> None:
    store, ids = MemoryEntityStore(), RepeatedIds(times=1_000)
    await job(store, ids)
    with pytest.raises(VersionTakenError):
        await job(store, ids)
