"""A database with flipped bits: what cannot be read is named, and hides nothing beside it."""

import logging
from pathlib import Path

import pytest

from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.domain.errors import RunCorruptError, StoreDamagedError
from runs_svc.domain.runs.document import read_document
from runs_svc.domain.runs.run import Idempotency
from runs_svc.ports import EntityQuery, ListQuery
from runs_svc.usecases.runs.list import ListRuns
from runs_svc.usecases.runs.walk import walk_runs
from tests import builders
from tests.stores.corruption import altered, flipped, spoil
from tests.stores.publishing import publisher_of
from tests.stores.test_entities import version

RUNS = 9


async def recorded(url: str) -> list[str]:
    ledger = SqliteLedger(SqliteDatabase(url))
    times = [f"2026-03-01T12:00:{second:02}.000000Z" for second in range(1, RUNS + 1)]
    records = [builders.record(number, created_at_utc=time) for number, time in enumerate(times, 1)]
    for record in records:
        await ledger.create(record)
    await ledger.database.close()
    return [record.run_id.text for record in records]


@pytest.mark.parametrize("size", [50, 100], ids=["on the event loop", "in a thread"])
async def test_a_line_with_a_word_that_is_no_text_is_listed_as_unreachable(database_url: str, size: int) -> None:
    names = await recorded(database_url)
    with altered(database_url) as connection:
        spoil(connection, "runs.mode", names[4], flipped("rosette", 2))
    ledger = SqliteLedger(SqliteDatabase(database_url))
    listed = {line.run_id.text: line.intact for line in await ledger.scan(ListQuery(None, size))}
    assert listed == {name: name != names[4] for name in names}
    with pytest.raises(RunCorruptError):
        await ledger.get_index(builders.record(5).run_id)
    assert await ledger.get_index(builders.record(4).run_id)
    await ledger.database.close()


async def listed_in_pages(ledger: SqliteLedger, order: str, size: int) -> tuple[list[str], set[str]]:
    """Names of the runs that can be read, and of those that cannot."""
    seen, unreachable, token = list[str](), set[str](), ""
    for _ in range(RUNS):
        page = await ListRuns(ledger).list(filter_text="", order_by=order, page_size=size, page_token=token)
        seen += [line.run_id.text for line in page.runs]
        unreachable |= {line.run_id.text for line in page.unreachable}
        token = page.next_token
        if not token:
            return seen, unreachable
    raise AssertionError("the pages come to no end")


@pytest.mark.parametrize("order", ["create_time desc", "create_time"])
@pytest.mark.parametrize("place", [0, 2, 3, 15], ids=["r", "n", "_", "last"])
async def test_pages_go_on_past_ids_that_are_no_text(database_url: str, order: str, place: int) -> None:
    names = await recorded(database_url)
    damaged = names[3:5]
    with altered(database_url) as connection:
        for name in damaged:
            spoil(connection, "runs.run_id", name, flipped(name, place))
    ledger = SqliteLedger(SqliteDatabase(database_url))
    for size in range(3, 8):
        seen, unreachable = await listed_in_pages(ledger, order, size)
        assert sorted(seen) == [name for name in names if name not in damaged]
        assert unreachable == {flipped(name, place).decode(errors="replace") for name in damaged}
        walked = [line async for lines in walk_runs(ledger, None, at_a_time=size + 1) for line in lines]
        assert sorted(line.run_id.text for line in walked if line.intact) == sorted(seen)
    await ledger.database.close()


async def test_a_page_that_nothing_can_go_on_after_is_an_error(database_url: str) -> None:
    names = await recorded(database_url)
    with altered(database_url) as connection:
        spoil(connection, "runs.run_id", names[8], flipped(names[8], 0))
    ledger = SqliteLedger(SqliteDatabase(database_url))
    with pytest.raises(StoreDamagedError):
        await ListRuns(ledger).list(filter_text="", order_by="", page_size=1, page_token="")
    await ledger.database.close()


async def test_a_page_of_the_database_that_cannot_be_read_is_reported_as_such(database_url: str) -> None:
    await recorded(database_url)
    path = Path(database_url.removeprefix("sqlite:///"))
    with altered(database_url) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'runs'").fetchone()
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * page_bytes : root * page_bytes] = bytes(page_bytes)
    path.write_bytes(data)
    ledger = SqliteLedger(SqliteDatabase(database_url))
    with pytest.raises(StoreDamagedError):
        await ledger.scan(ListQuery(None, 10))
    await ledger.database.close()


async def test_a_damaged_version_hides_no_other_entity(database_url: str) -> None:
    database = SqliteDatabase(database_url)
    for second, letter in enumerate("abcd"):
        await SqliteEntityStore(database).append(version(0, subject=f"pattern.{letter}", second=second))
    await database.close()
    with altered(database_url) as connection:
        spoil(connection, "ledger.record_id", "pattern.b", flipped("pattern.b/000000", 9))
        connection.execute("UPDATE patterns SET subject_id = 'pattern.z' WHERE subject_id = 'pattern.c'")
    database = SqliteDatabase(database_url)
    entities = SqliteEntityStore(database)
    found = await entities.scan(EntityQuery("pattern", None, 10, descending=False))
    assert [document.subject_id for _, document in found] == [f"pattern.{letter}" for letter in "abzd"]
    for _, document in (found[1], found[2]):
        with pytest.raises(RunCorruptError):
            read_document(document)
    with pytest.raises(RunCorruptError):
        await entities.newest("pattern.b")
    with pytest.raises(RunCorruptError):
        await entities.documents("pattern.b")
    await database.close()


async def altered_history(url: str, statement: str) -> SqliteDatabase:
    """The history of a pattern with two versions, altered by a statement."""
    database = SqliteDatabase(url)
    for number in range(2):
        await SqliteEntityStore(database).append(version(number))
    await database.close()
    with altered(url) as connection:
        connection.execute(statement)
    return SqliteDatabase(url)


async def test_a_list_gives_no_earlier_version_for_the_newest(database_url: str) -> None:
    database = await altered_history(database_url, "UPDATE patterns SET version = 0")
    entities = SqliteEntityStore(database)
    ((_, listed),) = await entities.scan(EntityQuery("pattern", None, 10))
    with pytest.raises(RunCorruptError):
        read_document(listed)
    newest = await entities.newest("pattern.a")
    assert newest is not None
    assert newest.ordinal == 1
    await database.close()


async def test_a_version_that_is_not_found_any_more_is_missed(database_url: str) -> None:
    lost = "UPDATE ledger SET subject_id = 'pattern.c' WHERE record_id = 'pattern.a/000001'"
    database = await altered_history(database_url, lost)
    entities = SqliteEntityStore(database)
    with pytest.raises(RunCorruptError):
        await entities.newest("pattern.a")
    with pytest.raises(RunCorruptError):
        await entities.documents("pattern.a")
    with pytest.raises(RunCorruptError):
        await entities.append(version(1))
    await database.close()


async def test_a_key_that_is_no_text_is_reported_as_damage(database_url: str) -> None:
    ledger = SqliteLedger(SqliteDatabase(database_url))
    key = Idempotency("k", "p")
    await ledger.create(builders.record(1, idempotency=key))
    await ledger.database.close()
    with altered(database_url) as connection:
        connection.execute("UPDATE idempotency_keys SET payload_sha256 = CAST(x'ff' AS TEXT)")
    ledger = SqliteLedger(SqliteDatabase(database_url))
    with pytest.raises(RunCorruptError, match="the key k"):
        await ledger.find_replay(key)
    with pytest.raises(RunCorruptError, match="the key k"):
        await ledger.create(builders.record(2, idempotency=key))
    await ledger.database.close()


async def test_a_record_that_cannot_be_read_waits_and_the_others_are_published(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = await recorded(database_url)
    with altered(database_url) as connection:
        spoil(connection, "ledger.kind", names[0], flipped("run", 0))
    publisher = publisher_of(database_url, tmp_path / "tree")
    with caplog.at_level(logging.ERROR, logger="rmos.archive"):
        assert publisher.publish_committed() == RUNS - 1
    assert "a record is not published" in caplog.text
    with altered(database_url) as connection:
        connection.execute("UPDATE ledger SET kind = 'run' WHERE subject_id = ?", (names[0],))
    publisher.close()
    again = publisher_of(database_url, tmp_path / "tree")
    again.publish_committed()
    again.close()
    assert {path.stem for path in (tmp_path / "tree").rglob("run_*.json")} == set(names)
