"""What is said of room for chips, passes by hand, parts that come free, and precedent."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chip_clearance import ChipClearance
from feasibility_svc.domain.dimensions.hand import Hand
from feasibility_svc.domain.dimensions.precedent import Precedent
from feasibility_svc.domain.dimensions.tabs import HeldPart
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, kinds, situation

PROFILE: dict[str, Any] = {"profile": {"length_mm": 900.0, "depth_mm": 12.0}}
THROUGH: dict[str, Any] = {"profile": {"length_mm": 900.0, "depth_mm": 12.0, "through": True}}
THICK = {"stock.thickness_mm": 44.0}
DRILLING = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 9.0}}


def pocket(width_mm: float, depth_mm: float = 20.0) -> dict[str, Any]:
    return {"pocket": {"length_mm": 200.0, "width_mm": width_mm, "depth_mm": depth_mm}}


@pytest.mark.parametrize(
    ("depth_mm", "material", "score"),
    [
        (3 * 3.175, "spruce_sitka", 100.0),
        (5 * 3.175, "spruce_sitka", 80.0),
        (9 * 3.175, "spruce_sitka", 50.0),
        (5 * 3.175, "bone", 80.0),
        (1.5 * 3.175, "aluminium_6061", 100.0),
        (2 * 3.175, "aluminium_6061", 80.0),
        (3 * 3.175, "brass_360", 50.0),
        (4 * 3.175, "brass_360", 0.0),
    ],
)
def test_chips_leave_a_deep_slot_badly(catalogue: Catalogue, depth_mm: float, material: str, score: float) -> None:
    slot = {"profile": {"length_mm": 900.0, "depth_mm": depth_mm}}
    looked_at = situation(catalogue, {**THICK, "material.material_id": material}, design=slot)
    assessment = assess(ChipClearance(), looked_at)
    assert assessment.score == pytest.approx(score)
    assert bool(assessment.recommendations) == (score < 80)


@pytest.mark.parametrize(("width_mm", "weight"), [(3.175, 1.0), (1.5 * 3.175, 0.5), (1.75 * 3.175, 0.25)])
def test_a_pocket_is_a_slot_as_far_as_it_is_narrow(catalogue: Catalogue, width_mm: float, weight: float) -> None:
    looked_at = situation(catalogue, THICK, design=pocket(width_mm, depth_mm=8 * 3.175))
    assert ChipClearance().applies(looked_at)
    assert assess(ChipClearance(), looked_at).score == pytest.approx(100 - 50 * weight)


@pytest.mark.parametrize(
    ("context", "design", "applies"),
    [
        ({}, None, True),
        ({}, PROFILE, True),
        ({"cut.radial_width_mm": 3.175 * 0.5}, PROFILE, False),
        ({"cut.radial_width_mm": REMOVED, "tool.diameter_mm": REMOVED, "tool.tool_id": ""}, PROFILE, False),
        ({}, pocket(2 * 3.175), False),
        ({}, pocket(3.175), True),
        ({}, {"pocket": {"depth_mm": 3.0}}, False),
        ({}, DRILLING, False),
        (SAW, SAW_CUT, False),
        ({}, {"facing": {"removal_mm": 1.0}}, False),
        ({}, {"binding_ledge": {"ledge_height_mm": 1.0}}, False),
        ({}, {"contour_3d": {"depth_mm": 1.0}}, False),
        ({}, {"radius_board": {"board_radius_mm": 300.0}}, False),
    ],
)
def test_only_a_slot_needs_room_for_chips(
    catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any] | None, applies: bool
) -> None:
    assert ChipClearance().applies(situation(catalogue, context, design=design)) is applies


def test_of_many_widths_each_is_told_whether_it_is_a_slot(catalogue: Catalogue) -> None:
    widths: Any = np.array([1.0, 1.6, 2.5, 3.175])
    varied = situation(catalogue, THICK, design=PROFILE).varied({"cut.radial_width_mm": widths})
    applies: Any = ChipClearance().applies(varied)
    assert list(applies) == [False, True, True, True]


BY_HAND = {"machine.hand_feed": True, "cut.direction": "CONVENTIONAL", **THICK}


@pytest.mark.parametrize(
    ("context", "score"),
    [
        ({"cut.axial_depth_mm": 0.5 * 3.175}, 90.0),
        ({"cut.axial_depth_mm": 0.65 * 3.175}, 80.0),
        ({"cut.axial_depth_mm": 1.5 * 3.175}, 50.0),
        ({"cut.axial_depth_mm": 2.5 * 3.175}, 0.0),
        ({"cut.axial_depth_mm": 2.5 * 3.175, "cut.radial_width_mm": 0.25 * 3.175}, 100.0),
        ({"cut.direction": "CLIMB", "cut.axial_depth_mm": 0.5, "cut.radial_width_mm": 2.0}, 79.0),
        ({"cut.direction": "CLIMB", "cut.axial_depth_mm": 5.0, "cut.radial_width_mm": 3.0}, 0.0),
    ],
)
def test_a_hand_takes_light_passes_against_the_rotation(
    catalogue: Catalogue, context: dict[str, Any], score: float
) -> None:
    assessment = assess(Hand(), situation(catalogue, {**BY_HAND, **context}, design=PROFILE))
    assert assessment.score == pytest.approx(score)
    fields = [advice.field for advice in assessment.recommendations]
    if context.get("cut.direction") == "CLIMB":
        assert fields == ["context.cut.direction"]
    else:
        assert fields == (["context.cut.axial_depth_mm"] if score < 80 else [])


@pytest.mark.parametrize(
    ("context", "design", "applies"),
    [(BY_HAND, PROFILE, True), ({}, PROFILE, False), (BY_HAND, DRILLING, False), (SAW, SAW_CUT, False)],
)
def test_only_routers_are_held_by_hand(
    catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any], applies: bool
) -> None:
    assert Hand().applies(situation(catalogue, context, design=design)) is applies


TABS = {"tab_count": 4, "tab_width_mm": 6.0, "tab_thickness_mm": 3.0}


def held(catalogue: Catalogue, fields: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    design = {"profile": {**THROUGH["profile"], **fields}}
    return assess(HeldPart(), situation(catalogue, {**THICK, **(context or {})}, design=design))


@pytest.mark.parametrize(
    ("fields", "context", "score"),
    [
        ({}, {}, 60.0),
        ({"tab_count": 0}, {}, 60.0),
        (TABS, {}, 100.0),
        ({"onion_skin_mm": 0.3}, {}, 100.0),
        ({"onion_skin_mm": 0.29}, {}, 60.0),
        ({}, {"workholding.method": "SCREWS"}, 60.0),
        ({}, {"workholding": {"method": "TAPE"}}, 100.0),
        ({}, {"workholding": {"method": "VACUUM"}}, 100.0),
        ({}, {"workholding": {"method": "VACUUM", "holds_part": False}}, 60.0),
        ({}, {"workholding.holds_part": True}, 100.0),
        ({}, {"workholding": REMOVED}, 60.0),
        ({**TABS, "tab_count": 1, "tab_width_mm": 0.1}, {"workholding.holds_part": True}, 100.0),
    ],
)
def test_the_best_of_what_holds_the_part_counts(
    catalogue: Catalogue, fields: dict[str, Any], context: dict[str, Any], score: float
) -> None:
    assessment = held(catalogue, fields, context)
    assert assessment.score == score
    assert bool(assessment.recommendations) == (score < 80)


def test_weak_tabs_are_refused_and_the_advised_number_holds(catalogue: Catalogue) -> None:
    weak = held(catalogue, {"tab_count": 1, "tab_width_mm": 1.0, "tab_thickness_mm": 0.5})
    assert weak.risk is RiskLevel.RED
    peak_n = next(item.value for item in weak.details if item.name == "peak_force")
    assert weak.utilization == pytest.approx(2 * peak_n / (1.0 * 0.5 * 2.0))
    count = int(weak.recommendations[0].text.split(" tabs")[0].split()[-1])
    enough = {"tab_count": count, "tab_width_mm": 1.0, "tab_thickness_mm": 0.5}
    assert held(catalogue, enough).risk is RiskLevel.GREEN
    assert held(catalogue, {**enough, "tab_count": count - 1}).risk is not RiskLevel.GREEN


@pytest.mark.parametrize(
    ("material", "bears_n"),
    [("maple_hard", 24.0), ("acrylic", 90.0), ("aluminium_6061", 600.0), ("carbon_fibre", 300.0), ("bone", 180.0)],
)
def test_tabs_bear_what_their_material_bears(catalogue: Catalogue, material: str, bears_n: float) -> None:
    small = {"profile": {**THROUGH["profile"], "tab_count": 4, "tab_width_mm": 5.0, "tab_thickness_mm": 0.6}}
    looked_at = situation(catalogue, {**THICK, "material.material_id": material}, design=small)
    assert f"the tabs bear about {bears_n:.0f} N" in assess(HeldPart(), looked_at).finding


def test_advice_of_slots_and_tabs_names_fields_that_the_design_has(catalogue: Catalogue) -> None:
    rings = {"rosette_rings": {"rings": [{"inner_radius_mm": 40.0, "width_mm": 9.0}], "depth_mm": 2.0, "through": True}}
    (of_rings,) = assess(HeldPart(), situation(catalogue, design=rings)).recommendations
    assert of_rings.field == "design.rosette_rings.tab_count"
    deep = {"profile": {"length_mm": 900.0, "depth_mm": 9 * 3.175}}
    full = {**THICK, "cut.radial_width_mm": 3.175}
    (of_profile,) = assess(ChipClearance(), situation(catalogue, full, design=deep)).recommendations
    assert (of_profile.field, of_profile.unit) == ("context.cut.radial_width_mm", "mm")
    frets = {"fret_slots": {**builders.FRET_SLOTS["fret_slots"], "slot_depth_mm": 4.0}}
    still = fret_situation(catalogue, {"cut.cooling": "NONE"}, design=frets)
    (of_frets,) = assess(ChipClearance(), still).recommendations
    assert (of_frets.field, of_frets.text) == ("context.cut.cooling", "blow the chips out of the slot")
    blown = fret_situation(catalogue, {"cut.cooling": "AIR"}, design=frets)
    assert [item.field for item in assess(ChipClearance(), blown).recommendations] == []


def test_tabs_without_their_section_are_unknown(catalogue: Catalogue) -> None:
    for fields in ({"tab_count": 4}, {"tab_count": 4, "tab_width_mm": 6.0}, {"tab_thickness_mm": 3.0}):
        assert set(kinds(held(catalogue, fields))) == {UnknownKind.MISSING}


RINGS: dict[str, Any] = {"rings": [{"inner_radius_mm": 46.0, "width_mm": 5.0}], "depth_mm": 2.0}


@pytest.mark.parametrize(
    ("context", "design", "applies"),
    [
        ({}, THROUGH, True),
        ({}, PROFILE, False),
        ({}, {"profile": {**PROFILE["profile"], **TABS}}, True),
        ({}, {"profile": {**PROFILE["profile"], "tab_count": 0}}, False),
        ({}, {"rosette_rings": {**RINGS, "through": True}}, True),
        ({}, {"rosette_rings": RINGS}, False),
        ({}, pocket(40.0), False),
        (SAW, THROUGH, False),
    ],
)
def test_only_what_is_cut_free_needs_holding(
    catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any], applies: bool
) -> None:
    assert HeldPart().applies(situation(catalogue, context, design=design)) is applies


def precedent(catalogue: Catalogue, context: dict[str, Any]) -> float:
    score = assess(Precedent(), situation(catalogue, {**THICK, **context}, design=PROFILE)).score
    assert score is not None
    return score


@pytest.mark.parametrize(
    ("context", "score"),
    [
        ({"cut.axial_depth_mm": 1.25 * 3.175}, 80.0),
        ({"cut.axial_depth_mm": 3 * 3.175}, 50.0),
        ({"cut.axial_depth_mm": 3 * 3.175, "cut.radial_width_mm": 3.175 / 2}, 100 - 15 * 0.75),
        ({"material.material_id": "maple_hard", "cut.axial_depth_mm": 1.25 * 0.75 * 3.175}, 80.0),
        ({"machine.tier": "BENCHTOP", "material.material_id": "maple_hard", "cut.axial_depth_mm": 1.25 * 3.175}, 80.0),
        ({"material.material_id": "aluminium_6061", "cut.axial_depth_mm": 1.25 * 0.2 * 3.175}, None),
    ],
)
def test_deeper_than_others_have_cut_needs_review(
    catalogue: Catalogue, context: dict[str, Any], score: float | None
) -> None:
    slow = {"cut.feed_rate_mm_per_min": 300.0}
    found = precedent(catalogue, {**slow, **context})
    assert found == pytest.approx(80.0 if score is None else score)


@pytest.mark.parametrize(("share", "score"), [(1.0, 85.0), (1.25, 80.0), (3.0, 50.0), (9.0, 50.0)])
def test_thicker_than_others_have_bitten_needs_review(catalogue: Catalogue, share: float, score: float) -> None:
    feed = share * 0.025 * 3.175 * 34_000
    shallow = {"cut.axial_depth_mm": 0.1, "cut.feed_rate_mm_per_min": feed}
    assert precedent(catalogue, shallow) == pytest.approx(score)


def test_the_advised_depth_and_feed_have_a_precedent(catalogue: Catalogue) -> None:
    deep, fast = {"cut.axial_depth_mm": 9.0}, {"cut.axial_depth_mm": 0.2, "cut.feed_rate_mm_per_min": 9_000.0}
    for context, field in ((deep, "cut.axial_depth_mm"), (fast, "cut.feed_rate_mm_per_min")):
        assessment = assess(Precedent(), situation(catalogue, {**THICK, **context}, design=PROFILE))
        advice = assessment.recommendations[0]
        assert advice.field == f"context.{field}"
        assert "as anybody has published for such a machine" in assessment.finding
        assert precedent(catalogue, {**context, field: advice.suggested_value}) == pytest.approx(85.0)


@pytest.mark.parametrize(
    ("context", "design", "applies"),
    [
        ({}, PROFILE, True),
        ({"machine.tier": "BENCHTOP"}, PROFILE, True),
        ({"machine.tier": "INDUSTRIAL"}, PROFILE, False),
        ({"machine": {"spindle_kind": "VFD"}}, PROFILE, True),
        (BY_HAND, PROFILE, False),
        ({"tool.kind": "V_BIT"}, PROFILE, False),
        ({"tool.kind": "ENGRAVING"}, PROFILE, False),
        ({"tool.kind": "TAPERED_BALL"}, PROFILE, False),
        ({"tool.kind": "BALL_NOSE"}, PROFILE, False),
        ({"tool.kind": "SURFACING"}, PROFILE, False),
        ({"tool.kind": "FRET_SLOT_END_MILL"}, PROFILE, False),
        ({"tool.kind": "O_FLUTE"}, PROFILE, True),
        ({"tool.kind": "COMPRESSION"}, PROFILE, True),
        ({}, {"contour_3d": {"depth_mm": 1.0}}, False),
        ({}, {"radius_board": {"board_radius_mm": 300.0}}, False),
        ({}, DRILLING, False),
        (SAW, SAW_CUT, False),
    ],
)
def test_light_machines_need_a_precedent_for_slots_of_end_mills(
    catalogue: Catalogue, context: dict[str, Any], design: dict[str, Any], applies: bool
) -> None:
    assert Precedent().applies(situation(catalogue, context, design=design)) is applies


def test_slot_and_bite_are_told_over_the_diameter(catalogue: Catalogue) -> None:
    cut = {"cut.axial_depth_mm": 2.0, "cut.radial_width_mm": 3.175 / 2, "cut.feed_rate_mm_per_min": 1_700.0}
    assessment = assess(Precedent(), situation(catalogue, {**THICK, **cut}, design=PROFILE))
    told = {item.name: item.value for item in assessment.details}
    assert told["slot_depth_over_diameter"] == pytest.approx(2.0 / 3.175 * 0.25)
    assert told["bite_over_diameter"] == pytest.approx(0.05 / 3.175)
    assert [item.limit for item in assessment.details] == [1.0, 0.025]
    assert assessment.finding == "bites as thick are published for such a machine"
    assert assessment.utilization == pytest.approx(0.05 / 3.175 / 0.025 / 1.25)


def test_fret_slot_cutters_need_none(catalogue: Catalogue) -> None:
    assert not Precedent().applies(fret_situation(catalogue))
