"""Every check of drilled holes with its number, its limit and what is told, computed by hand."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.check import Check, Found, Note
from tests.builders import REMOVED
from tests.feasibility_svc.domain.checks_by_hand import all_found, asked, judged, of, points

PLACED = {"hole_diameter_mm": 4.0, "depth_mm": 10.0}


def drilled(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"drilling": {**PLACED, **changes}}, {"tool.kind": "DRILL", **(context or {})})


def test_wood_stays_between_holes_and_to_the_edge(catalogue: Catalogue) -> None:
    found = drilled(catalogue, rows=3, columns=1, pitch_y_mm=10.0, edge_distance_mm=6.0)
    assert of(found, "web").text == "6.00 mm of wood stay between holes, 2 mm is the limit"
    assert of(found, "edge_web").text.startswith("4.00 mm of wood stay")
    outline = of(found, "stock_outline")
    assert (outline.value, outline.limit) == (32.0, 530.0)
    assert outline.text == "the holes in stock of 210 x 530 mm: 12 x 32 mm do not fit"


def test_fine_holes_leave_the_wood_that_they_leave(catalogue: Catalogue) -> None:
    fine = drilled(catalogue, {"tool.diameter_mm": 0.5}, hole_diameter_mm=0.5, edge_distance_mm=3.0)
    assert of(fine, "edge_web").text.startswith("2.75 mm of wood stay")


def test_a_pitch_without_a_count_is_that_of_one_row(catalogue: Catalogue) -> None:
    rows = drilled(catalogue, rows=3, pitch_y_mm=10.0, pitch_x_mm=7.0)
    assert of(rows, "stock_outline").text.endswith("4 x 24 mm do not fit")
    columns = drilled(catalogue, columns=3, pitch_x_mm=10.0, pitch_y_mm=7.0)
    assert of(columns, "stock_outline").text.endswith("24 x 4 mm do not fit")


def test_a_pattern_in_both_directions_is_as_large_as_its_pitches_make_it(catalogue: Catalogue) -> None:
    found = drilled(catalogue, rows=2, columns=4, pitch_x_mm=30.0, pitch_y_mm=20.0)
    assert of(found, "stock_outline").text.endswith("94 x 24 mm do not fit")
    assert of(found, "web").value == pytest.approx(2.0 / 16.0)
    asks = drilled(catalogue, rows=2, columns=4)
    assert asked(asks) == ["design.drilling.pitch_x_mm", "design.drilling.pitch_y_mm"]
    assert of(asks, "stock_outline").text.endswith("4 x 4 mm do not fit")


def test_a_single_row_asks_for_one_pitch_and_a_single_hole_for_none(catalogue: Catalogue) -> None:
    assert asked(drilled(catalogue, rows=3)) == ["design.drilling.pitch_y_mm"]
    single = drilled(catalogue, hole_count=1, pitch_x_mm=3.0, pitch_y_mm=3.0)
    assert asked(single) == []
    assert not any(isinstance(item, Check) and item.name == "web" for item in single)


@pytest.mark.parametrize(
    ("places", "holes", "placed", "score"),
    [
        ({"rows": 3, "pitch_y_mm": 10.0}, 3, 3, 100.0),
        ({"columns": 3, "pitch_x_mm": 10.0}, 3, 3, 100.0),
        ({"columns": 3, "pitch_x_mm": 10.0}, 2, 3, 0.0),
        ({"positions": points((20, 20), (40, 40))}, 2, 2, 100.0),
        ({"positions": points((20, 20), (40, 40))}, 1, 2, 0.0),
    ],
)
def test_as_many_holes_are_placed_as_are_asked_for(
    catalogue: Catalogue, places: dict[str, Any], holes: int, placed: int, score: float
) -> None:
    assert judged(of(drilled(catalogue, hole_count=holes, **places), "hole_count")) == (score, placed, holes)


@pytest.mark.parametrize(
    ("place", "wide", "left"),
    [((20.0, 30.0), {}, 18.0), ((20.0, 30.0), {"counterbore_diameter_mm": 10.0, "counterbore_depth_mm": 1.0}, 15.0)],
)
def test_wood_stays_between_a_placed_hole_and_the_edge_of_the_stock(
    catalogue: Catalogue, place: tuple[float, float], wide: dict[str, Any], left: float
) -> None:
    found = drilled(catalogue, positions=points(place), **wide)
    assert of(found, "stock_edge_web").text.startswith(f"{left:.2f} mm of wood stay")
    assert not any(isinstance(item, Check) and item.name == "web" for item in found)


@pytest.mark.parametrize("known", ["stock.width_mm", "stock.length_mm"])
def test_of_a_stock_of_which_one_side_is_known_the_other_is_asked_for(catalogue: Catalogue, known: str) -> None:
    sides = {"stock.width_mm": REMOVED, "stock.length_mm": REMOVED, known: 200.0}
    assert asked(drilled(catalogue, sides, positions=points((20.0, 30.0)))) == ["context.stock"]


@pytest.mark.parametrize(
    ("distance", "said", "score"),
    [
        (4.5, "0.50 mm of wood stay between holes, 2 mm is the limit", 0.0),
        (4.0, "no wood stays between holes: they run -0.00 mm into each other", 0.0),
        (3.0, "no wood stays between holes: they run 1.00 mm into each other", 0.0),
    ],
)
def test_holes_that_touch_leave_no_wood(catalogue: Catalogue, distance: float, said: str, score: float) -> None:
    check = of(drilled(catalogue, positions=points((20.0, 30.0), (20.0, 30.0 + distance))), "web")
    assert (check.text, check.score) == (said, score)


def test_a_drill_as_wide_as_the_hole_says_nothing_of_its_width(catalogue: Catalogue) -> None:
    assert [item.text for item in drilled(catalogue) if isinstance(item, Note)] == []
    thin = drilled(catalogue, {"tool.diameter_mm": 3.9})
    assert [item.text for item in thin if isinstance(item, Note)] == ["the drill makes holes of 3.9 mm"]


@pytest.mark.parametrize(("centre", "score", "value"), [(True, 100.0, 1.0), (False, 0.0, 0.0)])
def test_an_end_mill_bores_if_it_cuts_over_its_centre(
    catalogue: Catalogue, centre: bool, score: float, value: float
) -> None:
    mill = {"tool.kind": "END_MILL", "tool.center_cutting": centre}
    assert judged(of(drilled(catalogue, mill), "center_cutting")) == (score, value, 1.0)
