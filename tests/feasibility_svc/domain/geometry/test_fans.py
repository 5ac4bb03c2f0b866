"""Fanned scales, of which the slots are computed by hand from the frets of both scales."""

from math import atan2, degrees

import pytest

from feasibility_svc.domain.geometry import fan
from feasibility_svc.domain.geometry.board import last_slot_mm
from feasibility_svc.domain.geometry.check import Check
from feasibility_svc.domain.inputs.design import FretSlots

_FAN = fan.Fan(686.0, 648.0, 7.0, 36.0, 52.0, 24)
_WIDE = fan.Fan(700.0, 500.0, 0.0, 36.0, 36.0, 24)
"""Its treble slots lie five sevenths as far apart as its bass slots: prolonged by 2.5 string distances they meet."""


def test_strings_run_apart_as_the_frets_approach_the_bridge() -> None:
    assert [_FAN.span_mm(fret) for fret in (0, 12, 24)] == pytest.approx([36.0, 44.0, 48.0])


def test_a_slot_is_prolonged_to_both_edges_of_the_board() -> None:
    shift_mm = 38.0 * (1 - 2 ** (-7 / 12))
    treble_mm, bass_mm = 324.0 + shift_mm, 343.0
    slope = (bass_mm - treble_mm) / 4
    assert _FAN.ends_mm(12, 0.25) == pytest.approx((treble_mm - slope, bass_mm + slope))


@pytest.mark.parametrize(
    ("slots", "crossing"),
    [
        ({"heel_width_mm": 217.0}, list(range(2, 25))),
        ({"nut_width_mm": 217.0, "heel_width_mm": 57.0}, list(range(2, 25))),
        ({"heel_width_mm": 215.0}, []),
        ({}, []),
    ],
)
def test_slots_of_a_wide_board_cross_where_the_treble_ones_are_overtaken(
    slots: dict[str, float], crossing: list[int]
) -> None:
    assert fan.crossings(FretSlots.model_validate(slots), _WIDE) == crossing


def _found(scale: fan.Fan, **slots: float) -> list[Check]:
    return [item for item in fan.checks(FretSlots.model_validate(slots), scale) if isinstance(item, Check)]


def test_only_the_first_slot_that_crosses_is_told() -> None:
    found = _found(_WIDE, heel_width_mm=217.0)
    assert [(item.score, item.value, item.limit) for item in found if item.name == "crossing"] == [(0.0, 2.0, 0.0)]


def test_the_steepest_fret_is_looked_for_from_the_nut_to_the_last_one() -> None:
    steepest = next(item for item in _found(_WIDE) if item.name == "fan_angle")
    assert steepest.value == pytest.approx(degrees(atan2(200.0 * 0.75, 36.0)))
    assert steepest.text.startswith("fret 24 stands 76.5 degrees off the square")


@pytest.mark.parametrize(("square", "told"), [(0.0, "fret 24 stands "), (24.0, "fret 0 stands ")])
def test_the_steepest_fret_is_that_farthest_from_the_square_one(square: float, told: str) -> None:
    steepest = next(item for item in _found(_FAN._replace(square=square)) if item.name == "fan_angle")
    assert steepest.text.startswith(told)


def test_the_last_slot_ends_where_its_farther_end_lies() -> None:
    steep = _FAN._replace(square=24.0)  # there the last slot is square, and both ends lie equally far
    assert last_slot_mm(FretSlots(), _FAN) == pytest.approx(686.0 * 0.75)
    assert last_slot_mm(FretSlots(), steep) == pytest.approx(648.0 * 0.75 + 38.0 * 0.75)


@pytest.mark.parametrize(("heel_mm", "score"), [(48.0, 100.0), (47.999, 0.0)])
def test_strings_stay_over_the_board_at_the_last_fret(heel_mm: float, score: float) -> None:
    over = [item.score for item in _found(_FAN, heel_width_mm=heel_mm) if item.name == "string_span"]
    assert over == [score]


@pytest.mark.parametrize(
    ("scale", "name", "score"),
    [
        (fan.Fan(648.0, 648.0, 7.0, 36.0, 36.0, 24), "fan_direction", 100.0),
        (fan.Fan(647.999, 648.0, 7.0, 36.0, 36.0, 24), "fan_direction", 0.0),
        (fan.Fan(686.0, 648.0, 24.0, 36.0, 36.0, 24), "perpendicular_fret", 100.0),
        (fan.Fan(686.0, 648.0, 24.5, 36.0, 36.0, 24), "perpendicular_fret", 0.0),
        (fan.Fan(686.0, 648.0, 7.0, 36.0, 36.0, 24), "bridge_string_span", 100.0),
        (fan.Fan(686.0, 648.0, 7.0, 36.0, 35.999, 24), "bridge_string_span", 0.0),
    ],
)
def test_numbers_of_a_fan_that_do_not_belong_together(scale: fan.Fan, name: str, score: float) -> None:
    assert [item.score for item in _found(scale) if item.name == name] == [score]
