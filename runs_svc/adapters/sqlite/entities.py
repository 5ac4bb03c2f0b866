"""Entities in SQLite: each version is a document in the ledger; a row holds the current index fields of its subject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isqrt
from typing import Any

import sqlalchemy as sa

from foundation import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_found_row
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES, SEARCH_INDEX
from runs_svc.adapters.sql.filter_conditions import condition_of
from runs_svc.adapters.sqlite.connections import LongReadError, SqliteDatabase
from runs_svc.adapters.sqlite.corruption import UNREADABLE, refuse_standstill
from runs_svc.adapters.sqlite.new_documents import insert_documents
from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.errors import RunCorruptError, VersionTakenError
from runs_svc.domain.listing.filters import Comparison, Filter, comparisons
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.ports import EntityQuery, Position, Spread

_BY_ID = tables.ledger.alias()
_HAS_LATER = (
    sa.select(_BY_ID.c.seq)
    .where(
        _BY_ID.c.kind == tables.ledger.c.kind,
        _BY_ID.c.record_id > tables.ledger.c.record_id,
        _BY_ID.c.record_id < tables.ledger.c.subject_id + "0",
    )
    .exists()
)
"""Whether an entity has a later version, looked up by record ids: through another index than lists use."""
_OF_ONE = sa.select(_HAS_LATER, *DOCUMENT_COLUMNS).where(tables.ledger.c.subject_id == sa.bindparam("id"))
_ALL = _OF_ONE.order_by(tables.ledger.c.ordinal)
_NEWEST = _OF_ONE.order_by(tables.ledger.c.ordinal.desc()).limit(1)
_MOST_COUNTS = 256
_MOST_RARE, _PAGE, _TRIGRAM = 1_000, 50, 3
_NONE: sa.ColumnElement[float] = sa.literal_column(
    "-1.0"
)  # as it stands in the index, which a bound value would not match


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
        return await self._database.read(_index_fields, kind, subject_id)

    async def scan(self, query: EntityQuery) -> Sequence[tuple[Position, StoredDocument]]:
        with suppress(LongReadError):
            return await self._database.read_page(_scan, query)
        return await self._database.read_all(_scan, query)

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
        return await self._database.read_all(_tally, kind, field, condition)

    async def spread(self, kind: str, field: str, condition: Filter | None) -> Spread | None:
        return await self._database.read_all(_spread, kind, field, condition)


def _append_all(connection: sa.Connection, items: Sequence[NewRevision]) -> Sequence[StoredDocument]:
    return [_append(connection, item) for item in items]


def _append(connection: sa.Connection, item: NewRevision) -> StoredDocument:
    last = _newest(connection, item.subject_id)
    if item.version != (last.ordinal + 1 if last else 0):
        raise VersionTakenError(item.subject_id, item.version)
    data = item.compose(item.version, last.sha256 if last else "")
    added = StoredDocument(
        kind=item.kind,
        record_id=f"{item.subject_id}/{item.version:06}",
        subject_id=item.subject_id,
        ordinal=item.version,
        partition=last.partition if last else item.created_at_utc[:10],
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=last.sha256 if last else "",
    )
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
    rows = _rows(connection, _NEWEST, subject_id)
    return _read_newest(rows[0]) if rows else None


def _documents(connection: sa.Connection, subject_id: str) -> list[StoredDocument]:
    rows = _rows(connection, _ALL, subject_id)
    if not rows:
        return []
    documents = [*(read_found_row(row[1:]) for row in rows[:-1]), _read_newest(rows[-1])]
    if [document.ordinal for document in documents] != list(range(len(documents))):
        raise RunCorruptError(subject_id)  # one is not found any more
    return documents


def _rows(connection: sa.Connection, statement: sa.Select[Any], subject_id: str) -> Sequence[Any]:
    """Versions of an entity.

    Raises:
        RunCorruptError: They cannot be read.
    """
    try:
        return connection.execute(statement, {"id": subject_id}).all()
    except UNREADABLE as error:
        raise RunCorruptError(subject_id) from error


def _read_newest(row: Any) -> StoredDocument:
    """The newest version of an entity.

    Raises:
        RunCorruptError: It cannot be read, or is not the newest.
    """
    has_later, *columns = row
    document = read_found_row(columns)
    if has_later:
        raise RunCorruptError(document.subject_id)
    return document


def _index_fields(connection: sa.Connection, kind: str, subject_id: str) -> dict[str, str | float | None] | None:
    table = ENTITY_INDEXES[kind]
    columns = [column for column in table.columns if column.name != "subject_id"]
    row = connection.execute(sa.select(*columns).where(table.c.subject_id == subject_id)).one_or_none()
    return None if row is None else row._asdict()


def _scan(connection: sa.Connection, query: EntityQuery) -> list[tuple[Position, StoredDocument]]:
    table, ledger = ENTITY_INDEXES[query.kind], tables.ledger
    found = sa.and_(ledger.c.subject_id == table.c.subject_id, ledger.c.ordinal == table.c.version)
    number = sa.func.coalesce(table.c[query.order], _NONE) if query.order else sa.literal(0.0)
    position = (table.c.created_at_utc, table.c.subject_id)
    statement = sa.select(number, *position, _HAS_LATER, *DOCUMENT_COLUMNS).outerjoin(ledger, found)
    if query.condition is not None:
        narrowed = _narrowed(connection, query.kind, query.condition)
        statement = statement.where(condition_of(query.condition, table, narrowed))
    keys = (number, *position) if query.order else position
    if query.after is not None:
        after = sa.tuple_(*(sa.literal(part) for part in query.after[-len(keys) :]))
        place = sa.tuple_(*keys)
        statement = statement.where(place < after if query.descending else place > after)
    ordered = statement.order_by(*(key.desc() if query.descending else key.asc() for key in keys)).limit(query.size)
    rows = connection.execute(ordered)
    listed = [((float(row[0]), row[1], row[2]), _listed(query.kind, row[2], row[3:])) for row in rows]
    refuse_standstill([f"{created_at_utc}{subject_id}" for (_, created_at_utc, subject_id), _ in listed], query.size)
    return listed


def _listed(kind: str, subject_id: str, row: Any) -> StoredDocument:
    """The newest version of an entity; one without bytes where it cannot be read, or is not there any more."""
    with suppress(RunCorruptError):
        return _read_newest(row)
    return StoredDocument(kind, "", subject_id, 0, "", b"", "", "")


def _count(connection: sa.Connection, kind: str, condition: Filter | None) -> int:
    table = ENTITY_INDEXES[kind]
    statement = sa.select(sa.func.count()).select_from(table)
    if condition is not None:
        statement = statement.where(condition_of(condition, table, _narrowed(connection, kind, condition)))
    return int(connection.execute(statement).scalar_one())


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


def _tally(connection: sa.Connection, kind: str, field: str, condition: Filter | None) -> dict[str, int]:
    table = ENTITY_INDEXES[kind]
    statement = sa.select(table.c[field], sa.func.count()).group_by(table.c[field]).order_by(table.c[field])
    return {str(row[0]): int(row[1]) for row in connection.execute(_where(statement, table, condition))}


def _spread(connection: sa.Connection, kind: str, field: str, condition: Filter | None) -> Spread | None:
    table = ENTITY_INDEXES[kind]
    column = table.c[field]
    statement = sa.select(sa.func.count(column), sa.func.min(column), sa.func.max(column), sa.func.avg(column))
    row = connection.execute(_where(statement, table, condition)).one()
    return Spread(int(row[0]), float(row[1]), float(row[2]), float(row[3])) if row[0] else None


def _where(statement: sa.Select[Any], table: sa.Table, condition: Filter | None) -> sa.Select[Any]:
    return statement if condition is None else statement.where(condition_of(condition, table))
