"""Parts of a design are held against one another and against the stock: what cannot be is RED with both numbers."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.errors import MaterialNotFoundError
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests import builders
from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.situations import assess, fret_situation, situation

GREEN, YELLOW, RED = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED


def ring(inner_mm: float, width_mm: float) -> dict[str, float]:
    return {"inner_radius_mm": inner_mm, "width_mm": width_mm}


def rosette_geometry(catalogue: Catalogue, **changes: Any) -> Assessment:
    changed = rosette(**{f"rosette_channel__{key}": value for key, value in changes.items()})
    return assess(Geometry(), situation(catalogue, design=changed))


def board_geometry(catalogue: Catalogue, changes: dict[str, Any], context: dict[str, Any] | None = None) -> Assessment:
    changed = builders.overridden(builders.FRET_SLOTS, {f"fret_slots.{key}": item for key, item in changes.items()})
    return assess(Geometry(), fret_situation(catalogue, context, design=changed))


@pytest.mark.parametrize(
    ("rings", "said"),
    [
        ([ring(60.0, 5.0), ring(66.0, 6.0)], "the rings end at 72 mm, their channel at 58 mm"),
        ([ring(20.0, 5.0)], "the rings start at 20 mm, their channel at 46 mm"),
        ([ring(52.0, 7.0)], "the rings end at 59 mm, their channel at 58 mm"),
        ([ring(92.1, 5.0)], "their channel at 58 mm"),
        ([ring(1.81, 0.2)], "the rings start at 1.81 mm"),
        ([ring(46.1, 5.0), ring(51.0, 5.0)], "ring 2 starts at 51 mm, ring 1 ends at 51.1 mm"),
    ],
)
def test_rings_that_do_not_lie_in_their_channel(catalogue: Catalogue, rings: list[Any], said: str) -> None:
    assessment = rosette_geometry(catalogue, rings=rings)
    assert assessment.risk is RED
    assert any(said in warning for warning in assessment.warnings), assessment.warnings


@pytest.mark.parametrize(
    ("rings", "risk"),
    [
        ([ring(46.0, 6.0), ring(52.0, 6.0)], YELLOW),
        ([ring(46.05, 5.9), ring(52.0, 5.95)], YELLOW),
        ([ring(46.1, 5.9), ring(52.0, 5.9)], GREEN),
    ],
)
def test_rings_that_leave_no_room_for_glue_need_review(catalogue: Catalogue, rings: list[Any], risk: RiskLevel) -> None:
    assert rosette_geometry(catalogue, rings=rings).risk is risk


def test_bare_room_between_rings_is_told_and_harms_nothing(catalogue: Catalogue) -> None:
    assessment = rosette_geometry(catalogue, rings=[ring(46.1, 2.0), ring(53.1, 4.8)])
    assert assessment.risk is GREEN
    assert "5.0 mm between ring 1 and 2 stay empty" in assessment.finding


def test_a_rosette_wider_than_its_board(catalogue: Catalogue) -> None:
    assessment = rosette_geometry(catalogue, outer_radius_mm=150.0, upper_bout_width_mm=400.0)
    assert assessment.risk is RED
    assert "the rosette in stock of 210 x 530 mm: 300 x 300 mm do not fit" in assessment.warnings


@pytest.mark.parametrize(
    ("further", "risk"),
    [
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 64.0}, GREEN),
        ({"inner_radius_mm": 57.0, "outer_radius_mm": 64.0}, RED),
        ({"inner_radius_mm": 58.5, "outer_radius_mm": 64.0}, RED),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 61.0}, RED),
        ({"inner_radius_mm": 43.0, "outer_radius_mm": 44.5}, RED),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 108.0}, RED),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "depth_mm": 1.9}, RED),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "depth_mm": 0.6}, RED),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "rings": [ring(60.1, 4.5)]}, RED),
        ({"outer_radius_mm": 64.0}, RiskLevel.UNKNOWN),
    ],
)
def test_further_channels_are_judged_as_the_first(
    catalogue: Catalogue, further: dict[str, Any], risk: RiskLevel
) -> None:
    assert rosette_geometry(catalogue, further_channels=[further]).risk is risk


def test_a_ring_of_a_material_nobody_knows_is_not_found(catalogue: Catalogue) -> None:
    for design in (
        rosette(rosette_channel__rings=[{**ring(46.1, 5.0), "material_id": "nope"}]),
        {"rosette_rings": {"rings": [{**ring(46.1, 5.0), "material_id": "nope"}], "depth_mm": 1.0}},
        rosette(
            rosette_channel__further_channels=[
                {"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "rings": [{"material_id": "nope"}]}
            ]
        ),
    ):
        with pytest.raises(MaterialNotFoundError):
            situation(catalogue, design=design)


@pytest.mark.parametrize(
    ("slots", "context"),
    [
        ({"board_length_mm": 450.0}, {}),
        ({"fret_count": 36}, {}),
        ({"nut_width_mm": 430.0}, {}),
        ({"heel_width_mm": 62.1}, {}),
        ({"binding_width_mm": 30.0}, {}),
        ({"programmed_positions_mm": [647.7 * (1 - 2 ** (-fret / 12)) for fret in range(1, 13)]}, {}),
        ({"programmed_positions_mm": [647.7 * (1 - 2 ** (-fret / 12)) for fret in range(1, 26)]}, {}),
        ({"board_length_mm": REMOVED}, {"stock.length_mm": 480.0}),
        ({}, {"stock.length_mm": 499.0}),
        ({"taper_deg": 1.0}, {}),
        ({"slot_width_mm": 2.9, "tang_width_mm": 2.9, "fret_count": 36, "straight": {"scale_length_mm": 300.0}}, {}),
        ({"fretboard_radius_mm": 28.0}, {}),
        ({"fretboard_radius_mm": 28.0, "depth_follows_radius": True}, {}),
        (
            {"fretboard_radius_mm": 28.0, "heel_width_mm": REMOVED, "nut_width_mm": 57.0, "depth_follows_radius": True},
            {},
        ),
    ],
)
def test_boards_that_cannot_be(catalogue: Catalogue, slots: dict[str, Any], context: dict[str, Any]) -> None:
    assert board_geometry(catalogue, slots, context).risk is RED


@pytest.mark.parametrize(
    ("slots", "context"),
    [
        ({}, {}),
        ({"binding_width_mm": 2.0}, {}),
        ({}, {"stock.width_mm": 515.0, "stock.length_mm": 62.0}),
        ({"slot_width_mm": 0.7, "tang_width_mm": 0.7, "taper_deg": 1.0}, {"tool.diameter_mm": 0.6127}),
        ({"taper_deg": 0.0}, {}),
    ],
)
def test_boards_that_can_be_are_not_red(catalogue: Catalogue, slots: dict[str, Any], context: dict[str, Any]) -> None:
    assert board_geometry(catalogue, slots, context).risk is not RED


def test_what_is_not_stated_of_a_board_is_asked_for(catalogue: Catalogue) -> None:
    bare = {"straight": {}, "nut_width_mm": REMOVED, "heel_width_mm": REMOVED, "board_length_mm": REMOVED}
    asked = board_geometry(catalogue, {**bare, "binding_width_mm": 3.0}, {"stock.thickness_mm": REMOVED}).questions
    subjects = [question.subject for question in asked]
    assert subjects == ["context.stock.thickness_mm", "design.fret_slots.heel_width_mm"]


def test_a_narrow_board_on_wide_strings(catalogue: Catalogue) -> None:
    changes = {"straight": REMOVED, "fanned": FAN, "nut_width_mm": REMOVED}
    assert board_geometry(catalogue, changes).risk is GREEN


FAN = {
    "bass_scale_length_mm": 655.0,
    "treble_scale_length_mm": 648.0,
    "perpendicular_fret": 9.0,
    "nut_string_span_mm": 36.0,
    "bridge_string_span_mm": 52.0,
}


def fan_positions(shift_mm: float) -> list[float]:
    return [shift_mm + 648.0 * (1 - 2 ** (-fret / 12)) for fret in range(1, 25)]


def test_positions_on_a_fanned_board_are_measured_as_the_report_measures_them(catalogue: Catalogue) -> None:
    shift_mm = 7.0 * (1 - 2 ** (-9 / 12))  # what the square fret puts between the ends of the nut
    for offset_mm, risk in ((shift_mm, GREEN), (0.0, RED)):
        changes = {"straight": REMOVED, "fanned": FAN, "programmed_positions_mm": fan_positions(offset_mm)}
        assert board_geometry(catalogue, changes).risk is risk


POCKET = {"length_mm": 76.0, "width_mm": 56.0, "depth_mm": 10.0}
PART = {"rectangle": {"width_mm": 330.0, "length_mm": 500.0}, "count": 1, "spacing_mm": 3.0}
BODY = {
    "cut.radial_width_mm": 1.0,
    "stock.thickness_mm": 45.0,
    "stock.width_mm": 350.0,
    "stock.length_mm": 520.0,
}


def pocket_geometry(catalogue: Catalogue, pocket: dict[str, Any], context: dict[str, Any] | None = None) -> Assessment:
    design = {"pocket": {**POCKET, **pocket}, "part": PART}
    return assess(Geometry(), situation(catalogue, {**BODY, **(context or {})}, design=design))


@pytest.mark.parametrize(
    ("pocket", "risk", "said"),
    [
        ({}, GREEN, ""),
        ({"length_mm": 700.0, "width_mm": 560.0}, RED, "in a part of 330 x 500 mm: 560 x 700 mm do not fit"),
        ({"length_mm": 510.0}, RED, "the pocket in a part"),
        ({"length_mm": 500.0, "width_mm": 330.0}, GREEN, ""),
        ({"length_mm": 330.0, "width_mm": 500.0}, GREEN, ""),
        ({"corner_radius_mm": 40.0}, RED, "corners of 40 mm radius in a pocket 56 mm wide"),
        ({"corner_radius_mm": 28.0}, GREEN, ""),
        ({"wall_thickness_mm": 400.0}, RED, "the pocket with its walls"),
        ({"wall_thickness_mm": 12.0}, GREEN, ""),
        ({"length_mm": 3.0}, RED, "cutter in a pocket 3 mm wide"),
        ({"width_mm": 3.175}, GREEN, ""),
        ({"depth_mm": 45.2, "through": True}, RED, "flutes"),
    ],
)
def test_pockets_against_part_and_stock(
    catalogue: Catalogue, pocket: dict[str, Any], risk: RiskLevel, said: str
) -> None:
    assessment = pocket_geometry(catalogue, pocket)
    assert assessment.risk is risk, assessment
    assert any(said in warning for warning in (*assessment.warnings, "")), assessment.warnings


@pytest.mark.parametrize(
    ("shape", "risk"),
    [
        ({"outline": {"points": [{"x_mm": x, "y_mm": y} for x, y in ((0, 0), (60, 0), (60, 90), (0, 90))]}}, GREEN),
        ({"outline": {"points": [{"x_mm": x, "y_mm": y} for x, y in ((0, 0), (60, 0), (60, 70), (0, 70))]}}, RED),
        ({"ring": {"outer_radius_mm": 30.0, "inner_radius_mm": 5.0}}, RED),
        ({"ring": {"inner_radius_mm": 5.0}}, GREEN),
        ({"rectangle": {"width_mm": 60.0}}, GREEN),
    ],
)
def test_a_pocket_lies_within_a_part_of_any_shape(catalogue: Catalogue, shape: dict[str, Any], risk: RiskLevel) -> None:
    design = {"pocket": POCKET, "part": shape}
    assert assess(Geometry(), situation(catalogue, BODY, design=design)).risk is risk


def test_a_stock_of_which_one_side_is_known_still_bounds_the_pocket(catalogue: Catalogue) -> None:
    for side in ("stock.width_mm", "stock.length_mm"):
        other = {"stock.width_mm": REMOVED, "stock.length_mm": REMOVED, side: 50.0}
        wide = assess(Geometry(), situation(catalogue, {**BODY, **other}, design={"pocket": POCKET}))
        assert wide.risk is RED
        other[side] = 60.0
        narrow = assess(Geometry(), situation(catalogue, {**BODY, **other}, design={"pocket": POCKET}))
        assert narrow.risk is GREEN
        assert [question.subject for question in narrow.questions if question.subject.startswith("context.stock")]


def test_what_is_not_stated_of_stock_and_tool_is_asked_for(catalogue: Catalogue) -> None:
    stock = ("stock.width_mm", "stock.length_mm", "stock.thickness_mm")
    gone = dict.fromkeys((*stock, "tool.tool_id", "cut.axial_depth_mm"), REMOVED)
    bare = {**gone, "tool.kind": "END_MILL", "tool.diameter_mm": 3.175, "cut.radial_width_mm": REMOVED}
    design = {"pocket": {"width_mm": 56.0, "depth_mm": 10.0}}
    assessment = assess(Geometry(), situation(catalogue, bare, design=design))
    assert {question.subject for question in assessment.questions} == {
        "design.pocket.length_mm",
        "context.stock.thickness_mm",
        "context.tool.flute_length_mm",
        "context.tool.stickout_mm",
    }


def test_a_wall_thicker_than_the_stock(catalogue: Catalogue) -> None:
    design = {"profile": {"length_mm": 500.0, "depth_mm": 2.0, "wall_thickness_mm": 600.0}}
    assert assess(Geometry(), situation(catalogue, design=design)).risk is RED


@pytest.mark.parametrize(
    ("tabs", "risk"),
    [
        ({"tab_count": 4, "tab_width_mm": 6.0, "tab_thickness_mm": 1.5}, GREEN),
        ({"tab_count": 4, "tab_width_mm": 6.0, "tab_thickness_mm": 2.0}, RED),
        ({"tab_count": 4, "tab_width_mm": 125.0, "tab_thickness_mm": 1.5}, RED),
        ({"tab_width_mm": 125.0}, GREEN),
    ],
)
def test_tabs_leave_something_to_cut(catalogue: Catalogue, tabs: dict[str, Any], risk: RiskLevel) -> None:
    design = {"profile": {"length_mm": 500.0, "depth_mm": 2.0, **tabs}}
    assert assess(Geometry(), situation(catalogue, design=design)).risk is risk


@pytest.mark.parametrize(
    ("length_mm", "context", "risk"),
    [(570.0, {}, GREEN), (571.0, {}, RED), (571.0, {"stock.width_mm": REMOVED}, GREEN)],
)
def test_a_straight_cut_is_no_longer_than_its_stock(
    catalogue: Catalogue, length_mm: float, context: dict[str, Any], risk: RiskLevel
) -> None:
    saw = {"tool.tool_id": "saw_254_60t", "stock.thickness_mm": 25.0, **context}
    design = {"saw_cut": {"depth_mm": 20.0, "length_mm": length_mm}}
    assert assess(Geometry(), situation(catalogue, saw, design=design)).risk is risk
