"""A log of all import attempts."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from rpckit.page_tokens import NO_END, Room
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.values import Words
from runs_svc.domain.shop.imports import ImportAttempt, ImportOutcome, attempt_index_fields, read_attempt, write_attempt
from runs_svc.ports import Clock, EntityStore, IdSource
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository

FIELDS = filters.Fields(
    texts=frozenset({"import_kind", "outcome", "source_sha256"}),
    words={"outcome": Words(tuple(ImportOutcome), "IMPORT_ATTEMPT_OUTCOME_")},
)


IMPORT: EntityKind[ImportAttempt] = EntityKind(
    name="import",
    fields=FIELDS,
    read=read_attempt,
    write=write_attempt,
    index_fields=lambda attempt, now: attempt_index_fields(attempt),
)


class ImportLog:
    def __init__(self, entities: EntityStore, *, clock: Clock, ids: IdSource) -> None:
        self._ids = ids
        self._repository = EntityRepository(entities, IMPORT, clock=clock)

    async def note(self, attempt: ImportAttempt, *, call: Call) -> Revision[ImportAttempt]:
        """Store an attempt."""
        event: JsonObject = {"action": "import"}
        return await add_new(
            self._repository, lambda: self._ids.fresh("imp"), lambda _: Change(attempt, event), call=call
        )

    async def page(
        self, room: Room[Revision[ImportAttempt]] = NO_END, *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[ImportAttempt]:
        """A page of attempts, newest first."""
        return await self._repository.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)
