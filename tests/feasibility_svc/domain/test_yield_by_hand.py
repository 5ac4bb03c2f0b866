"""How much of a board parts use, whether they fit it, and what that costs, each computed by hand."""

from math import pi, sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions import material_efficiency
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency, nested_parts, part_layout
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import rosette
from tests.feasibility_svc.domain.situations import assess, situation


def rectangle(width_mm: float, length_mm: float, count: int = 1, **fields: Any) -> dict[str, Any]:
    return {"rectangle": {"width_mm": width_mm, "length_mm": length_mm}, "count": count, "spacing_mm": 0.0, **fields}


def sheet(width_mm: float, length_mm: float) -> dict[str, Any]:
    return {"stock.width_mm": width_mm, "stock.length_mm": length_mm}


def judged(
    catalogue: Catalogue, part: dict[str, Any], stock: dict[str, Any], parts: tuple[dict[str, Any], ...] = ()
) -> Assessment:
    design = {**rosette(part=part), "mixed_parts": list(parts)}
    return assess(MaterialEfficiency(), situation(catalogue, stock, design=design))


def details(assessment: Assessment) -> dict[str, tuple[float, float | None]]:
    return {item.name: (item.value, item.limit) for item in assessment.details}


def test_a_price_is_shared_by_the_parts_and_a_layout_is_at_best_what_could_be_reached(catalogue: Catalogue) -> None:
    told = details(judged(catalogue, rectangle(100.0, 500.0, 2), {**sheet(200.0, 500.0), "stock.price": 30.0}))
    assert told["price_per_part"] == (15.0, None)
    assert told["quality"] == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize(
    ("part", "said", "score"),
    [
        (rectangle(200.0, 500.0), "this part uses 100% of the board", 100.0),
        (rectangle(200.0, 500.0, 2), "2 parts do not fit: the stock holds 1", 0.0),
        (rectangle(201.0, 500.0), "the part does not fit the stock", 0.0),
        (rectangle(150.0, 100.0, quarter_turned=True), "this part uses 15% of the board; the stock holds 6", 100.0),
        (
            rectangle(150.0, 100.0, quarter_turned=True, grain_locked=True),
            "the part lies across the grain, which it must not",
            0.0,
        ),
    ],
)
def test_a_part_that_does_not_fit_is_refused_in_words(
    catalogue: Catalogue, part: dict[str, Any], said: str, score: float
) -> None:
    assessment = judged(catalogue, part, sheet(200.0, 500.0))
    assert (assessment.finding, assessment.score) == (said, score)
    assert assessment.warnings == ([] if score else [said])


@pytest.mark.parametrize(
    ("parts", "said", "score", "sheets"),
    [
        ((rectangle(100.0, 100.0, 2), rectangle(50.0, 100.0)), "3 parts use 25% of the board", 100.0, 1),
        ((rectangle(100.0, 500.0, 3),), "the parts need 2 sheets of this stock", 0.0, 2),
        ((rectangle(300.0, 300.0),), "a part does not fit the stock", 0.0, None),
        (
            (rectangle(50.0, 50.0, quarter_turned=True, grain_locked=True),),
            "the part lies across the grain, which it must not",
            0.0,
            1,
        ),
    ],
)
def test_mixed_parts_that_do_not_fit_one_sheet_are_refused_in_words(
    catalogue: Catalogue, parts: tuple[dict[str, Any], ...], said: str, score: float, sheets: int | None
) -> None:
    assessment = judged(catalogue, rectangle(1.0, 1.0), sheet(200.0, 500.0), parts)
    assert (assessment.finding, assessment.score) == (said, score)
    assert assessment.warnings == ([] if score else [said])
    assert details(assessment).get("sheets") == (None if sheets is None else (sheets, 1.0))


def test_mixed_parts_without_a_spacing_lie_edge_to_edge(catalogue: Catalogue) -> None:
    bare = {"rectangle": {"width_mm": 100.0, "length_mm": 500.0}, "count": 2}
    design = {**rosette(), "mixed_parts": [bare]}
    nested = nested_parts(situation(catalogue, sheet(200.0, 500.0), design=design))
    assert (nested.sheet_count, nested.used_share) == (1, 1.0)


def test_the_share_that_mixed_parts_use_is_that_of_all_sheets(catalogue: Catalogue) -> None:
    parts = [rectangle(100.0, 500.0, 3), rectangle(20.0, 30.0, 2)]
    nested = nested_parts(situation(catalogue, sheet(200.0, 500.0), design={**rosette(), "mixed_parts": parts}))
    assert nested.used_share == pytest.approx((3 * 100 * 500 + 2 * 20 * 30) / (nested.sheet_count * 200 * 500))


@pytest.mark.parametrize(("count", "nested"), [(500, True), (501, False)])
def test_five_hundred_parts_are_nested_and_no_more(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, count: int, nested: bool
) -> None:
    monkeypatch.setattr(material_efficiency, "nest", lambda *_, **__: None)
    looked_at = situation(catalogue, design={**rosette(), "mixed_parts": [rectangle(1.0, 1.0, count)]})
    if nested:
        assert nested_parts(looked_at).placed == ()
    else:
        with pytest.raises(NotAssessedError, match="at most 500 are nested"):
            nested_parts(looked_at)


def test_a_fretboard_is_one_part_along_the_grain_with_nothing_beside_it(catalogue: Catalogue) -> None:
    board = {"fret_slots": {"heel_width_mm": 57.0, "board_length_mm": 500.0}}
    along = assess(MaterialEfficiency(), situation(catalogue, sheet(57.0, 500.0), design=board))
    assert along.risk is RiskLevel.GREEN
    assert details(along)["quality"] == pytest.approx((1.0, 1.0))
    across = assess(MaterialEfficiency(), situation(catalogue, sheet(500.0, 57.0), design=board))
    assert across.risk is RiskLevel.RED


@pytest.mark.parametrize("known", ["heel_width_mm", "board_length_mm"])
def test_a_fretboard_of_which_one_side_is_known_is_no_part(catalogue: Catalogue, known: str) -> None:
    assessment = assess(MaterialEfficiency(), situation(catalogue, design={"fret_slots": {known: 57.0}}))
    assert [reason.subject for reason in assessment.unknown_reasons] == ["design.part"]


def test_rings_lie_in_squares_and_from_three_rows_on_in_hexagons(catalogue: Catalogue) -> None:
    ring = {"ring": {"outer_radius_mm": 50.0, "inner_radius_mm": 40.0}, "count": 1, "spacing_mm": 0.0}
    square = pi * (50.0**2 - 40.0**2) / 100.0**2
    for rows, reachable in ((2, square), (3, square * 2 / sqrt(3))):
        layout = part_layout(situation(catalogue, sheet(250.0, 100.0 * rows), design=rosette(part=ring)))
        assert layout.capacity == 2 * rows
        assert layout.reachable == pytest.approx(reachable)


def test_rings_of_a_rosette_are_one_ring_with_nothing_beside_it(catalogue: Catalogue) -> None:
    rings = {"rosette_rings": {"rings": [{"inner_radius_mm": 40.0, "width_mm": 10.0}], "depth_mm": 1.0}}
    layout = part_layout(situation(catalogue, sheet(100.0, 100.0), design=rings))
    assert layout.reachable == pytest.approx(pi * (50.0**2 - 40.0**2) / 100.0**2)


def test_an_outline_is_as_large_as_it_is_wherever_it_lies(catalogue: Catalogue) -> None:
    corners = [(100.0, 100.0), (200.0, 100.0), (200.0, 350.0), (100.0, 350.0)]
    outline = {"outline": {"points": [{"x_mm": x, "y_mm": y} for x, y in corners]}, "count": 1, "spacing_mm": 0.0}
    layout = part_layout(situation(catalogue, sheet(200.0, 750.0), design=rosette(part=outline)))
    assert (layout.capacity, layout.net_mm2, layout.reachable) == (6, 25_000.0, 1.0)
