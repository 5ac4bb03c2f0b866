"""Store and read versioned entities: what sessions, patterns, jobs and imports share."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Generic

import orjson

from foundation.call import Call
from foundation.canonical_json import JsonMapping, NotCanonicalError
from foundation.errors import InvalidPageTokenError, Violation
from foundation.identity import RecordedIdentity, made_by
from foundation.json_members import child, text
from foundation.timestamps import write_time
from rpckit import page_tokens
from runs_svc.domain.entities.revision import new_revision
from runs_svc.domain.errors import (
    ConcurrentChangeError,
    InexactRecordError,
    InvalidFilterError,
    RunCorruptError,
    VersionTakenError,
)
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.document import StoredDocument, read_document
from runs_svc.ports import Clock, EntityQuery, EntityStore, Position
from runs_svc.usecases.entities.entity import Change, Entity, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.sizes import check_thing

DEFAULT_PAGE = 50
_ROWS_AT_ONCE = DEFAULT_PAGE + 1
"""One more than a page, to see whether there is any. Large entities are not all read for a page that ends early."""
_MOST_TRIES = 8
_SOME = 200


class EntityRepository(Generic[Entity]):
    """The entities of one kind."""

    def __init__(
        self,
        entities: EntityStore,
        kind: EntityKind[Entity],
        *,
        clock: Clock,
        weigh: Callable[[Revision[Entity]], int] | None = None,
    ) -> None:
        """With `weigh`, the bytes of an entity's message; otherwise its JSON is taken to be as large."""
        self._entities = entities
        self._clock = clock
        self._kind = kind
        self._weigh = weigh

    def now(self) -> str:
        return write_time(self._clock.now())

    async def add(self, subject_id: str, change: Change[Entity], *, call: Call) -> Revision[Entity]:
        """The first version of an entity.

        Raises:
            VersionTakenError: There is one already.
            RecordTooLargeError: It could not be read.
        """
        return await self._append(subject_id, 0, change, call)

    async def change(
        self, before: Revision[Entity], subject_id: str, change: Change[Entity], *, call: Call
    ) -> Revision[Entity]:
        """The next version of an entity.

        Raises:
            VersionTakenError: Another writer was first.
            InexactRecordError: It holds a number from an older store that cannot be written again.
            RecordTooLargeError: It could not be read.
        """
        return await self._append(subject_id, before.number + 1, change, call, before)

    async def find(self, subject_id: str) -> Revision[Entity] | None:
        """An entity as it is, if it is there.

        Raises:
            RunCorruptError: Its record is altered.
        """
        stored = await self._entities.newest(subject_id)
        return None if stored is None else self._version(stored)

    async def expect(self, subject_id: str, expected: int | None, missing: Exception) -> Revision[Entity]:
        """An entity in the version a caller has seen.

        Raises:
            `missing`, VersionTakenError, RunCorruptError: It is not there, has moved on, or its record is altered.
        """
        found = await self.find(subject_id)
        if found is None:
            raise missing
        if expected is not None and expected != found.number:
            raise VersionTakenError(subject_id, found.number)
        return found

    async def history(self, subject_id: str) -> Sequence[Revision[Entity]]:
        """Every version of an entity, oldest first.

        Raises:
            RunCorruptError: A record is altered.
        """
        return [self._version(stored) for stored in await self._entities.documents(subject_id)]

    async def page(
        self,
        room: page_tokens.Room[Revision[Entity]] = page_tokens.NO_END,
        *,
        filter_text: str,
        page_size: int,
        page_token: str,
        order_by: str = "",
    ) -> EntityPage[Entity]:
        """A page of entities, newest first, or by a number of their index fields. It ends at its budget of bytes.

        Raises:
            InvalidFilterError, InvalidPageTokenError, InvalidFieldsError: As they say.
        """
        return await self.page_of(
            filters.parse(filter_text, self._kind.fields),
            room,
            query=f"{filter_text}\n{order_by}",
            order=self._order(order_by),
            page_size=page_size,
            page_token=page_token,
        )

    async def page_of(
        self,
        condition: filters.Filter | None,
        room: page_tokens.Room[Revision[Entity]] = page_tokens.NO_END,
        *,
        query: str,
        page_size: int,
        page_token: str,
        order: tuple[str, bool] = ("", True),
    ) -> EntityPage[Entity]:
        """A page of the entities that match a condition; `query` is what the token is bound to."""
        size = page_tokens.page_size(page_size, default=DEFAULT_PAGE)
        query = f"{self._kind.name}\n{query}"
        last = _read_position(page_tokens.read_token(page_token, query))
        items: list[Revision[Entity]] = []
        unreachable: list[str] = []
        more = True
        while more:
            rows = min(size + 1 - len(items) - len(unreachable), _ROWS_AT_ONCE)
            found = await self._entities.scan(
                EntityQuery(self._kind.name, condition, rows, last, order=order[0], descending=order[1])
            )
            for position, stored in found:
                version = self._readable(stored)
                full = len(items) + len(unreachable) == size
                if full or (version is not None and not room.take(version)):
                    return EntityPage(items, unreachable, _write_position(query, last))
                if version is None:
                    unreachable.append(stored.subject_id)
                else:
                    items.append(version)
                last = position
            more = len(found) == rows
        return EntityPage(items, unreachable, "")

    async def every(self, condition: filters.Filter | None) -> Sequence[Revision[Entity]]:
        """Every entity that matches and can be read, oldest first."""
        return [entity async for some in self.some_at_a_time(condition) for entity in some]

    async def some_at_a_time(self, condition: filters.Filter | None) -> AsyncIterator[Sequence[Revision[Entity]]]:
        """As `every`, page by page: others have their turn in between, and not all need be held at once."""
        async for page in self.every_page(condition):
            yield page.items

    async def every_page(self, condition: filters.Filter | None) -> AsyncIterator[EntityPage[Entity]]:
        """As `some_at_a_time`, with what cannot be read."""
        token = ""
        while True:
            page = await self.page_of(condition, query="every", page_size=_SOME, page_token=token, order=("", False))
            yield page
            token = page.next_token
            if not token:
                return

    async def update(
        self,
        subject_id: str,
        missing: Exception,
        change: Callable[[Entity], Change[Entity] | None],
        *,
        done: Callable[[Sequence[JsonMapping]], bool] | None = None,
        call: Call,
    ) -> Revision[Entity]:
        """An entity after a change that is worked out anew when another writer was first.

        None changes nothing, nor is anything changed where `done` finds it among the events so far.

        Raises:
            `missing`: It is not there.
            ConcurrentChangeError: Others kept changing it.
            What `change` and `done` raise.
        """
        for _ in range(_MOST_TRIES):
            before = await self.expect(subject_id, None, missing)
            if done is not None:
                *_, before = history = await self.history(subject_id)
                if done([version.event for version in history]):
                    return before
            changed = change(before.entity)
            if changed is None:
                return before
            try:
                return await self.change(before, subject_id, changed, call=call)
            except VersionTakenError:
                continue
        raise ConcurrentChangeError(subject_id)

    async def count(self, condition: filters.Filter | None) -> int:
        """How many entities match."""
        return await self._entities.count(self._kind.name, condition)

    def _order(self, order_by: str) -> tuple[str, bool]:
        field, _, way = order_by.partition(" ")
        if field in {"", "create_time"}:
            field = ""
        allowed = {"", *self._kind.fields.numbers}
        if field not in allowed or way not in {"", "asc", "desc"}:
            orders = ", ".join(["create_time", *sorted(self._kind.fields.numbers)])
            text = f"{order_by!r} is not allowed; allowed: {orders}"
            raise InvalidFilterError([Violation("order_by", f"{text}, each with desc or without")])
        return field, way == "desc" or not order_by

    async def _append(
        self,
        subject_id: str,
        number: int,
        change: Change[Entity],
        call: Call,
        before: Revision[Entity] | None = None,
    ) -> Revision[Entity]:
        now = self.now()
        state = self._kind.write(change.entity)
        identity = RecordedIdentity.of(call.identity)
        after = Revision(subject_id, change.entity, number, now, call.request_id, change.event, "", identity)
        json_bytes = len(orjson.dumps(state))
        check_thing(
            f"{self._kind.name} {subject_id}",
            json_bytes,
            before=lambda: 0 if before is None else len(orjson.dumps(self._kind.write(before.entity))),
            weigh=lambda: json_bytes if self._weigh is None else self._weigh(after),
        )
        version = new_revision(
            self._kind.name,
            subject_id,
            number,
            event=change.event,
            state=state,
            index_fields=self._kind.index_fields(change.entity, now),
            created_at_utc=now,
            request_id=call.request_id,
            identity=identity.to_json(),
        )
        try:
            return self._version(await self._entities.append(version))
        except NotCanonicalError as error:  # what a caller says was checked: it stood in the version before
            raise InexactRecordError(subject_id) from error

    async def changed(
        self, condition: filters.Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, Revision[Entity] | None]]:
        """Entities that match and changed after a place of the ledger; None for one that cannot be read."""
        found = await self._entities.changed(self._kind.name, condition, after=after, size=size)
        return [(place, self._readable(stored)) for place, stored in found]

    def _readable(self, stored: StoredDocument) -> Revision[Entity] | None:
        """A version; None for one that cannot be read."""
        try:
            return self._version(stored)
        except RunCorruptError:
            return None

    def _version(self, stored: StoredDocument) -> Revision[Entity]:
        document = read_document(stored)
        return Revision(
            subject_id=stored.subject_id,
            entity=self._kind.read(child(document, "state")),
            number=stored.ordinal,
            created_at_utc=text(document, "created_at_utc"),
            request_id=text(document, "request_id"),
            event=child(document, "event"),
            sha256=stored.sha256,
            identity=made_by(document),
        )


def _write_position(query: str, position: Position | None) -> str:
    assert position is not None  # a page has one entry at least
    number, *rest = position
    return page_tokens.write_token(query, [repr(number), *rest])


def _read_position(parts: list[str] | None) -> Position | None:
    if parts is None:
        return None
    try:
        number, created, subject_id = parts
        return float(number), created, subject_id
    except ValueError as error:
        raise InvalidPageTokenError from error
