"""What is noted of calls, and when it is written."""

import asyncio
from collections.abc import Sequence

from feasibility_svc.ports import AdminEntry
from feasibility_svc.usecases import admin_log
from feasibility_svc.usecases.admin_log import AdminLog
from tests.feasibility_svc.adapters.test_admin_journal import entry


class Disk:
    """Keeps entries; refuses so many times before."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.kept: list[AdminEntry] = []

    def append(self, entries: Sequence[AdminEntry]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError("No space left on device")
        self.kept.extend(entries)

    def read(self) -> tuple[Sequence[AdminEntry], int]:
        return self.kept, 7


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_entries_are_listed_newest_first_with_what_still_waits() -> None:
    log = AdminLog(Disk(), now_s=Clock())
    for number in range(3):
        log.note(entry(number), refusal="")
    entries, damaged_count = asyncio.run(log.entries())
    assert (list(entries), damaged_count) == ([entry(2), entry(1), entry(0)], 7)


def test_of_refusals_alike_some_are_written_and_say_for_how_many_they_stand() -> None:
    clock, disk = Clock(), Disk()
    log = AdminLog(disk, now_s=clock)
    for number in range(1_000):
        log.note(entry(number), refusal="Bob\nCreateMaterial")
    clock.now_s = 5.0  # room for one more
    log.note(entry(1_000), refusal="Bob\nCreateMaterial")
    log.note(entry(1_001), refusal="Ann\nCreateMaterial")
    log.note(entry(1_002), refusal="")
    asyncio.run(log.entries())
    assert [item.repeated_count for item in disk.kept] == [*[0] * 20, 980, 0, 0]
    assert [item.event_id for item in disk.kept[-3:]] == [entry(number).event_id for number in (1_000, 1_001, 1_002)]


def test_what_the_disk_does_not_take_now_is_written_later_and_what_waits_at_the_end() -> None:
    async def serve(disk: Disk) -> None:
        log = AdminLog(disk, now_s=Clock())
        running = asyncio.create_task(log.run())
        log.note(entry(1), refusal="")
        await asyncio.sleep(0)
        while disk.refusals:
            log.note(entry(2), refusal="")
            await asyncio.sleep(0.001)
        log.note(entry(3), refusal="")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    disk = Disk(refusals=2)
    asyncio.run(serve(disk))
    numbers = [int(item.event_id[4:]) for item in disk.kept]
    assert numbers[0] == 1
    assert numbers[-1] == 3
    assert set(numbers[1:-1]) == {2}


def test_a_disk_that_takes_nothing_bounds_what_waits() -> None:
    disk = Disk(refusals=1)
    log = AdminLog(disk, now_s=Clock())
    for number in range(admin_log._MOST_WAITING + 500):
        log.note(entry(number), refusal=f"caller {number}")
    asyncio.run(log.entries())
    assert disk.kept == []
    asyncio.run(log.entries())
    assert len(disk.kept) == admin_log._MOST_WAITING
