"""Work in other processes: answers, limits, refusals, and workers that die."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool

import pytest

from feasibility_svc.adapters.worker_processes import WorkerProcesses
from foundation.errors import TooManyCallsError

Checkpoint = Callable[[], None]


def process_of(number: int, *, checkpoint: Checkpoint) -> tuple[int, int]:
    checkpoint()
    return number, os.getpid()


def without_end(*, checkpoint: Checkpoint) -> bool:
    never = threading.Event()
    while not never.wait(0.01):
        checkpoint()
    return True


def death(*, checkpoint: Checkpoint) -> None:
    os._exit(1)


async def test_an_answer_comes_from_another_process() -> None:
    workers = WorkerProcesses(limit_s=60)
    first, second = await asyncio.gather(workers.run(process_of, 1), workers.run(process_of, 2))
    assert first is not None
    assert second is not None
    assert (first[0], second[0]) == (1, 2)
    assert first[1] == second[1] != os.getpid()


async def test_work_that_takes_too_long_has_no_answer() -> None:
    assert await WorkerProcesses(limit_s=0.05).run(without_end) is None


async def test_more_than_may_wait_are_refused_and_a_caller_that_leaves_makes_room() -> None:
    workers = WorkerProcesses(limit_s=60, most_waiting=0)
    call = asyncio.ensure_future(workers.run(without_end))
    await asyncio.sleep(0)
    with pytest.raises(TooManyCallsError):
        await workers.run(process_of, 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(30):
        while True:
            try:
                answer = await workers.run(process_of, 3)
                break
            except TooManyCallsError:
                await asyncio.sleep(0)
    assert answer is not None
    assert answer[0] == 3


async def test_a_worker_that_dies_fails_its_call_and_is_replaced() -> None:
    workers = WorkerProcesses(limit_s=60)
    with pytest.raises(BrokenProcessPool):
        await workers.run(death)
    answer = await workers.run(process_of, 4)
    assert answer is not None
    assert answer[0] == 4
