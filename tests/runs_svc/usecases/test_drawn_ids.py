"""Ids that two servers drew at the same moment."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import pytest

from foundation.call import Call
from rpckit.page_tokens import NO_END
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.memory.ledger import MemoryLedger, SteppingClock
from runs_svc.adapters.own_turns import OwnTurns
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.budget import Limits
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.ids import RunId
from runs_svc.domain.shop.job import JobStatus, JobType
from runs_svc.domain.shop.pattern import Pattern, Strip, StripFamily
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.budget import Budget, Spending
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.advisory.upload import UploadAsset
from runs_svc.usecases.entities.admin_log import AdminLog, Noted
from runs_svc.usecases.entities.maintenance_log import MAINTENANCE, MaintenanceLog
from runs_svc.usecases.entities.repository import EntityRepository
from runs_svc.usecases.shop.imports import ImportLog
from runs_svc.usecases.shop.jobs import Jobs
from runs_svc.usecases.shop.patterns import Patterns
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


async def nothing() -> AsyncIterator[bytes]:
    chunks: tuple[bytes, ...] = ()
    for chunk in chunks:
        yield chunk


async def uploaded(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    assets = Assets(store, clock=SteppingClock(builders.NOW), four_eyes=False)
    imports = ImportLog(store, clock=SteppingClock(builders.NOW), ids=RepeatedIds(1))
    upload = UploadAsset(assets, cast("ImageIntake", None), imports, ids=ids)  # no bytes come
    new = Asset("", "image", "external", provider="", model="", created_at_utc="", request_id="")
    added, _ = await upload.upload(new, None, nothing(), call=CALL)
    return added.entity.asset_id


async def spending(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    budget = Budget(store, clock=SteppingClock(builders.NOW), ids=ids, limits=Limits(), turns=OwnTurns())
    return (await budget.reserve(Spending("A. Lead", "shop", 0.1), key=None, call=CALL)).subject_id


async def entry(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    log = MaintenanceLog(store, clock=SteppingClock(builders.NOW), ids=ids)
    return (await log.note(MaintenanceEntry("collect", "M. Sato", "no room", "done", {}), call=CALL)).subject_id


def patterns(store: MemoryEntityStore, ids: RepeatedIds) -> Patterns:
    imports = ImportLog(store, clock=SteppingClock(builders.NOW), ids=ids)
    return Patterns(store, imports, clock=SteppingClock(builders.NOW), ids=ids)


async def pattern(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    new = Pattern(pattern_id="new", title="Herringbone", pattern_type="herringbone")
    added, _ = await patterns(store, ids).add_new_pattern(new, call=CALL)
    assert added.subject_id == added.entity.subject_id
    return added.subject_id


async def family(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    strip = Strip(material_id="maple_hard", width_mm=0.6)
    added, _ = await patterns(store, ids).add_new_family(
        StripFamily(strip_family_id="new", title="Maple", strips=(strip,)), call=CALL
    )
    assert added.subject_id == added.entity.subject_id
    return added.subject_id


async def call_of_an_administrator(store: MemoryEntityStore, ids: RepeatedIds) -> str:
    log = AdminLog(store, clock=SteppingClock(builders.NOW), ids=ids)
    log.note(Noted(MaintenanceEntry("identity add", "M. Sato", "", "done", {}), "req_1"))
    await log.write()
    page = await EntityRepository(store, MAINTENANCE, clock=SteppingClock(builders.NOW)).page(
        NO_END, filter_text="", page_size=1, page_token=""
    )
    return page.items[0].subject_id


@pytest.mark.parametrize("add", [job, asset, uploaded, spending, entry, pattern, family, call_of_an_administrator])
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
