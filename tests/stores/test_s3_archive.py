"""The archive in a bucket: one of several servers publishes, and another one when it is gone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial

import obstore
import psycopg
import pytest
from obstore.store import S3Store

from rpckit.postgres_connection import BoundedConnection
from runs_svc.adapters.archive.rows import NotReadableNowError
from runs_svc.adapters.postgres import publication as leases
from runs_svc.adapters.postgres import published_rows
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.postgres.publication import LeaseLostError, Progress, Publication
from runs_svc.adapters.postgres.published_rows import PostgresRows
from runs_svc.adapters.postgres.turns import PostgresTurns
from runs_svc.adapters.s3.archive import S3Archive, object_of
from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.adapters.s3.offline import BucketArchive
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.runs.document import StoredDocument
from testkit.postgres import PostgresServer
from tests import builders
from tests.ends import eventually
from tests.stores.test_ledger import note_after
from tests.stores.test_postgres_ledger import owner_of

pytestmark = pytest.mark.xdist_group("postgres")


class Server:
    """What a server has of a store."""

    def __init__(self, url: str, bucket: S3Store) -> None:
        self.database = PostgresDatabase(url)
        self.ledger = PostgresLedger(self.database)
        self.publication = Publication(url)
        self.archive = S3Archive(
            bucket,
            PostgresRows(url),
            self.publication,
            newest=self.database.newest_known,
            place_of=self.database.place_of,
        )
        self.database.on_commit = self.archive.notify

    async def close(self) -> None:
        await self.database.close()
        await self.archive.close(5.0)


@pytest.fixture
async def servers(postgres_url: str, bucket: S3Store) -> AsyncIterator[tuple[Server, Server]]:
    both = Server(postgres_url, bucket), Server(postgres_url, bucket)
    yield both
    for server in both:
        await server.close()


async def published(server: Server, document: StoredDocument) -> bytes | None:
    for _ in range(100):
        if (found := await server.archive.find(document)) is not None:
            return found
    return None


async def progress_at(server: Server, place: int) -> Progress:
    """The progress once it has come to a place: it is stored after the objects are."""
    look = partial(eventually, server.publication.progress, lambda progress: progress.place >= place)
    return await asyncio.to_thread(look)


async def test_what_any_server_records_is_published_by_one(servers: tuple[Server, Server], bucket: S3Store) -> None:
    first, second = servers
    first.archive.start()
    run = (await second.ledger.create(builders.record(1))).run
    noted = await note_after(first.ledger, run, 0)
    second.archive.start()
    for document in (run, noted):
        for server in servers:
            assert await published(server, document) == document.document
    progress = await progress_at(first, 2)
    assert (progress.place, progress.sha256) == (2, noted.sha256)
    for _ in range(50):  # one that does not publish asks now and then
        if not any(server.archive.lag() for server in servers):
            break
        await asyncio.sleep(0.1)
    assert [server.archive.lag() for server in servers] == [0, 0]
    offline = BucketArchive(bucket, progress)
    assert {item.document for item in offline.files()} == {
        run,
        noted._replace(previous_sha256=run.sha256),
    }
    assert offline.newest_runs() == [run.subject_id]


async def test_when_the_publisher_is_gone_another_one_goes_on_and_the_first_one_counts_no_more(
    servers: tuple[Server, Server], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_S", 600.0)  # it ends here, however busy the machine is
    first, second = servers
    assert first.publication.acquire()
    assert not second.publication.acquire()
    first.publication.save(Progress(0, "", ()))
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute("UPDATE leases SET until = now() - interval '1 second'")
    second.archive.start()
    run = (await second.ledger.create(builders.record(1))).run
    assert await published(second, run) == run.document
    with pytest.raises(LeaseLostError):
        first.publication.save(Progress(0, "", (7,)))
    assert not first.publication.acquire()
    assert (await progress_at(first, 1)).place == 1


def test_a_lease_that_a_clock_set_back_has_made_long_keeps_nobody_from_publishing(postgres_url: str) -> None:
    with closing(Publication(postgres_url)) as gone, closing(Publication(postgres_url)) as other:
        assert gone.acquire()
        with psycopg.connect(postgres_url, autocommit=True) as database:
            database.execute("UPDATE leases SET until = until + interval '1 hour'")  # as seen from an hour earlier
        assert other.acquire()
        assert not gone.acquire()


def test_a_lease_that_was_renewed_while_another_server_asked_is_kept(postgres_url: str) -> None:
    with closing(Publication(postgres_url)) as holder, psycopg.connect(postgres_url) as other:
        assert holder.acquire()
        other.execute("SELECT now()")  # which stands still until the transaction ends, as while it waits for a row
        assert holder.acquire()
        asked = {"name": "archive", "holder": "other", "lease_s": leases.LEASE_S}
        assert other.execute(leases._ACQUIRE, asked).fetchall() == []


def test_a_database_that_is_paused_does_not_keep_the_publisher_waiting(
    postgres_url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_rows, "_ANSWER_WITHIN_S", 3.0)
    with closing(Publication(postgres_url)) as publication:
        assert publication.progress() == Progress()
        with postgres_server.paused(), pytest.raises(NotReadableNowError, match="has not answered for 3 s"):
            publication.progress()
        assert publication.progress() == Progress()


async def test_an_object_with_other_bytes_is_an_alarm_and_stays(
    servers: tuple[Server, Server], bucket: S3Store, caplog: pytest.LogCaptureFixture
) -> None:
    server, _ = servers
    records = [builders.record(number) for number in (1, 2)]
    runs = [(await server.ledger.create(record)).run for record in records]
    obstore.put(bucket, object_of(runs[0]), b"other")
    with caplog.at_level(logging.CRITICAL, "rmos.archive"):
        server.archive.start()
        assert await published(server, runs[1]) == runs[1].document
    assert await server.archive.find(runs[0]) == b"other"
    assert "has other bytes than the ledger" in caplog.text


async def test_a_record_that_is_altered_stays_pending_and_holds_up_no_other(
    servers: tuple[Server, Server], postgres_url: str
) -> None:
    server, _ = servers
    runs = [(await server.ledger.create(builders.record(number))).run for number in (1, 2)]
    with psycopg.connect(owner_of(postgres_url)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger SET document = 'x' WHERE seq = 1")
    server.archive.start()
    assert await published(server, runs[1]) == runs[1].document
    assert await progress_at(server, 2) == Progress(2, runs[1].sha256, (1,))
    assert await server.archive.is_pending(runs[0])


async def test_a_server_leaves_in_time_although_the_database_is_paused(
    postgres_url: str, postgres_server: PostgresServer, bucket: S3Store
) -> None:
    server = Server(postgres_url, bucket)
    server.archive.start()
    run = (await server.ledger.create(builders.record(1))).run
    assert await published(server, run) == run.document
    with postgres_server.paused():
        leaving = asyncio.create_task(server.archive.close(0.5))
        await asyncio.wait([leaving], timeout=15.0)
        leaving.result()
    await server.database.close()


async def test_a_server_leaves_its_lease_to_others_although_the_bucket_is_silent(
    postgres_url: str, bucket: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    silent = await asyncio.start_server(lambda _reader, _writer: asked.set(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    server = Server(postgres_url, open_bucket("s3://rmos/silent"))
    server.archive.start()
    await server.ledger.create(builders.record(1))
    await asyncio.wait_for(asked.wait(), 60.0)
    await asyncio.wait_for(server.archive.close(0.5), 60.0)
    with closing(Publication(postgres_url)) as another:
        assert await asyncio.to_thread(another.acquire)
    await server.database.close()
    silent.close()


async def test_a_turn_is_one_servers_at_a_time(postgres_url: str) -> None:
    turns = [PostgresTurns(postgres_url) for _ in range(3)]
    at_work: list[int] = []

    async def work(number: int) -> None:
        async with turns[number % 3].only("budget"):
            at_work.append(number)
            await asyncio.sleep(0.01)
            assert at_work == [number]
            at_work.clear()

    await asyncio.gather(*(work(number) for number in range(12)))
    for turn in turns:
        turn.close()


async def test_a_turn_is_refused_while_the_database_is_paused(
    postgres_url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(PostgresTurns(postgres_url)) as turns:
        async with turns.only("budget"):
            pass
        monkeypatch.setattr(BoundedConnection, "answer_within_s", 1.0)
        with postgres_server.paused(), pytest.raises(StoreBusyError, match="the database is away"):
            async with turns.only("budget"):
                pass
        monkeypatch.undo()
        async with turns.only("budget"):
            pass


async def test_a_turn_whose_caller_left_while_it_was_taken_is_given_back(postgres_url: str) -> None:
    with closing(PostgresTurns(postgres_url)) as turns, closing(PostgresTurns(postgres_url)) as others:
        for _ in range(5):
            async with others.only("budget"):
                leaving = asyncio.create_task(_take(turns))
                await asyncio.sleep(0.05)
                leaving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(leaving, 30.0)
        async with others.only("budget"):
            pass


async def _take(turns: PostgresTurns) -> None:
    async with turns.only("budget"):
        pass
