"""Spend: reserve before a call, settle after it.

A reservation and what became of it are two versions of one spend entry; what is reserved counts as spent until it is
settled. One that outlived its server is never settled: it may have been charged, and its key may be tried again.
Checking and reserving is one turn, of all servers, so that two calls cannot both take the last dollar.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from foundation import canonical_json
from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.names import canonical_label, is_same_person
from foundation.timestamps import write_time
from runs_svc.domain.advisory.budget import ALERT_FROM, Limits, Period, periods
from runs_svc.domain.advisory.errors import BudgetExhaustedError
from runs_svc.domain.advisory.money import micro_usd, whole_usd
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.filters import And, Comparison, Filter
from runs_svc.ports import Clock, EntityStore, IdSource
from runs_svc.ports.turns import Turns
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, Revision
from runs_svc.usecases.entities.repository import EntityRepository

_TURN = "budget"
_LONGEST_CALL = datetime.timedelta(minutes=15)
"""Of making pictures: what was reserved before and not settled, its server did not live to settle."""
_RESERVE: JsonObject = {"action": "reserve"}
FIELDS = filters.Fields(
    texts=frozenset({"requester", "provider"}), numbers=frozenset({"cost_usd"}), labels=frozenset({"requester"})
)


@dataclass(frozen=True, slots=True)
class Spending:
    """What a call may cost, or has cost. [USD]"""

    requester: str
    provider: str
    cost_usd: float
    settled: bool = False
    payload_sha256: str = ""
    """Digest of the request, when the caller gave a key."""
    asset_ids: tuple[str, ...] = ()
    """What came out of it."""


@dataclass(frozen=True, slots=True)
class Used:
    """A period and what is used of it. [USD]"""

    period: Period
    used_usd: float

    @property
    def alert(self) -> bool:
        limit = self.period.limit_usd
        return limit is not None and micro_usd(self.used_usd) >= micro_usd(ALERT_FROM * limit)


SPEND: EntityKind[Spending] = EntityKind(
    name="spend",
    fields=FIELDS,
    read=lambda value: Spending(**{**value, "asset_ids": tuple(value["asset_ids"])}),
    write=to_json,
    index_fields=lambda spending, now: {
        "requester": canonical_label(spending.requester),
        "provider": spending.provider,
        "cost_usd": spending.cost_usd,
    },
)


class Budget:
    def __init__(
        self,
        entities: EntityStore,
        *,
        clock: Clock,
        ids: IdSource,
        limits: Limits,
        turns: Turns,
        others_serve: bool = False,
    ) -> None:
        """A budget.

        Args:
            entities: Where spending is recorded.
            clock: The time.
            ids: Of spending without a key.
            limits: What may be spent.
            turns: Has those who reserve wait for one another.
            others_serve: Whether other servers have calls under way that are older than this one.
        """
        self._entities = entities
        self._ids = ids
        self._limits = limits
        self._clock = clock
        self._turns = turns
        self._others_serve = others_serve
        self._repository = EntityRepository(entities, SPEND, clock=clock)
        self._since_utc = self._repository.now()

    async def find(self, key: str) -> Revision[Spending] | None:
        """The spending of an earlier call with a key."""
        return await self._repository.find(_subject(key))

    async def reserve(self, spending: Spending, *, key: str | None, call: Call) -> Revision[Spending]:
        """A reservation.

        Raises:
            BudgetExhaustedError: A limit does not allow it; nothing was reserved.
            VersionTakenError: Another call with the same key is under way.
        """
        requester, cost_usd = spending.requester, whole_usd(spending.cost_usd)
        spending = replace(spending, cost_usd=cost_usd)
        async with self._turns.only(_TURN):
            await self._require(requester, cost_usd)
            reserved = await self._reserve(spending, key, call)
            try:
                # Again: a database that is lost and comes back gives the turn to another server meanwhile.
                await self._require(requester, cost_usd, reserved_usd=cost_usd)
            except BaseException:  # whatever it is: no call follows, and what is reserved would count for ever
                await self.settle(reserved, unspent_usd=cost_usd, call=call)
                raise
            return reserved

    async def _require(self, requester: str, cost_usd: float, *, reserved_usd: float = 0.0) -> None:
        """See that every limit allows a cost beside what others use.

        Raises:
            BudgetExhaustedError: One does not.
        """
        for used in await self.used(requester):
            limit, others_usd = used.period.limit_usd, whole_usd(used.used_usd - reserved_usd)
            if limit is not None and micro_usd(others_usd) + micro_usd(cost_usd) > micro_usd(limit):
                raise BudgetExhaustedError(used.period.name, limit_usd=limit, used_usd=others_usd, asked_usd=cost_usd)

    async def _reserve(self, spending: Spending, key: str | None, call: Call) -> Revision[Spending]:
        change = Change(spending, _RESERVE)
        if not key:
            return await add_new(self._repository, lambda: self._ids.fresh("spend"), lambda _: change, call=call)
        subject_id = _subject(key)
        earlier = await self._repository.find(subject_id)
        if earlier is not None and self._failed(earlier):
            both = replace(spending, cost_usd=whole_usd(earlier.entity.cost_usd + spending.cost_usd))
            return await self._repository.change(earlier, subject_id, Change(both, _RESERVE), call=call)
        return await self._repository.add(subject_id, change, call=call)

    def _failed(self, earlier: Revision[Spending]) -> bool:
        """Whether a call ended without a picture: by itself, or with the server it was made to."""
        since_utc = self._since_utc
        if self._others_serve:
            since_utc = min(since_utc, write_time(self._clock.now() - _LONGEST_CALL))
        ended = earlier.entity.settled or earlier.created_at_utc < since_utc
        return ended and not earlier.entity.asset_ids

    async def settle(
        self, reserved: Revision[Spending], *, unspent_usd: float, asset_ids: Sequence[str] = (), call: Call
    ) -> None:
        """Say how much of what was reserved a call did not cost, and what came out of it."""
        cost_usd = whole_usd(reserved.entity.cost_usd - unspent_usd)
        spending = replace(reserved.entity, cost_usd=cost_usd, settled=True, asset_ids=tuple(asset_ids))
        change = Change(spending, {"action": "settle"})
        await self._repository.change(reserved, reserved.subject_id, change, call=call)

    async def used(self, requester: str) -> Sequence[Used]:
        """What is used of each period."""
        today = self._clock.now().astimezone(datetime.UTC).date()
        monday = today - datetime.timedelta(days=today.weekday())
        held = periods(self._limits, today=today.isoformat(), monday=monday.isoformat())
        return [Used(period, await self._sum(period, requester)) for period in held]

    async def _sum(self, period: Period, requester: str) -> float:
        since = Comparison("create_time", ">=", period.since_utc)
        if not period.own:
            return await self._spent(since)
        asked = await self._entities.tally(SPEND.name, "requester", since)
        own = [name for name in asked if is_same_person(name, requester)]
        return whole_usd(sum([await self._spent(And((since, Comparison("requester", "=", name)))) for name in own]))

    async def _spent(self, condition: Filter) -> float:
        spread = await self._entities.spread(SPEND.name, "cost_usd", condition)
        return whole_usd(spread.mean * spread.count) if spread else 0.0


def _subject(key: str) -> str:
    """What the spending of a call with a key is filed under."""
    return f"spend_{canonical_json.sha256_hex(key.encode())[:32]}"
