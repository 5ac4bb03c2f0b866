"""What is said of workholding. Expected numbers are computed here from the holding laws."""

from math import radians, tan
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.workholding import WorkHolding
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, kinds, situation

VACUUM = {
    "workholding.method": "VACUUM",
    "workholding.vacuum_pressure_mpa": 0.08,
    "workholding.contact_area_mm2": 20_000.0,
    "workholding.friction": 0.3,
}
LIGHT = {"workholding.clamp_force_n": 10.0}


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        (LIGHT, RiskLevel.RED),
        ({"workholding.method": "SCREWS"}, RiskLevel.GREEN),
        ({"workholding.method": "SCREWS", **LIGHT}, RiskLevel.RED),
        ({"workholding.clamp_force_n": 1.0, "tool.flute_direction": "UP"}, RiskLevel.RED),
        (VACUUM, RiskLevel.GREEN),
        ({**VACUUM, "workholding.contact_area_mm2": 100.0}, RiskLevel.RED),
        ({"workholding": {"method": "TAPE", "contact_area_mm2": 6_000.0}}, RiskLevel.GREEN),
        ({"workholding": {"method": "TAPE", "contact_area_mm2": 10.0}}, RiskLevel.RED),
    ],
)
def test_each_method_holds_what_it_can(catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel) -> None:
    assert assess(WorkHolding(), situation(catalogue, context)).risk is risk


def details(catalogue: Catalogue, context: dict[str, Any]) -> dict[str, float]:
    return {item.name: item.value for item in assess(WorkHolding(), situation(catalogue, context)).details}


@pytest.mark.parametrize(("direction", "helix", "lifts"), [("UP", 30.0, 30.0), ("UP", 45.0, 45.0), ("DOWN", 45.0, 0.0)])
def test_an_up_cut_spiral_lifts_the_work(catalogue: Catalogue, direction: str, helix: float, lifts: float) -> None:
    found = details(catalogue, {"tool.flute_direction": direction, "tool.helix_angle_deg": helix})
    lift_n = 0.5 * tan(radians(lifts)) * found["peak_force"]
    assert found["holding_force"] == pytest.approx(0.25 * (400.0 - lift_n), rel=1e-9)


def test_a_vacuum_is_lifted_too_and_tape_is_not(catalogue: Catalogue) -> None:
    up = {"tool.flute_direction": "UP", "tool.helix_angle_deg": 30.0}
    vacuum = details(catalogue, {**VACUUM, **up})
    lift_n = 0.5 * tan(radians(30.0)) * vacuum["peak_force"]
    assert vacuum["holding_force"] == pytest.approx(0.3 * (1_600.0 - lift_n), rel=1e-9)
    tape = details(catalogue, {"workholding": {"method": "TAPE", "contact_area_mm2": 6_000.0}, **up})
    assert tape["holding_force"] == 300.0


def test_an_unstated_direction_counts_as_up(catalogue: Catalogue) -> None:
    bare = {
        "tool": {
            "kind": "END_MILL",
            "substrate": "CARBIDE",
            "wear": "SHARP",
            "diameter_mm": 3.175,
            "flute_count": 2,
            "flute_length_mm": 12.7,
            "stickout_mm": 20.0,
            "shank_diameter_mm": 3.175,
            "helix_angle_deg": 30.0,
            "runout_mm": 0.01,
        }
    }
    up = {"tool": {**bare["tool"], "flute_direction": "UP"}}
    assert details(catalogue, bare) == details(catalogue, up)


def test_twice_the_mean_or_once_the_peak_is_asked(catalogue: Catalogue) -> None:
    slot = assess(WorkHolding(), situation(catalogue))
    numbers = {item.name: item for item in slot.details}
    assert numbers["holding_force"].limit == pytest.approx(
        max(2 * numbers["mean_force"].value, numbers["peak_force"].value), rel=1e-12
    )
    narrow = {
        item.name: item for item in assess(WorkHolding(), situation(catalogue, {"cut.radial_width_mm": 0.2})).details
    }
    assert narrow["holding_force"].limit == narrow["peak_force"].value > 2 * narrow["mean_force"].value


@pytest.mark.parametrize("method", ["CLAMPS", "SCREWS"])
def test_an_assumed_force_refuses_nothing(catalogue: Catalogue, method: str) -> None:
    heavy = {
        "material.material_id": "maple_hard",
        "tool.tool_id": "end_mill_12700",
        "cut.axial_depth_mm": 30.0,
        "cut.radial_width_mm": 12.7,
        "cut.feed_rate_mm_per_min": 9_000.0,
        "workholding": {"method": method, "friction": 0.25},
    }
    assumed = situation(catalogue, {**heavy, "workholding.clamp_force_n": REMOVED})
    stated = situation(catalogue, {**heavy, "workholding.clamp_force_n": 300.0})
    assert assess(WorkHolding(), stated).risk is RiskLevel.RED
    assert assess(WorkHolding(), assumed).score == 50.0


@pytest.mark.parametrize(
    "context", [{"workholding": REMOVED}, {"workholding": {"method": "TAPE"}}, {"workholding": {"method": "VACUUM"}}]
)
def test_what_holds_the_work_may_be_unknown(catalogue: Catalogue, context: dict[str, Any]) -> None:
    assert set(kinds(assess(WorkHolding(), situation(catalogue, context)))) == {UnknownKind.MISSING}


@pytest.mark.parametrize(
    ("grip_mm", "score"), [(6.35, 45.0), (2.25 * 3.175, 50.0), (2.5 * 3.175, 60.0), (3.5 * 3.175, 90.0), (20.0, 100.0)]
)
def test_a_collet_needs_enough_shank(catalogue: Catalogue, grip_mm: float, score: float) -> None:
    assessment = assess(WorkHolding(), situation(catalogue, {"tool.grip_length_mm": grip_mm}))
    assert assessment.score == pytest.approx(score)
    assert ("the collet holds" in assessment.finding) == (score < 100)
    assert bool(assessment.recommendations) == (score < 80)


def test_the_grip_follows_from_the_length_of_the_tool(catalogue: Catalogue) -> None:
    stated = {"tool.stickout_mm": 20.0, "tool.overall_length_mm": 20.0 + 2 * 3.175}
    assert assess(WorkHolding(), situation(catalogue, stated)).score == pytest.approx(45.0)
    assert assess(WorkHolding(), situation(catalogue, {**stated, "tool.grip_length_mm": 30.0})).score == 100.0
    unsaid = {"tool": {"kind": "END_MILL", "diameter_mm": 3.175, "flute_count": 2, "overall_length_mm": 25.0}}
    assert assess(WorkHolding(), situation(catalogue, unsaid)).score == 100.0  # an assumed stick-out says nothing
    beyond = {"tool.stickout_mm": 20.0, "tool.overall_length_mm": 15.0}
    assert assess(WorkHolding(), situation(catalogue, beyond)).score == 0.0


def test_a_good_grip_does_not_hide_a_loose_board(catalogue: Catalogue) -> None:
    loose = assess(WorkHolding(), situation(catalogue, {**LIGHT, "tool.grip_length_mm": 3.1 * 3.175}))
    assert loose.risk is RiskLevel.RED
    assert "sideways" in loose.finding
    assert loose.recommendations[0].field == "context.workholding"


def test_a_grip_that_lets_go_is_red_whatever_holds_the_work(catalogue: Catalogue) -> None:
    nobody_says = {"workholding": REMOVED}
    short = situation(catalogue, {**nobody_says, "tool.grip_length_mm": 5.0})
    assert assess(WorkHolding(), short).risk is RiskLevel.RED
    doubtful = situation(catalogue, {**nobody_says, "tool.grip_length_mm": 2.5 * 3.175})
    assert kinds(assess(WorkHolding(), doubtful)) == [UnknownKind.MISSING]


def test_blades_sit_on_an_arbor_and_are_held_unless_a_hand_feeds(catalogue: Catalogue) -> None:
    driven = {**SAW, "machine.hand_feed": False, "cut.feed_rate_mm_per_min": 3_000.0, "tool.grip_length_mm": 1.0}
    looked_at = situation(catalogue, {**driven, "workholding.clamp_force_n": 4_000.0}, design=SAW_CUT)
    assert WorkHolding().applies(looked_at)
    found = assess(WorkHolding(), looked_at)
    assert found.risk is RiskLevel.GREEN
    assert {item.name: item.value for item in found.details}["holding_force"] == 1_000.0  # nothing lifts
    assert not WorkHolding().applies(situation(catalogue, SAW, design=SAW_CUT))
    drilling = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 9.0}}
    assert not WorkHolding().applies(situation(catalogue, design=drilling))
    assert WorkHolding().applies(situation(catalogue, {"machine.hand_feed": True}))
