"""Changes of two fields or three, what a change costs, and what is GREEN within its tolerances."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.advice.change import SetupChange, Shift
from feasibility_svc.domain.advice.single_change import ChangeSearch, _price
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.levels import Category
from tests.feasibility_svc.domain.changes import DEPTH, FEED, GREEN, SPEED, WIDTH, Score, search, told, when


def test_two_numbers_are_changed_together_where_one_does_not_suffice(catalogue: Catalogue) -> None:
    both: Score = lambda one: np.where(  # noqa: E731
        (np.asarray(one.find(FEED)) >= 1_200.0) & (np.asarray(one.find(WIDTH)) >= 1.2), 100.0, 60.0
    )
    looked = search(catalogue, both)
    assert looked.single() == []
    pair = looked.few()
    assert pair is not None
    (found,) = told([pair])
    assert set(found) == {FEED, WIDTH}
    assert found[FEED] == pytest.approx(1_200.0, rel=0.11)
    assert found[WIDTH] == pytest.approx(1.2, rel=0.11)


def test_the_nearest_pair_is_offered_downwards_too(catalogue: Catalogue) -> None:
    both: Score = lambda one: np.where(  # noqa: E731
        (np.asarray(one.find(FEED)) <= 850.0) & (np.asarray(one.find(WIDTH)) <= 0.85), 100.0, 60.0
    )
    pair = search(catalogue, both).few()
    assert pair is not None
    (found,) = told([pair])
    assert found == {FEED: 810.0, WIDTH: 0.81}  # two steps of a ninth each: 0.819


def test_a_change_of_a_few_changes_something(catalogue: Catalogue) -> None:
    changed = search(catalogue, lambda _: 100.0)._set((FEED, SPEED))
    assert changed is not None
    assert len(changed.fields) == 1


def test_three_numbers_are_changed_together_where_two_do_not_suffice(catalogue: Catalogue) -> None:
    three: Score = lambda one: np.where(  # noqa: E731
        (np.asarray(one.find(FEED)) >= 1_200.0)
        & (np.asarray(one.find(SPEED)) <= 9_000.0)
        & (np.asarray(one.find(DEPTH)) <= 0.8),
        100.0,
        60.0,
    )
    found = search(catalogue, three).few()
    assert found is not None
    assert {field.key for field in found.fields} == {FEED, SPEED, DEPTH}


@pytest.mark.parametrize(
    ("group", "name", "present", "wanted"),
    [("tool", "wear", "DULL", "SHARP"), ("cut", "direction", "CLIMB", "CONVENTIONAL")],
)
def test_a_word_and_a_number_are_changed_together(
    catalogue: Catalogue, group: str, name: str, present: str, wanted: str
) -> None:
    def both(one: Situation) -> Any:
        so = getattr(getattr(one.context, group), name) == wanted
        return np.where(so & (np.asarray(one.find(FEED)) >= 1_200.0), 100.0, 60.0)

    changed: dict[str, Any] = {f"{group}__{name}": present}
    found = search(catalogue, both, **changed).few()
    assert found is not None
    assert {field.key for field in found.fields} == {f"{group}.{name}", FEED}


def test_the_price_of_a_change_is_its_time_and_every_fall_of_a_point_or_more(catalogue: Catalogue) -> None:
    faster = when(lambda feed: feed >= 2_000.0, FEED)
    looked = search(
        catalogue,
        faster,
        lambda one: np.where(np.asarray(one.find(FEED)) >= 2_000.0, 90.0, 95.0),
        lambda one: np.where(np.asarray(one.find(FEED)) >= 2_000.0, 94.5, 95.0),
        lambda one: np.where(np.asarray(one.find(FEED)) >= 2_000.0, 99.0, 95.0),
        lambda one: np.where(np.asarray(one.find(FEED)) >= 2_000.0, 93.5, 95.0),
    )
    (change,) = looked.numbers()
    assert [(fall.before, fall.after) for fall in change.costs] == [(95.0, 90.0), (95.0, 93.5)]
    assert change.time_ratio is not None
    assert 0.4 < change.time_ratio < 0.6
    assert change.score == pytest.approx(np.average([100.0, 90.0, 94.5, 99.0, 93.5]))


@pytest.mark.parametrize("x_mm", [[50.0, 50.0], [50.0, 60.0]])
def test_a_path_that_leads_nowhere_takes_no_time_to_compare(catalogue: Catalogue, x_mm: list[float]) -> None:
    paths = [{"x_mm": x_mm, "y_mm": [0.0, 0.0]}]
    (change,) = search(catalogue, when(lambda feed: feed >= 2_000.0, FEED), toolpaths__cuts=paths).numbers()
    assert (change.time_ratio is None) == (x_mm[0] == x_mm[1])


def test_the_quicker_change_costs_less_and_of_two_as_quick_the_one_that_loses_fewer_points() -> None:
    def change(time_ratio: float | None, *falls: Shift) -> SetupChange:
        return SetupChange([], GREEN, 90.0, time_ratio, falls)

    deep, far = Shift(Category.HEAT, 60.0, 50.0), Shift(Category.HEAT, 95.0, 90.0)
    by_price = [
        change(0.9, deep),
        change(0.99, far),
        change(None),
        change(None, far),
        change(None, deep),
        change(None, far, deep),
        change(1.01),
    ]
    shuffled = [*by_price]
    shuffled.reverse()
    assert sorted(shuffled, key=_price) == by_price


def test_what_is_green_must_stay_so_within_its_tolerances(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = search(catalogue, when(lambda feed: feed >= 2_000.0, FEED))
    monkeypatch.setattr(ChangeSearch, "_holds", lambda _, changed: (changed.find(FEED) or 0.0) >= 2_100.0)
    (found,) = told(list(looked.numbers()))
    assert float(found[FEED]) >= 2_100.0
