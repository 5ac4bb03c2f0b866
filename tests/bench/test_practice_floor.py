"""The agreed figures: no change of the engine may make its verdicts on practice worse unseen.

Whoever betters a figure raises it here; whoever lowers one says in the commit which practice was wrong.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from bench.practice.setup import Setup
from bench.practice.verdicts import BASE, Judge, Judged, levels, read_impossible
from feasibility_svc.domain.scoring.levels import RiskLevel

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN


def test_setups_that_work_are_let_through(judged: Sequence[Judged]) -> None:
    counts = levels(judged, lambda setup: setup.works)
    assert counts.total() == 259
    assert counts[GREEN] >= 215
    assert counts[RED] <= 4
    assert counts[UNKNOWN] == counts[RiskLevel.ERROR] == 0


def test_setups_that_failed_are_seen(judged: Sequence[Judged]) -> None:
    counts = levels(judged, lambda setup: not setup.works)
    assert counts.total() == 31
    assert counts[RED] >= 19
    assert counts[GREEN] <= 2


def test_failures_whose_cause_is_in_the_numbers_are_never_green(judged: Sequence[Judged]) -> None:
    counts = levels(judged, lambda setup: setup.cause_in_numbers)
    assert counts.total() == 22
    assert counts[GREEN] == 0
    assert counts[RED] >= 17


def test_the_presets_of_a_machine_maker_suit_its_machine(judged: Sequence[Judged]) -> None:
    counts = levels(judged, lambda setup: setup.text("source_id") == "sienci_lib")
    assert counts == Counter({GREEN: 74, YELLOW: 4, RED: 3})


@pytest.mark.parametrize(
    ("works", "wanted"),
    [(True, lambda setup: setup.works), (False, lambda setup: not setup.works)],
    ids=["RED of what works", "GREEN of what failed"],
)
def test_every_surprise_is_listed(judged: Sequence[Judged], works: bool, wanted: Callable[[Setup], bool]) -> None:
    surprising = RED if works else GREEN
    listed = [item for item in judged if item.surprises and item.setup.works is works]
    assert len(listed) == levels(judged, wanted)[surprising]
    assert all(item.finding for item in listed)


@pytest.mark.parametrize("name", [name for name in read_impossible() if name != BASE])
def test_what_nobody_can_run_is_red(judge: Judge, name: str) -> None:
    assert dict(judge.impossible())[name].verdict.risk is RED


def test_the_sound_job_they_are_made_of_is_green(judge: Judge) -> None:
    assert dict(judge.impossible())[BASE].verdict.risk is GREEN
