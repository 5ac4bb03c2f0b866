"""Large comparisons beside the server."""

import asyncio

from runs_svc.adapters.rendering.comparing import Comparer
from runs_svc.domain.runs.comparison import Side, compare
from tests import builders

DOCUMENT = builders.record().document


def side(data: bytes) -> Side:
    return Side("run_000000000001", DOCUMENT, [("", data)])


async def test_a_large_comparison_is_the_same_as_a_small_one() -> None:
    left = side("\n".join(f"G1 X{number}" for number in range(20_000)).encode())
    right = side("\n".join(f"G1 X{number}" for number in range(20_001) if number != 77).encode())
    assert await Comparer().compare(left, right, keep_full=True) == compare(left, right, keep_full=True)


async def test_the_loop_goes_on_while_long_programs_are_compared() -> None:
    left, right = (side("\n".join(f"G1 {axis}{number % 5_000}" for number in range(30_000)).encode()) for axis in "XX")
    other = side(right.programs[0][1][::-1])
    task = asyncio.create_task(Comparer().compare(left, other, keep_full=False))
    rounds = 0
    while not task.done():
        await asyncio.wait([task], timeout=0.01)
        rounds += 1
    assert (await task).truncated
    assert rounds > 5, "the loop stood still"
