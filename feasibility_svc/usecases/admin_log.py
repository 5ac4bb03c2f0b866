"""The log of administration of a running server.

Entries are written beside the calls they tell of, so that a slow disk slows no call. Of refusals that keep coming only
some are written, each with the number of those it stands for.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from feasibility_svc.ports import AdminEntry, AdminJournal
from rpckit.alike_refusals import AlikeRefusals

log = logging.getLogger("rmos.administration")
_MOST_WAITING = 1_000
_AGAIN_AFTER_S = 5.0


class AdminLog:
    """Takes entries without waiting; `run` writes them."""

    def __init__(self, journal: AdminJournal, *, now_s: Callable[[], float]) -> None:
        self._journal = journal
        self._now_s = now_s
        self._waiting: deque[AdminEntry] = deque()
        self._more = asyncio.Event()
        self._writing = asyncio.Lock()
        self._refusals = AlikeRefusals()

    def note(self, entry: AdminEntry, *, refusal: str) -> None:
        """Take an entry; it is written soon.

        Args:
            entry: What happened.
            refusal: Who was refused what; empty for a call that was let in.
        """
        if refusal:
            repeated = self._refusals.count(refusal, self._now_s())
            if repeated is None:
                return
            entry = entry.model_copy(update={"repeated_count": repeated})
        if len(self._waiting) < _MOST_WAITING or not refusal:
            self._waiting.append(entry)
        self._more.set()

    async def run(self) -> None:
        """Write entries as they come, until cancelled; then those that wait."""
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                if not await asyncio.shield(self._write()):  # what is on its way to the disk is not written twice
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_AGAIN_AFTER_S):
                            await self._more.wait()
                    self._more.set()
        finally:
            await self._write()

    async def entries(self) -> tuple[Sequence[AdminEntry], int]:
        """All entries, newest first, and how many lines of the log are damaged; what waits is written before."""
        await self._write()
        entries, damaged_count = await asyncio.to_thread(self._journal.read)
        return entries[::-1], damaged_count

    async def _write(self) -> bool:
        """Write what waits. What the disk does not take now is tried again."""
        async with self._writing:
            waiting = list(self._waiting)
            if not waiting:
                return True
            try:
                await asyncio.to_thread(self._journal.append, waiting)
            except OSError:
                log.exception("the log of administration cannot be written", extra={"waiting": len(waiting)})
                return False
            for _ in waiting:
                self._waiting.popleft()
            return True
