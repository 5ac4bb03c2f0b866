"""Spend: reserve before a call, settle after it.

A reservation and what became of it are two versions of one spending; what is reserved counts as spent until it is
settled.
Checking and reserving happen under one lock, so that two calls cannot both take the last dollar.
"""

import asyncio
import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rpckit.call import Call
from runs_svc.domain import filters
from runs_svc.domain.advisory.budget import ALERT_FROM, Limits, Period, periods
from runs_svc.domain.advisory.errors import BudgetExhaustedError
from runs_svc.domain.filters import And, Comparison, Filter
from runs_svc.ports import Clock, Histories, IdSource
from runs_svc.usecases.versions import Change, Version, Versions

FIELDS = filters.Fields(texts=frozenset({"requester", "provider"}), numbers=frozenset({"cost_usd"}))


@dataclass(frozen=True, slots=True)
class Spending:
    """What a call may cost, or has cost. [USD]"""

    requester: str
    provider: str
    cost_usd: float
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """A period and what is used of it. [USD]"""

    period: Period
    used_usd: float

    @property
    def alert(self) -> bool:
        limit = self.period.limit_usd
        return limit is not None and self.used_usd >= ALERT_FROM * limit


class Budget:
    def __init__(self, histories: Histories, *, clock: Clock, ids: IdSource, limits: Limits) -> None:
        self._histories = histories
        self._ids = ids
        self._limits = limits
        self._clock = clock
        self._lock = asyncio.Lock()
        self._versions = Versions(
            histories,
            clock=clock,
            kind="spend",
            fields=FIELDS,
            read=lambda value: Spending(**value),
            write=asdict,
            found_by=lambda spending, now: {
                "requester": spending.requester,
                "provider": spending.provider,
                "cost_usd": spending.cost_usd,
            },
        )

    async def reserve(self, requester: str, provider: str, cost_usd: float, *, call: Call) -> Version[Spending]:
        """A reservation.

        Raises:
            BudgetExhaustedError: A limit does not allow it; nothing was reserved.
        """
        async with self._lock:
            for used in await self.used(requester):
                limit = used.period.limit_usd
                if limit is not None and used.used_usd + cost_usd > limit:
                    raise BudgetExhaustedError(
                        used.period.name, limit_usd=limit, used_usd=used.used_usd, asked_usd=cost_usd
                    )
            spending = Spending(requester, provider, cost_usd)
            return await self._versions.add(
                self._ids.fresh("spend"), Change(spending, {"action": "reserve"}), call=call
            )

    async def settle(self, reserved: Version[Spending], cost_usd: float, *, call: Call) -> None:
        """Say what a call has really cost."""
        spending = Spending(reserved.thing.requester, reserved.thing.provider, cost_usd, settled=True)
        change = Change(spending, {"action": "settle"})
        await self._versions.change(reserved, reserved.subject_id, change, call=call)

    async def used(self, requester: str) -> Sequence[Used]:
        """What is used of each period."""
        today = self._clock.now().astimezone(datetime.UTC).date()
        monday = today - datetime.timedelta(days=today.weekday())
        held = periods(self._limits, today=today.isoformat(), monday=monday.isoformat())
        return [Used(period, await self._sum(period, requester)) for period in held]

    async def _sum(self, period: Period, requester: str) -> float:
        terms: list[Filter] = [Comparison("create_time", ">=", period.since_utc)]
        if period.own:
            terms.append(Comparison("requester", "=", requester))
        spread = await self._histories.spread("spend", "cost_usd", And(tuple(terms)))
        return spread.mean * spread.count if spread else 0.0
