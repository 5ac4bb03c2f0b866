"""Writes that wait together are committed together; what fails fails alone."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.sql import tables, write_jobs
from runs_svc.adapters.sqlite import group_commit, unclean_commit
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_reader, open_writer
from runs_svc.adapters.sqlite.group_commit import GroupCommit
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.domain.errors import StorageFullError, StoreBusyError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.run import Idempotency
from tests import builders


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def recorded(url: str) -> RunId:
    ledger = SqliteLedger(SqliteDatabase(url))
    record = builders.record(idempotency=Idempotency("k", "p"))
    await ledger.create(record)
    await ledger.database.close()
    return record.run_id


async def test_what_waits_is_committed_as_a_group(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url), on_commit=lambda: groups.append(1))
    groups: list[int] = []
    await asyncio.gather(*(commits.submit(insert_blobs, str(number)) for number in range(200)))
    await commits.close()
    assert len(groups) < 10


def blob_row(name: str, size: int = 0) -> dict[str, object]:
    return {"sha256": name, "size_bytes": size, "chunk_sha256": b"x" * size, "created_at_utc": "t"}


def insert_blobs(connection: sa.Connection, names: Sequence[str]) -> Sequence[None]:
    connection.execute(tables.blobs.insert(), [blob_row(name) for name in names])
    return [None] * len(names)


async def test_a_failing_member_of_a_group_fails_alone(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url))

    def fail(connection: sa.Connection, names: Sequence[str]) -> Sequence[None]:
        insert_blobs(connection, names)
        raise ZeroDivisionError

    outcomes = await asyncio.gather(
        commits.submit(insert_blobs, "1"),
        commits.submit(fail, "half"),
        commits.submit(insert_blobs, "2"),
        commits.submit(insert_blobs, "1"),
        return_exceptions=True,
    )
    await commits.close()
    assert [type(outcome) for outcome in outcomes] == [type(None), ZeroDivisionError, type(None), sa.exc.IntegrityError]
    with open_reader(database_url).connect() as connection:
        assert connection.execute(sa.select(tables.blobs.c.sha256)).scalars().all() == ["1", "2"]


async def test_a_full_disk_fails_the_write_and_not_the_store(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url))

    def limit(connection: sa.Connection, pages: Sequence[int]) -> Sequence[None]:
        for count in pages:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {count}").close()
        return [None] * len(pages)

    def fill(connection: sa.Connection, sizes: Sequence[int]) -> Sequence[None]:
        connection.execute(tables.blobs.insert(), [blob_row("big", size) for size in sizes])
        return [None] * len(sizes)

    await commits.submit(limit, 1)
    with pytest.raises(StorageFullError):
        await commits.submit(fill, 10_000_000)
    await commits.submit(limit, 4_294_967_294)
    await commits.submit(insert_blobs, "1")
    assert commits.broken is None
    await commits.close()


async def test_somebody_elses_lock_is_waited_for_off_the_event_loop(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url))
    other = sqlite3.connect(path_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(commits.submit(insert_blobs, "1"))
    for _ in range(1_000):
        await asyncio.sleep(0)  # the loop is free: a wait in the database would end before this does
    assert not waiting.done()
    other.execute("ROLLBACK")
    await waiting
    await commits.close()


async def test_a_write_that_waited_too_long_for_a_lock_is_refused_and_the_next_one_goes_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_jobs, "PATIENCE_S", 0.0)
    commits = GroupCommit(open_writer(database_url))
    other = sqlite3.connect(path_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await commits.submit_all(insert_blobs, ["1", "2"])
    assert [type(result) for result in results] == [StoreBusyError, StoreBusyError]
    assert str(results[0]) == "another program holds the lock of the database; nothing was written"
    other.execute("ROLLBACK")
    await commits.submit(insert_blobs, "1")
    await commits.close()


async def test_a_write_whose_caller_left_while_somebody_else_held_the_lock_is_not_done(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url))
    other = sqlite3.connect(path_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    left, stays = (asyncio.create_task(commits.submit(insert_blobs, name)) for name in ("left", "stays"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.wait([left])
    other.execute("ROLLBACK")
    await stays
    await commits.close()
    with open_reader(database_url).connect() as connection:
        assert connection.execute(sa.select(tables.blobs.c.sha256)).scalars().all() == ["stays"]


async def test_where_the_database_undoes_everything_no_neighbour_is_acknowledged(database_url: str) -> None:
    commits = GroupCommit(open_writer(database_url))

    def undo(connection: sa.Connection, names: Sequence[str]) -> Sequence[None]:
        connection.connection.driver_connection.rollback()  # type: ignore[union-attr]
        raise ZeroDivisionError

    outcomes = await asyncio.gather(
        commits.submit(insert_blobs, "1"),
        commits.submit(undo, "2"),
        commits.submit(insert_blobs, "3"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [StorageFullError] * 3
    await commits.submit(insert_blobs, "4")
    await commits.close()
    with open_reader(database_url).connect() as connection:
        assert connection.execute(sa.select(tables.blobs.c.sha256)).scalars().all() == ["4"]


async def test_after_a_commit_of_unknown_outcome_nothing_is_accepted(database_url: str) -> None:
    writer = open_writer(database_url)

    @sa.event.listens_for(writer, "commit")
    def fail(_: sa.Connection) -> None:
        raise OSError("fsync failed")

    reasons: list[str] = []
    commits = GroupCommit(writer, on_broken=reasons.append)
    for item in ("1", "2"):
        with pytest.raises(StoreBusyError, match="stopped accepting") as caught:
            await commits.submit(insert_blobs, item)
        assert "fsync failed" not in str(caught.value)
    assert reasons == ["a commit failed: fsync failed"]


async def test_nobody_is_left_waiting_behind_a_commit_of_unknown_outcome(database_url: str) -> None:
    writer = open_writer(database_url)

    @sa.event.listens_for(writer, "commit")
    def fail(_: sa.Connection) -> None:
        raise OSError("fsync failed")

    commits = GroupCommit(writer, largest_group=1)
    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            *(commits.submit(insert_blobs, item) for item in ("1", "2", "3")), return_exceptions=True
        )
    assert [type(answer) for answer in answers] == [StoreBusyError] * 3


async def test_too_much_waiting_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_WAITING", 0)
    commits = GroupCommit(open_writer(database_url))
    with pytest.raises(StoreBusyError, match="waiting"):
        await commits.submit(insert_blobs, "1")
    await commits.close()


async def test_a_marked_store_is_checked_as_a_whole_before_it_is_used(database_url: str, tmp_path: Path) -> None:
    await recorded(database_url)
    marker = tmp_path / ".suspect"
    unclean_commit.clear_after_check(marker, open_reader(database_url))
    unclean_commit.mark(marker, "fsync failed")
    unclean_commit.clear_after_check(marker, open_reader(database_url))
    assert not marker.exists()
    with sqlite3.connect(path_of(database_url)) as connection:
        connection.execute("DROP TRIGGER ledger_refuses_update")
        connection.execute("UPDATE ledger SET document = CAST(replace(document, 'GREEN', 'green') AS BLOB)")
    unclean_commit.mark(marker, "fsync failed")
    with pytest.raises(ConfigurationError, match="run_000000000001 is altered"):
        unclean_commit.clear_after_check(marker, open_reader(database_url))
    assert marker.exists()
    unclean_commit.mark(tmp_path / "no" / "folder", "a disk that refuses the mark too")


def test_the_mark_of_a_suspect_store_needs_no_room(tmp_path: Path) -> None:
    marker = tmp_path / ".suspect"
    unclean_commit.prepare(marker)
    (ready,) = tmp_path.iterdir()
    before = ready.stat()
    unclean_commit.mark(marker, "the disk is full")
    assert (marker.stat().st_ino, marker.stat().st_size) == (before.st_ino, before.st_size)
    assert marker.read_text().strip() == "the disk is full"


def test_where_no_mark_could_be_prepared_it_is_written_when_it_is_needed(tmp_path: Path) -> None:
    unclean_commit.prepare(tmp_path / "no" / ".suspect")
    unclean_commit.mark(tmp_path / ".suspect", "fsync failed")
    assert (tmp_path / ".suspect").read_text().strip() == "fsync failed"
