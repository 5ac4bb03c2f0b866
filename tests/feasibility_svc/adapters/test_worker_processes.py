"""Work in other processes: answers, limits, refusals, and workers that die."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from feasibility_svc.adapters.worker_processes import WorkerProcesses
from feasibility_svc.domain.gcode.jobs import GivenUp
from foundation.errors import TooManyCallsError
from tests.feasibility_svc.adapters.work import (
    both_there,
    death,
    death_at_first,
    failure,
    greed,
    process_of,
    without_end,
    without_looking_up,
)  # fmt: skip


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[WorkerProcesses]:
    workers = WorkerProcesses(**{"limit_s": 60, **settings})
    try:
        yield workers
    finally:
        workers.close()


async def process(workers: WorkerProcesses) -> int:
    answer = await workers.run(process_of, 1)
    assert not isinstance(answer, GivenUp)
    return answer[1]


async def test_an_answer_comes_from_another_process_which_is_kept() -> None:
    async with running() as workers:
        first, second = await asyncio.gather(workers.run(process_of, 1), workers.run(process_of, 2))
        assert not isinstance(first, GivenUp)
        assert not isinstance(second, GivenUp)
        assert (first[0], second[0]) == (1, 2)
        assert first[1] == second[1] != os.getpid()


async def test_two_workers_work_at_the_same_time(tmp_path: Path) -> None:
    async with running(worker_count=2) as workers:
        one, other = tmp_path / "one", tmp_path / "other"
        answers = await asyncio.gather(workers.run(both_there, one, other), workers.run(both_there, other, one))
        assert tuple(answers) == (True, True)


async def test_work_that_takes_too_long_has_no_answer() -> None:
    async with running(limit_s=0.05) as workers:
        assert await workers.run(without_end) is GivenUp.TOOK_TOO_LONG


async def test_work_that_never_looks_at_its_time_is_killed_and_its_worker_replaced() -> None:
    async with running(limit_s=1, overdue_s=0.1) as workers:
        assert await workers.run(without_looking_up) is GivenUp.TOOK_TOO_LONG
        async with asyncio.timeout(60):
            while isinstance(await workers.run(process_of, 1), GivenUp):
                pass  # the new one may need longer for its beginning than this pool allows


async def test_work_that_needs_too_much_memory_has_no_answer_and_gives_it_back() -> None:
    async with running(most_memory_bytes=1024**3) as workers:
        before = await process(workers)
        assert await workers.run(greed) is GivenUp.TOO_MUCH_MEMORY
        assert await process(workers) != before


async def test_more_than_may_wait_are_refused_and_a_caller_that_leaves_makes_room() -> None:
    async with running(most_waiting=0) as workers:
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
        assert not isinstance(answer, GivenUp)
        assert answer[0] == 3


async def test_work_whose_worker_dies_is_tried_once_more(tmp_path: Path) -> None:
    async with running() as workers:
        assert await workers.run(death_at_first, tmp_path / "mark") == "answered"


@pytest.mark.parametrize("work", [death, failure])
async def test_work_whose_workers_always_die_has_no_answer_and_harms_nobody_else(
    work: Callable[..., None], tmp_path: Path
) -> None:
    async with running(worker_count=2) as workers:
        one, other = tmp_path / "one", tmp_path / "other"
        neighbour = asyncio.ensure_future(workers.run(both_there, one, other))
        assert await workers.run(work) is GivenUp.READER_DIED
        other.touch()
        assert await neighbour is True
        assert await process(workers) != os.getpid()


async def test_stopping_ends_workers_whatever_they_are_at() -> None:
    async with running() as workers:
        call = asyncio.ensure_future(workers.run(without_looking_up))
        keeping = asyncio.ensure_future(workers.until_stopped())
        await asyncio.sleep(0)
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
        assert await call is GivenUp.READER_DIED
