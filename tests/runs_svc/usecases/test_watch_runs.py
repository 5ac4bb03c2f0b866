"""Watching, on the adapters in memory."""

import asyncio

import pytest

from foundation.errors import InvalidPageTokenError, ServerDrainingError
from rpckit import page_tokens
from runs_svc.adapters.memory.ledger import MemoryLedger
from runs_svc.domain.errors import TooManyWatchersError
from runs_svc.usecases.entities.following import Followers
from runs_svc.usecases.runs.watch import WatchRuns
from tests import builders


def watch_runs(ledger: MemoryLedger, draining: asyncio.Event | None = None) -> WatchRuns:
    return WatchRuns(ledger, Followers(ledger, draining=draining or asyncio.Event(), most=1, bookmark_s=0.01))


async def test_more_than_one_group_of_records_is_reported_whole() -> None:
    ledger = MemoryLedger()
    for number in range(1, 1_102):
        await ledger.create(builders.record(number))
    stream = watch_runs(ledger).watch(filter_text="", resume_token="", from_start=True)
    await anext(stream)
    heard = [await anext(stream) for _ in range(1_101)]
    assert [item.entry.place for item in heard if item.entry] == list(range(1, 1_102))


async def test_one_too_many_is_refused_and_a_place_is_given_back() -> None:
    watch = watch_runs(MemoryLedger())
    first = watch.watch(filter_text="", resume_token="", from_start=False)
    await anext(first)
    with pytest.raises(TooManyWatchersError, match="1 watchers"):
        await anext(watch.watch(filter_text="", resume_token="", from_start=False))
    await first.aclose()
    assert (await anext(watch.watch(filter_text="", resume_token="", from_start=False))).entry is None


async def test_a_token_from_a_longer_store_is_refused() -> None:
    longer = MemoryLedger()
    await longer.create(builders.record(1))
    token = (await anext(watch_runs(longer).watch(filter_text="", resume_token="", from_start=False))).resume_token
    with pytest.raises(InvalidPageTokenError):
        await anext(watch_runs(MemoryLedger()).watch(filter_text="", resume_token=token, from_start=False))


@pytest.mark.parametrize("place", ["9" * 5_000, "9" * 400, "-1", "²", "", "1e3"])
async def test_a_token_with_a_place_that_is_none_is_refused(place: str) -> None:
    token = page_tokens.write_token("watch\n", [place, "x"])
    with pytest.raises(InvalidPageTokenError):
        await anext(watch_runs(MemoryLedger()).watch(filter_text="", resume_token=token, from_start=False))


async def test_watchers_go_when_the_server_stops() -> None:
    draining = asyncio.Event()
    stream = watch_runs(MemoryLedger(), draining).watch(filter_text="", resume_token="", from_start=False)
    await anext(stream)
    draining.set()
    with pytest.raises(ServerDrainingError):
        await anext(stream)
