"""Follow assets: each that changed, as it is now, and how many wait for a person."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from foundation.errors import ServerDrainingError
from runs_svc.domain.advisory.asset import Asset, AssetState
from runs_svc.domain.listing import filters
from runs_svc.ports import Ledger
from runs_svc.usecases.advisory.assets import FIELDS, Assets
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.entities.following import Followers

_GROUP = 200


@dataclass(frozen=True, slots=True)
class WatchedAsset:
    """An asset, or a bookmark when there is none, the token to go on from, and how many wait."""

    resume_token: str
    asset: Revision[Asset] | None
    pending: int


class WatchAssets:
    def __init__(self, ledger: Ledger, assets: Assets, followers: Followers) -> None:
        self._ledger = ledger
        self._assets = assets
        self._followers = followers

    async def watch(
        self, *, filter_text: str, resume_token: str, bookmark_s: float | None
    ) -> AsyncGenerator[WatchedAsset, None]:
        """Assets until the caller goes away; a bookmark comes first. The steps are those of `WatchRuns`.

        Raises:
            InvalidFilterError: The filter cannot be read.
            InvalidPageTokenError: The token is damaged, or belongs to another filter or store.
            TooManyWatchersError: Every place is taken.
            ServerDrainingError: The server stops.
        """
        condition, query = filters.parse(filter_text, FIELDS), f"watch assets\n{filter_text}"
        after = await self._followers.position(resume_token, query)
        waiting = filters.Comparison("state", "=", AssetState.PENDING.value)
        with self._followers.place():
            pending = await self._assets.count(waiting)
            yield WatchedAsset(await self._followers.token(query, after), None, pending)
            while not self._followers.draining.is_set():
                signal = self._ledger.next_commit()
                newest = await self._ledger.newest_entry()
                changed = await self._assets.changed(condition, after=after, size=_GROUP)
                before, pending = pending, await self._assets.count(waiting)
                for place, asset in changed:
                    if asset is not None:
                        yield WatchedAsset(await self._followers.token(query, place), asset, pending)
                if len(changed) == _GROUP:
                    after = changed[-1][0]
                    continue
                after = max([after, newest, *(place for place, _ in changed)])
                if not changed and pending != before:  # one that does not match changed what waits
                    yield WatchedAsset(await self._followers.token(query, after), None, pending)
                if not await self._followers.woken(signal, bookmark_s):
                    yield WatchedAsset(await self._followers.token(query, after), None, pending)
        raise ServerDrainingError
