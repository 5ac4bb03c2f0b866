"""What the SQL ledger promises beyond the port."""

import asyncio
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from foundation import canonical_json
from rpckit.settings import ConfigurationError
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.sql import entity_indexes, tables
from runs_svc.adapters.sqlite import connections, foreign_commits
from runs_svc.adapters.sqlite.connections import LongReadError, SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_reader, open_writer
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.run_lists import find_places
from runs_svc.adapters.sqlite.schema import migrate
from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.amendments import AmendmentKind, compose_amendment
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.run import Idempotency, RunRecord
from runs_svc.domain.runs.run_document import Origin, write
from runs_svc.domain.runs.run_index import index_of
from runs_svc.ports import ListQuery
from runs_svc.usecases.runs.read import read_run
from tests import builders
from tests.stores.corruption import altered


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def recorded(url: str) -> RunId:
    ledger = SqliteLedger(SqliteDatabase(url))
    record = builders.record(idempotency=Idempotency("k", "p"))
    await ledger.create(record)
    await ledger.database.close()
    return record.run_id


@pytest.mark.parametrize("table", tables.APPEND_ONLY)
@pytest.mark.parametrize(
    "statement", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"]
)
async def test_nothing_recorded_can_be_changed(database_url: str, table: str, statement: str) -> None:
    await recorded(database_url)
    with open_writer(database_url).connect() as connection:
        connection.execute(tables.blobs.insert(), blob_row("s"))
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            connection.exec_driver_sql(statement.format(table))


async def test_the_reader_cannot_write(database_url: str) -> None:
    with open_reader(database_url).connect() as connection, pytest.raises(sa.exc.OperationalError, match="readonly"):
        connection.execute(tables.blobs.insert(), blob_row("s"))


async def test_an_altered_document_is_an_error_and_listed_as_unreachable(database_url: str) -> None:
    run_id = await recorded(database_url)
    data = path_of(database_url)
    with sqlite3.connect(data) as connection:
        connection.execute("DROP TRIGGER ledger_refuses_update")
        connection.execute("UPDATE ledger SET document = CAST(replace(document, 'GREEN', 'green') AS BLOB)")
    ledger = SqliteLedger(SqliteDatabase(database_url))
    with pytest.raises(RunCorruptError):
        read_run(await ledger.get(run_id))
    assert [row.intact for row in await ledger.scan(ListQuery(None, 10))] == [False]
    await ledger.database.close()


async def test_a_document_that_reads_as_nothing_is_not_intact(database_url: str) -> None:
    run_id = (await recorded(database_url)).text
    with sqlite3.connect(path_of(database_url)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'document BLOB NOT NULL', 'document BLOB')")
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET document = NULL")
    ledger = SqliteLedger(SqliteDatabase(database_url))
    assert [(row.run_id.text, row.intact) for row in await ledger.scan(ListQuery(None, 10))] == [(run_id, False)]
    await ledger.database.close()


def hold(*_: object) -> bytes:
    return b'{"kind":"hold","body":{"held":true}}'


async def test_a_row_that_was_checked_is_not_read_again_until_it_changes(database_url: str) -> None:
    run_id = await recorded(database_url)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    statements: list[str] = []
    driver: Any = ledger.database.on_loop.connection.driver_connection
    driver.set_trace_callback(statements.append)

    cached = CachingLedger(ledger, most_bytes=1024**2)

    async def records_read() -> int:
        statements.clear()
        assert [row.intact for row in await cached.scan(ListQuery(None, 10))] == [True]
        return sum("document" in statement for statement in statements)

    assert [await records_read(), await records_read()] == [1, 0]
    await ledger.append(run_id, kind="hold", record_id=f"{run_id}/000000", compose=hold)
    assert [await records_read(), await records_read()] == [1, 0]
    await ledger.database.close()


async def test_what_somebody_else_writes_is_seen_though_it_was_read_before(database_url: str) -> None:
    run_id = await recorded(database_url)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    read_run(await ledger.get(run_id))
    assert [row.intact for row in await ledger.scan(ListQuery(None, 10))] == [True]
    assert [row.run.intact for row in await ledger.entries(None, after=0, size=10)] == [True]
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET document = x'7b7d' WHERE ordinal = 0")
    with pytest.raises(RunCorruptError):
        read_run(await ledger.get(run_id))
    assert [row.intact for row in await ledger.scan(ListQuery(None, 10))] == [False]
    assert [row.run.intact for row in await ledger.entries(None, after=0, size=10)] == [False]
    await ledger.database.close()


async def test_what_this_process_writes_is_not_taken_for_somebody_elses(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(foreign_commits, "LOOK_EVERY_S", 0.0)
    run_id = await recorded(database_url)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    await ledger.append(run_id, kind="hold", record_id=f"{run_id}/000000", compose=hold)
    await SqliteEntityStore(ledger.database).count("pattern", None)
    assert not caplog.records
    await ledger.database.close()


async def test_an_amendment_whose_caller_has_gone_away_is_seen_by_others(database_url: str) -> None:
    run_id = await recorded(database_url)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    await ledger.get(run_id)
    committed = ledger.next_commit()
    caller = asyncio.create_task(ledger.append(run_id, kind="hold", record_id=f"{run_id}/000000", compose=hold))
    await asyncio.sleep(0)
    caller.cancel()
    await committed.wait()
    assert [amendment.kind for amendment in (await ledger.get(run_id)).amendments] == ["hold"]
    await ledger.database.close()


async def test_runs_and_keys_survive_a_restart(database_url: str) -> None:
    run_id = await recorded(database_url)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    assert (await ledger.get(run_id)).run.subject_id == run_id.text
    replay = await ledger.find_replay(Idempotency("k", "p"))
    assert replay is not None
    assert replay.run.subject_id == run_id.text
    await ledger.database.close()


async def test_closing_leaves_one_file_without_a_log(database_url: str) -> None:
    await recorded(database_url)
    data = path_of(database_url)
    assert [path.name for path in data.parent.iterdir()] == [data.name]


_LONG = sa.text(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000) "
    "SELECT count(*) FROM numbers"
)


async def test_what_takes_long_does_not_hold_the_event_loop(database_url: str) -> None:
    await recorded(database_url)
    database = SqliteDatabase(database_url)
    with pytest.raises(LongReadError):
        database.read_at_once(lambda connection: connection.execute(_LONG).scalar_one())
    assert await database.read(lambda connection: connection.execute(_LONG).scalar_one()) == 100_000
    assert database.on_loop.execute(_LONG).scalar_one() == 100_000
    await database.close()


async def test_a_short_page_that_walks_over_many_runs_is_found_all_the_same(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_MOST_STEPS", 100)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    records = [builders.record(number, created_at_utc=f"2026-03-01T12:{number:02}:00.000000Z") for number in range(60)]
    await asyncio.gather(*(ledger.create(record) for record in records))
    oldest = ListQuery(filters.parse("create_time = 2026-03-01T12:00:00Z OR score < 0"), 10)
    with pytest.raises(LongReadError):
        ledger.database.read_at_once(find_places, oldest)
    assert [row.run_id for row in await ledger.scan(oldest)] == [records[0].run_id]
    await ledger.database.close()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    writer = open_writer(database_url)
    before = path_of(database_url).read_bytes()
    migrate(writer)
    writer.dispose()
    assert path_of(database_url).read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with sqlite3.connect(path_of(database_url)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="schema 9999"):
        migrate(open_writer(database_url))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_create_the_tables_the_code_uses(database_url: str, tmp_path: Path) -> None:
    declared = sa.create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    assert entity_indexes.ENTITY_INDEXES  # their tables belong to the same metadata
    tables.metadata.create_all(declared)
    assert columns_of(open_reader(database_url)) == columns_of(declared)


def columns_of(engine: sa.Engine) -> dict[str, object]:
    inspector = sa.inspect(engine)
    return {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)],
            sorted((index["name"] or "", tuple(index["column_names"])) for index in inspector.get_indexes(name)),
            sorted(tuple(unique["column_names"]) for unique in inspector.get_unique_constraints(name)),
        )
        for name in inspector.get_table_names()
        if name not in {"alembic_version", "schema_migrations"} and not name.startswith("asset_words")
    }


def test_every_table_is_strict(database_url: str) -> None:
    with sqlite3.connect(path_of(database_url)) as connection:
        strict = dict(connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall())
    assert all(strict[table.name] for table in tables.metadata.sorted_tables)


@pytest.mark.parametrize("url", ["postgresql://x", "sqlite://", "mysql://x"])
def test_another_database_is_refused_clearly(url: str) -> None:
    with pytest.raises(ConfigurationError, match="only sqlite"):
        open_writer(url)


def blob_row(name: str, size: int = 0) -> dict[str, object]:
    return {"sha256": name, "size_bytes": size, "chunk_sha256": b"x" * size, "created_at_utc": "t"}


async def test_pages_do_not_wait_for_what_walks_over_every_row(database_url: str) -> None:
    await recorded(database_url)
    database, go_on = SqliteDatabase(database_url), threading.Event()
    walks = [asyncio.create_task(database.read_all(lambda _: go_on.wait(30))) for _ in range(8)]
    async with asyncio.timeout(20):
        listed = await database.read_page(find_places, ListQuery(None, 100))
    assert not any(walk.done() for walk in walks)
    go_on.set()
    await asyncio.gather(*walks)
    await database.close()
    assert len(listed) == 1


_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


async def test_a_page_that_takes_long_is_left_to_those_that_walk_over_every_row(database_url: str) -> None:
    database = SqliteDatabase(database_url)
    with pytest.raises(LongReadError):
        await database.read_page(lambda connection: connection.exec_driver_sql(_ENDLESS).all())
    await database.close()


async def test_a_query_that_nobody_waits_for_any_more_is_interrupted(database_url: str) -> None:
    database, begun = SqliteDatabase(database_url), threading.Event()

    def endless(connection: sa.Connection) -> object:
        begun.set()
        return connection.exec_driver_sql(_ENDLESS).all()

    query = asyncio.create_task(database.read_all(endless))
    assert await asyncio.to_thread(begun.wait, 30)
    query.cancel()
    async with asyncio.timeout(30):
        with pytest.raises(asyncio.CancelledError):
            await query
        assert await database.read_all(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()) == 1
    await database.close()


def imported_by_an_earlier_version(gate: str) -> RunRecord:
    """A run from another store, with the gate it had there."""
    native = builders.record()
    decision = replace(native.content.decision, gate_decision=GateDecision(gate))
    content = replace(native.content, decision=decision, origin=Origin({"kind": "v1"}))
    document = canonical_json.dumps(write(content))
    digest = Digest(canonical_json.sha256_hex(document))
    return replace(native, content=content, document=document, digest=digest, index=index_of(content))


@pytest.mark.parametrize("gate", ["ALLOWED", "OVERRIDDEN"])
async def test_lists_show_a_run_of_another_store_closed_until_it_is_opened_here(database_url: str, gate: str) -> None:
    record = imported_by_an_earlier_version(gate)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    await ledger.create(record)
    assert [row.index.gate_decision for row in await ledger.scan(ListQuery(None, 10))] == ["BLOCKED"]
    override = compose_amendment(
        AmendmentKind.OVERRIDE,
        {"person": "A. Lead", "reason": "looked at it"},
        run_id=record.run_id,
        request_id="r",
        created_at_utc=record.index.created_at_utc,
        idempotency_key=None,
        payload="",
    )
    await ledger.append(record.run_id, kind="override", record_id=f"{record.run_id}/000001", compose=override)
    assert [row.index.gate_decision for row in await ledger.scan(ListQuery(None, 10))] == ["OVERRIDDEN"]
    await ledger.database.close()
