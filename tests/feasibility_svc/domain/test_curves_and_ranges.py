"""Curves of scores between their nodes, arithmetic of arrays, and the ranges that inputs must lie in."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from feasibility_svc.domain.scoring import quantities
from feasibility_svc.domain.scoring.bite_curves import bite_of_saw, hand_speed, thin_bite
from feasibility_svc.domain.scoring.errors import EntryWithdrawnError
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.scoring.numeric import exact_sum, interpolate
from feasibility_svc.domain.scoring.score_curves import whirl


@pytest.mark.parametrize(
    ("share", "score"),
    [
        (0.5, 100.0),
        (0.7, 100.0),
        (0.85, 90.0),
        (1.0, 80.0),
        (1.5, 65.0),
        (2.0, 50.0),
        (2.5, 25.0),
        (3.0, 0.0),
        (3.5, 0.0),
    ],
)
def test_a_blade_bites_up_to_three_times_what_is_published(share: float, score: float) -> None:
    bite = bite_of_saw(share * 0.5, low_mm=0.02, high_mm=0.5, by_hand=False)
    assert bite == pytest.approx(score, abs=1e-9)


def test_a_hand_that_feeds_a_little_faster_than_five_metres_a_minute_scores_a_little_less() -> None:
    assert hand_speed(5_000.5) == pytest.approx(100 - 20 * 0.5 / 1_000)
    fast = {4_000.0: 100.0, 5_500.0: 90.0, 9_000.0: 65.0, 16_000.0: 25.0}
    assert {feed: hand_speed(feed) for feed in fast} == pytest.approx(fast)


def test_a_bite_far_above_the_low_edge_is_no_better_than_half_as_much_again() -> None:
    assert [thin_bite(bite_mm, low_mm=0.04, no_chip_mm=0.01) for bite_mm in (0.07, 0.08, 0.4)] == [100.0] * 3


@pytest.mark.parametrize(("bite_mm", "score"), [(0.005, 25.0), (0.02, 65.0), (0.04, 80.0), (0.06, 100.0)])
def test_a_bite_below_its_low_edge_loses_points(bite_mm: float, score: float) -> None:
    assert thin_bite(bite_mm, low_mm=0.04, no_chip_mm=0.01) == pytest.approx(score, abs=1e-9)


def test_a_speed_well_beyond_the_critical_one_counts_as_a_tenth_above_the_limit() -> None:
    assert [whirl(ratio) for ratio in (0.825, 0.9, 1.2)] == pytest.approx([1.05, 1.1, 1.1])


def test_green_is_capped_at_a_hundred() -> None:
    caps = {"GREEN": 100.0, "YELLOW": 79.0, "UNKNOWN": 79.0, "RED": 49.0, "ERROR": 49.0}
    assert {name: RiskLevel[name].cap for name in caps} == caps


def test_sums_of_arrays_go_along_what_is_summed() -> None:
    total: Any = exact_sum([np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0])  # type: ignore[list-item]
    assert total.tolist() == [9.0, 11.0]
    column: Any = np.array([1.0, 2.0, 3.0])
    assert list(exact_sum([column, 10.0, column, 1.0])) == [13.0, 15.0, 17.0]  # type: ignore[call-overload]


def test_a_curve_of_two_nodes_is_a_line_for_arrays_too() -> None:
    line = ((0.0, 0.0), (1.0, 10.0))
    found: Any = interpolate(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), line)  # type: ignore[arg-type]
    assert found.tolist() == [0.0, 0.0, 5.0, 10.0, 10.0]


def test_what_was_withdrawn_names_what_is_near_it() -> None:
    assert str(EntryWithdrawnError("tool", "a", "withdrawn")) == "the tool 'a' was withdrawn"
    near = EntryWithdrawnError("tool", "a", "withdrawn", ["b", "c"])
    assert str(near) == "the tool 'a' was withdrawn; near it: b, c"


@pytest.mark.parametrize(
    ("quantity", "lowest", "highest", "step"),
    [
        ("Length", 0.001, 10_000.0, 1e-4),
        ("LengthOrZero", 0.0, 10_000.0, 1e-4),
        ("SmallLength", 0.0, 10.0, 1e-4),
        ("Diameter", 0.001, 1_000.0, 1e-4),
        ("FeedRate", 0.01, 100_000.0, 1e-3),
        ("SpindleSpeed", 1.0, 200_000.0, 0.1),
        ("Force", 0.01, 1e6, 1e-3),
        ("Stiffness", 0.1, 1e7, 1e-2),
        ("Angle", 0.0, 180.0, 0.1),
        ("Count", 1, 10_000, 1),
        ("Class", 0, 2, 1),
    ],
)
def test_a_quantity_lies_within_what_the_contract_says_of_it(
    quantity: str, lowest: float, highest: float, step: float
) -> None:
    adapter: Any = TypeAdapter(getattr(quantities, quantity))
    assert [adapter.validate_python(value) for value in (lowest, highest)] == [lowest, highest]
    for beyond in (lowest - step, highest + step):
        with pytest.raises(ValidationError):
            adapter.validate_python(beyond)


def test_a_label_has_two_hundred_characters_at_most() -> None:
    adapter = TypeAdapter(quantities.Label)
    assert adapter.validate_python("x" * 200) == "x" * 200
    with pytest.raises(ValidationError):
        adapter.validate_python("x" * 201)


class Stated(quantities.Rules):
    """A number without a range of its own."""

    value: float


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused_without_a_range_too(value: float) -> None:
    with pytest.raises(ValidationError):
        Stated(value=value)


def test_what_was_read_stays_as_it_is() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Stated(value=1.0).value = 2.0  # type: ignore[misc]
