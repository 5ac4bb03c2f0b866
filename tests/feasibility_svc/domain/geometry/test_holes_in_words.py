"""What is told of holes, and what their places come to."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.holes import web
from tests.builders import REMOVED
from tests.feasibility_svc.domain.geometry.checks import found, notes, questions, rows, score, texts
from tests.feasibility_svc.domain.geometry.test_every_check import OPERATIONS

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


def test_a_pitch_that_is_not_stated_is_asked_for_and_counts_as_none(catalogue: Catalogue) -> None:
    asked = holes(catalogue, {"rows": 3, "columns": 2, "pitch_y_mm": 25.0})
    assert questions(asked) == ["design.drilling.pitch_x_mm"]
    assert texts(asked, "stock_outline") == ["the holes in stock of 80 x 200 mm: 9 x 59 mm do not fit"]


def test_holes_at_places_keep_from_the_nearer_edge(catalogue: Catalogue) -> None:
    places = [{"x_mm": 20.0, "y_mm": 25.0}, {"x_mm": 50.0, "y_mm": 25.0}]
    assert texts(holes(catalogue, {"positions": places}), "stock_edge_web") == [
        "15.50 mm of wood stay between the outermost holes and the edge of the stock, 2 mm is the limit"
    ]
    for side in ("stock.width_mm", "stock.length_mm"):
        assert "context.stock" in questions(holes(catalogue, {"positions": places}, {side: REMOVED}))


def test_a_hole_of_half_a_millimetre_is_no_wider(catalogue: Catalogue) -> None:
    fine = holes(catalogue, {"hole_diameter_mm": 0.5, "edge_distance_mm": 3.0}, {"tool.diameter_mm": 0.5})
    assert texts(fine, "edge_web")[0].startswith("2.75 mm of wood")
    assert notes(fine) == []


def test_an_end_mill_bores_where_it_cuts_over_its_centre(catalogue: Catalogue) -> None:
    bored = {"tool.kind": "END_MILL", "tool.center_cutting": True, "tool.flute_count": 2}
    assert [row[2:4] for row in rows(holes(catalogue, {}, bored)) if row[0] == "center_cutting"] == [(1.0, 1.0)]
