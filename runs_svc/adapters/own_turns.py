"""Turns of a store that has one server."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class OwnTurns:
    """Locks of this process."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def only(self, name: str) -> AsyncIterator[None]:
        async with self._locks[name]:
            yield
