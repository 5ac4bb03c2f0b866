"""Follow the ledger: every record of matching runs, in the order they were recorded, as they become durable.

1. take the signal of the next commit, then look: what is committed in between is not missed
2. send what is there, each with the place to continue from
3. nothing new: wait for the signal; now and then a bookmark, so that the place moves on and the line stays open
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from foundation.errors import ServerDrainingError
from runs_svc.domain.listing import filters
from runs_svc.ports import Ledger, LedgerEntry
from runs_svc.usecases.entities.following import Followers, token_of

_GROUP = 500


@dataclass(frozen=True, slots=True)
class Watched:
    """A record, or a bookmark when there is none, and the token to go on from."""

    resume_token: str
    entry: LedgerEntry | None


class WatchRuns:
    def __init__(self, ledger: Ledger, followers: Followers) -> None:
        self._ledger = ledger
        self._followers = followers

    async def watch(
        self, *, filter_text: str, resume_token: str, from_start: bool, bookmark_s: float | None = None
    ) -> AsyncGenerator[Watched, None]:
        """Records until the caller goes away; a bookmark comes first.

        Raises:
            InvalidFilterError: The filter cannot be read.
            InvalidPageTokenError: The token is damaged, or belongs to another filter or store.
            TooManyWatchersError: Every place is taken.
            ServerDrainingError: The server stops.
        """
        condition, query = filters.parse(filter_text), f"watch\n{filter_text}"
        after = await self._followers.position(resume_token, query, from_start=from_start)
        with self._followers.place():
            yield Watched(await self._followers.token(query, after), None)
            while not self._followers.draining.is_set():
                signal = self._ledger.next_commit()
                newest = await self._ledger.newest_entry()
                entries = await self._ledger.entries(condition, after=after, size=_GROUP)
                for entry in entries:
                    yield Watched(token_of(query, entry.place, entry.sha256), entry)
                if len(entries) == _GROUP:
                    after = entries[-1].place
                    continue
                after = max([after, newest, *(entry.place for entry in entries)])
                if not await self._followers.woken(signal, bookmark_s):
                    yield Watched(await self._followers.token(query, after), None)
        raise ServerDrainingError
