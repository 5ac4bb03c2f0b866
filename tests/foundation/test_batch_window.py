"""How long the first waits for others."""

import asyncio
import time

from foundation.batch_window import MOST_STEPS, STEP_S, BatchWindow


async def elapsed_steps(window: BatchWindow, waiting: list[int], *, most: int = 10) -> float:
    started = time.perf_counter()
    await window.wait(waiting, most=most)
    return (time.perf_counter() - started) / STEP_S


async def test_a_lone_call_does_not_wait() -> None:
    waiting, others = [1], asyncio.create_task(asyncio.sleep(0))
    await BatchWindow(lambda: 1).wait(waiting, most=10)
    assert not others.done(), "it did not even give way"


async def test_among_others_it_waits_once_when_nobody_comes() -> None:
    assert await elapsed_steps(BatchWindow(lambda: 2), [1]) >= 1


async def test_it_waits_for_as_many_as_come_but_not_for_ever() -> None:
    waiting = [1]

    async def come() -> None:
        while True:
            waiting.append(1)
            await asyncio.sleep(STEP_S / 10)

    coming = asyncio.create_task(come())
    assert await elapsed_steps(BatchWindow(lambda: 64), waiting, most=1_000_000) >= MOST_STEPS
    coming.cancel()
    assert len(waiting) > MOST_STEPS


async def test_when_enough_wait_it_goes_on() -> None:
    waiting, others = [1, 2, 3], asyncio.create_task(asyncio.sleep(0))
    await BatchWindow(lambda: 64).wait(waiting, most=3)
    assert not others.done()
