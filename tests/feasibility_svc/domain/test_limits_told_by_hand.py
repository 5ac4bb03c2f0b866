"""Rim speed, power, tabs, precedent and the limits of the workshop: what is told and advised, computed by hand."""

from math import ceil
from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.cutting_forces import peak_force_n
from feasibility_svc.domain.dimensions.precedent import Precedent, Shown, shown
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower, powers_w
from feasibility_svc.domain.dimensions.tabs import HeldPart
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.assessment import Assessment
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation

FREE = {"machine.machine_id": REMOVED}
"""A machine of which nothing is known."""


def advised(assessment: Assessment) -> list[str]:
    return [advice.field.removeprefix("context.") for advice in assessment.recommendations]


HEAD = {
    "tool": {
        "kind": "END_MILL",
        "diameter_mm": 19.05,
        "flute_count": 2,
        "shank_diameter_mm": 6.35,
        "flute_length_mm": 25.4,
        "stickout_mm": 90.0,
    },
    "cut.spindle_speed_rpm": 22_000.0,
}


def test_a_tool_that_whirls_is_turned_slower_or_held_shorter(catalogue: Catalogue) -> None:
    fields = advised(assess(RimSpeed(), situation(catalogue, HEAD)))
    assert fields == ["cut.spindle_speed_rpm", "tool.stickout_mm"]


def test_a_blade_is_only_turned_slower(catalogue: Catalogue) -> None:
    fast = {**SAW, "tool.stickout_mm": 90.0, "tool.flute_length_mm": 1.0, "cut.spindle_speed_rpm": 9_000.0}
    assert advised(assess(RimSpeed(), situation(catalogue, fast, design=SAW_CUT))) == ["cut.spindle_speed_rpm"]


@pytest.mark.parametrize(
    ("speed", "by_hand", "said", "warned"),
    [
        (4_000.0, True, "are safe by", False),  # 53 m/s at the rim of 254 mm
        (2_000.0, True, "44 m/s are usual for blades fed by hand", True),  # 26.6 m/s
        (2_000.0, False, "are safe by", False),
    ],
)
def test_a_slow_blade_kicks_only_a_hand(
    catalogue: Catalogue, speed: float, by_hand: bool, said: str, warned: bool
) -> None:
    blade = {**SAW, "machine.hand_feed": by_hand, "cut.spindle_speed_rpm": speed}
    assessment = assess(RimSpeed(), situation(catalogue, blade, design=SAW_CUT))
    assert said in assessment.finding
    assert bool(assessment.warnings) is warned


@pytest.mark.parametrize(("marked", "said"), [(1_000.7, "1000 rpm"), (999.4, "999 rpm"), (15_858.0, "15800 rpm")])
def test_a_limit_is_told_in_hundreds_from_a_thousand_on(catalogue: Catalogue, marked: float, said: str) -> None:
    limited = {**FREE, "tool.marked_max_spindle_speed_rpm": marked / 0.95}
    assert f"up to {said} are safe" in assess(RimSpeed(), situation(catalogue, limited)).finding


def test_a_position_of_the_dial_that_is_just_slow_enough_is_advised(catalogue: Catalogue) -> None:
    dial = {"machine.machine_id": REMOVED, "machine.dial_speeds_rpm": [8_000.0, 11_400.0, 24_000.0]}
    marked = {"tool.marked_max_spindle_speed_rpm": 12_000.0, "cut.spindle_speed_rpm": 24_000.0}
    advice = assess(RimSpeed(), situation(catalogue, {**dial, **marked})).recommendations[0]
    assert advice.suggested_value == 0.95 * 12_000.0 == 11_400.0


USUAL = "usual in small workshops, judges nothing"


def test_the_limits_of_small_workshops_judge_nothing(catalogue: Catalogue) -> None:
    assessment = assess(SafetyLimits(), situation(catalogue, FREE))
    assert [(item.name, item.value, item.limit, item.unit, item.source) for item in assessment.details] == [
        ("feed_rate", 1_750.0, 2_000.0, "mm/min", USUAL),
        ("spindle_speed_rpm", 17_000.0, 24_000.0, "rpm", USUAL),
        ("diameter", 3.175, 1.5, "mm", USUAL),
        ("diameter", 3.175, 25.4, "mm", USUAL),
        ("plunge_rate", 300.0, 500.0, "mm/min", USUAL),
        ("axial_depth", 0.65, 3.0, "mm", USUAL),
    ]
    assert (assessment.score, assessment.finding) == (100.0, "inside every limit the workshop sets")
    assert assessment.warnings == []


def test_fret_slots_may_be_cut_with_finer_tools_and_blades_have_no_largest(catalogue: Catalogue) -> None:
    slots = assess(SafetyLimits(), fret_situation(catalogue)).details
    assert [item.limit for item in slots if item.name == "diameter"] == [0.4, 25.4]
    blade = assess(SafetyLimits(), situation(catalogue, SAW, design=SAW_CUT)).details
    assert [item.limit for item in blade if item.name == "diameter"] == [1.5]


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"min_tool_diameter_mm": 3.175}, None),
        ({"min_tool_diameter_mm": 3.2}, "tool.diameter_mm 3.175 is below the workshop's limit of 3.2"),
        ({"max_plunge_rate_mm_per_min": 300.0}, None),
        ({"max_plunge_rate_mm_per_min": 299.0}, "cut.plunge_rate_mm_per_min 300 is above the workshop's limit of 299"),
    ],
)
def test_a_stated_limit_is_broken_beyond_its_value(catalogue: Catalogue, limit: dict[str, float], told: str) -> None:
    stated = {f"safety_constraints.{name}": value for name, value in limit.items()}
    assessment = assess(SafetyLimits(), situation(catalogue, stated))
    assert assessment.score == (100.0 if told is None else 0.0)
    assert assessment.warnings == ([] if told is None else [told])


def test_of_several_broken_limits_the_first_is_the_finding(catalogue: Catalogue) -> None:
    two = {"safety_constraints.max_feed_rate_mm_per_min": 1_000.0, "safety_constraints.max_axial_depth_mm": 0.5}
    assessment = assess(SafetyLimits(), situation(catalogue, two))
    assert len(assessment.warnings) == 2
    assert assessment.finding == "cut.feed_rate_mm_per_min 1750 is above the workshop's limit of 1000"


def test_what_is_required_and_not_there_breaks_a_limit(catalogue: Catalogue) -> None:
    missing = {"safety_constraints.stops_required": True, "safety_constraints.stops_present": False}
    assert SafetyLimits().score(situation(catalogue, missing)) == 0.0


def test_what_is_required_is_asked_for_and_nothing_else(catalogue: Catalogue) -> None:
    unstated = {"safety_constraints.dust_collection_present": REMOVED, "safety_constraints.stops_present": REMOVED}
    assert assess(SafetyLimits(), situation(catalogue, unstated)).warnings == []
    required = {**unstated, "safety_constraints.stops_required": True}
    assert assess(SafetyLimits(), situation(catalogue, required)).warnings == [
        "required, and whether it is there is not stated: stop blocks"
    ]


def test_a_varied_feed_is_held_against_the_limit_and_a_varied_diameter_is_not(catalogue: Catalogue) -> None:
    limits = {"safety_constraints.max_feed_rate_mm_per_min": 2_000.0, "safety_constraints.min_tool_diameter_mm": 3.1}
    limited = situation(catalogue, limits)
    feeds: Any = SafetyLimits().score(limited.varied({"cut.feed_rate_mm_per_min": np.array([1e3, 2e3, 3e3])}))  # type: ignore[dict-item]
    assert feeds.tolist() == [100.0, 100.0, 0.0]
    worn = limited.varied({"tool.diameter_mm": np.array([3.0, 3.2])})  # type: ignore[dict-item]
    assert SafetyLimits().score(worn) == 100.0


WEAK = {"machine.machine_id": REMOVED, "machine.spindle_kind": "VFD", "machine.spindle_rated_speed_rpm": 17_000.0}


def test_the_advised_pass_takes_four_fifths_of_the_power(catalogue: Catalogue) -> None:
    needed_w, _ = powers_w(situation(catalogue, {**WEAK, "machine.spindle_power_w": 1.0}))
    weak = situation(catalogue, {**WEAK, "machine.spindle_power_w": needed_w})
    share = 0.999 * 0.8 * powers_w(weak)[1] / needed_w
    (advice,) = assess(SpindlePower(), weak).recommendations
    assert advice.suggested_value == pytest.approx(share * 0.65)
    assert advice.text == f"cut at most {share * 0.65:.2f} mm deep per pass, so that the spindle keeps its speed"


def test_the_advised_plunge_is_told_as_it_is_advised(catalogue: Catalogue) -> None:
    hole = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
    drill = {"tool.kind": "DRILL", "cut.plunge_rate_mm_per_min": 3_000.0}
    weak = situation(catalogue, {**WEAK, **drill, "machine.spindle_power_w": 1.0}, design=hole)
    (advice,) = assess(SpindlePower(), weak).recommendations
    assert advice.field == "context.cut.plunge_rate_mm_per_min"
    assert advice.suggested_value is not None
    assert 0.0 < advice.suggested_value < 3_000.0
    said = f"plunge at {advice.suggested_value:.0f} mm/min or less, so that the spindle keeps its speed"
    assert advice.text == said


def test_tabs_bear_half_their_capacity(catalogue: Catalogue) -> None:
    tabs = {"tab_count": 4, "tab_width_mm": 6.0, "tab_thickness_mm": 3.0, "through": True}
    cut = situation(catalogue, design={"profile": {"length_mm": 900.0, "depth_mm": 2.6, **tabs}})
    told = {item.name: (item.value, item.limit) for item in assess(HeldPart(), cut).details}
    assert told["peak_force"] == pytest.approx((peak_force_n(cut), 72.0))


def test_weak_tabs_are_told_how_many_would_bear(catalogue: Catalogue) -> None:
    tabs = {"tab_count": 1, "tab_width_mm": 1.0, "tab_thickness_mm": 1.0, "through": True}
    cut = situation(catalogue, design={"profile": {"length_mm": 900.0, "depth_mm": 2.6, **tabs}})
    assessment = assess(HeldPart(), cut)
    share = 2 * peak_force_n(cut) / 2.0  # twice the peak over 2 N/mm2 on 1 mm2
    assert assessment.utilization == pytest.approx(share)
    assert [advice.text for advice in assessment.recommendations] == [
        f"leave {ceil(share / 0.8)} tabs of this section, or thicker ones"
    ]


@pytest.mark.parametrize(
    ("method", "said"),
    [("VACUUM", "the vacuum holds the part itself to the end"), ("TAPE", "the tape holds the part itself to the end")],
)
def test_what_holds_the_part_is_told(catalogue: Catalogue, method: str, said: str) -> None:
    through = {"profile": {"length_mm": 900.0, "depth_mm": 2.6, "through": True}}
    held = situation(catalogue, {"workholding": {"method": method}}, design=through)
    assert assess(HeldPart(), held).finding == said
    screwed = situation(catalogue, {"workholding": {"method": "SCREWS", "holds_part": True}}, design=through)
    assert assess(HeldPart(), screwed).finding == "the workholding holds the part itself to the end"


@pytest.mark.parametrize(("tier", "most"), [("HOBBY", Shown(0.2, 0.012)), ("BENCHTOP", Shown(0.35, 0.012))])
def test_of_a_material_of_no_kind_as_little_is_shown_as_of_the_most_delicate(tier: str, most: Shown) -> None:
    assert shown(tier=tier, material_kind=None, material_class=MaterialClass.OTHER) == most


LIGHT = {
    "tool.tool_id": REMOVED,
    "tool.kind": "END_MILL",
    "tool.diameter_mm": 4.0,
    "tool.flute_count": 2,
    "cut.spindle_speed_rpm": 10_000.0,
    "cut.radial_width_mm": 4.0,
    "stock.thickness_mm": 44.0,
}
"""In spruce a hobby machine has shown slots of one diameter, and bites of 0.1 mm: 2,000 mm/min."""
BEYOND = "as anybody has published for such a machine"
PUBLISHED_SLOT: tuple[str, list[str]] = ("slots as deep are published for such a machine", [])
PUBLISHED_BITE: tuple[str, list[str]] = ("bites as thick are published for such a machine", [])
BOLD_SLOT = (f"the slot is 2.0 times as deep {BEYOND}", ["cut.axial_depth_mm"])
BOLD_BITE = (f"the bite is 2.0 times as thick {BEYOND}", ["cut.feed_rate_mm_per_min"])


@pytest.mark.parametrize(
    ("depth_mm", "feed", "score", "told"),
    [
        (2.0, 500.0, 100 - 15 * 0.5, PUBLISHED_SLOT),
        (1.0, 1_000.0, 100 - 15 * 0.5, PUBLISHED_BITE),
        (2.0, 1_000.0, 100 - 15 * 0.5, PUBLISHED_SLOT),
        (5.0, 500.0, 80.0, PUBLISHED_SLOT),
        (8.0, 500.0, 80 - 30 * 0.75 / 1.75, BOLD_SLOT),
        (4.0, 4_000.0, 80 - 30 * 0.75 / 1.75, BOLD_BITE),
        (8.0, 4_000.0, 80 - 30 * 0.75 / 1.75, BOLD_SLOT),
    ],
)
def test_the_boldest_of_slot_and_bite_is_told_and_advised(
    catalogue: Catalogue, depth_mm: float, feed: float, score: float, told: tuple[str, list[str]]
) -> None:
    cut = {**LIGHT, "cut.axial_depth_mm": depth_mm, "cut.feed_rate_mm_per_min": feed}
    assessment = assess(Precedent(), situation(catalogue, cut, design={"profile": {"length_mm": 9e2, "depth_mm": 12}}))
    assert assessment.score == pytest.approx(score)
    assert (assessment.finding, advised(assessment)) == told
