"""Entities in PostgreSQL: each version is a document in the ledger; a row holds the current index fields."""

from collections.abc import Mapping, Sequence
from typing import cast

import sqlalchemy as sa

from foundation.errors import ServiceError
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.index_beginnings import beginnings
from runs_svc.adapters.postgres.run_writes import heads_of
from runs_svc.adapters.postgres.transaction import Transaction
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.adapters.sql.entity_rows import (
    NEWEST_VERSION,
    VERSIONS,
    changed_entities,
    count_entities,
    index_fields,
    next_version,
    read_listed_entities,
    read_newest,
    read_versions,
    scan_statement,
    spread,
    tally,
)
from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import EntityQuery, Position, Spread


class PostgresEntityStore:
    """Entities in a PostgreSQL database. Nothing is kept of what was read: other servers write too."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._readers = database.readers

    async def append(self, version: NewRevision) -> StoredDocument:
        return cast("StoredDocument", await self._database.write(append_versions, version))

    async def newest(self, subject_id: str) -> StoredDocument | None:
        return await self._readers.by_key(_newest, subject_id)

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        return await self._readers.by_key(_documents, subject_id)

    async def index_fields(self, kind: str, subject_id: str) -> Mapping[str, str | float | None] | None:
        return await self._readers.by_key(index_fields, kind, subject_id)

    async def scan(self, query: EntityQuery) -> Sequence[tuple[Position, StoredDocument]]:
        return await self._readers.walk(_scan, query)

    async def changed(
        self, kind: str, condition: Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, StoredDocument]]:
        return await self._readers.walk(changed_entities, kind, condition, after, size)

    async def count(self, kind: str, condition: Filter | None) -> int:
        return await self._readers.walk(count_entities, kind, condition, beginnings(condition, ENTITY_INDEXES[kind]))

    async def tally(self, kind: str, field: str, condition: Filter | None) -> Mapping[str, int]:
        return await self._readers.walk(tally, kind, field, condition)

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        return await self._readers.walk(spread, kind, field, condition)


def append_versions(transaction: Transaction, items: Sequence[NewRevision]) -> Sequence[StoredDocument | ServiceError]:
    """Append versions, one after another; of each what was stored, or why it was not."""
    heads = heads_of(transaction.connection, [item.subject_id for item in items])
    outcomes: list[StoredDocument | ServiceError] = []
    for item in items:
        try:
            added = next_version(item, heads.get(item.subject_id))
        except ServiceError as error:
            outcomes.append(error)
            continue
        transaction.add([added])
        _index(transaction.connection, item)
        heads[item.subject_id] = added.end
        outcomes.append(added)
    return outcomes


def _index(connection: sa.Connection, item: NewRevision) -> None:
    table = ENTITY_INDEXES[item.kind]
    if item.version == 0:
        row = {**item.index_fields, "subject_id": item.subject_id, "version": 0, "created_at_utc": item.created_at_utc}
        connection.execute(table.insert(), [row])
    else:
        changed = table.update().where(table.c.subject_id == item.subject_id)
        connection.execute(changed.values(**item.index_fields, version=item.version))


def _newest(connection: sa.Connection, subject_id: str) -> StoredDocument | None:
    row = connection.execute(NEWEST_VERSION, {"id": subject_id}).first()
    return None if row is None else read_newest(row)


def _documents(connection: sa.Connection, subject_id: str) -> list[StoredDocument]:
    return read_versions(subject_id, list(connection.execute(VERSIONS, {"id": subject_id})))


def _scan(connection: sa.Connection, query: EntityQuery) -> list[tuple[Position, StoredDocument]]:
    statement = scan_statement(query, beginnings(query.condition, ENTITY_INDEXES[query.kind]))
    return read_listed_entities(query.kind, list(connection.execute(statement)))
