"""Versions of entities and lists of them: statements and what is read from their rows."""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from foundation import canonical_json
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_found_row
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.adapters.sql.filter_conditions import Narrowed, condition_of
from runs_svc.domain.entities.revision import NewRevision
from runs_svc.domain.errors import RunCorruptError, VersionTakenError
from runs_svc.domain.listing.filters import Filter
from runs_svc.domain.runs.document import ChainHead, StoredDocument
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
VERSIONS = _OF_ONE.order_by(tables.ledger.c.ordinal)
NEWEST_VERSION = _OF_ONE.order_by(tables.ledger.c.ordinal.desc()).limit(1)
_NONE: sa.ColumnElement[float] = sa.literal_column(
    "-1.0"
)  # as it stands in the index, which a bound value would not match


def next_version(item: NewRevision, last: ChainHead | None) -> StoredDocument:
    """A version as it is recorded after the newest one.

    Raises:
        VersionTakenError: It is not the next.
    """
    if item.version != (last.ordinal + 1 if last else 0):
        raise VersionTakenError(item.subject_id, item.version)
    data = item.compose(item.version, last.sha256 if last else "")
    return StoredDocument(
        kind=item.kind,
        record_id=f"{item.subject_id}/{item.version:06}",
        subject_id=item.subject_id,
        ordinal=item.version,
        partition=last.partition if last else item.created_at_utc[:10],
        document=data,
        sha256=canonical_json.sha256_hex(data),
        previous_sha256=last.sha256 if last else "",
    )


def read_versions(subject_id: str, rows: list[Any]) -> list[StoredDocument]:
    """Every version in the rows of `VERSIONS`.

    Raises:
        RunCorruptError: One is not found any more.
    """
    if not rows:
        return []
    documents = [*(read_found_row(row[1:]) for row in rows[:-1]), read_newest(rows[-1])]
    if [document.ordinal for document in documents] != list(range(len(documents))):
        raise RunCorruptError(subject_id)
    return documents


def read_newest(row: Any) -> StoredDocument:
    """The newest version of an entity.

    Raises:
        RunCorruptError: It cannot be read, or is not the newest.
    """
    has_later, *columns = row
    document = read_found_row(columns)
    if has_later:
        raise RunCorruptError(document.subject_id)
    return document


def scan_statement(query: EntityQuery, narrowed: Narrowed | None = None) -> sa.Select[Any]:
    """A page: number, time and id of each, then what `read_listed_entity` reads."""
    table, ledger = ENTITY_INDEXES[query.kind], tables.ledger
    found = sa.and_(ledger.c.subject_id == table.c.subject_id, ledger.c.ordinal == table.c.version)
    number = sa.func.coalesce(table.c[query.order], _NONE) if query.order else sa.literal(0.0)
    position = (table.c.created_at_utc, table.c.subject_id)
    statement = sa.select(number, *position, _HAS_LATER, *DOCUMENT_COLUMNS).outerjoin(ledger, found)
    if query.condition is not None:
        statement = statement.where(condition_of(query.condition, table, narrowed))
    keys = (number, *position) if query.order else position
    if query.after is not None:
        after = sa.tuple_(*(sa.literal(part) for part in query.after[-len(keys) :]))
        place = sa.tuple_(*keys)
        statement = statement.where(place < after if query.descending else place > after)
    ordered = (key.desc() if query.descending else key.asc() for key in keys)
    return statement.order_by(*ordered).limit(query.size)


def read_listed_entities(kind: str, rows: list[Any]) -> list[tuple[Position, StoredDocument]]:
    """What stands in the rows of `scan_statement`."""
    return [((float(row[0]), row[1], row[2]), _listed(kind, row[2], row[3:])) for row in rows]


def changed_entities(
    connection: sa.Connection, kind: str, condition: Filter | None, after: int, size: int
) -> list[tuple[int, StoredDocument]]:
    """The newest versions of what matches and was recorded after a place, each with its own place."""
    table, ledger = ENTITY_INDEXES[kind], tables.ledger
    found = sa.and_(ledger.c.subject_id == table.c.subject_id, ledger.c.ordinal == table.c.version)
    statement = sa.select(ledger.c.seq, table.c.subject_id, _HAS_LATER, *DOCUMENT_COLUMNS).join(table, found)
    statement = _where(statement.where(ledger.c.seq > after), table, condition)
    rows = connection.execute(statement.order_by(ledger.c.seq).limit(size))
    return [(row[0], _listed(kind, row[1], row[2:])) for row in rows]


def _listed(kind: str, subject_id: str, row: Any) -> StoredDocument:
    """The newest version of an entity; one without bytes where it cannot be read, or is not there any more."""
    with suppress(RunCorruptError):
        return read_newest(row)
    return StoredDocument(kind, "", subject_id, 0, "", b"", "", "")


def count_entities(
    connection: sa.Connection, kind: str, condition: Filter | None, narrowed: Narrowed | None = None
) -> int:
    table = ENTITY_INDEXES[kind]
    statement = sa.select(sa.func.count()).select_from(table)
    if condition is not None:
        statement = statement.where(condition_of(condition, table, narrowed))
    return int(connection.execute(statement).scalar_one())


def index_fields(connection: sa.Connection, kind: str, subject_id: str) -> dict[str, str | float | None] | None:
    table = ENTITY_INDEXES[kind]
    columns = [column for column in table.columns if column.name != "subject_id"]
    row = connection.execute(sa.select(*columns).where(table.c.subject_id == subject_id)).one_or_none()
    return None if row is None else row._asdict()


def tally(connection: sa.Connection, kind: str, field: str, condition: Filter | None) -> dict[str, int]:
    table = ENTITY_INDEXES[kind]
    statement = sa.select(table.c[field], sa.func.count()).group_by(table.c[field]).order_by(table.c[field])
    return {str(row[0]): int(row[1]) for row in connection.execute(_where(statement, table, condition))}


def spread(connection: sa.Connection, kind: str, field: str, condition: Filter | None) -> Spread | None:
    table = ENTITY_INDEXES[kind]
    column = table.c[field]
    statement = sa.select(sa.func.count(column), sa.func.min(column), sa.func.max(column), sa.func.avg(column))
    row = connection.execute(_where(statement, table, condition)).one()
    return Spread(int(row[0]), float(row[1]), float(row[2]), float(row[3])) if row[0] else None


def _where(statement: sa.Select[Any], table: sa.Table, condition: Filter | None) -> sa.Select[Any]:
    return statement if condition is None else statement.where(condition_of(condition, table))
