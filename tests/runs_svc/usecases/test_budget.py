"""What may be spent, on the adapters in memory."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from foundation.call import Call
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.memory.ledger import SteppingClock
from runs_svc.adapters.own_turns import OwnTurns
from runs_svc.domain.advisory.budget import Limits
from runs_svc.domain.advisory.errors import BudgetExhaustedError
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing.filters import Filter
from runs_svc.ports import Spread
from runs_svc.usecases.advisory.budget import Budget, Spending
from tests import builders

CALL = Call("req_1", None)


class Numbers:
    """Ids in a row."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def fresh(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):012x}"

    def run_id(self) -> RunId:
        return RunId(self.fresh("run"))


def budget(limits: Limits) -> Budget:
    return Budget(
        MemoryEntityStore(), clock=SteppingClock(builders.NOW), ids=Numbers(), limits=limits, turns=OwnTurns()
    )


async def test_three_dimes_fit_into_thirty_cents_and_a_fourth_does_not() -> None:
    spent = budget(Limits(day=0.3))
    for _ in range(3):
        await spent.reserve(Spending("A. Lead", "shop", 0.1), key=None, call=CALL)
    day = (await spent.used("A. Lead"))[0]
    assert (day.used_usd, day.alert) == (0.3, True)
    with pytest.raises(BudgetExhaustedError, match=r"has 0\.00 left, and this could cost 0\.10"):
        await spent.reserve(Spending("A. Lead", "shop", 0.1), key=None, call=CALL)


async def test_what_was_not_spent_may_be_spent_again_to_the_last_cent() -> None:
    spent = budget(Limits(day=0.8))
    for unspent in (0.0, 0.1, 0.2):
        reserved = await spent.reserve(Spending("A. Lead", "shop", 0.3), key=None, call=CALL)
        await spent.settle(reserved, unspent_usd=unspent, call=CALL)
    assert (await spent.used("A. Lead"))[0].used_usd == 0.6
    await spent.reserve(Spending("A. Lead", "shop", 0.2), key=None, call=CALL)


class LostTurns:
    """Turns in a database that was killed: everybody has one."""

    @asynccontextmanager
    async def only(self, name: str) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """Nothing is open."""


class SlowEntityStore(MemoryEntityStore):
    """Others come between a question and what follows from its answer."""

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        found = await super().spread(kind, field, condition)
        await asyncio.sleep(0)
        return found


async def test_who_lost_their_turn_do_not_both_take_the_last_dollar() -> None:
    spent = Budget(
        SlowEntityStore(),
        clock=SteppingClock(builders.NOW),
        ids=Numbers(),
        limits=Limits(day=1.0),
        turns=LostTurns(),
    )
    one = Spending("A. Lead", "shop", 1.0)
    outcomes = await asyncio.gather(
        *(spent.reserve(one, key=None, call=CALL) for _ in range(3)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BudgetExhaustedError)]
    assert len(refused) >= 2
    assert (await spent.used("A. Lead"))[0].used_usd == 1.0 * (len(outcomes) - len(refused))
