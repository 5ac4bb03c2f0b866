"""The log of administration of a running server: privileged calls, refused ones, what was done to people and keys.

Entries are written beside the calls they tell of, so that a refusal costs no commit and a slow disk slows no refusal.
Of refusals that keep coming only some are written, each with the number of those it stands for.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.errors import ServiceError
from rpckit.alike_refusals import AlikeRefusals
from rpckit.page_tokens import Room
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.ports import Clock, EntityStore, IdSource
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityPage, Revision
from runs_svc.usecases.entities.maintenance_log import MAINTENANCE
from runs_svc.usecases.entities.repository import EntityRepository

_MOST_WAITING = 1_000
_LOOK_EVERY_S = 1.0
REPEATED = "repeated_count"


@dataclass(frozen=True, slots=True)
class Noted:
    """A call to be noted, and where it is one of many alike, what they have in common."""

    entry: MaintenanceEntry
    request_id: str
    refusal: str = ""
    """Who was refused what; empty for a call that was let in."""


class AdminLog:
    """Takes entries without waiting; `run` writes them."""

    def __init__(
        self,
        entities: EntityStore,
        *,
        clock: Clock,
        ids: IdSource,
        acts: Callable[[], Sequence[Mapping[str, Any]]] = tuple,
    ) -> None:
        """The log in a ledger.

        Args:
            entities: The ledger.
            clock: The time of entries.
            ids: Their ids.
            acts: What administrators did to people and keys, oldest first, each with an id of its own.
        """
        self._repository = EntityRepository(entities, MAINTENANCE, clock=clock)
        self._clock = clock
        self._ids = ids
        self._acts = acts
        self._taken_acts = 0
        self._waiting: deque[Noted] = deque()
        self._more = asyncio.Event()
        self._writing = asyncio.Lock()
        self._refusals = AlikeRefusals()

    def note(self, noted: Noted) -> None:
        """Take an entry; it is written soon."""
        if noted.refusal:
            repeated = self._refusals.count(noted.refusal, self._clock.now().timestamp())
            if repeated is None:
                return
            details = {**noted.entry.details, REPEATED: repeated}
            noted = replace(noted, entry=replace(noted.entry, details=details))
        if len(self._waiting) < _MOST_WAITING or not noted.refusal:
            self._waiting.append(noted)
        self._more.set()

    async def run(self) -> None:
        """Write entries as they come, until cancelled; then those that wait."""
        try:
            while True:
                await self.write()
                self._more.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_S):
                        await self._more.wait()
        finally:
            await self.write()

    async def write(self) -> None:
        """Write what waits. What the ledger does not take now is tried again with the next."""
        async with self._writing:
            with suppress(ServiceError):  # the store is busy or stopped, and says so itself
                await self._write_acts()
                while self._waiting:
                    noted = self._waiting[0]
                    change = Change(noted.entry, {"action": noted.entry.command})
                    await self._add(change, call=Call(noted.request_id, None))
                    self._waiting.popleft()

    async def page(
        self, room: Room[Revision[MaintenanceEntry]], *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[MaintenanceEntry]:
        """A page of entries, newest first; what waits is written before.

        Raises:
            InvalidFilterError, InvalidPageTokenError, InvalidFieldsError: As they say.
        """
        await self.write()
        return await self._repository.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)

    async def _add(self, change: Change[MaintenanceEntry], *, call: Call) -> None:
        await add_new(self._repository, lambda: self._ids.fresh("adm"), lambda _: change, call=call)

    async def _write_acts(self) -> None:
        acts = self._acts()
        self._taken_acts = min(self._taken_acts, len(acts))
        for act in acts[self._taken_acts :]:
            with suppress(VersionTakenError):  # written by a server that ran before
                await self._repository.add(f"adm_{act['event_id']}", _change_of(act), call=Call("", None))
            self._taken_acts += 1


def _change_of(act: Mapping[str, Any]) -> Change[MaintenanceEntry]:
    details: JsonObject = {key: act[key] for key in ("name", "id", "roles", "expires_at", "at") if key in act}
    command = f"identity {act['event']}"
    return Change(MaintenanceEntry(command, act["by"], "", "done", details), {"action": command})
