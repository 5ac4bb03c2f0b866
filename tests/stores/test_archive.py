"""What the published tree promises."""

import asyncio
import logging
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from runs_svc.adapters.archive.archive import FileArchive, path_of
from runs_svc.adapters.archive.place import Place, read_cursor, write_progress
from runs_svc.adapters.archive.publisher import follow
from runs_svc.adapters.durable_files import publish
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.run import compose_attachment
from testkit.local_servers import _started_by
from tests import builders
from tests.stores.corruption import altered
from tests.stores.publishing import publish_everything, publisher_of

GCODE = Attachment(Digest("a" * 64), "gcode", "text/x-gcode", "a.nc", 3, "2026-03-01T12:00:00.000000Z")


async def record_some(url: str, count: int) -> None:
    ledger = SqliteLedger(SqliteDatabase(url))
    for number in range(1, count + 1):
        record = builders.record(number)
        await ledger.create(record)
        await ledger.append(
            record.run_id,
            kind="attachment",
            record_id=f"{record.run_id}/{GCODE.digest}",
            compose=compose_attachment(GCODE, run_id=record.run_id, request_id="req_2"),
        )
    await ledger.database.close()


async def test_every_document_is_published_byte_for_byte(database_url: str, tmp_path: Path) -> None:
    await record_some(database_url, 40)
    root = tmp_path / "tree"
    archive = FileArchive(root, database_url)
    assert archive.lag() == 80
    archive.start()
    archive.close()
    names = sorted(path.name for path in (root / "2026-03-01").iterdir())
    assert len(names) == 80
    assert names[:2] == ["run_000000000001.json", f"run_000000000001_attachment_{'a' * 64}.json"]
    ledger = SqliteLedger(SqliteDatabase(database_url))
    for document in (await ledger.get(builders.record(7).run_id)).documents:
        path = path_of(root, document)
        assert path.read_bytes() == document.document
        assert path.stat().st_mode & 0o777 == 0o400
        assert await archive.find(document) == document.document
    await ledger.database.close()


async def test_a_restart_goes_on_after_the_cursor(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 2)
    publish_everything(database_url, root)
    first = path_of_run(root, 1)
    first.unlink()
    publish_everything(database_url, root)
    assert not first.exists()  # before the cursor nothing is looked at again: verify reports it
    ledger = SqliteLedger(SqliteDatabase(database_url))
    await ledger.create(builders.record(3))
    await ledger.database.close()
    publish_everything(database_url, root)
    assert path_of_run(root, 3).exists()


def path_of_run(root: Path, number: int) -> Path:
    return root / "2026-03-01" / f"run_{number:012x}.json"


async def test_a_file_with_other_bytes_is_an_alarm_and_not_overwritten(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 1)
    foreign = path_of_run(root, 1)
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"something else")
    publisher = publisher_of(database_url, root)
    with caplog.at_level(logging.CRITICAL):
        publisher.publish_committed()
    publisher.close()
    assert foreign.read_bytes() == b"something else"
    assert "other bytes" in caplog.text


async def test_leftovers_of_a_crash_are_swept_away(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    (root / ".staging").mkdir(parents=True)
    (root / ".staging" / "half.json.123").write_bytes(b"half")
    publish_everything(database_url, root)
    assert list((root / ".staging").iterdir()) == []


async def test_publishing_goes_on_after_an_error(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 1)
    blocker = root / "2026-03-01"
    root.mkdir()
    blocker.write_text("a file where a folder should be")
    publisher = publisher_of(database_url, root)
    with caplog.at_level(logging.ERROR):
        assert publisher.publish_committed() == 0
    assert "publishing failed" in caplog.text
    blocker.unlink()
    assert publisher.publish_committed() == 2
    publisher.close()
    assert path_of_run(root, 1).exists()


async def test_an_altered_record_is_named_and_pending_and_holds_nothing_up(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 3)
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET document = x'7b7d' WHERE record_id = 'run_000000000002'")
    publisher = publisher_of(database_url, root)
    with caplog.at_level(logging.ERROR):
        assert publisher.publish_committed() == 5
    publisher.close()
    (logged,) = [line.__dict__ for line in caplog.records]
    assert (logged["place"], logged["record"]) == (3, "run run_000000000002")
    assert not path_of_run(root, 2).exists()
    assert path_of_run(root, 3).exists()
    archive = FileArchive(root, database_url)
    assert archive.lag() == 1
    ledger = SqliteLedger(SqliteDatabase(database_url))
    assert await archive.is_pending((await ledger.get(builders.record(2).run_id)).run)
    assert not await archive.is_pending((await ledger.get(builders.record(3).run_id)).run)
    await ledger.database.close()
    archive.close()


@pytest.mark.parametrize(
    "change",
    [
        "document = x''",
        "sha256 = 'none'",
        "kind = 'rum'",
        "kind = CAST(x'ff' AS TEXT)",
        "record_id = 'run_00000000000b'",
        "subject_id = 'run_00000000000b'",
        "partition = '../../elsewhere'",
        "partition = CAST(x'3000' AS TEXT)",
    ],
)
async def test_no_way_of_altering_a_record_holds_up_another(database_url: str, tmp_path: Path, change: str) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 3)
    with altered(database_url) as connection:
        connection.execute(f"UPDATE ledger SET {change} WHERE record_id = 'run_000000000002'")
    publish_everything(database_url, root)
    names = {path.name[:16] for path in root.rglob("*.json") if not path.name.startswith(".")}
    assert names == {f"run_{number:012x}" for number in (1, 2, 3)}
    assert len(list(root.glob("????-??-??/*.json"))) == 5


async def test_a_page_that_cannot_be_read_holds_up_only_what_is_on_it(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 90)
    path = Path(database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        leaves = "SELECT pageno FROM dbstat WHERE name = 'ledger' AND pagetype = 'leaf' ORDER BY pageno"
        (page, *_) = connection.execute(leaves).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    publish_everything(database_url, root)
    assert 100 < len(list(root.glob("????-??-??/*.json"))) < 180
    assert path_of_run(root, 90).exists()


async def test_a_record_that_is_mended_is_published_at_the_next_start(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 2)
    with altered(database_url) as connection:
        (sound,) = connection.execute("SELECT document FROM ledger WHERE seq = 3").fetchone()
        connection.execute("UPDATE ledger SET document = x'7b7d' WHERE seq = 3")
    publish_everything(database_url, root)
    assert not path_of_run(root, 2).exists()
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET document = ? WHERE seq = 3", (sound,))
    publish_everything(database_url, root)
    assert path_of_run(root, 2).read_bytes() == sound


async def test_folders_that_are_tidied_away_are_made_again(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 1)
    publisher = publisher_of(database_url, root)
    publisher.publish_committed()
    shutil.rmtree(root / ".staging")
    shutil.rmtree(root / "2026-03-01")
    (root / ".published").unlink()
    await SqliteLedger(database := SqliteDatabase(database_url)).create(builders.record(2))
    await database.close()
    assert publisher.publish_committed() == 1
    publisher.close()
    assert path_of_run(root, 2).exists()


async def test_a_publisher_whose_server_goes_away_ends_after_the_files_in_hand(
    database_url: str, tmp_path: Path
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 100)
    heard = iter([b"", b"", None])
    follow(publisher_of(database_url, root), lambda seconds: next(heard))
    assert len(list(root.glob("????-??-??/*.json"))) == 64


async def test_a_publisher_that_ends_is_replaced_without_waiting_for_news(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    archive = FileArchive(root, database_url)
    archive.start()
    _kill_publisher(signal.SIGKILL)
    await record_some(database_url, 1)  # by others: nobody notifies the archive
    until = time.monotonic() + 20
    while not path_of_run(root, 1).exists() and time.monotonic() < until:
        await asyncio.sleep(0.02)
    archive.close()
    assert path_of_run(root, 1).exists()


async def test_a_publisher_that_stands_still_is_waited_for_only_so_long(database_url: str, tmp_path: Path) -> None:
    archive = FileArchive(tmp_path / "tree", database_url)
    archive.start()
    _kill_publisher(signal.SIGSTOP)
    for _ in range(70_000):
        archive.notify()  # until the pipe is full
    started = time.monotonic()
    archive.close(within_s=0.1)
    assert time.monotonic() - started < 5


def _kill_publisher(number: signal.Signals) -> None:
    (process,) = [
        child
        for child in _started_by(os.getpid())
        if b"runs_svc.adapters.archive.publisher" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    os.kill(process, number)


async def test_what_is_behind_is_pending_and_waited_for_once(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    archive = FileArchive(root, database_url)
    root.mkdir()
    write_progress(root, Place())  # as a publisher that stands still
    await record_some(database_url, 20)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    started = time.monotonic()
    for number in range(1, 21):
        document = (await ledger.get(builders.record(number).run_id)).run
        assert await archive.find(document) is None
        assert await archive.is_pending(document)
    assert time.monotonic() - started < 10, "a second once, not a second each"
    await ledger.database.close()
    archive.close()


async def test_a_ledger_that_is_exchanged_leaves_the_place_of_the_lost_one(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 3)
    publish_everything(database_url, root)
    before = read_cursor(root)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    migrate_url(other)
    with caplog.at_level(logging.CRITICAL):
        publish_everything(other, root)
    assert "does not hold what was published" in caplog.text
    assert before is not None
    assert (before.seq, read_cursor(root)) == (6, before)


async def test_a_publisher_whose_server_is_gone_ends_at_once(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 1)
    follow(publisher_of(database_url, root), lambda seconds: None)
    assert not path_of_run(root, 1).exists()


async def test_what_is_committed_while_a_server_runs_is_published_soon(database_url: str, tmp_path: Path) -> None:
    archive = FileArchive(tmp_path / "tree", database_url)
    archive.start()
    database = SqliteDatabase(database_url, on_commit=archive.notify)
    stored = await SqliteLedger(database).create(builders.record(1))
    until = time.monotonic() + 20
    while (found := await archive.find(stored.run)) is None and time.monotonic() < until:
        assert await archive.is_pending(stored.run)
    assert found == stored.run.document
    await database.close()
    archive.close()


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "day" / "a.json"
    assert publish([(path, b"first")], staging=tmp_path) == []
    assert publish([(path, b"second")], staging=tmp_path) == [path]
    assert path.read_bytes() == b"first"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["day"]
