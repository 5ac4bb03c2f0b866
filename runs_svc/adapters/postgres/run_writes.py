"""New runs and amendments, a group of them in a handful of statements.

The transaction holds the ledger's lock: what is looked up first stays so, and each member is decided upon here.
"""

from collections.abc import Sequence
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from foundation import canonical_json
from foundation.errors import ServiceError
from runs_svc.adapters.postgres.many_rows import any_of, insert_rows
from runs_svc.adapters.postgres.run_reads import find_indexes, get_run, require_bound
from runs_svc.adapters.postgres.transaction import Transaction
from runs_svc.adapters.sql import blob_rows, tables
from runs_svc.adapters.sql.documents import DOCUMENT_COLUMNS, read_document_row
from runs_svc.adapters.sql.run_rows import ROW_NAMES, index_row, read_index
from runs_svc.domain.errors import AttachmentNotFoundError, RunCorruptError, RunExistsError, RunNotFoundError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.amendments import changes_index, index_after
from runs_svc.domain.runs.attachment import Blob
from runs_svc.domain.runs.document import ChainHead, StoredDocument
from runs_svc.domain.runs.run import RecordComposer, RunRecord
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.domain.runs.stored_run import document_of
from runs_svc.ports import StoredRun

_KEYS = sa.select(
    tables.idempotency_keys.c.key, tables.idempotency_keys.c.payload_sha256, tables.idempotency_keys.c.run_id
).where(any_of(tables.idempotency_keys.c.key, "keys"))
_LATER = tables.ledger.alias()
_HEADS = sa.select(
    tables.ledger.c.subject_id, tables.ledger.c.ordinal, tables.ledger.c.partition, tables.ledger.c.sha256
).where(
    any_of(tables.ledger.c.subject_id, "ids"),
    ~sa.exists().where(_LATER.c.subject_id == tables.ledger.c.subject_id, _LATER.c.ordinal > tables.ledger.c.ordinal),
)
_AT = sa.select(*DOCUMENT_COLUMNS).where(
    tables.ledger.c.subject_id == sa.bindparam("id"), tables.ledger.c.ordinal == sa.bindparam("place")
)
_BY_RECORD = sa.select(*DOCUMENT_COLUMNS).where(
    any_of(tables.ledger.c.kind, "kinds"), any_of(tables.ledger.c.record_id, "records")
)
_NEW_INDEX = (
    tables.runs.update()
    .where(tables.runs.c.run_id == sa.bindparam("the_run"))
    .values({name: sa.bindparam(name) for name in ROW_NAMES if name != "run_id"})
)


class NewAmendment(NamedTuple):
    """An amendment to be appended."""

    run_id: RunId
    kind: str
    record_id: str
    compose: RecordComposer
    expected_head: ChainHead | None

    @property
    def record(self) -> tuple[str, str, str]:
        return (self.run_id.text, self.kind, self.record_id)


def add_blobs(transaction: Transaction, items: Sequence[tuple[Blob, str]]) -> Sequence[None]:
    """Note blobs as durable."""
    return blob_rows.add_blobs(transaction.connection, items)


def heads_of(connection: sa.Connection, subject_ids: Sequence[str]) -> dict[str, ChainHead]:
    """The newest record of each subject that has one."""
    return {row[0]: ChainHead(*row[1:]) for row in connection.execute(_HEADS, {"ids": sorted(set(subject_ids))})}


def create_all(transaction: Transaction, items: Sequence[RunRecord]) -> Sequence[StoredRun | ServiceError]:
    """Create runs: of each the run, the one that was recorded earlier under its key, or what stands in its way."""
    there = _There(transaction.connection, items)
    outcomes: list[StoredRun | ServiceError] = []
    accepted: list[RunRecord] = []
    for item in items:
        try:
            earlier = there.examine(item)
        except ServiceError as error:
            outcomes.append(error)
            continue
        if earlier is None:
            earlier = there.accept(item)
            accepted.append(item)
        outcomes.append(earlier)
    _insert_runs(transaction, accepted)
    return outcomes


class _There:
    """What a ledger holds of what new runs name; and what of them was accepted so far."""

    def __init__(self, connection: sa.Connection, items: Sequence[RunRecord]) -> None:
        self._connection = connection
        keys = [item.idempotency.key for item in items if item.idempotency is not None]
        rows = connection.execute(_KEYS, {"keys": keys}).all() if keys else []
        self._keys = {row[0]: (row[1], row[2]) for row in rows}
        self._ids = set(heads_of(connection, [item.run_id.text for item in items]))
        named = {attachment.digest for item in items for attachment in item.attachments}
        self._blobs: set[Digest] = set(blob_rows.find_blobs(connection, list(named)))
        self._new: dict[str, StoredRun] = {}

    def examine(self, item: RunRecord) -> StoredRun | None:
        """The run recorded under the same key; otherwise what stands in the way of this one is raised."""
        if item.idempotency is not None and item.idempotency.key in self._keys:
            payload_sha256, run_id = self._keys[item.idempotency.key]
            earlier = self._new.get(run_id) or get_run(self._connection, RunId(run_id))
            return require_bound(item.idempotency, payload_sha256, earlier)
        for attachment in item.attachments:
            if attachment.digest not in self._blobs:
                raise AttachmentNotFoundError(attachment.digest.sha256, where="attachments")
        if item.run_id.text in self._ids:
            raise RunExistsError(item.run_id.text)
        return None

    def accept(self, item: RunRecord) -> StoredRun:
        run_id = item.run_id.text
        self._ids.add(run_id)
        if item.idempotency is not None:
            self._keys[item.idempotency.key] = (item.idempotency.payload_sha256, run_id)
        self._new[run_id] = StoredRun(document_of(item), ())
        return self._new[run_id]


def _insert_runs(transaction: Transaction, items: Sequence[RunRecord]) -> None:
    if not items:
        return
    transaction.add([document_of(item) for item in items])
    rows = [dict(zip(ROW_NAMES, index_row(item.run_id.text, item.index), strict=True)) for item in items]
    insert_rows(transaction.connection, tables.runs, rows)
    keys = [
        {
            "key": item.idempotency.key,
            "payload_sha256": item.idempotency.payload_sha256,
            "run_id": item.run_id.text,
            "created_at_utc": item.index.created_at_utc,
        }
        for item in items
        if item.idempotency is not None
    ]
    insert_rows(transaction.connection, tables.idempotency_keys, keys)


def append_all(transaction: Transaction, items: Sequence[NewAmendment]) -> Sequence[StoredDocument | ServiceError]:
    """Append amendments, one after another: of each what was stored, or what another writer stored in its place."""
    appending = _Appending(transaction.connection, items)
    outcomes: list[StoredDocument | ServiceError] = []
    for item in items:
        try:
            outcomes.append(appending.append(item))
        except ServiceError as error:
            outcomes.append(error)
    transaction.add(appending.added)
    appending.follow()
    return outcomes


class _Appending:
    """Chains as they are in the ledger, and as they become."""

    def __init__(self, connection: sa.Connection, items: Sequence[NewAmendment]) -> None:
        self._connection = connection
        self._ids = [item.run_id.text for item in items]
        self._heads = heads_of(connection, self._ids)
        kinds, records = sorted({item.kind for item in items}), [item.record_id for item in items]
        rows = connection.execute(_BY_RECORD, {"kinds": kinds, "records": records})
        found = [read_document_row(row) for row in rows]
        self._known = {(item.subject_id, item.kind, item.record_id): item for item in found}
        self.added: list[StoredDocument] = []
        self._indexes: dict[str, RunIndex] | None = None
        self._changed: dict[str, RunIndex] = {}

    def append(self, item: NewAmendment) -> StoredDocument:
        there = self._known.get(item.record)
        if there is not None:
            return there
        run_id = item.run_id.text
        last = self._heads.get(run_id)
        if last is None:
            raise RunNotFoundError(run_id)
        if item.expected_head is not None and item.expected_head != last:
            return self._after(run_id, item.expected_head, last)
        data = item.compose(last.ordinal + 1, last.sha256)
        added = StoredDocument(
            kind=item.kind,
            record_id=item.record_id,
            subject_id=run_id,
            ordinal=last.ordinal + 1,
            partition=last.partition,
            document=data,
            sha256=canonical_json.sha256_hex(data),
            previous_sha256=last.sha256,
        )
        self._follow(added)
        self.added.append(added)
        self._known[item.record] = added
        self._heads[run_id] = added.end
        return added

    def _after(self, run_id: str, expected: ChainHead, last: ChainHead) -> StoredDocument:
        """What another writer put after an expected head."""
        if expected.ordinal >= last.ordinal:
            raise RunCorruptError(run_id)  # the ledger held more, or something else, than it does
        for document in self.added:
            if (document.subject_id, document.ordinal) == (run_id, expected.ordinal + 1):
                return document
        row = self._connection.execute(_AT, {"id": run_id, "place": expected.ordinal + 1}).one()
        return read_document_row(row)

    def _follow(self, added: StoredDocument) -> None:
        """Note what an amendment changes of the index fields of its run.

        Raises:
            RunCorruptError: They are altered.
        """
        amendment = orjson.loads(added.document)
        if not changes_index(amendment):
            return
        run_id = added.subject_id
        before = self._index_of(run_id)
        after = index_after(before, amendment)
        if after != before:
            self._changed[run_id] = after

    def _index_of(self, run_id: str) -> RunIndex:
        if run_id in self._changed:
            return self._changed[run_id]
        row = find_indexes(self._connection, [run_id]).get(run_id)
        if row is None:
            raise RunCorruptError(run_id)
        return read_index(run_id, row)

    def follow(self) -> None:
        """Store the index fields that changed."""
        rows = []
        for run_id, index in self._changed.items():
            row = dict(zip(ROW_NAMES, index_row(run_id, index), strict=True))
            row["the_run"] = row.pop("run_id")  # what rows are spread by, where they are, never changes
            rows.append(row)
        if rows:
            self._connection.execute(_NEW_INDEX, rows)
