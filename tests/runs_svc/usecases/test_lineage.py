"""What a run comes from and what came from it, whatever its records name as parents; on the ledger in memory."""

from collections.abc import Sequence

import pytest

from runs_svc.adapters.memory.ledger import MemoryLedger
from runs_svc.domain.errors import RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.usecases.runs.lineage import FindLineage, Lineage, Relative
from tests import builders


def run_id(number: int) -> str:
    return f"run_{number:012x}"


async def lineage(parents: dict[int, str], of: int, *, hops_up: int = 10, hops_down: int = 10) -> Lineage:
    """The lineage of one of these runs, each with the parent it names."""
    ledger = MemoryLedger()
    for number, parent in parents.items():
        linkage = {"parent_run_id": parent} if parent else {}
        await ledger.create(builders.record(number, linkage=linkage))
    return await FindLineage(ledger).find(RunId(run_id(of)), hops_up=hops_up, hops_down=hops_down)


def named(relatives: Sequence[Relative]) -> list[tuple[str, int]]:
    return [(relative.run.run_id.text, relative.hops) for relative in relatives]


@pytest.mark.parametrize("absent", [run_id(99), "RUN-7", "run_0123456789AB", "../run_0123456789ab", "ラン7"])
async def test_a_parent_that_is_no_run_of_this_store_is_named(absent: str) -> None:
    found = await lineage({1: absent, 2: run_id(1), 3: run_id(2)}, of=2)
    assert named(found.ancestors) == [(run_id(1), 1)]
    assert named(found.descendants) == [(run_id(3), 1)]
    assert (found.missing_parent, found.truncated) == (absent, False)


async def test_a_run_whose_own_parent_is_missing_has_a_lineage() -> None:
    found = await lineage({1: "RUN-7", 2: run_id(1)}, of=1)
    assert (found.ancestors, named(found.descendants)) == ([], [(run_id(2), 1)])
    assert (found.missing_parent, found.truncated) == ("RUN-7", False)


async def test_a_parent_that_is_missing_just_beyond_the_hops_is_named_and_nothing_more_is_promised() -> None:
    found = await lineage({1: run_id(99), 2: run_id(1)}, of=2, hops_up=1)
    assert (named(found.ancestors), found.missing_parent, found.truncated) == ([(run_id(1), 1)], run_id(99), False)
    none = await lineage({1: run_id(99)}, of=1, hops_up=0)
    assert (none.ancestors, none.missing_parent, none.truncated) == ([], run_id(99), False)


async def test_a_whole_ancestry_misses_nothing() -> None:
    found = await lineage({1: "", 2: run_id(1), 3: run_id(2)}, of=3)
    assert named(found.ancestors) == [(run_id(2), 1), (run_id(1), 2)]
    assert (found.missing_parent, found.truncated) == ("", False)
    near = await lineage({1: "", 2: run_id(1), 3: run_id(2)}, of=3, hops_up=1)
    assert (named(near.ancestors), near.missing_parent, near.truncated) == ([(run_id(2), 1)], "", True)


async def test_a_run_that_is_its_own_parent_has_no_relatives() -> None:
    found = await lineage({1: run_id(1)}, of=1)
    assert (found.ancestors, found.descendants, found.missing_parent, found.truncated) == ([], [], "", False)


async def test_a_child_of_a_run_that_is_its_own_parent_meets_it_once() -> None:
    found = await lineage({1: run_id(1), 2: run_id(1)}, of=2)
    assert (named(found.ancestors), found.descendants, found.truncated) == ([(run_id(1), 1)], [], False)


@pytest.mark.parametrize("hops", [1, 2, 3, 100])
async def test_a_circle_names_each_run_once(hops: int) -> None:
    circle = {1: run_id(3), 2: run_id(1), 3: run_id(2)}
    found = await lineage(circle, of=1, hops_up=hops, hops_down=100)
    assert named(found.ancestors) == [(run_id(3), 1), (run_id(2), 2)][:hops]
    assert named(found.descendants) == [(run_id(2), 1), (run_id(3), 2)][: 2 - min(hops, 2)]
    assert (found.missing_parent, found.truncated) == ("", hops == 1)


async def test_what_came_from_a_circle_is_found_behind_it() -> None:
    found = await lineage({1: run_id(2), 2: run_id(1), 3: run_id(2)}, of=1)
    assert named(found.ancestors) == [(run_id(2), 1)]
    assert named(found.descendants) == [(run_id(3), 2)]


async def test_the_lineage_of_a_run_that_is_not_there_is_refused() -> None:
    with pytest.raises(RunNotFoundError, match=run_id(2)):
        await lineage({1: ""}, of=2)
