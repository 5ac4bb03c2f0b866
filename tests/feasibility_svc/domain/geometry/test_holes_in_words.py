"""What is told of holes, and what their places come to."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.holes import web
from tests.builders import REMOVED
from tests.feasibility_svc.domain.geometry.checks import found, notes, questions, rows, score, texts
from tests.feasibility_svc.domain.geometry.operations import OPERATIONS

DRILL = OPERATIONS["holes in two rows"][1]


@pytest.mark.parametrize(
    ("width_mm", "expected", "said"),
    [
        (0.5, 0.0, "0.50 mm of wood stay between holes, 2 mm is the limit"),
        (0.0, 0.0, "no wood stays between holes: they run -0.00 mm into each other"),
        (-0.5, 0.0, "no wood stays between holes: they run 0.50 mm into each other"),
    ],
)
def test_wood_between_holes_in_words(width_mm: float, expected: float, said: str) -> None:
    assert (web("web", width_mm, "between holes").score, web("web", width_mm, "between holes").text) == (expected, said)


def holes(catalogue: Catalogue, drilling: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    design = {"drilling": {"hole_diameter_mm": 9.0, "depth_mm": 16.0, **drilling}}
    return found(catalogue, design, {**DRILL, **(context or {})})


@pytest.mark.parametrize(
    ("drilling", "web_mm", "outline"),
    [
        ({"rows": 3, "pitch_y_mm": 25.0, "pitch_x_mm": 10.0}, ["16.00"], "9 x 59"),
        ({"columns": 3, "pitch_x_mm": 25.0, "pitch_y_mm": 10.0}, ["16.00"], "59 x 9"),
        ({"rows": 3, "pitch_y_mm": 25.0, "edge_distance_mm": 11.0}, ["16.00"], "22 x 72"),
        ({"positions": [{"x_mm": 20.0, "y_mm": 20.0}]}, [], None),
    ],
)
def test_holes_in_one_row_have_one_pitch(
    catalogue: Catalogue, drilling: dict[str, Any], web_mm: list[str], outline: str | None
) -> None:
    looked_at = holes(catalogue, {**drilling, "hole_count": 3 if outline else 1})
    assert [text.split()[0] for text in texts(looked_at, "web")] == web_mm
    expected = [f"the holes in stock of 80 x 200 mm: {outline} mm do not fit"] if outline else []
    assert texts(looked_at, "stock_outline") == expected
    assert questions(looked_at) == []
    assert score(looked_at, "hole_count") == 100.0


@pytest.mark.parametrize(
    ("drilling", "asked", "outline"),
    [
        ({"rows": 3, "columns": 2, "pitch_y_mm": 25.0}, ["pitch_x_mm"], "9 x 59"),
        ({"rows": 3, "columns": 2}, ["pitch_x_mm", "pitch_y_mm"], "9 x 9"),
        ({"rows": 3}, ["pitch_y_mm"], "9 x 9"),
        ({"hole_count": 1, "pitch_x_mm": 3.0, "pitch_y_mm": 3.0}, [], None),
    ],
)
def test_a_pitch_that_is_not_stated_is_asked_for_and_counts_as_none(
    catalogue: Catalogue, drilling: dict[str, Any], asked: list[str], outline: str | None
) -> None:
    looked_at = holes(catalogue, drilling)
    assert questions(looked_at) == [f"design.drilling.{pitch}" for pitch in asked]
    if outline:
        assert texts(looked_at, "stock_outline") == [f"the holes in stock of 80 x 200 mm: {outline} mm do not fit"]
    else:
        assert texts(looked_at, "web") == []


PLACES = [{"x_mm": 20.0, "y_mm": 25.0}, {"x_mm": 50.0, "y_mm": 25.0}]
WIDE = {"counterbore_diameter_mm": 15.0, "counterbore_depth_mm": 5.0}


@pytest.mark.parametrize(("wide", "left"), [({}, "15.50"), (WIDE, "12.50")])
def test_holes_at_places_keep_from_the_nearer_edge(catalogue: Catalogue, wide: dict[str, float], left: str) -> None:
    assert texts(holes(catalogue, {"positions": PLACES, **wide}), "stock_edge_web") == [
        f"{left} mm of wood stay between the outermost holes and the edge of the stock, 2 mm is the limit"
    ]


@pytest.mark.parametrize("side", ["stock.width_mm", "stock.length_mm"])
def test_of_a_stock_of_which_one_side_is_known_the_other_is_asked_for(catalogue: Catalogue, side: str) -> None:
    assert questions(holes(catalogue, {"positions": PLACES}, {side: REMOVED})) == ["context.stock"]


@pytest.mark.parametrize(("count", "expected"), [(2, 100.0), (1, 0.0)])
def test_as_many_holes_are_placed_as_are_asked_for(catalogue: Catalogue, count: int, expected: float) -> None:
    told = rows(holes(catalogue, {"positions": PLACES, "hole_count": count}))
    assert [row[1:4] for row in told if row[0] == "hole_count"] == [(expected, 2.0, float(count))]


@pytest.mark.parametrize(("diameter_mm", "told"), [(9.0, []), (8.9, ["the drill makes holes of 8.9 mm"])])
def test_a_drill_thinner_than_its_hole_is_told(catalogue: Catalogue, diameter_mm: float, told: list[str]) -> None:
    assert notes(holes(catalogue, {}, {"tool.diameter_mm": diameter_mm})) == told


def test_a_hole_of_half_a_millimetre_is_no_wider(catalogue: Catalogue) -> None:
    fine = holes(catalogue, {"hole_diameter_mm": 0.5, "edge_distance_mm": 3.0}, {"tool.diameter_mm": 0.5})
    assert texts(fine, "edge_web")[0].startswith("2.75 mm of wood")
    assert notes(fine) == []


@pytest.mark.parametrize(("centre", "expected"), [(True, (100.0, 1.0, 1.0)), (False, (0.0, 0.0, 1.0))])
def test_an_end_mill_bores_where_it_cuts_over_its_centre(
    catalogue: Catalogue, centre: bool, expected: tuple[float, float, float]
) -> None:
    bored = {"tool.kind": "END_MILL", "tool.center_cutting": centre, "tool.flute_count": 2}
    assert [row[1:4] for row in rows(holes(catalogue, {}, bored)) if row[0] == "center_cutting"] == [expected]
