"""Follow the ledger: every record of matching runs, in the order they were recorded, as they become durable.

1. take the signal of the next commit, then look: what is committed in between is not missed
2. send what is there, each with the place to continue from
3. nothing new: wait for the signal; now and then a bookmark, so that the place moves on and the line stays open
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from foundation.errors import InvalidPageTokenError, ServerDrainingError
from rpckit import page_tokens
from runs_svc.domain.errors import TooManyWatchersError
from runs_svc.domain.listing import filters
from runs_svc.ports import Ledger, LedgerEntry

_GROUP = 500
_LONGEST_PLACE = 18
"""Digits of a place in the ledger, which counts in 64 bits."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A record, or a bookmark when there is none, and the token to go on from."""

    resume_token: str
    entry: LedgerEntry | None


class WatchRuns:
    def __init__(self, ledger: Ledger, *, draining: asyncio.Event, most: int, bookmark_s: float) -> None:
        self._ledger = ledger
        self._draining = draining
        self._most = most
        self._bookmark_s = bookmark_s
        self._watching = 0

    async def watch(self, *, filter_text: str, resume_token: str, from_start: bool) -> AsyncGenerator[Watched, None]:
        """Records until the caller goes away; a bookmark comes first.

        Raises:
            InvalidFilterError: The filter cannot be read.
            InvalidPageTokenError: The token is damaged, or belongs to another filter or store.
            TooManyWatchersError: Every place is taken.
            ServerDrainingError: The server stops.
        """
        condition, query = filters.parse(filter_text), f"watch\n{filter_text}"
        after = await self._position(resume_token, query, from_start=from_start)
        with self._place():
            yield Watched(_token(query, after, await self._ledger.entry_sha256(after)), None)
            while not self._draining.is_set():
                signal = self._ledger.next_commit()
                newest = await self._ledger.newest_entry()
                entries = await self._ledger.entries(condition, after=after, size=_GROUP)
                for entry in entries:
                    yield Watched(_token(query, entry.place, entry.sha256), entry)
                if len(entries) == _GROUP:
                    after = entries[-1].place
                    continue
                after = max([after, newest, *(entry.place for entry in entries)])
                if not await self._woken(signal):
                    yield Watched(_token(query, after, await self._ledger.entry_sha256(after)), None)
        raise ServerDrainingError

    async def _position(self, token: str, query: str, *, from_start: bool) -> int:
        position, newest = page_tokens.read_token(token, query, field="resume_token"), await self._ledger.newest_entry()
        if position is None:
            return 0 if from_start else newest
        if len(position) != 2 or not position[0].isdecimal() or len(position[0]) > _LONGEST_PLACE:
            raise InvalidPageTokenError("resume_token")
        place = int(position[0])
        if place > newest or position[1] != await self._ledger.entry_sha256(place):
            raise InvalidPageTokenError("resume_token")  # another store, or one that was rebuilt in another order
        return place

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._watching >= self._most:
            raise TooManyWatchersError(self._most)
        self._watching += 1
        try:
            yield
        finally:
            self._watching -= 1

    async def _woken(self, signal: asyncio.Event) -> bool:
        """False when it is time for a bookmark."""
        waits = [asyncio.ensure_future(event.wait()) for event in (signal, self._draining)]
        try:
            done, _ = await asyncio.wait(waits, timeout=self._bookmark_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return bool(done)


def _token(query: str, place: int, sha256: str) -> str:
    return page_tokens.write_token(query, [str(place), sha256])
