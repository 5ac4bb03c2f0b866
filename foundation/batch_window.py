"""Waiting for others: what is done for several at once costs each of them a fraction.

A lone call never waits. While others are in flight, and more of them arrive, the first waits up to 10 ms for them.
"""

import asyncio
from collections.abc import Callable, Sized

STEP_S = 0.0025
"""One wait. A call takes a tenth to half of it on its way here."""
MOST_STEPS = 4


class BatchWindow:
    """Decides how long to wait.

    Args:
        calls_in_flight: How many calls were taken in and are not answered yet. More may be on their way: a server takes
            them in one by one.
    """

    def __init__(self, calls_in_flight: Callable[[], int]) -> None:
        self._calls_in_flight = calls_in_flight

    async def wait(self, waiting: Sized, *, most: int) -> None:
        """Return when no more arrive, or `most` wait, or it takes too long."""
        seen = steps = 0
        while seen < len(waiting) < most and steps < MOST_STEPS and self._calls_in_flight() > 1:
            seen, steps = len(waiting), steps + 1
            await asyncio.sleep(STEP_S)
