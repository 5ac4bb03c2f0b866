"""Work in processes of their own, and what becomes of it when it takes too much."""

import asyncio
import os
import time
from functools import partial

import pytest

from rpckit.threads import in_thread
from runs_svc.adapters.rendering.beside import CostlyWorkError, Limits, run_beside

LIMITS = Limits(processor_s=60, wall_s=60.0, memory_bytes=512 * 1024**2)


def test_another_process_works_and_what_it_refuses_is_raised_here() -> None:
    assert run_beside(os.getpid, LIMITS) != os.getpid()
    with pytest.raises(ValueError, match="invalid literal"):
        run_beside(partial(int, "x"), LIMITS)


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (partial(bytes, 1024**3), "more memory"),
        (os.abort, "ended by signal 6"),
    ],
)
def test_work_that_takes_too_much_is_ended(work: partial[object], said: str) -> None:
    with pytest.raises(CostlyWorkError, match=said):
        run_beside(work, LIMITS)


def test_work_that_never_ends_is_ended() -> None:
    with pytest.raises(CostlyWorkError, match="1 s of a processor"):
        run_beside(partial(pow, 3, 10**9), Limits(processor_s=1, wall_s=60.0, memory_bytes=512 * 1024**2))


def test_work_that_waits_is_ended_too() -> None:
    with pytest.raises(CostlyWorkError, match=r"more than 0\.2 s"):
        run_beside(partial(time.sleep, 300), Limits(processor_s=1, wall_s=0.2, memory_bytes=1024**3))


async def test_the_process_of_a_caller_who_has_gone_is_ended() -> None:
    task = asyncio.create_task(in_thread(run_beside, partial(time.sleep, 300), LIMITS))
    await asyncio.wait([task], timeout=0.2)
    task.cancel()
    await asyncio.wait([task], timeout=30.0)
    assert task.cancelled()


def test_what_fails_otherwise_says_how() -> None:
    with pytest.raises(RuntimeError, match="No such file"):
        run_beside(partial(os.listdir, "/no/such/folder"), LIMITS)
