"""Work in threads ends with its caller."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from foundation.abandonment import checkpoint, watched, watched_each
from rpckit.threads import in_thread, run_in

_PATIENCE_S = 30.0


def test_without_a_caller_to_leave_work_goes_on() -> None:
    checkpoint()
    assert list(watched(range(5_000))) == list(range(5_000))
    assert list(watched_each("ab")) == ["a", "b"]


async def test_what_is_computed_in_a_thread_is_returned_and_what_is_raised_is_raised() -> None:
    assert await in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 7, 0)


async def test_a_caller_that_is_cancelled_leaves_when_its_work_has_ended() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        try:
            while True:
                for _ in watched(range(10)):
                    pass
        finally:
            ended.set()

    call = asyncio.create_task(in_thread(work))
    assert await asyncio.to_thread(begun.wait, _PATIENCE_S)
    call.cancel()
    async with asyncio.timeout(_PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await call
    assert ended.is_set()


async def test_what_has_not_begun_when_its_caller_leaves_never_begins() -> None:
    go_on, begun = threading.Event(), list[str]()
    with ThreadPoolExecutor(max_workers=1) as one:
        first = asyncio.create_task(run_in(one, partial(go_on.wait, _PATIENCE_S)))
        second = asyncio.create_task(run_in(one, partial(begun.append, "second")))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        go_on.set()
        assert await first
        await run_in(one, partial(begun.append, "third"))
    assert begun == ["third"]


async def test_work_that_ended_because_nobody_waits_is_no_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    begun = threading.Event()

    def work() -> None:
        begun.set()
        while True:
            checkpoint()

    task = asyncio.create_task(in_thread(work))
    assert await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    gc.collect()
    await asyncio.sleep(0)
    assert caplog.records == []
