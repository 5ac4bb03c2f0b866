"""The schema's migrations: each once, together, with checksums; data of every earlier one opens."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.sqlite import schema
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.document import read_document
from runs_svc.usecases.runs.read import read_run
from tests.administration.offline import offline

SCHEMAS = Path(__file__).parent / "schemas"
REVISIONS = [migration.revision for migration in schema.known()]


def load(name: str, folder: Path) -> Path:
    """A database of an earlier schema."""
    path = folder / "rmos.db"
    with sqlite3.connect(path) as database:
        database.executescript((SCHEMAS / f"{name}.sql").read_text())
    return path


def dump(path: Path) -> str:
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


def test_every_migration_has_a_fixture() -> None:
    """For a new one: python -m tests.stores.new_schema."""
    assert sorted(path.stem for path in SCHEMAS.glob("*.sql")) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
async def test_data_of_every_schema_opens(revision: str, tmp_path: Path) -> None:
    path = load(revision, tmp_path)
    schema.migrate_url(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        sessions = database.execute("SELECT subject_id, status FROM workflow_sessions").fetchall()
        assert sessions == [("ws_0123456789ab", "draft")]
    if revision < "0003":
        return
    database_ = SqliteDatabase(f"sqlite:///{path}")
    run = read_run(await SqliteLedger(database_).get(RunId("run_000000000007")))
    assert run.document.run_id == "run_000000000007"
    newest = await SqliteEntityStore(database_).newest("ws_0123456789ab")
    assert newest is not None
    assert read_document(newest)["state"] == {"title": "kept"}
    await database_.close()


def test_labels_of_runs_take_the_form_in_which_they_are_compared(tmp_path: Path) -> None:
    path = load("0008", tmp_path)
    with sqlite3.connect(path) as database:
        insert_run(
            database, run_id="run_sound", instrument_serial="Müller\u201107 ", operator="K. Ito", checksum="right"
        )
        insert_run(database, run_id="run_wrong", instrument_serial="OM-8", checksum="0123456789abcdef")
    schema.migrate_url(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT * FROM runs WHERE run_id LIKE 'run_%' AND operator != '' OR run_id = 'run_wrong'"
        )
        names = [item[0] for item in rows.description]
        sound, wrong = (dict(zip(names, row, strict=True)) for row in rows.fetchall())
    assert (sound["instrument_serial"], sound["operator"]) == ("müller-07", "k.ito")
    assert sound["checksum"] == checksum_of(sound)
    assert (wrong["instrument_serial"], wrong["checksum"]) == ("om-8", "0123456789abcdef"), "a wrong one stays wrong"


def insert_run(database: sqlite3.Connection, **given: str) -> None:
    """A row of the runs, with a right checksum when that is asked for."""
    names = [item[1] for item in database.execute("PRAGMA table_info(runs)")]
    row: dict[str, object] = {**dict.fromkeys(names, ""), "score": 97.0, **given}
    if row["checksum"] == "right":
        row["checksum"] = checksum_of(row)
    database.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(names))})", list(row.values()))


def checksum_of(row: dict[str, object]) -> str:
    """As docs/storage-format.md says: of all other columns in their order, split by U+001F."""
    joined = "\x1f".join(str(value) for name, value in row.items() if name != "checksum")
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def test_a_fresh_database_takes_all_of_them_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rmos.db'}"
    assert schema.migrate_url(url) == REVISIONS
    before = dump(tmp_path / "rmos.db")
    assert schema.migrate_url(url) == []
    assert dump(tmp_path / "rmos.db") == before


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rmos.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE blobs (in_the_way TEXT)")  # the third migration cannot create its own
    before = dump(path)
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        schema.migrate_url(f"sqlite:///{path}")
    assert dump(path) == before


def test_a_migration_that_was_changed_afterwards_stops_the_server(tmp_path: Path) -> None:
    path = tmp_path / "rmos.db"
    schema.migrate_url(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE schema_migrations SET sha256 = 'x' WHERE revision = '0002'")
    with pytest.raises(ConfigurationError, match="migration 0002 has another checksum"):
        schema.migrate(open_writer(f"sqlite:///{path}"))


def revisions_in(text: str) -> list[str]:
    return [line[:4] for line in text.splitlines() if line[:1] == "0"]


def test_a_dry_run_says_what_is_pending_and_writes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    planned = offline("schema", "plan", "--runs-dir", store)
    assert revisions_in(planned.stdout) == REVISIONS
    assert not store.exists()
    store.mkdir()
    path = load("0002", store)
    before = path.read_bytes()
    planned = offline("schema", "plan", "--runs-dir", store)
    assert revisions_in(planned.stdout) == REVISIONS[2:]
    assert (path.read_bytes(), sorted(store.iterdir())) == (before, [path])
    assert offline("schema", "apply", "--runs-dir", store).returncode == 0
    listed = offline("schema", "status", "--runs-dir", store)
    assert listed.stdout.count(" applied ") == len(REVISIONS)
