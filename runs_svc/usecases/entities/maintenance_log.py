"""Keep a trace of everything an administrator does to a store, and of what was refused."""

from dataclasses import asdict

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from runs_svc.domain.listing import filters
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry, entry_found_by, read_entry
from runs_svc.domain.upkeep.retention import LONGEST_REASON, read_person, read_reason
from runs_svc.ports import Clock, Histories, IdSource
from runs_svc.usecases.entities.repository import Change, ThingKind, Version, Versions, VersionsPage

FIELDS = filters.Fields(texts=frozenset({"command", "outcome", "person"}))
MAINTENANCE: ThingKind[MaintenanceEntry] = ThingKind(
    name="maintenance",
    fields=FIELDS,
    read=read_entry,
    write=asdict,
    found_by=lambda entry, now: entry_found_by(entry),
)


class MaintenanceLog:
    def __init__(self, histories: Histories, *, clock: Clock, ids: IdSource) -> None:
        self._ids = ids
        self._versions = Versions(histories, MAINTENANCE, clock=clock)

    async def note(self, entry: MaintenanceEntry, *, call: Call) -> Version[MaintenanceEntry]:
        """Keep an entry."""
        change = Change(entry, {"action": entry.command})
        return await self._versions.add(self._ids.fresh("adm"), change, call=call)

    async def require_decision(self, command: str, person: str, reason: str, *, call: Call) -> None:
        """Refuse what nobody answers for; the attempt is kept.

        Raises:
            InvalidFieldsError: No person is named, or the reason is too short or too long.
        """
        try:
            read_person(person)
            read_reason(reason)
        except InvalidFieldsError as error:
            facts: JsonObject = {"why": str(error)}
            entry = MaintenanceEntry(command, person.strip(), reason[:LONGEST_REASON], "refused", facts)
            await self.note(entry, call=call)
            raise

    async def page(self, *, filter_text: str, page_size: int, page_token: str) -> VersionsPage[MaintenanceEntry]:
        """A page of entries, newest first."""
        return await self._versions.page(filter_text=filter_text, page_size=page_size, page_token=page_token)
