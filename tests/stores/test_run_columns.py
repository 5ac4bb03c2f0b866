"""A column that a migration of every database adds to the rows of runs: filled from their documents, and guarded."""

import hashlib
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path

import pytest
import sqlalchemy as sa

from runs_svc.adapters.postgres import engine as postgres_engine
from runs_svc.adapters.postgres import schema as postgres_schema
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.sql.migrations import SHARED, Migrations
from runs_svc.adapters.sqlite import engine as sqlite_engine
from runs_svc.adapters.sqlite import schema as sqlite_schema
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind, compose_amendment
from runs_svc.domain.runs.run import RecordComposer, RunRecord
from runs_svc.ports import Ledger
from testkit.postgres import PostgresServer
from tests import builders

ADDED = '''"""Modes in capitals, and how many documents a run has."""

from runs_svc.migrations.run_columns import add_number_column, add_text_column

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    add_text_column("shouted_mode", usual="", value_of=lambda documents: documents[0]["mode"].upper())
    add_number_column("document_count", value_of=lambda documents: float(len(documents)))
'''
"""The next migration, were it needed."""
FOLDERS = {"sqlite": "migrations", "postgres": "adapters/postgres/migrations"}
Store = tuple[Migrations, sa.Engine, Ledger, Callable[[], Awaitable[None]]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store of the newest schema, and its migrations with one more."""
    shared = tmp_path / "shared"
    shared.mkdir()
    for path in SHARED.glob("[0-9]*.py"):
        (shared / path.name).write_bytes(path.read_bytes())
    before = sqlite_schema.known()[-1].revision
    revision = f"{int(before) + 1:04}"
    (shared / f"{revision}_added.py").write_text(ADDED.format(revision=revision, before=before))
    migrations = Migrations(Path(str(resources.files("runs_svc") / FOLDERS[request.param])), shared=shared)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'rmos.db'}"
        sqlite_schema.migrate_url(url)
        database = SqliteDatabase(url)
        return migrations, sqlite_engine.open_writer(url), SqliteLedger(database), database.close
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.run("CREATE DATABASE columns")
    url = server.url("columns")
    postgres_schema.migrate_url(url)
    other = PostgresDatabase(url)
    return migrations, postgres_engine.open_writer(url), PostgresLedger(other), other.close


async def test_a_shared_migration_fills_a_column_from_the_documents_of_each_run(store: Store) -> None:
    migrations, engine, ledger, close = store
    plain, noted, wrong, altered = records = [builders.record(number) for number in range(1, 5)]
    for record in records:
        await ledger.create(record)
    await ledger.append(noted.run_id, kind="annotation", record_id="note", compose=note(noted.run_id))
    await close()
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE runs SET checksum = 'wrong' WHERE run_id = :id"), {"id": wrong.run_id.text})
        forget_trigger(connection)
        spoiled = {"document": b"{", "id": altered.run_id.text}
        connection.execute(sa.text("UPDATE ledger SET document = :document WHERE subject_id = :id"), spoiled)
    assert len(migrations.migrate(engine)) == 1
    with engine.connect() as connection:
        rows = {row["run_id"]: row for row in connection.execute(sa.text("SELECT * FROM runs")).mappings()}
        indexes = {index["name"] for index in sa.inspect(connection).get_indexes("runs")}
    engine.dispose()
    mode = plain.content.mode.upper()
    added = {item: (rows[item]["shouted_mode"], rows[item]["document_count"]) for item in rows}
    assert added == {
        plain.run_id.text: (mode, 1.0),
        noted.run_id.text: (mode, 2.0),
        wrong.run_id.text: (mode, 1.0),
        altered.run_id.text: ("", None),
    }
    for record in (plain, noted, altered):
        assert rows[record.run_id.text]["checksum"] == checksum_of(record, added[record.run_id.text])
    assert rows[wrong.run_id.text]["checksum"] == "wrong", "a wrong one stays wrong"
    assert "runs_by_shouted_mode" in indexes
    assert "runs_by_document_count" not in indexes


def note(run_id: RunId) -> RecordComposer:
    return compose_amendment(
        AmendmentKind.ANNOTATION,
        {"person": "M. Sato", "note": "changes nothing that lists show"},
        run_id=run_id,
        request_id="req_1",
        created_at_utc="2026-03-01T12:00:00.000000Z",
        idempotency_key=None,
        payload="",
    )


def forget_trigger(connection: sa.Connection) -> None:
    """The ledger refuses to be altered; this takes the guard away."""
    is_postgres = connection.dialect.name == "postgresql"
    name = "ledger_refuses_change ON ledger" if is_postgres else "ledger_refuses_update"
    connection.execute(sa.text(f"DROP TRIGGER {name}"))


def checksum_of(record: RunRecord, added: tuple[str, float | None]) -> str:
    """As docs/storage-format.md says: of the id and all columns in their order, split by U+001F."""
    joined = "\x1f".join(map(str, (record.run_id, *record.index, *added)))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]
