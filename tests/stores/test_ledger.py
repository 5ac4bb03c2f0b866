"""What every ledger promises."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from runs_svc.adapters.memory.filters import matches
from runs_svc.domain.errors import (
    AttachmentNotFoundError,
    IdempotencyKeyReusedError,
    RunExistsError,
    RunNotFoundError,
)
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.amendments import AmendmentKind, compose_amendment
from runs_svc.domain.runs.attachment import Attachment, Blob
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.run import Idempotency, RunRecord, compose_attachment
from runs_svc.domain.runs.run_index import RunIndex
from runs_svc.ports import Ledger, ListQuery
from runs_svc.usecases.runs.read import read_run
from tests import builders

KEY = Idempotency("8f14e45f-ceea-467f-9b5e-aaaaaaaaaaaa", "p" * 64)
DIGEST = Digest("a" * 64)
GCODE = Attachment(DIGEST, "gcode", "text/x-gcode", "a.nc", 3, "2026-03-01T12:00:00.000000Z")
ABSENT = RunId("run_ffffffffffff")


async def test_a_run_comes_back_byte_for_byte(ledger: Ledger) -> None:
    record = builders.record()
    await ledger.create(record)
    stored = await ledger.get(record.run_id)
    assert stored.run.document == record.document
    assert stored.run.sha256 == record.digest.sha256
    assert await ledger.get_index(record.run_id) == record.index


async def test_what_is_not_there_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        await ledger.get(ABSENT)
    with pytest.raises(RunNotFoundError):
        await ledger.get_index(ABSENT)
    with pytest.raises(RunNotFoundError):
        await append(ledger, ABSENT, GCODE)


async def test_a_second_writer_of_the_same_id_loses_whatever_the_date(ledger: Ledger) -> None:
    first = builders.record(1)
    await ledger.create(first)
    with pytest.raises(RunExistsError):
        await ledger.create(
            builders.record(1, created_at_utc="2026-04-01T12:00:00.000000Z", mode="saw"),
        )
    assert (await ledger.get(first.run_id)).run.document == first.document


async def test_of_many_writers_of_one_id_exactly_one_wins(ledger: Ledger) -> None:
    records = [builders.record(1, mode=f"m{number}") for number in range(16)]
    outcomes = await asyncio.gather(*(ledger.create(record) for record in records), return_exceptions=True)
    won = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, RunExistsError)]
    assert (len(won), len(lost)) == (1, 15)
    assert (await ledger.get(RunId("run_000000000001"))).run == won[0].run


async def test_a_bad_record_does_not_fail_its_neighbours(ledger: Ledger) -> None:
    await ledger.create(builders.record(1))
    outcomes = await asyncio.gather(
        *(ledger.create(builders.record(number)) for number in (2, 1, 3)), return_exceptions=True
    )
    assert isinstance(outcomes[1], RunExistsError)
    for number in (2, 3):
        assert (await ledger.get(RunId(f"run_{number:012x}"))).amendments in ((), [])


async def test_the_same_key_and_payload_give_the_first_run(ledger: Ledger) -> None:
    first = await ledger.create(builders.record(1, idempotency=KEY))
    again = await ledger.create(builders.record(2, idempotency=KEY))
    assert again.run == first.run
    assert (await ledger.find_replay(KEY)) is not None
    with pytest.raises(RunNotFoundError):
        await ledger.get(RunId("run_000000000002"))


async def test_the_same_key_with_another_payload_is_refused(ledger: Ledger) -> None:
    await ledger.create(builders.record(1, idempotency=KEY))
    other = Idempotency(KEY.key, "q" * 64)
    with pytest.raises(IdempotencyKeyReusedError) as caught:
        await ledger.create(builders.record(2, idempotency=other))
    assert caught.value.metadata["recorded_payload_sha256"] == "p" * 64
    with pytest.raises(IdempotencyKeyReusedError):
        await ledger.find_replay(other)


async def test_an_unused_key_has_no_replay(ledger: Ledger) -> None:
    assert await ledger.find_replay(KEY) is None


async def test_a_record_that_names_a_blob_waits_for_the_blob(ledger: Ledger) -> None:
    record = builders.record(attachments=(GCODE,))
    with pytest.raises(AttachmentNotFoundError):
        await ledger.create(record)
    blob = Blob(DIGEST, 3, (b"c" * 32,))
    for _ in range(2):
        await ledger.add_blob(blob, created_at_utc="2026-03-01T12:00:00.000000Z")
    await ledger.create(record)
    assert await ledger.find_blobs([DIGEST, Digest("b" * 64)]) == {DIGEST: blob}


async def append(ledger: Ledger, run_id: RunId, attachment: Attachment) -> object:
    return await ledger.append(
        run_id,
        kind="attachment",
        record_id=f"{run_id}/{attachment.digest}",
        compose=compose_attachment(attachment, run_id=run_id, request_id="req_2"),
    )


async def test_amendments_form_a_chain(ledger: Ledger) -> None:
    record = builders.record()
    await ledger.create(record)
    others = [Attachment(Digest(letter * 64), "debug", "a/b", "", 1, "t") for letter in "bcd"]
    await asyncio.gather(*(append(ledger, record.run_id, item) for item in others))
    documents = (await ledger.get(record.run_id)).documents
    assert [document.ordinal for document in documents] == [0, 1, 2, 3]
    assert [document.previous_sha256 for document in documents[1:]] == [item.sha256 for item in documents[:-1]]
    assert {document.partition for document in documents} == {"2026-03-01"}


async def note_after(ledger: Ledger, head: StoredDocument, number: int) -> StoredDocument:
    run_id = RunId(head.subject_id)
    body: Any = {"person": "M. Sato", "note": f"note {number}", "meta": {"shift": number}}
    compose = compose_amendment(
        AmendmentKind.ANNOTATION,
        body,
        run_id=run_id,
        request_id=f"req_{number}",
        created_at_utc="2026-03-01T12:00:00.000000Z",
        idempotency_key=None,
        payload="",
    )
    record_id = f"{run_id}/{number:06}"
    return await ledger.append(run_id, kind="annotation", record_id=record_id, compose=compose, expected_head=head.end)


async def test_an_amendment_of_the_newest_record_is_stored_unread(ledger: Ledger) -> None:
    record = builders.record()
    first = (await ledger.create(record)).run
    second = await note_after(ledger, first, 0)
    third = await note_after(ledger, second, 1)
    assert [second.ordinal, third.ordinal] == [1, 2]
    assert (await ledger.get(record.run_id)).documents == (first, second, third)
    assert (await ledger.get_index(record.run_id)).meta_keys == "shift"


async def test_an_amendment_of_an_older_record_is_not_stored_and_what_is_there_is_returned(ledger: Ledger) -> None:
    record = builders.record()
    first = (await ledger.create(record)).run
    second = await note_after(ledger, first, 0)
    await note_after(ledger, second, 1)
    assert await note_after(ledger, first, 7) == second
    assert await note_after(ledger, first, 0) == second
    assert len((await ledger.get(record.run_id)).amendments) == 2


async def test_of_several_at_once_on_one_record_one_is_stored(ledger: Ledger) -> None:
    record = builders.record()
    first = (await ledger.create(record)).run
    given = await asyncio.gather(*(note_after(ledger, first, number) for number in range(8)))
    assert len(set(given)) == 1
    assert (await ledger.get(record.run_id)).documents == (first, given[0])


async def test_attaching_twice_changes_nothing(ledger: Ledger) -> None:
    record = builders.record()
    await ledger.create(record)
    other = Attachment(DIGEST, "preview", "image/png", "other.png", 3, "later")
    first = await append(ledger, record.run_id, GCODE)
    assert await append(ledger, record.run_id, other) == first
    assert [item.kind for item in read_run(await ledger.get(record.run_id)).attachments] == ["gcode"]


async def fill(ledger: Ledger) -> Sequence[str]:
    """30 runs, three of them within the same microsecond, with levels, tools and scores in turn."""
    names = []
    for number in range(30):
        second = 10 if number in {10, 11, 12} else number
        level = ("GREEN", "YELLOW", "RED", "UNKNOWN")[number % 4]
        value = builders.report(overall_risk=level, overall_score=float(number))
        if level == "UNKNOWN":
            del value["overall_score"]
        record = builders.record(
            number,
            created_at_utc=f"2026-03-01T12:00:{second:02d}.000000Z",
            report_value=value,
            mode=("saw", "router", "rosette")[number % 3],
            linkage={"operator": f"op{number % 5}"},
        )
        await ledger.create(record)
        names.append(record.run_id.text)
    return names


async def walk(ledger: Ledger, text: str, *, size: int, newest_first: bool = True) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        query = ListQuery(filters.parse(text), size, newest_first=newest_first, after=after)
        rows = await ledger.scan(query)
        found.extend(row.run_id.text for row in rows)
        if len(rows) < size:
            return found
        after = (rows[-1].index.created_at_utc, rows[-1].run_id.text)


@pytest.mark.parametrize("size", [1, 2, 7, 30, 100])
@pytest.mark.parametrize("newest_first", [True, False])
async def test_pages_together_are_the_list_in_order(ledger: Ledger, size: int, newest_first: bool) -> None:
    names = await fill(ledger)
    expected = sorted(names, key=lambda name: (second_of(name), name), reverse=newest_first)
    assert await walk(ledger, "", size=size, newest_first=newest_first) == expected


def second_of(name: str) -> int:
    number = int(name.removeprefix("run_"), 16)
    return 10 if number in {10, 11, 12} else number


@pytest.mark.parametrize(
    "text",
    [
        "status = BLOCKED",
        "risk_level != GREEN",
        "mode = saw AND risk_level = RED",
        "mode = saw OR mode = router",
        'mode IN (saw, "router")',
        "NOT mode IN (saw router) AND create_time >= 2026-03-01",
        "meta : ood",
        "legal_hold = yes",
        "NOT mode = saw",
        "score < 10",
        "NOT score < 10",
        "score >= 10 AND score <= 20",
        'operator = "op*"',
        'operator != "op1*"',
        'tool_id = "end_mill_3*" AND NOT (mode = saw OR operator = op3)',
        "create_time >= 2026-03-01T12:00:10Z",
        "create_time < 2026-03-01T12:00:10Z",
        "material_id = spruce_sitka",
        "operator = nobody",
        "gate_decision = ALLOWED",
    ],
)
async def test_filters_mean_the_same_in_every_ledger(ledger: Ledger, text: str) -> None:
    names = await fill(ledger)
    condition = filters.parse(text)
    assert condition is not None
    expected = [name for name in names if matches(condition, (await ledger.get_index(RunId(name)))._asdict())]
    assert sorted(await walk(ledger, text, size=4)) == sorted(expected)


async def test_counts_equal_what_the_pages_hold(ledger: Ledger) -> None:
    for number in range(1, 8):
        await ledger.create(builders.record(number, mode="saw" if number % 3 else "router"))
    for text in ("", 'mode = "saw"', 'NOT mode = "saw"', 'mode = "none"'):
        condition = filters.parse(text)
        assert await ledger.count(condition) == len(await ledger.scan(ListQuery(condition, 100)))


async def add(ledger: Ledger, record: RunRecord, kind: AmendmentKind, number: int, **body: Any) -> RunIndex:
    compose = compose_amendment(
        kind,
        body,
        run_id=record.run_id,
        request_id="r",
        created_at_utc=record.index.created_at_utc,
        idempotency_key=None,
        payload="",
    )
    record_id = f"{record.run_id}/{number:06}"
    await ledger.append(record.run_id, kind=kind.value, record_id=record_id, compose=compose)
    return await ledger.get_index(record.run_id)


async def test_amendments_show_in_the_index_fields_of_a_run(ledger: Ledger) -> None:
    record = builders.record(meta={"wood": "spruce", "shift": 2})
    await ledger.create(record)
    assert (await ledger.get_index(record.run_id)).meta_keys == "shift\nwood"
    assert (await add(ledger, record, AmendmentKind.OVERRIDE, 0)).gate_decision == "OVERRIDDEN"
    assert (await add(ledger, record, AmendmentKind.HOLD, 0, held=True)).legal_hold == "yes"
    assert (await add(ledger, record, AmendmentKind.HOLD, 1, held=False)).legal_hold == "no"
    added = await add(ledger, record, AmendmentKind.ANNOTATION, 0, meta={"shift": None, "bench": 4})
    assert added.meta_keys == "bench\nwood"
    assert (await add(ledger, record, AmendmentKind.TOMBSTONE, 0)).withdrawn == "yes"


async def test_records_are_listed_in_the_order_they_were_recorded(ledger: Ledger) -> None:
    assert await ledger.newest_entry() == 0
    signal = ledger.next_commit()
    await ledger.create(builders.record(1))
    assert signal.is_set()
    assert not ledger.next_commit().is_set()
    await ledger.create(builders.record(2, mode="other"))
    await ledger.add_blob(Blob(DIGEST, 3, (b"c" * 32,)), created_at_utc="2026-03-01T12:00:00.000000Z")
    await append(ledger, builders.record(1).run_id, GCODE)
    entries = await ledger.entries(None, after=0, size=10)
    assert [(item.kind, item.ordinal, item.run.run_id.text[-1]) for item in entries] == [
        ("run", 0, "1"),
        ("run", 0, "2"),
        ("attachment", 1, "1"),
    ]
    assert await ledger.newest_entry() == entries[-1].place
    assert entries[0].sha256 == entries[0].run.sha256 == builders.record(1).digest.sha256
    assert await ledger.entries(None, after=entries[0].place, size=1) == [entries[1]]
    others = await ledger.entries(filters.parse('mode = "other"'), after=0, size=10)
    assert others == [entries[1]]
