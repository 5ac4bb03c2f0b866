"""Entities in SQLite: each version is a document in the ledger; a row holds the current index fields of its subject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isqrt
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES, SEARCH_INDEX
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
from runs_svc.adapters.sqlite.connections import LongReadError, SqliteDatabase
from runs_svc.adapters.sqlite.corruption import UNREADABLE, refuse_standstill
from runs_svc.adapters.sqlite.new_documents import insert_documents
from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.listing.filters import Comparison, Filter, comparisons
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import EntityQuery, Position, Spread

_MOST_COUNTS = 256
_MOST_RARE, _PAGE, _TRIGRAM = 1_000, 50, 3


class SqliteEntityStore:
    """Entities in a SQLite database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._counts: dict[tuple[str, Filter | None], int] = {}
        self._changes: Counter[str] = Counter()
        database.on_other_writer(lambda: self._forget_counts(*ENTITY_INDEXES))

    async def append(self, version: NewRevision) -> StoredDocument:
        return await self._database.write(
            _append_all, version, on_durable=lambda stored: self._forget_counts(stored.kind)
        )

    def _forget_counts(self, *kinds: str) -> None:
        """Something of these kinds has changed."""
        self._changes.update(kinds)
        self._counts = {key: count for key, count in self._counts.items() if key[0] not in kinds}

    async def newest(self, subject_id: str) -> StoredDocument | None:
        return _newest(self._database.on_loop, subject_id)

    async def documents(self, subject_id: str) -> Sequence[StoredDocument]:
        return await self._database.read(_documents, subject_id)

    async def index_fields(self, kind: str, subject_id: str) -> Mapping[str, str | float | None] | None:
        return await self._database.read(index_fields, kind, subject_id)

    async def scan(self, query: EntityQuery) -> Sequence[tuple[Position, StoredDocument]]:
        with suppress(LongReadError):
            return await self._database.read_page(_scan, query)
        return await self._database.read_all(_scan, query)

    async def changed(
        self, kind: str, condition: Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, StoredDocument]]:
        return await self._database.read_all(changed_entities, kind, condition, after, size)

    async def count(self, kind: str, condition: Filter | None) -> int:
        """Counting walks over every match, so a count holds until something of its kind changes."""
        self._database.look_for_others()
        known = self._counts.get((kind, condition))
        if known is not None:
            return known
        before = self._changes[kind]
        count = await self._database.read_all(_count, kind, condition)
        if self._changes[kind] == before:  # otherwise it may have been counted without the newest
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[kind, condition] = count
        return count

    async def tally(self, kind: str, field: str, condition: Filter | None) -> Mapping[str, int]:
        return await self._database.read_all(tally, kind, field, condition)

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        return await self._database.read_all(spread, kind, field, condition)


def _append_all(connection: sa.Connection, items: Sequence[NewRevision]) -> Sequence[StoredDocument]:
    return [_append(connection, item) for item in items]


def _append(connection: sa.Connection, item: NewRevision) -> StoredDocument:
    last = _newest(connection, item.subject_id)
    added = next_version(item, last.end if last else None)
    insert_documents(connection, [added])
    table = ENTITY_INDEXES[item.kind]
    if last is None:
        row = {**item.index_fields, "subject_id": item.subject_id, "version": 0, "created_at_utc": item.created_at_utc}
        connection.execute(table.insert(), [row])
        if item.kind in SEARCH_INDEX:
            _index_words(connection, item)
    else:
        changed = table.update().where(table.c.subject_id == item.subject_id)
        connection.execute(changed.values(**item.index_fields, version=item.version))
    return added


def _index_words(connection: sa.Connection, item: NewRevision) -> None:
    words, table = SEARCH_INDEX[item.kind], ENTITY_INDEXES[item.kind]
    names = [column.name for column in words.columns if column.name != "rowid"]
    row = sa.select(_rowid(table), *(table.c[name] for name in names)).where(table.c.subject_id == item.subject_id)
    connection.execute(words.insert().from_select(["rowid", *names], row))


def _newest(connection: sa.Connection, subject_id: str) -> StoredDocument | None:
    rows = _rows(connection, NEWEST_VERSION, subject_id)
    return read_newest(rows[0]) if rows else None


def _documents(connection: sa.Connection, subject_id: str) -> list[StoredDocument]:
    return read_versions(subject_id, list(_rows(connection, VERSIONS, subject_id)))


def _rows(connection: sa.Connection, statement: sa.Select[Any], subject_id: str) -> Sequence[Any]:
    """Versions of an entity.

    Raises:
        RunCorruptError: They cannot be read.
    """
    try:
        return connection.execute(statement, {"id": subject_id}).all()
    except UNREADABLE as error:
        raise RunCorruptError(subject_id) from error


def _scan(connection: sa.Connection, query: EntityQuery) -> list[tuple[Position, StoredDocument]]:
    narrowed = _narrowed(connection, query.kind, query.condition) if query.condition is not None else None
    listed = read_listed_entities(query.kind, list(connection.execute(scan_statement(query, narrowed))))
    refuse_standstill([f"{created_at_utc}{subject_id}" for (_, created_at_utc, subject_id), _ in listed], query.size)
    return listed


def _count(connection: sa.Connection, kind: str, condition: Filter | None) -> int:
    narrowed = _narrowed(connection, kind, condition) if condition is not None else None
    return count_entities(connection, kind, condition, narrowed)


def _narrowed(connection: sa.Connection, kind: str, condition: Filter) -> dict[Comparison, sa.ColumnElement[bool]]:
    """For each rare word of a filter, the rows that hold it. A frequent one is met soon by walking the list."""
    words = SEARCH_INDEX.get(kind)
    if words is None:
        return {}
    narrowed: dict[Comparison, sa.ColumnElement[bool]] = {}
    rare = _rare(connection, ENTITY_INDEXES[kind])
    for comparison in comparisons(condition):
        text = str(comparison.value)
        if comparison.operator != ":" or comparison.field not in words.c or len(text) < _TRIGRAM:
            continue
        phrase = '"' + text.replace('"', '""') + '"'
        found = sa.select(words.c.rowid).where(sa.literal_column(words.name).op("MATCH")(phrase))
        counted = sa.select(sa.func.count()).select_from(found.limit(rare + 1).subquery())
        if connection.execute(counted).scalar_one() <= rare:
            narrowed[comparison] = _rowid(ENTITY_INDEXES[kind]).in_(found)
    return narrowed


def _rare(connection: sa.Connection, table: sa.Table) -> int:
    """So many matches that sorting them costs what walking the list for a page of them does."""
    newest = connection.execute(sa.select(sa.func.max(_rowid(table))).select_from(table)).scalar_one()
    return min(_MOST_RARE, isqrt(_PAGE * (newest or 0)))


def _rowid(table: sa.Table) -> sa.ColumnElement[int]:
    return sa.literal_column(f"{table.name}.rowid", sa.Integer)
