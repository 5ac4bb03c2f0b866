"""Ids that begin with the time."""

from runs_svc.adapters.system import SystemIds

NOON_NS = 1_772_366_400 * 1_000_000_000
SECOND = 1 << 16


def numbers(ids: SystemIds, count: int) -> list[int]:
    return [int(ids.run_id().text.removeprefix("run_"), 16) for _ in range(count)]


def test_an_id_begins_with_the_seconds_since_1970() -> None:
    assert SystemIds(time_ns=lambda: NOON_NS).run_id().text[:12] == f"run_{1_772_366_400:08x}"


def test_later_ids_are_larger_though_the_clock_stands_still_or_is_set_back() -> None:
    moments = iter([NOON_NS, NOON_NS, NOON_NS - 3_600_000_000_000, NOON_NS + 1_000_000_000])
    found = numbers(SystemIds(time_ns=lambda: next(moments)), 4)
    assert found == sorted(set(found))
    assert found[3] - found[0] == SECOND


def test_a_burst_leaves_gaps_so_that_another_process_finds_free_ids() -> None:
    burst = numbers(SystemIds(time_ns=lambda: NOON_NS), 1_000)
    assert 2_000 < burst[-1] - burst[0] < 16_000
    taken, others = set(burst), [SystemIds(time_ns=lambda: NOON_NS) for _ in range(5)]
    for other in others:
        other.run_id()  # the first is the time itself
        assert any(number not in taken for number in numbers(other, 8))


def test_ids_have_their_prefix() -> None:
    assert SystemIds(time_ns=lambda: NOON_NS).fresh("ws") == f"ws_{NOON_NS // 1_000_000_000 * SECOND:012x}"
