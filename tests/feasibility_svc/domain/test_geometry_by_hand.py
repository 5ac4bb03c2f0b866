"""Every check of pockets, saw cuts, ledges and letters with its number, its limit and its advice, by hand."""

from math import radians, sqrt, tan
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.check import Check, Found, Note
from tests.builders import REMOVED
from tests.feasibility_svc.domain.checks_by_hand import BLADE, all_found, fix, judged, of, points

POCKET = {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 5.0}


def pocket(catalogue: Catalogue, context: dict[str, Any] | None = None, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"pocket": {**POCKET, **changes}}, context)


@pytest.mark.parametrize(("width_mm", "score"), [(3.8, 100.0), (3.9, 79.0)])
def test_lines_that_hardly_overlap_leave_ridges(catalogue: Catalogue, width_mm: float, score: float) -> None:
    check = of(pocket(catalogue, {"cut.radial_width_mm": width_mm}), "ridges")
    assert judged(check) == pytest.approx((score, width_mm, 3.8))
    assert fix(check) == ("context.cut.radial_width_mm", 2.0)


def test_a_pocket_lies_in_the_stock_with_its_walls(catalogue: Catalogue) -> None:
    found = [item for item in pocket(catalogue, wall_thickness_mm=5.0) if isinstance(item, Check)]
    told = [item.text.split(": ")[1] for item in found if item.name == "stock_outline"]
    assert told == ["40 x 80 mm do not fit", "50 x 90 mm do not fit"]


def test_one_side_of_the_stock_speaks_only_of_what_is_wider(catalogue: Catalogue) -> None:
    narrow = {"stock.width_mm": 40.0, "stock.length_mm": REMOVED}
    assert not [item for item in pocket(catalogue, narrow) if isinstance(item, Check) and item.name == "stock_outline"]
    wider = of(pocket(catalogue, narrow, width_mm=40.1), "stock_outline")
    assert wider.score == 0.0


@pytest.mark.parametrize(
    ("part", "fits"),
    [
        ({"outline": {"points": points((100, 100), (139, 100), (139, 300), (100, 300))}}, [0.0]),
        ({"outline": {"points": points((100, 100), (140, 100), (140, 180), (100, 180))}}, [100.0]),
        ({"rectangle": {"length_mm": 100.0}}, []),
        ({"rectangle": {"width_mm": 100.0}}, []),
        ({"rectangle": {"width_mm": 79.0, "length_mm": 100.0}}, [100.0]),
    ],
)
def test_a_pocket_lies_within_the_part_it_is_cut_into(
    catalogue: Catalogue, part: dict[str, Any], fits: list[float]
) -> None:
    found = all_found(catalogue, {"pocket": POCKET, "part": {**part, "count": 1, "spacing_mm": 0.0}})
    assert [item.score for item in found if isinstance(item, Check) and item.name == "part_outline"] == fits


@pytest.mark.parametrize(("radius_mm", "score"), [(20.0, 100.0), (20.1, 0.0)])
def test_two_corners_fit_side_by_side(catalogue: Catalogue, radius_mm: float, score: float) -> None:
    check = of(pocket(catalogue, corner_radius_mm=radius_mm), "corners_fit")
    assert judged(check) == (score, 2 * radius_mm, 40.0)
    assert fix(check) == ("design.pocket.corner_radius_mm", 20.0)


@pytest.mark.parametrize(("radius_mm", "score"), [(2.0, 100.0), (1.9, 0.0)])
def test_a_corner_is_no_sharper_than_its_cutter(catalogue: Catalogue, radius_mm: float, score: float) -> None:
    found = pocket(catalogue, corner_radius_mm=radius_mm)
    check = next(
        item for item in found if isinstance(item, Check) and "corner" in item.name and item.name != "corners_fit"
    )
    assert (check.score, check.value, check.limit) == (score, 2.0, radius_mm)
    assert fix(check) == ("context.tool.diameter_mm", 2 * radius_mm)


def sawn(catalogue: Catalogue, **changes: Any) -> list[Found]:
    cut = {"depth_mm": 20.0, "length_mm": 500.0, **changes}
    return all_found(catalogue, {"saw_cut": cut}, {**BLADE, "stock.thickness_mm": 300.0})


@pytest.mark.parametrize(
    ("depth_mm", "score", "notes"),
    [
        (101.6, 100.0, []),
        (110.0, 100.0, ["the blade dips 110 mm into the work, 43% of its diameter"]),
        (127.0, 0.0, []),
        (130.0, 0.0, []),
    ],
)
def test_a_blade_reaches_less_deep_than_its_radius(
    catalogue: Catalogue, depth_mm: float, score: float, notes: list[str]
) -> None:
    found = sawn(catalogue, depth_mm=depth_mm)
    reach = of(found, "blade_reach")
    assert judged(reach) == (score, depth_mm, 127.0)
    assert reach.text == f"{depth_mm:g} mm deep with a blade of 127 mm radius"
    assert [item.text for item in found if isinstance(item, Note)] == notes


def test_a_straight_cut_is_no_longer_than_the_diagonal(catalogue: Catalogue) -> None:
    diagonal_mm = sqrt(210.0**2 + 530.0**2)
    for length_mm, score in ((diagonal_mm, 100.0), (diagonal_mm + 0.1, 0.0)):
        assert of(sawn(catalogue, length_mm=length_mm), "cut_length").score == score


def test_a_blade_may_run_out_to_where_it_is_free(catalogue: Catalogue) -> None:
    run_out_mm = sqrt(20.0 * 234.0)
    for free_mm, score in ((run_out_mm, 100.0), (run_out_mm - 0.1, 0.0)):
        assert judged(of(sawn(catalogue, end_clearance_mm=free_mm), "run_out")) == (score, run_out_mm, free_mm)


LEDGE = {"length_mm": 1500.0, "ledge_width_mm": 2.0, "ledge_height_mm": 2.0}


def ledge(catalogue: Catalogue, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"binding_ledge": {**LEDGE, **changes}})


@pytest.mark.parametrize(("side_mm", "score"), [(3.0, 100.0), (2.9, 0.0)])
def test_a_millimetre_of_the_side_stays_behind_a_ledge(catalogue: Catalogue, side_mm: float, score: float) -> None:
    assert judged(of(ledge(catalogue, side_thickness_mm=side_mm), "ledge_width")) == (score, 2.0, side_mm - 1.0)


@pytest.mark.parametrize(("top_mm", "score"), [(2.8, 100.0), (2.7, 0.0)])
def test_eight_tenths_of_the_top_stay_under_a_purfling(catalogue: Catalogue, top_mm: float, score: float) -> None:
    check = of(ledge(catalogue, purfling=True, top_thickness_mm=top_mm), "purfling_height")
    assert judged(check) == pytest.approx((score, 2.0, top_mm - 0.8))


def test_an_outline_lies_in_the_stock_wherever_it_was_drawn(catalogue: Catalogue) -> None:
    corners = [{"x_mm": 100.0, "y_mm": 100.0}, {"x_mm": 300.0, "y_mm": 100.0}, {"x_mm": 300.0, "y_mm": 600.0}]
    outline = of(ledge(catalogue, outline=corners), "stock_outline")
    assert (outline.score, outline.value) == (100.0, 500.0)


V_BIT = {"tool.kind": "V_BIT", "tool.tip_angle_deg": 60.0, "tool.tip_diameter_mm": 0.5, "tool.flute_length_mm": 3.0}
"""4 mm in diameter: the cone is 3.5 mm / (2 tan 30 degrees) high."""
CONE_MM = 3.5 / (2 * tan(radians(30.0)))


def carved(catalogue: Catalogue, **changes: Any) -> list[Found]:
    return all_found(catalogue, {"v_carve": {"length_mm": 500.0, **changes}}, V_BIT)


@pytest.mark.parametrize(("widest_mm", "score"), [(4.0, 100.0), (4.1, 0.0)])
def test_a_line_is_no_wider_than_the_cone(catalogue: Catalogue, widest_mm: float, score: float) -> None:
    check = of(carved(catalogue, widest_line_mm=widest_mm), "cone")
    depth_mm = (widest_mm - 0.5) / (2 * tan(radians(30.0)))
    assert judged(check) == pytest.approx((score, depth_mm, CONE_MM))
    assert fix(check) == ("design.v_carve.max_depth_mm", pytest.approx(CONE_MM))


def test_a_line_as_narrow_as_the_tip_is_not_looked_at_further(catalogue: Catalogue) -> None:
    found = carved(catalogue, widest_line_mm=0.5)
    assert [item.name for item in found if isinstance(item, Check)] == ["widest_line"]
