"""What the servers' role, and what an unfit database, cannot do to records in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import start_check
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.engine import open_writer
from runs_svc.adapters.postgres.failures import is_undone
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.postgres.start_check import check_database
from runs_svc.domain.errors import StorageFullError
from testkit.postgres import PostgresServer
from tests import builders
from tests.stores.postgres_connections import connected

pytestmark = pytest.mark.xdist_group("postgres")
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)
_CHANGE = "UPDATE ledger SET document = '\\x00'"


ATTACKS = (
    "DROP TABLE ledger",
    "DROP TABLE ledger CASCADE",
    "DROP SCHEMA public CASCADE",
    "DROP TRIGGER ledger_refuses_change ON ledger",
    "DROP FUNCTION rmos_refuse_change() CASCADE",
    "ALTER TABLE ledger DISABLE TRIGGER ALL",
    "ALTER TABLE ledger DISABLE TRIGGER USER",
    "ALTER TABLE ledger DROP COLUMN document",
    "ALTER TABLE ledger RENAME TO gone",
    "ALTER TABLE ledger OWNER TO rmos_service",
    "SET session_replication_role = replica; " + _CHANGE,
    "SET ROLE owner; " + _CHANGE,
    "GRANT UPDATE ON ledger TO rmos_service; " + _CHANGE,
    "CREATE RULE away AS ON INSERT TO ledger DO INSTEAD NOTHING",
    "CREATE TRIGGER away BEFORE INSERT ON ledger EXECUTE FUNCTION rmos_refuse_change()",
    "INSERT INTO ledger TABLE ledger ON CONFLICT (subject_id, kind, record_id) DO UPDATE SET document = ''",
    "MERGE INTO ledger USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM ledger RETURNING *) SELECT count(*) FROM gone",
    "SELECT * FROM ledger FOR UPDATE",
    "CREATE TABLE mine (one integer) INHERITS (ledger)",
    "COPY ledger FROM PROGRAM 'true'",
    "UPDATE pg_catalog.pg_class SET relowner = 0",
    "DELETE FROM schema_migrations",
    "DELETE FROM runs",
    "TRUNCATE runs, ledger_head, leases",
    "CREATE EVENT TRIGGER away ON sql_drop EXECUTE FUNCTION rmos_refuse_change()",
)


async def test_the_servers_role_can_do_no_harm_to_a_record(postgres_url: str) -> None:
    database = PostgresDatabase(postgres_url)
    recorded = await PostgresLedger(database).create(builders.record(1))
    succeeded = []
    with psycopg.connect(postgres_url, autocommit=True) as attacker:
        for statement in ATTACKS:
            try:
                attacker.execute(statement.encode())
            except REFUSED:
                continue
            succeeded.append(statement)
    assert succeeded == []
    kept = await PostgresLedger(database).get(builders.record(1).run_id)
    await database.close()
    assert kept.run == recorded.run
    check_database(postgres_url)


@contextmanager
def configured(server: PostgresServer, setting: str) -> Iterator[None]:
    """A server that is told something as it runs."""
    name = setting.partition(" ")[0]
    server.run(f"ALTER SYSTEM SET {setting}", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.run(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("fsync = off", "does not make what it commits durable"),
        ("full_page_writes = off", "a power cut can tear its pages"),
    ],
)
def test_a_database_that_may_lose_what_it_commits_is_refused(
    postgres_server: PostgresServer, postgres_url: str, setting: str, words: str
) -> None:
    check_database(postgres_url)
    with configured(postgres_server, setting), pytest.raises(ConfigurationError, match=words):
        _check_once_told(postgres_url)


def _check_once_told(url: str) -> None:
    """A reload takes a moment to reach those who connect."""
    for _ in range(100):
        check_database(url)


def test_a_session_commits_durably_whatever_the_database_is_told(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with configured(postgres_server, "synchronous_commit = off"), connected(open_writer(postgres_url)) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


@pytest.mark.parametrize(
    ("damage", "repair", "words"),
    [
        (
            "GRANT UPDATE (document) ON ledger TO rmos_service",
            "REVOKE UPDATE (document) ON ledger FROM rmos_service",
            "has the right to UPDATE columns of ledger",
        ),
        (
            "ALTER TABLE ledger ENABLE REPLICA TRIGGER ledger_refuses_change",
            "ALTER TABLE ledger ENABLE TRIGGER ledger_refuses_change",
            "the triggers that keep ledger from being changed are gone",
        ),
        (
            "GRANT DELETE ON ledger TO rmos_service",
            "REVOKE DELETE ON ledger FROM rmos_service",
            "right to DELETE ledger",
        ),
        ("ALTER TABLE blobs DISABLE TRIGGER USER", "ALTER TABLE blobs ENABLE TRIGGER USER", "triggers that keep blobs"),
        ("UPDATE ledger_head SET place = 7", "UPDATE ledger_head SET place = 0", "it counts 7 records"),
        ("GRANT owner TO rmos_service", "REVOKE owner FROM rmos_service", "owns the table ledger"),
        (
            "ALTER TABLE schema_migrations RENAME TO away",
            "ALTER TABLE away RENAME TO schema_migrations",
            "lacks the migrations 0001",
        ),
    ],
)
def test_a_database_that_is_not_fit_is_refused(
    postgres_server: PostgresServer, postgres_url: str, damage: str, repair: str, words: str
) -> None:
    check_database(postgres_url)
    postgres_server.run(damage, database="store")
    try:
        with pytest.raises(ConfigurationError, match=words):
            check_database(postgres_url)
    finally:
        postgres_server.run(repair, database="store")
    check_database(postgres_url)


def test_a_pooler_that_keeps_no_sessions_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that pools transactions: each of a connection's statements may come to another process."""
    monkeypatch.setattr(start_check, "_SESSION", sa.text("SELECT floor(random() * 1e9)"))
    with pytest.raises(ConfigurationError, match=r"a pooler .* pool_mode = session"):
        check_database(postgres_url)


async def test_a_database_whose_disk_is_full_says_so_at_once_and_takes_writes_once_there_is_room(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    full = """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
    """
    postgres_server.run(
        full, "CREATE TRIGGER full_disk BEFORE INSERT ON runs EXECUTE FUNCTION full_disk()", database="store"
    )
    database = PostgresDatabase(postgres_url)
    try:
        with pytest.raises(StorageFullError, match="the disk of the database is full"):
            await PostgresLedger(database).create(builders.record(1))
    finally:
        postgres_server.run("DROP FUNCTION full_disk CASCADE", database="store")
    recorded = await PostgresLedger(database).create(builders.record(1))
    await database.close()
    assert recorded.run.subject_id == builders.record(1).run_id.text


def test_what_a_database_says_it_does_not_know_is_no_certainty() -> None:
    def said(code: str) -> sa.exc.DBAPIError:
        error = psycopg.errors.lookup(code)()
        return sa.exc.DBAPIError("COMMIT", None, error)

    assert [is_undone(said(code)) for code in ("40001", "23505", "40003", "57P01")] == [True, True, False, False]


def test_every_key_holds_the_column_that_rows_can_be_spread_by_and_nothing_refers_to_another_table(
    postgres_url: str,
) -> None:
    with psycopg.connect(postgres_url) as connection:
        keys = connection.execute(_KEYS).fetchall()
        assert connection.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f'").fetchone() == (0,)
    spread = [(table, columns) for table, columns in keys if table not in _OF_ONE_PLACE]
    assert {"ledger", "runs", "blobs", "idempotency_keys", "workflow_sessions"} <= {table for table, _ in spread}
    assert [(table, columns) for table, columns in spread if _SPREAD_BY.get(table, "subject_id") not in columns] == []


_KEYS = """
    SELECT indrelid::regclass::text, array_agg(attname::text)
    FROM pg_index
    JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
    JOIN pg_class ON oid = indrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
    GROUP BY indrelid, indexrelid
"""
_OF_ONE_PLACE = {"ledger_head", "leases", "publications", "turns", "moves", "schema_migrations", "alembic_version"}
"""Of a few rows, which belong to the store as a whole."""
_SPREAD_BY = {"runs": "run_id", "blobs": "sha256", "idempotency_keys": "key"}
