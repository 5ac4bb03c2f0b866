"""What geometry says of each operation."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests import builders
from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.situations import assess, fret_situation, situation

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN
RINGS = [{"inner_radius_mm": 46.05, "width_mm": 5.0}, {"inner_radius_mm": 51.1, "width_mm": 5.0}]


@pytest.mark.parametrize(
    ("design", "context", "risk", "warning"),
    [
        ({}, {}, GREEN, None),
        ({"depth_mm": 1.4}, {}, YELLOW, "takes 54%"),
        ({"depth_mm": 1.9}, {}, RED, "0.60 mm of top remain"),
        ({"inner_radius_mm": 44.0}, {}, RED, "1.5 mm of wood"),
        ({"inner_radius_mm": 56.0}, {}, RED, "cutter in a channel 2 mm wide"),
        ({"upper_bout_width_mm": 115.0}, {}, RED, "upper bout"),
        ({"upper_bout_width_mm": REMOVED}, {}, GREEN, None),
        ({"rings": RINGS}, {}, GREEN, None),
        ({"rings": [RINGS[0], {"inner_radius_mm": 50.0, "width_mm": 1.0}]}, {}, RED, "ring 2 starts at 50 mm"),
        ({"rings": [{"inner_radius_mm": 46.0, "width_mm": 12.0}]}, {}, YELLOW, "0.00 mm for glue"),
        ({"rings": [{"width_mm": 12.0}]}, {}, UNKNOWN, None),
        ({"depth_mm": REMOVED}, {}, UNKNOWN, None),
        ({}, {"stock.thickness_mm": REMOVED}, GREEN, None),
        ({}, {"tool.flute_length_mm": 1.0}, RED, "the shank rubs"),
        ({}, {"tool.flute_length_mm": 2.0, "tool.stickout_mm": 2.2}, RED, "collet nut"),
        ({"depth_mm": 3.0}, {}, RED, "mm of stock"),
    ],
)
def test_rosette_channels(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], risk: RiskLevel, warning: str | None
) -> None:
    changed = rosette(**{f"rosette_channel__{key}": value for key, value in design.items()})
    check(catalogue, changed, context, risk, warning)


def check(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], risk: RiskLevel, warning: str | None
) -> None:
    assessment = assess(Geometry(), situation(catalogue, context, design=design))
    assert assessment.risk is risk, assessment
    assert warning is None or any(warning in text for text in assessment.warnings), assessment.warnings


def test_what_cannot_be_is_red_whatever_else_is_not_stated(catalogue: Catalogue) -> None:
    slots = {"slot_width_mm": 0.6, "straight": {"scale_length_mm": 650.0}}
    wide = fret_situation(catalogue, {"tool.diameter_mm": 3.175}, design={"fret_slots": slots})
    assessment = assess(Geometry(), wide)
    assert assessment.risk is RED
    assert "the slot comes out 3.175 mm wide" in assessment.finding
    assert Geometry().score(wide) == 0.0
    assert [question.subject for question in assessment.questions][-2:] == [
        "design.fret_slots.slot_depth_mm",
        "design.fret_slots.fret_count",
    ]
    fitting = fret_situation(catalogue, {"tool.diameter_mm": 0.6}, design={"fret_slots": slots})
    assert assess(Geometry(), fitting).risk is UNKNOWN


def test_the_advised_depth_of_a_channel_is_green(catalogue: Catalogue) -> None:
    deep = situation(catalogue, design=rosette(rosette_channel__depth_mm=1.9))
    advice = assess(Geometry(), deep).recommendations[0]
    assert advice.text == "make the depth of the rosette channel 1.35 mm"
    again = situation(catalogue, design=rosette(rosette_channel__depth_mm=advice.suggested_value))
    assert assess(Geometry(), again).risk is GREEN


def test_the_published_remaining_thickness(catalogue: Catalogue) -> None:
    design = rosette(rosette_channel__depth_mm=1.6)
    assessment = assess(Geometry(), situation(catalogue, {"stock.thickness_tolerance_mm": 0.15}, design=design))
    assert assessment.score == pytest.approx(57.988165680473365, rel=1e-9)  # worked example GE7


def test_an_assumed_tolerance_is_shown(catalogue: Catalogue) -> None:
    assumed = assess(Geometry(), situation(catalogue, {"stock.thickness_tolerance_mm": REMOVED}))
    assert assumed.assumptions == ["assumed:thickness_tolerance_0.15_mm"]


@pytest.mark.parametrize(
    ("rings", "through", "risk"),
    [(RINGS, False, GREEN), (RINGS, True, GREEN), ([RINGS[1], RINGS[0]], False, RED)],
)
def test_rosette_rings(catalogue: Catalogue, rings: list[Any], through: bool, risk: RiskLevel) -> None:
    design = {"rosette_rings": {"rings": rings, "depth_mm": 2.9 if through else 1.0, "through": through}}
    check(catalogue, design, {}, risk, None)


POCKET = {"length_mm": 76.0, "width_mm": 56.0, "depth_mm": 10.0}
THICK = {"stock.thickness_mm": 45.0}


@pytest.mark.parametrize(
    ("pocket", "context", "risk", "warning"),
    [
        ({}, THICK, GREEN, None),
        ({"width_mm": 3.0}, THICK, RED, "pocket 3 mm wide"),
        ({"corner_radius_mm": 1.0}, THICK, RED, "corners of 1 mm"),
        ({"corner_radius_mm": 5.0}, THICK, GREEN, None),
        ({"wall_thickness_mm": 0.9}, THICK, RED, "at least 1 mm"),
        ({"wall_thickness_mm": 1.7}, THICK, YELLOW, "times as high as thick"),
        ({"wall_thickness_mm": 5.0}, THICK, GREEN, None),
        ({}, {"stock.thickness_mm": 11.8}, YELLOW, "mm of floor remain"),
        ({}, {"stock.thickness_mm": 10.05}, RED, "0.05 mm of floor"),
    ],
)
def test_pockets(
    catalogue: Catalogue, pocket: dict[str, Any], context: dict[str, Any], risk: RiskLevel, warning: str | None
) -> None:
    check(catalogue, {"pocket": {**POCKET, **pocket}}, {"cut.radial_width_mm": 1.5, **context}, risk, warning)


@pytest.mark.parametrize(
    ("profile", "risk"),
    [
        ({"depth_mm": 3.0, "through": True}, GREEN),
        ({"depth_mm": 3.2, "through": True}, RED),
        ({"depth_mm": 3.0}, RED),
        ({"depth_mm": 2.0, "corner_radius_mm": 1.0}, RED),
        ({"depth_mm": 2.0, "wall_thickness_mm": 0.5}, RED),
    ],
)
def test_profiles(catalogue: Catalogue, profile: dict[str, Any], risk: RiskLevel) -> None:
    check(catalogue, {"profile": {"length_mm": 500.0, **profile}}, {}, risk, None)


@pytest.mark.parametrize(
    ("design", "context", "left"),
    [
        ({"profile": {"depth_mm": 2.0, "through": True}}, {}, "0.6 mm of the stock remain"),
        ({"profile": {"depth_mm": 2.6, "through": True}}, {}, ""),
        ({"profile": {"depth_mm": 2.0, "through": True}}, {"stock.thickness_mm": REMOVED}, ""),
        ({"profile": {"depth_mm": 2.0}}, {}, ""),
        ({"profile": {"depth_mm": 2.3, "through": True, "onion_skin_mm": 0.3}}, {}, ""),
        ({"profile": {"depth_mm": 2.0, "through": True, "onion_skin_mm": 0.3}}, {}, "0.3 mm of the stock remain"),
        ({"rosette_rings": {"rings": RINGS, "depth_mm": 1.0, "through": True}}, {}, "1.6 mm of the stock remain"),
        ({"pocket": {**POCKET, "depth_mm": 2.0, "through": True}}, {"cut.radial_width_mm": 1.5}, "0.6 mm of the stock"),
        ({"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "through": True}}, {}, "0.6 mm of the stock remain"),
        ({"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0}}, {}, ""),
    ],
)
def test_what_remains_under_a_cut_that_is_to_go_through_is_told(
    catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any], left: str
) -> None:
    assessed = assess(Geometry(), situation(catalogue, context, design=design))
    assert assessed.risk is GREEN
    assert ("to go through" in assessed.finding) is bool(left)
    assert left in assessed.finding


@pytest.mark.parametrize(("hole", "risk"), [(3.175, GREEN), (3.0, RED)])
def test_holes(catalogue: Catalogue, hole: float, risk: RiskLevel) -> None:
    check(catalogue, {"drilling": {"hole_diameter_mm": hole, "depth_mm": 2.0}}, {}, risk, None)


@pytest.mark.parametrize(
    ("cut", "risk"),
    [
        ({"depth_mm": 20.0}, GREEN),
        ({"depth_mm": 26.0}, RED),
        ({"depth_mm": 20.0, "end_clearance_mm": 10.0}, RED),
        ({"depth_mm": 20.0, "end_clearance_mm": 80.0}, GREEN),
        ({"depth_mm": 130.0}, RED),
        ({"depth_mm": 300.0, "end_clearance_mm": 1.0}, RED),
    ],
)
def test_saw_cuts(catalogue: Catalogue, cut: dict[str, Any], risk: RiskLevel) -> None:
    context = {"tool.tool_id": "saw_254_60t", "stock.thickness_mm": 25.0}
    check(catalogue, {"saw_cut": {"length_mm": 500.0, **cut}}, context, risk, None)


FANNED = {
    "bass_scale_length_mm": 686.0,
    "treble_scale_length_mm": 648.0,
    "perpendicular_fret": 7.0,
    "nut_string_span_mm": 36.0,
}
IN_TUNE = [647.7 * (1 - 2 ** (-fret / 12)) for fret in range(1, 25)]
FAN_ENDS = {"straight": REMOVED, "fret_count": 22}


@pytest.mark.parametrize(
    ("slots", "context", "risk", "warning"),
    [
        ({}, {}, GREEN, None),
        ({"tang_width_mm": REMOVED, "tang_depth_mm": REMOVED}, {}, GREEN, None),
        ({"tang_width_mm": 0.5}, {}, RED, "0.584 mm wide for a target of 0.500"),
        ({"tang_depth_mm": 2.6}, {}, RED, "will not seat"),
        ({"tang_depth_mm": 1.5}, {}, YELLOW, "room under the tang"),
        ({}, {"stock.thickness_mm": 4.8}, YELLOW, "mm of board remain"),
        ({}, {"stock.thickness_mm": 2.5}, RED, "0.00 mm of board"),
        ({"fretboard_radius_mm": 304.8}, {}, RED, "shank rubs"),
        ({"fretboard_radius_mm": 304.8, "depth_follows_radius": True}, {}, GREEN, None),
        ({"fretboard_radius_mm": 304.8, "heel_width_mm": REMOVED}, {}, UNKNOWN, None),
        ({"straight": REMOVED}, {}, UNKNOWN, None),
        ({**FAN_ENDS, "fanned": FANNED}, {}, YELLOW, "degrees off the square"),
        ({**FAN_ENDS, "fanned": {**FANNED, "treble_scale_length_mm": 676.0}}, {}, GREEN, None),
        ({"straight": REMOVED, "fanned": {"bass_scale_length_mm": 686.0}}, {}, UNKNOWN, None),
        ({"programmed_positions_mm": IN_TUNE}, {}, GREEN, None),
        ({"programmed_positions_mm": [36.8, *IN_TUNE[1:]]}, {}, YELLOW, "cents off"),
        ({"programmed_positions_mm": [39.0, *IN_TUNE[1:]]}, {}, RED, "cents off"),
        ({"straight": {}, "programmed_positions_mm": [36.8]}, {}, UNKNOWN, None),
        ({"binding_width_mm": 2.0}, {"tool.tool_id": "fret_saw_762"}, RED, "blind slot"),
        ({}, {"tool.tool_id": "fret_saw_762"}, GREEN, None),
    ],
)
def test_fret_slots(
    catalogue: Catalogue, slots: dict[str, Any], context: dict[str, Any], risk: RiskLevel, warning: str | None
) -> None:
    changes = {f"fret_slots.{key}": value for key, value in slots.items()}
    design = builders.overridden(builders.FRET_SLOTS, changes)
    assessment = assess(Geometry(), fret_situation(catalogue, context, design=design))
    assert assessment.risk is risk, assessment
    assert warning is None or any(warning in text for text in assessment.warnings), assessment.warnings
