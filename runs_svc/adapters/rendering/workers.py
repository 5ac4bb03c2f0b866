"""Work that needs much memory or time, done a few pieces at a time beside the event loop.

The rest waits in order. A piece whose caller has gone before it began is left out.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from rpckit.threads import run_in

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Workers:
    """So many threads, and no more."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")

    async def run(self, work: Callable[Given, Made], /, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        """What the work makes; what it raises is raised here."""
        return await run_in(self._threads, partial(work, *args, **kwargs))
