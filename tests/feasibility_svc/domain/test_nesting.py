"""Where different parts lie on their sheets: each place follows from the sizes, the kerf and the order of packing."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.material_efficiency import nested_parts
from feasibility_svc.domain.physics.nesting import Placed, Rectangle, least_sheets, nest
from tests.builders import rosette
from tests.feasibility_svc.domain.situations import situation


def places(parts: list[tuple[float, float]], stock: tuple[float, float], **others: Any) -> list[Placed] | None:
    rectangles = [Rectangle(width, length, others.get("locked", True)) for width, length in parts]
    return nest(rectangles, stock_width_mm=stock[0], stock_length_mm=stock[1], kerf_mm=others.get("kerf_mm", 0.0))


@pytest.mark.parametrize(
    ("stock", "sheets", "second"),
    [
        ((83.01, 100.0), [0, 0], (43.005, 0.0)),
        ((83.009, 100.0), [0, 1], (0.0, 0.0)),
        ((40.005, 203.01), [0, 0], (0.0, 103.005)),
        ((40.005, 203.009), [0, 1], (0.0, 0.0)),
    ],
    ids=["beside each other", "too narrow for two", "behind each other", "too short for two"],
)
def test_a_kerf_lies_between_parts_and_not_at_the_edges(
    stock: tuple[float, float], sheets: list[int], second: tuple[float, float]
) -> None:
    length_mm = min(stock[1], 100.005)
    found = places([(40.005, length_mm), (40.005, length_mm)], stock, kerf_mm=3.0)
    assert found is not None
    assert [item.sheet_index for item in found] == sheets
    assert (found[1].x_mm, found[1].y_mm) == second
    assert {(item.width_mm, item.length_mm) for item in found} == {(40.005, length_mm)}


@pytest.mark.parametrize("kerf_mm", [0.0, 3.175])
def test_a_part_as_large_as_its_stock_fits_it_in_inches_too(kerf_mm: float) -> None:
    """7 1/16 by 20 inches, and a third of an inch, of which no decimal is the whole."""
    for size in ((179.3875, 508.0), (25.4 / 3, 25.4 / 3), (7.9 * 25.4, 200.66)):
        found = places([size, size], size, kerf_mm=kerf_mm)
        assert found is not None
        assert [(item.sheet_index, item.x_mm, item.y_mm) for item in found] == [(0, 0.0, 0.0), (1, 0.0, 0.0)]


def test_parts_that_fill_a_sheet_of_inches_leave_none_out(catalogue: Catalogue) -> None:
    filling = {"rectangle": {"width_mm": 179.3875, "length_mm": 508.0}, "count": 1, "spacing_mm": 0.0}
    small = {"rectangle": {"width_mm": 10.0, "length_mm": 20.0}, "count": 1, "spacing_mm": 0.0}
    stock = {"stock.width_mm": 179.3875, "stock.length_mm": 508.0}
    for parts in ([filling], [filling, small]):
        nested = nested_parts(situation(catalogue, stock, design={**rosette(), "mixed_parts": parts}))
        assert (len(nested.placed), nested.sheet_count) == (len(parts), len(parts))


@pytest.mark.parametrize(
    ("part", "locked", "lies"),
    [
        ((100.0, 50.0), True, (100.0, 50.0)),
        ((50.0, 100.0), False, (100.0, 50.0)),
        ((50.0, 100.0), True, None),
        ((50.000001, 100.0), False, None),
        ((50.0, 100.000001), False, None),
        ((100.000001, 50.0), True, None),
        ((100.0, 50.000001), True, None),
        ((100.0000001, 50.0000001), True, (100.0, 50.0)),
    ],
)
def test_a_part_fits_up_to_the_edge_and_turns_unless_it_is_locked(
    part: tuple[float, float], locked: bool, lies: tuple[float, float] | None
) -> None:
    found = places([part], (100.0, 50.0), locked=locked)
    assert [(item.width_mm, item.length_mm) for item in found or []] == ([lies] if lies else [])


@pytest.mark.parametrize(
    ("parts", "corners"),
    [
        ([(100.0, 20.0), (100.0, 50.0)], [(0.0, 50.0), (0.0, 0.0)]),
        ([(20.0, 100.0), (50.0, 100.0)], [(50.0, 0.0), (0.0, 0.0)]),
        ([(60.0, 60.0), (20.0, 80.0)], [(20.0, 0.0), (0.0, 0.0)]),
        ([(50.0, 100.0), (50.0, 100.0)], [(0.0, 0.0), (50.0, 0.0)]),
    ],
    ids=["the larger area first", "so across, too", "the longer side first", "alike: as they are listed"],
)
def test_long_parts_lie_first_and_of_those_the_large_ones(
    parts: list[tuple[float, float]], corners: list[tuple[float, float]]
) -> None:
    found = places(parts, (100.0, 100.0))
    assert found is not None
    assert [(item.x_mm, item.y_mm) for item in found] == corners


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (4, 1), (5, 2), (8, 2)])
def test_area_alone_asks_for_whole_sheets(count: int, sheets: int) -> None:
    quarters = [Rectangle(50.0, 50.0, False)] * count
    assert least_sheets(quarters, stock_width_mm=100.0, stock_length_mm=100.0) == sheets
