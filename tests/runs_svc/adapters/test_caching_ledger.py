"""What a ledger that caches promises beyond one that does not."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.memory.ledger import MemoryLedger
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.run import RecordComposer
from runs_svc.domain.runs.run_head import RunHead
from runs_svc.ports import ListedRun, ListQuery, RunPlace, StoredRun
from tests import builders

MIB = 1024**2
RUN = RunId("run_000000000001")


def override(note: str = "") -> RecordComposer:
    def compose(ordinal: int, previous_sha256: str) -> bytes:
        return b'{"kind":"override","idempotency_key":"%b","payload_sha256":"p","body":{}}' % note.encode()

    return compose


@pytest.fixture
async def two_servers(tmp_path: Path) -> AsyncIterator[tuple[CachingLedger, CachingLedger]]:
    """Two ledgers in front of one database, as two servers have them."""
    url = f"sqlite:///{tmp_path / 'rmos.db'}"
    writer = open_writer(url)
    migrate(writer)
    writer.dispose()
    databases = [SqliteDatabase(url), SqliteDatabase(url)]
    one, other = (CachingLedger(SqliteLedger(database), most_bytes=MIB) for database in databases)
    await one.create(builders.record())
    yield one, other
    for database in databases:
        await database.close()


async def gate_shown(ledger: CachingLedger) -> list[str]:
    return [row.index.gate_decision for row in await ledger.scan(ListQuery(None, 10))]


async def test_a_list_shows_what_another_server_has_added(two_servers: tuple[CachingLedger, CachingLedger]) -> None:
    one, other = two_servers
    before = await gate_shown(one)
    await other.append(RUN, kind="override", record_id=f"{RUN}/000000", compose=override())
    assert before == ["ALLOWED"]
    assert await gate_shown(one) == ["OVERRIDDEN"]


async def test_a_run_is_read_with_what_another_server_has_added(
    two_servers: tuple[CachingLedger, CachingLedger],
) -> None:
    one, other = two_servers
    await one.get(RUN)
    await other.append(RUN, kind="override", record_id=f"{RUN}/000000", compose=override())
    assert [item.kind for item in (await one.get(RUN)).amendments] == ["override"]


async def test_an_amendment_after_a_head_that_another_server_has_left_behind_goes_on_from_there(
    two_servers: tuple[CachingLedger, CachingLedger],
) -> None:
    one, other = two_servers
    stale = (await one.head(RUN)).newest
    theirs = await other.append(RUN, kind="override", record_id=f"{RUN}/000000", compose=override("k"))
    refused = await one.append(RUN, kind="override", record_id=f"{RUN}/000001", compose=override(), expected_head=stale)
    assert refused == theirs
    head = await one.head(RUN)
    assert (head.newest, dict(head.keys)) == (theirs.end, {"k": "p"})


async def test_a_document_without_its_digest_goes_to_nobody() -> None:
    inner = MemoryLedger()
    await inner.create(builders.record())
    inner.documents[RUN] = [item._replace(document=b"{}") for item in inner.documents[RUN]]
    with pytest.raises(RunCorruptError):
        await CachingLedger(inner, most_bytes=MIB).get(RUN)
    assert (await CachingLedger(inner, most_bytes=MIB).reread(RUN)).run.document == b"{}"


class CountingLedger(MemoryLedger):
    """Counts what is read of it."""

    rows_read = heads_read = 0

    async def rows(self, places: Sequence[RunPlace]) -> Sequence[ListedRun]:
        self.rows_read += len(places)
        return await super().rows(places)

    async def head(self, run_id: RunId) -> RunHead:
        self.heads_read += 1
        return await super().head(run_id)


@pytest.mark.parametrize(("most_bytes", "read"), [(MIB, 1), (0, 3)])
async def test_rows_and_heads_are_read_once_as_far_as_there_is_room(most_bytes: int, read: int) -> None:
    inner = CountingLedger()
    ledger = CachingLedger(inner, most_bytes=most_bytes)
    await inner.create(builders.record())
    for number in range(3):
        await ledger.scan(ListQuery(None, 10))
        head = await ledger.head(RUN)
        await ledger.append(
            RUN, kind="note", record_id=f"{RUN}/{number:06}", compose=override(), expected_head=head.newest
        )
    assert (inner.heads_read, (await ledger.head(RUN)).counts) == (read, {"note": 3})


@pytest.mark.parametrize("together", [False, True])
async def test_what_was_just_recorded_is_amended_without_being_read(together: bool) -> None:
    inner = CountingLedger()
    ledger = CachingLedger(inner, most_bytes=MIB)
    record = builders.record()
    recorded = [*await ledger.create_all([record])] if together else [await ledger.create(record)]
    head = await ledger.head(RUN)
    assert inner.heads_read == 0
    assert isinstance(recorded[0], StoredRun)
    assert head == await inner.head(RUN)
    assert head.newest == recorded[0].run.end


async def test_a_row_that_is_not_intact_is_read_again() -> None:
    inner = CountingLedger()
    ledger = CachingLedger(inner, most_bytes=MIB)
    await inner.create(builders.record())
    assert [row.intact for row in await ledger.scan(ListQuery(None, 10))] == [True]
    inner.documents[RUN] = [item._replace(document=b"{}") for item in inner.documents[RUN]]
    fresh = CachingLedger(inner, most_bytes=MIB)
    inner.rows_read = 0
    for _ in range(2):
        assert [row.intact for row in await fresh.scan(ListQuery(None, 10))] == [False]
    assert inner.rows_read == 2
