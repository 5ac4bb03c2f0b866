"""What the ledger on PostgreSQL promises beyond the port."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from foundation import canonical_json
from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import news, writer
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.engine import open_reader, open_writer
from runs_svc.adapters.postgres.entities import PostgresEntityStore
from runs_svc.adapters.postgres.failures import may_pass
from runs_svc.adapters.postgres.index_beginnings import beginnings
from runs_svc.adapters.postgres.intake import PostgresIntake
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.postgres.run_writes import NewAmendment, append_all, create_all
from runs_svc.adapters.postgres.start_check import check_database
from runs_svc.adapters.postgres.transaction import Transaction, lock_head
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sql.filter_conditions import condition_of
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.run import Idempotency
from runs_svc.ports import ListQuery
from testkit.lines import Line, line_to
from testkit.postgres import PostgresServer
from tests import builders
from tests.stores.postgres_connections import connected
from tests.stores.test_ledger import KEY, add, note_after

pytestmark = pytest.mark.xdist_group("postgres")


def owner_of(url: str) -> str:
    return url.replace("rmos_service@", "owner@")


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_url)
    yield opened
    await opened.close()


async def recorded(database: PostgresDatabase, number: int = 1) -> RunId:
    record = builders.record(number, idempotency=Idempotency(f"key-{number}", "p"))
    await PostgresLedger(database).create(record)
    return record.run_id


@pytest.mark.parametrize("table", tables.APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
async def test_the_servers_role_may_change_nothing_and_triggers_refuse_its_owner(
    database: PostgresDatabase, postgres_url: str, table: str, statement: str
) -> None:
    await recorded(database)
    text = statement.format(table, next(iter(tables.metadata.tables[table].c)).name)
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(text.encode())
    with psycopg.connect(owner_of(postgres_url)) as connection:
        connection.execute("INSERT INTO blobs VALUES ('s', 1, '', '')")
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            connection.execute(text.encode())


async def test_the_tables_are_those_that_every_database_shares(postgres_url: str) -> None:
    with connected(open_reader(postgres_url)) as connection:
        inspector = sa.inspect(connection)
        for table in tables.metadata.tables.values():
            assert {column["name"] for column in inspector.get_columns(table.name)} == {item.name for item in table.c}


def test_a_superuser_is_refused_and_no_error_repeats_a_password(postgres_url: str) -> None:
    with pytest.raises(ConfigurationError, match="superuser"):
        check_database(owner_of(postgres_url))
    with pytest.raises(ConfigurationError, match="cannot be reached") as caught:
        check_database("postgresql://rmos_service:geheim@127.0.0.1:1/store")
    assert "geheim" not in str(caught.value)


@pytest.fixture
async def line(postgres_server: PostgresServer) -> AsyncIterator[Line]:
    async with line_to(postgres_server.port) as forwarded:
        yield forwarded


@pytest.mark.parametrize("is_forwarded", [True, False])
async def test_a_commit_that_nobody_answers_is_looked_up_and_never_done_twice(
    line: Line, postgres_server: PostgresServer, postgres_url: str, is_forwarded: bool
) -> None:
    database = PostgresDatabase(postgres_url.replace(str(postgres_server.port), str(line.port)))
    ledger = PostgresLedger(database)
    head = (await ledger.create(builders.record(1))).run
    line.word, line.is_forwarded = b"COMMIT\x00", is_forwarded  # a whole message: levels are called so, too
    noted = await note_after(ledger, head, 0)
    assert (line.cuts, noted.ordinal) == (1, 1)
    line.word = b"COMMIT\x00"
    created = await ledger.create_all([builders.record(number) for number in range(2, 6)])
    assert line.cuts == 2
    stored = [await ledger.get(RunId(f"run_{number:012x}")) for number in range(2, 6)]
    assert [item.run for item in stored] == [item.run for item in created]  # type: ignore[union-attr]
    assert (await ledger.get(RunId(head.subject_id))).documents == (head, noted)
    assert await ledger.newest_entry() == 6
    await database.close()


async def test_while_the_database_is_away_callers_are_told_and_afterwards_it_goes_on(
    line: Line, postgres_server: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = PostgresDatabase(postgres_url.replace(str(postgres_server.port), str(line.port)))
    ledger = PostgresLedger(database)
    run_id = await recorded(database)
    line.is_down = True
    line.cut_all()
    monkeypatch.setattr(writer, "PATIENCE_S", 0.3)
    with pytest.raises(StoreBusyError, match="nothing was written"):
        await ledger.create(builders.record(2))
    monkeypatch.undo()
    with pytest.raises(StoreBusyError, match="cannot be reached"):
        await ledger.get(run_id)
    line.is_down = False
    await ledger.create(builders.record(2))
    assert (await ledger.get(run_id)).run.subject_id == run_id.text
    await database.close()


async def accepting(database: PostgresDatabase, accepts: bool) -> bool:
    """Whether a server comes to accept writes, or to accept none."""
    async with asyncio.timeout(60):
        while database.load().accepts_writes != accepts:
            await asyncio.sleep(0.05)
    return True


async def test_a_database_that_only_falls_silent_is_told_as_away(
    database: PostgresDatabase, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "_SILENCE_S", 2.0)
    assert await accepting(database, True)
    with postgres_server.paused():
        assert await accepting(database, False)
    assert await accepting(database, True)


async def test_servers_on_one_database_have_one_winner_per_key_and_hear_of_each_other(postgres_url: str) -> None:
    servers = [PostgresDatabase(postgres_url) for _ in range(3)]
    ledgers = [PostgresLedger(server) for server in servers]
    signal = ledgers[2].next_commit()
    created = await asyncio.gather(
        *(ledgers[number % 2].create(builders.record(number, idempotency=KEY)) for number in range(1, 17))
    )
    assert len({item.run for item in created}) == 1
    await asyncio.wait_for(signal.wait(), 10)
    head = created[0].run
    noted = await asyncio.gather(*(note_after(ledgers[number % 3], head, number) for number in range(9)))
    assert len(set(noted)) == 1
    entries = await ledgers[0].entries(None, after=0, size=100)
    assert [item.place for item in entries] == [1, 2]
    for server in servers:
        await server.close()


async def test_a_server_that_stops_in_a_transaction_holds_up_no_other_for_long(
    database: PostgresDatabase, postgres_url: str
) -> None:
    engine = open_writer(postgres_url)
    with engine.connect() as stopped:
        assert stopped.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one() == "5s"
        stopped.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '300ms'")
        lock_head(stopped)
        await recorded(database)
        with pytest.raises(sa.exc.DBAPIError) as caught:
            lock_head(stopped)
        assert may_pass(caught.value), "a server that goes on after that tries its writes again"
    engine.dispose()


async def test_texts_of_any_length_are_stored_and_found(database: PostgresDatabase) -> None:
    ledger, entities = PostgresLedger(database), PostgresEntityStore(database)
    texts = ["a" * 20_000 + str(number) for number in range(3)]
    for number, text in enumerate(texts):
        await ledger.create(builders.record(number, mode=text))
    for text in texts:
        condition = filters.Comparison("mode", "=", text)
        assert await ledger.count(condition) == len(await ledger.scan(ListQuery(condition, 5))) == 1
    assert await ledger.count(filters.Comparison("mode", "=", "a" * 900, prefix=True)) == 3
    assert await entities.count("pattern", None) == 0


@pytest.mark.parametrize("field", tables.INDEXED)
async def test_every_indexed_field_of_runs_has_an_index_that_its_comparisons_use(postgres_url: str, field: str) -> None:
    condition = filters.Comparison(field, "=", "x")
    columns = tables.runs.c
    page = sa.select(columns.run_id).where(condition_of(condition, tables.runs, beginnings(condition, tables.runs)))
    page = page.order_by(columns.created_at_utc.desc(), columns.run_id.desc()).limit(5)
    with connected(open_reader(postgres_url)) as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_sort = off")
        compiled = page.compile(connection, compile_kwargs={"literal_binds": True})
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%")))
    assert f"Index Scan Backward using runs_by_{field}" in plan
    assert "Sort" not in plan


def statements_of_a_group(engine: sa.Engine, numbers: range, kind: str = "annotation") -> list[tuple[str, bool]]:
    """What a group of new runs, each with a note, asks the database; and whether it does so for each row anew."""
    asked: list[tuple[str, bool]] = []
    records = [builders.record(number, idempotency=Idempotency(f"key-{number}", "p")) for number in numbers]
    compose = partial(amendment, kind)
    notes = [NewAmendment(item.run_id, kind, f"{item.run_id}/000000", compose, None) for item in records]

    @sa.event.listens_for(engine, "before_cursor_execute")
    def noticed(_: object, __: object, statement: str, ___: object, ____: object, many: bool) -> None:
        asked.append((statement, many))

    with engine.begin() as connection:
        transaction = Transaction(connection)
        create_all(transaction, records)
        append_all(transaction, notes)
        transaction.seal()
    sa.event.remove(engine, "before_cursor_execute", noticed)
    return asked


def amendment(kind: str, ordinal: int, previous_sha256: str) -> bytes:
    return b'{"body":{},"kind":"%b","ordinal":%d,"previous_sha256":"%b"}' % (
        kind.encode(),
        ordinal,
        previous_sha256.encode(),
    )


async def test_what_rows_may_be_spread_by_is_never_set_anew(postgres_url: str) -> None:
    engine = open_writer(postgres_url)
    changes = [
        said for said, _ in statements_of_a_group(engine, range(1), "override") if said.startswith("UPDATE runs")
    ]
    assert len(changes) == 1
    assert "SET created_at_utc=" in changes[0], "not run_id=, which databases that spread rows by it refuse"
    engine.dispose()


async def test_a_group_takes_as_many_statements_as_a_single_write(postgres_url: str) -> None:
    engine = open_writer(postgres_url)
    one, twenty = statements_of_a_group(engine, range(1)), statements_of_a_group(engine, range(1, 21))
    assert one == twenty
    assert not any(many for _, many in twenty)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count(), sa.func.max(tables.ledger.c.seq))).one() == (42, 42)
    engine.dispose()


async def test_records_of_many_amendments_at_once_keep_their_index(database: PostgresDatabase) -> None:
    ledger = PostgresLedger(database)
    record = builders.record()
    await ledger.create(record)
    await asyncio.gather(
        *(add(ledger, record, AmendmentKind.ANNOTATION, number, meta={f"key{number}": 1}) for number in range(20))
    )
    keys = (await ledger.get_index(record.run_id)).meta_keys.split("\n")
    assert sorted(keys) == sorted(f"key{number}" for number in range(20))
    stored = await ledger.get(record.run_id)
    assert all(canonical_json.sha256_hex(item.document) == item.sha256 for item in stored.documents)


async def test_a_server_that_is_cut_off_while_its_store_is_moved_adds_nothing_any_more(
    database: PostgresDatabase, postgres_server: PostgresServer, postgres_url: str
) -> None:
    await recorded(database)
    for row in ("('out', false, 'elsewhere')", "('in', false, 'elsewhere')"):
        postgres_server.run(f"INSERT INTO moves VALUES {row}", database="store")
        try:
            with pytest.raises(StoreBusyError, match="is being moved, or was; nothing was written"):
                await recorded(database, 2)
        finally:
            postgres_server.run("DELETE FROM moves", database="store")
    assert await PostgresLedger(database).newest_entry() == 1
    await recorded(database, 2)


async def test_a_database_that_a_server_uses_takes_in_no_store(database: PostgresDatabase, postgres_url: str) -> None:
    assert await PostgresLedger(database).newest_entry() == 0
    with pytest.raises(ConfigurationError, match="servers are connected to the database"):
        PostgresIntake(postgres_url, source="elsewhere")
    await recorded(database)


async def test_a_server_starts_beside_one_that_records(database: PostgresDatabase, postgres_url: str) -> None:
    numbers = itertools.count(1)

    async def record_on() -> None:
        while True:
            await PostgresLedger(database).create(builders.record(next(numbers)))

    recording = asyncio.create_task(record_on())
    try:
        for _ in range(20):
            await asyncio.to_thread(check_database, postgres_url)
    finally:
        recording.cancel()
        await asyncio.wait([recording])
    assert next(numbers) > 2
