"""What the published tree promises."""

import logging
from pathlib import Path

import pytest

from runs_svc.adapters.archive_files import FileArchive, path_of
from runs_svc.adapters.archive_publisher import follow
from runs_svc.adapters.publish import publish
from runs_svc.adapters.sql.connections import SqlDatabase
from runs_svc.adapters.sql.ledger import SqlLedger
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.ids import Digest
from runs_svc.domain.run import compose_attachment
from tests import builders
from tests.stores.damage import altered
from tests.stores.publishing import publish_everything, publisher_of

GCODE = Attachment(Digest("a" * 64), "gcode", "text/x-gcode", "a.nc", 3, "2026-03-01T12:00:00.000000Z")


async def record_some(url: str, count: int) -> None:
    ledger = SqlLedger(SqlDatabase(url))
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
    ledger = SqlLedger(SqlDatabase(database_url))
    for document in (await ledger.get(builders.record(7).run_id)).documents:
        path = path_of(root, document)
        assert path.read_bytes() == document.document
        assert path.stat().st_mode & 0o777 == 0o444
        assert await archive.find(document) == document.document
    await ledger.database.close()


async def test_a_restart_goes_on_behind_the_cursor(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 2)
    publish_everything(database_url, root)
    first = path_of_run(root, 1)
    first.unlink()
    publish_everything(database_url, root)
    assert not first.exists()  # behind the cursor nothing is looked at again: verify reports it
    ledger = SqlLedger(SqlDatabase(database_url))
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


async def test_an_altered_record_is_not_published_nor_what_lies_behind_it(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 3)
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET document = x'7b7d' WHERE record_id = 'run_000000000002'")
    publisher = publisher_of(database_url, root)
    with caplog.at_level(logging.ERROR):
        assert publisher.publish_committed() == 2
    publisher.close()
    assert "record 3 of the ledger is altered" in caplog.text
    assert sorted(path.name[:16] for path in (root / "2026-03-01").iterdir()) == ["run_000000000001"] * 2


async def test_a_publisher_whose_server_is_gone_ends_at_once(database_url: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    await record_some(database_url, 1)
    follow(publisher_of(database_url, root), lambda seconds: None)
    assert not path_of_run(root, 1).exists()


async def test_what_is_committed_while_a_server_runs_is_published_soon(database_url: str, tmp_path: Path) -> None:
    archive = FileArchive(tmp_path / "tree", database_url)
    archive.start()
    database = SqlDatabase(database_url, on_commit=archive.notify)
    stored = await SqlLedger(database).create(builders.record(1))
    assert await archive.find(stored.run) == stored.run.document
    await database.close()
    archive.close()


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "day" / "a.json"
    assert publish([(path, b"first")], staging=tmp_path) == []
    assert publish([(path, b"second")], staging=tmp_path) == [path]
    assert path.read_bytes() == b"first"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["day"]
