"""A log of everything an administrator does to a store, and of what was refused."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.values import Words
from runs_svc.domain.upkeep.maintenance import OUTCOMES, MaintenanceEntry, entry_index_fields, read_entry, write_entry
from runs_svc.domain.upkeep.retention import LONGEST_REASON, read_person, read_reason
from runs_svc.ports import Clock, EntityStore, IdSource
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository

FIELDS = filters.Fields(
    texts=frozenset({"command", "outcome", "person"}),
    words={"outcome": Words(OUTCOMES)},
    labels=frozenset({"person"}),
)
MAINTENANCE: EntityKind[MaintenanceEntry] = EntityKind(
    name="maintenance",
    fields=FIELDS,
    read=read_entry,
    write=write_entry,
    index_fields=lambda entry, now: entry_index_fields(entry),
)


class MaintenanceLog:
    def __init__(self, entities: EntityStore, *, clock: Clock, ids: IdSource) -> None:
        self._ids = ids
        self._repository = EntityRepository(entities, MAINTENANCE, clock=clock)

    async def note(self, entry: MaintenanceEntry, *, call: Call) -> Revision[MaintenanceEntry]:
        """Store an entry."""
        change = Change(entry, {"action": entry.command})
        return await add_new(self._repository, lambda: self._ids.fresh("adm"), lambda _: change, call=call)

    async def require_decision(self, command: str, person: str, reason: str, *, call: Call) -> None:
        """Refuse a command without a person and a reason; the attempt is logged.

        Raises:
            InvalidFieldsError: No person is named, or the reason is too short or too long.
        """
        try:
            read_person(person)
            read_reason(reason)
        except InvalidFieldsError as error:
            details: JsonObject = {"why": str(error)}
            entry = MaintenanceEntry(command, person.strip(), reason[:LONGEST_REASON], "refused", details)
            await self.note(entry, call=call)
            raise

    async def page(self, *, filter_text: str, page_size: int, page_token: str) -> EntityPage[MaintenanceEntry]:
        """A page of entries, newest first."""
        return await self._repository.page(filter_text=filter_text, page_size=page_size, page_token=page_token)
