"""Streams that follow what is recorded: how many there may be, what wakes them, when they say that they live."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from foundation.errors import InvalidPageTokenError
from rpckit import page_tokens
from runs_svc.domain.errors import TooManyWatchersError
from runs_svc.ports import Ledger

_LONGEST_PLACE = 18
"""Digits of a place in the ledger, which counts in 64 bits."""


class Followers:
    """The streams of one server."""

    def __init__(self, ledger: Ledger, *, draining: asyncio.Event, most: int, bookmark_s: float) -> None:
        self._ledger = ledger
        self.draining = draining
        self._most = most
        self._bookmark_s = bookmark_s
        self._following = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one more.

        Raises:
            TooManyWatchersError: Every place is taken.
        """
        if self._following >= self._most:
            raise TooManyWatchersError(self._most)
        self._following += 1
        try:
            yield
        finally:
            self._following -= 1

    async def woken(self, signal: asyncio.Event, bookmark_s: float | None = None) -> bool:
        """False when it is time for a bookmark: after the server's own interval where none is given."""
        waits = [asyncio.ensure_future(event.wait()) for event in (signal, self.draining)]
        try:
            done, _ = await asyncio.wait(
                waits, timeout=bookmark_s or self._bookmark_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
        return bool(done)

    async def token(self, query: str, after: int) -> str:
        """A token to go on from after a place."""
        return token_of(query, after, await self._ledger.entry_sha256(after))

    async def position(self, token: str, query: str, *, from_start: bool = False) -> int:
        """The place to go on after.

        Raises:
            InvalidPageTokenError: The token is damaged, or belongs to another query or store.
        """
        position, newest = page_tokens.read_token(token, query, field="resume_token"), await self._ledger.newest_entry()
        if position is None:
            return 0 if from_start else newest
        if len(position) != 2 or not position[0].isdecimal() or len(position[0]) > _LONGEST_PLACE:
            raise InvalidPageTokenError("resume_token")
        place = int(position[0])
        if place > newest or position[1] != await self._ledger.entry_sha256(place):
            raise InvalidPageTokenError("resume_token")  # another store, or one that was rebuilt in another order
        return place


def token_of(query: str, place: int, sha256: str) -> str:
    """A token to go on from after the record at a place."""
    return page_tokens.write_token(query, [str(place), sha256])
