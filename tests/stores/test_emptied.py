"""A ledger that holds less than was published of it is refused, and the repair brings all back."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.missing_records import refuse_emptied
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.rebuilt_ledger import begin_rebuild, finish_rebuild
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.composition.offline import check
from runs_svc.composition.repairing import rebuild_ledger
from runs_svc.config import RunsSettings
from runs_svc.domain.runs.run import Idempotency
from tests import builders
from tests.stores.publishing import publish_everything

RUNS = 6
REMEDY = "python -m runs_svc fsck --repair ledger"


async def record(root: Path, *numbers: int, at: str = "12:00") -> None:
    """Runs, each under its own key, published."""
    root.mkdir(exist_ok=True)
    url = f"sqlite:///{root / 'rmos.db'}"
    migrate_url(url)
    database = SqliteDatabase(url)
    for number in numbers:
        key = Idempotency(key_of(number), f"{number:064x}")
        await SqliteLedger(database).create(
            builders.record(number, idempotency=key, created_at_utc=f"2026-03-01T{at}:00.000000Z")
        )
    await database.close()
    publish_everything(url, root)


def key_of(number: int) -> str:
    return f"8f14e45f-ceea-467f-9b5e-{number % 100:012x}"


@pytest.fixture
async def root(tmp_path: Path) -> Path:
    await record(tmp_path / "store", *range(1, RUNS + 1))
    return tmp_path / "store"


def refuse(root: Path) -> None:
    refuse_emptied(root, root / "rmos.db")


def repair(root: Path) -> None:
    rebuild_ledger(RunsSettings(runs_dir=root))


def held(root: Path) -> dict[str, str]:
    """Keys and the runs they lead to."""
    with closing(sqlite3.connect(root / "rmos.db")) as database:
        return dict(database.execute("SELECT key, run_id FROM idempotency_keys"))


def lose_ledger(root: Path) -> None:
    for path in root.glob("rmos.db*"):
        path.unlink()


def lose_places(root: Path) -> None:
    for name in (".cursor.json", ".published"):
        (root / name).unlink()


def lose_everything_but_the_archive(root: Path) -> None:
    for path in root.iterdir():
        if not path.is_dir():
            path.unlink()


def empty_file(root: Path) -> None:
    (root / "rmos.db").write_bytes(b"")


def empty_schema(root: Path) -> None:
    lose_ledger(root)
    migrate_url(f"sqlite:///{root / 'rmos.db'}")


def lose_rows(root: Path) -> None:
    with closing(sqlite3.connect(root / "rmos.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM ledger WHERE seq > 2")


def lose_first_rows_and_places(root: Path) -> None:
    with closing(sqlite3.connect(root / "rmos.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM ledger WHERE seq < 2")
    lose_places(root)


@pytest.mark.parametrize(
    "lose",
    [
        lose_ledger,
        lose_everything_but_the_archive,
        empty_file,
        empty_schema,
        lose_rows,
        lose_first_rows_and_places,
    ],
)
def test_what_was_published_and_is_not_there_is_refused_and_had_back(root: Path, lose: Callable[[Path], None]) -> None:
    before = held(root)
    lose(root)
    there = {path: path.stat().st_mtime_ns for path in root.glob("rmos.db")}
    with pytest.raises(ConfigurationError, match=REMEDY):
        refuse(root)
    assert {path: path.stat().st_mtime_ns for path in root.glob("rmos.db")} == there, "nothing is made or changed"
    repair(root)
    refuse(root)
    assert held(root) == before
    assert check(RunsSettings(runs_dir=root)).sound


def test_a_sound_store_and_a_new_one_start(root: Path, tmp_path: Path) -> None:
    refuse(root)
    refuse(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    lose_places(root)
    refuse(root)


async def test_an_older_copy_is_refused_and_what_is_newer_had_back(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "rmos.db", tmp_path / "older.db")
    await record(root, 7, 8, 9)
    newest = held(root)
    shutil.copy(tmp_path / "older.db", root / "rmos.db")
    with pytest.raises(ConfigurationError, match="9 records were published, it has had 6"):
        refuse(root)
    repair(root)
    refuse(root)
    assert held(root) == newest


async def test_an_older_copy_with_its_own_places_is_refused(root: Path, tmp_path: Path) -> None:
    names = ("rmos.db", ".cursor.json", ".published")
    for name in names:
        shutil.copy(root / name, tmp_path / name)
    await record(root, 7)
    for name in names:
        shutil.copy(tmp_path / name, root / name)
    with pytest.raises(ConfigurationError, match="run_000000000007"):
        refuse(root)


async def test_the_ledger_of_another_store_is_refused(root: Path, tmp_path: Path) -> None:
    await record(tmp_path / "other", *range(11, 20))
    shutil.copy(tmp_path / "other" / "rmos.db", root / "rmos.db")
    with pytest.raises(ConfigurationError, match="which was published"):
        refuse(root)


def test_an_altered_row_is_no_lost_one(root: Path) -> None:
    with closing(sqlite3.connect(root / "rmos.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger SET record_id = CAST(x'ff' AS TEXT), sha256 = 'none' WHERE seq = 6")
    refuse(root)


async def test_records_that_were_taken_out_with_their_files_are_not_missed(root: Path) -> None:
    lose_rows(root)
    for number in range(3, RUNS + 1):
        next(root.glob(f"*/run_{number:012x}.json")).unlink()
    refuse(root)
    await record(root, 7)
    refuse(root)


async def test_a_key_that_was_used_again_leads_to_the_first_run(root: Path) -> None:
    lose_ledger(root)
    lose_places(root)
    archive = root.with_name("archive")
    shutil.move(next(root.glob("????-??-??")), archive)
    await record(root, 103, at="12:01")
    shutil.copytree(archive, root / "2026-03-01", dirs_exist_ok=True)
    report = rebuild_ledger(RunsSettings(runs_dir=root))
    assert [tuple(item) for item in report.doubled] == [(key_of(3), "run_000000000003", f"run_{103:012x}")]
    assert held(root)[key_of(3)] == "run_000000000003"
    assert len(held(root)) == RUNS
    found = check(RunsSettings(runs_dir=root))
    assert (found.sound, found.records, len(found.doubled_keys)) == (True, RUNS + 1, 1)


def test_a_rebuild_that_was_interrupted_is_reported_and_finished(root: Path) -> None:
    before = held(root)
    staged = begin_rebuild(root, root / "rmos.db")
    shutil.copy(root / "rmos.db", staged)
    staged.rename(staged.with_name("rmos.db.whole"))
    with pytest.raises(ConfigurationError, match="was interrupted"):
        refuse(root)
    assert not check(RunsSettings(runs_dir=root)).sound
    (root / "rmos.db-wal").write_bytes(b"of the old ledger")
    finish_rebuild(root, root / "rmos.db")
    refuse(root)
    assert held(root) == before
    assert [path.name for path in root.glob(".damaged/*/*-wal")] == ["rmos.db-wal"]


def test_a_rebuild_that_an_earlier_version_left_half_done_is_finished(root: Path) -> None:
    before = held(root)
    (root / ".rebuild").mkdir()
    (root / "rmos.db").rename(root / ".rebuild" / "rmos.db")
    shutil.rmtree(next(root.glob("????-??-??")))  # not published yet: only the ledger has it
    with pytest.raises(ConfigurationError, match="was interrupted"):
        refuse(root)
    repair(root)
    assert held(root) == before


def test_a_published_record_that_fits_nowhere_is_kept_aside_by_the_repair(root: Path) -> None:
    stray = b'{"created_at_utc":"2026-03-01T12:00:00.000000Z","ordinal":1,"previous_sha256":"0",'
    stray += b'"run_id":"run_000000000001","schema":"rmos.hold/1"}'
    (root / "2026-03-01" / "run_000000000001_hold_000000.json").write_bytes(stray)
    lose_places(root)
    with pytest.raises(ConfigurationError, match="run_000000000001_hold_000000"):
        refuse(root)
    repair(root)
    refuse(root)
    assert list(root.glob(".damaged/*/run_000000000001_hold_000000.json"))


def test_files_that_are_no_records_do_not_hinder(root: Path) -> None:
    (root / "2026-03-01" / "run_ffffffffffff.json").write_text("not a record")
    (root / "2026-03-01" / "notes.txt").write_text("of somebody")
    lose_places(root)
    refuse(root)


def test_the_log_of_the_old_ledger_is_never_taken_for_the_new_ones(root: Path) -> None:
    staged = begin_rebuild(root, root / "rmos.db")
    shutil.copy(root / "rmos.db", staged)
    (root / "rmos.db-wal").write_bytes(os.urandom(4_096))
    finish_rebuild(root, root / "rmos.db")
    assert not (root / "rmos.db-wal").exists()
