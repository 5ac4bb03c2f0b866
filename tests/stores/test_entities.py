"""What every store of histories promises."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.entities import PostgresEntityStore
from runs_svc.adapters.sqlite import foreign_commits
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.domain.entities.revision import NewRevision, new_revision
from runs_svc.domain.errors import VersionTakenError
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.document import read_document
from runs_svc.ports import EntityQuery, EntityStore, Spread
from tests.stores.conftest import POSTGRES, migrated

FIELDS = filters.Fields(texts=frozenset({"title", "pattern_type"}), numbers=frozenset({"ring_count"}))


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
async def entities(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EntityStore]:
    if request.param == "memory":
        yield MemoryEntityStore()
        return
    if request.param == "postgres":
        other = PostgresDatabase(request.getfixturevalue("postgres_url"))
        yield PostgresEntityStore(other)
        await other.close()
        return
    database = SqliteDatabase(migrated(tmp_path))
    yield SqliteEntityStore(database)
    await database.close()


def version(number: int, *, subject: str = "pattern.a", rings: int | None = 3, second: int = 0) -> NewRevision:
    return new_revision(
        "pattern",
        subject,
        number,
        event={"action": "create"},
        state={"rings": rings},
        index_fields={"title": subject, "pattern_type": "rope", "strip_family_id": "", "ring_count": rings},
        created_at_utc=f"2026-03-01T12:00:{second:02}.000000Z",
        request_id="req_1",
    )


async def test_versions_follow_one_another_and_are_chained(entities: EntityStore) -> None:
    first = await entities.append(version(0))
    second = await entities.append(version(1, rings=4, second=5))
    assert second.previous_sha256 == first.sha256 == read_document(second)["previous_sha256"]
    assert await entities.newest("pattern.a") == second
    assert list(await entities.documents("pattern.a")) == [first, second]
    assert second.partition == "2026-03-01"
    kept = {"title": "pattern.a", "pattern_type": "rope", "strip_family_id": "", "ring_count": 4}
    assert await entities.index_fields("pattern", "pattern.a") == {
        "version": 1,
        "created_at_utc": "2026-03-01T12:00:00.000000Z",
        **kept,
    }
    assert await entities.index_fields("pattern", "pattern.b") is None


@pytest.mark.parametrize("number", [0, 2])
async def test_a_version_is_taken_once_and_in_order(entities: EntityStore, number: int) -> None:
    first = await entities.append(version(0))
    with pytest.raises(VersionTakenError):
        await entities.append(version(number))
    assert await entities.newest("pattern.a") == first


async def test_of_a_crowd_one_is_first(entities: EntityStore) -> None:
    await entities.append(version(0))
    outcomes = await asyncio.gather(*(entities.append(version(1)) for _ in range(16)), return_exceptions=True)
    assert sum(isinstance(outcome, VersionTakenError) for outcome in outcomes) == 15


async def test_nothing_is_found_of_what_is_not_there(entities: EntityStore) -> None:
    assert await entities.newest("pattern.b") is None
    assert await entities.documents("pattern.b") == []
    assert await entities.spread("pattern", "ring_count", None) is None


async def test_pages_walk_newest_first_and_show_the_last_version(entities: EntityStore) -> None:
    for second in range(7):
        await entities.append(version(0, subject=f"pattern.p{second}", second=second // 2))
    await entities.append(version(1, subject="pattern.p3", rings=9, second=40))
    walked: list[str] = []
    after = None
    while page := await entities.scan(EntityQuery("pattern", None, 2, after)):
        walked.extend(item.subject_id[-1] for _, item in page)
        after = page[-1][0]
    assert walked == ["6", "5", "4", "3", "2", "1", "0"]
    found = await entities.scan(EntityQuery("pattern", filters.parse("ring_count = 9", FIELDS), 5))
    assert [item.record_id for _, item in found] == ["pattern.p3/000001"]


async def test_counts_follow_the_last_version(entities: EntityStore) -> None:
    await entities.append(version(0, subject="pattern.a", rings=2))
    await entities.append(version(0, subject="pattern.b", rings=None))
    await entities.append(version(0, subject="pattern.c", rings=3))
    await entities.append(version(1, subject="pattern.c", rings=6))
    assert await entities.spread("pattern", "ring_count", None) == Spread(2, 2.0, 6.0, 4.0)
    assert await entities.tally("pattern", "pattern_type", None) == {"rope": 3}
    assert await entities.tally("pattern", "title", filters.parse("ring_count > 5", FIELDS)) == {"pattern.c": 1}


async def test_pages_walk_by_a_number_either_way(entities: EntityStore) -> None:
    rings = [3, None, 1, 3, 2, None]
    for place, count in enumerate(rings):
        await entities.append(version(0, subject=f"pattern.p{place}", rings=count, second=place))
    for descending, expected in ((True, "304251"), (False, "152403")):
        walked, after = "", None
        while page := await entities.scan(
            EntityQuery("pattern", None, 2, after, order="ring_count", descending=descending)
        ):
            walked += "".join(item.subject_id[-1] for _, item in page)
            after = page[-1][0]
        assert walked == expected


async def test_a_text_that_holds_another(entities: EntityStore) -> None:
    await entities.append(version(0, subject="pattern.Rope-100%"))
    await entities.append(version(0, subject="pattern.mosaic"))
    found = await entities.scan(EntityQuery("pattern", filters.parse('title : "rope-100%"', FIELDS), 5))
    assert [item.subject_id for _, item in found] == ["pattern.Rope-100%"]


async def test_a_count_follows_every_change(entities: EntityStore) -> None:
    wide = filters.parse("ring_count > 2", FIELDS)
    assert await entities.count("pattern", None) == 0
    for place in range(5):
        await entities.append(version(0, subject=f"pattern.p{place}", rings=place))
        assert await entities.count("pattern", None) == place + 1
        assert await entities.count("pattern", wide) == max(place - 2, 0)
    await entities.append(version(1, subject="pattern.p0", rings=9))
    assert (await entities.count("pattern", None), await entities.count("pattern", wide)) == (5, 3)


async def test_a_count_follows_a_change_whose_caller_has_gone_away(tmp_path: Path) -> None:
    database = SqliteDatabase(migrated(tmp_path))
    entities = SqliteEntityStore(database)
    assert await entities.count("pattern", None) == 0
    committed = database.next_commit()
    caller = asyncio.create_task(entities.append(version(0)))
    await asyncio.sleep(0)
    caller.cancel()
    await committed.wait()
    assert await entities.count("pattern", None) == 1
    await database.close()


async def test_a_count_follows_what_somebody_else_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_commits, "LOOK_EVERY_S", 0.0)
    url = migrated(tmp_path)
    database, other = SqliteDatabase(url), SqliteDatabase(url)
    entities = SqliteEntityStore(database)
    assert await entities.count("pattern", None) == 0
    await SqliteEntityStore(other).append(version(0))
    assert await entities.count("pattern", None) == 1
    await other.close()
    await database.close()


def asset(number: int, prompt: str, state: str) -> NewRevision:
    texts = [
        "asset_type",
        "provider",
        "model",
        "requester",
        "category",
        "body_shape",
        "finish",
        "is_favorite",
        "rejection_reason",
    ]
    digests = ("prompt_sha256", "content_sha256", "perceptual_hash")
    index_fields = dict.fromkeys((*texts, *digests), "") | {"state": state, "prompt": prompt}
    numbers = dict.fromkeys(("rating", "cost_usd", "confidence"))
    return new_revision(
        "asset",
        f"adv_{number:04}",
        0,
        event={"action": "create"},
        state={},
        index_fields={**index_fields, **numbers},
        created_at_utc=f"2026-03-01T12:{number // 60:02}:{number % 60:02}.000000Z",
        request_id="req_1",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('prompt : "ABALONE"', 3),
        ("prompt : alo", 3),
        ("prompt : ab", 3),
        ("prompt : abalone AND state = pending", 1),
        ("NOT prompt : abalone", 1_197),
        ("prompt : rosette", 1_200),
        ('prompt : "\\"50%"', 1),
        ("prompt : absent", 0),
        ("prompt : abalone OR prompt : herringbone", 4),
    ],
)
async def test_rare_and_frequent_words_are_found_alike(entities: EntityStore, text: str, expected: int) -> None:
    fields = filters.Fields(texts=frozenset({"prompt", "state"}))
    special = {7: "rosette in abalone", 300: "Rosette, ABALONE", 900: "abalone rosette", 11: "rosette herringbone"}
    special[12] = 'rosette "50% ring'
    versions = [
        asset(number, special.get(number, "plain rosette"), "pending" if number == 7 else "approved")
        for number in range(1_200)
    ]
    await asyncio.gather(*(entities.append(item) for item in versions))
    condition = filters.parse(text, fields)
    page = await entities.scan(EntityQuery("asset", condition, 2_000))
    assert await entities.count("asset", condition) == len(page) == expected
    places = [item.subject_id for _, item in page]
    assert places == sorted(places, reverse=True)
