"""Bending, holding and tear-out: what is told and advised, computed by hand."""

from math import sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.dimensions import tool_deflection
from feasibility_svc.domain.dimensions.tear_out import TearOut
from feasibility_svc.domain.dimensions.tool_advice import fewer_flutes
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.dimensions.workholding import WorkHolding, grip_score
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation

POCKET = {"pocket": {"length_mm": 200.0, "width_mm": 100.0, "depth_mm": 20.0}}


def details(assessment: Assessment) -> dict[str, tuple[float, float | None, str]]:
    return {item.name: (item.value, item.limit, item.source) for item in assessment.details}


def advised(assessment: Assessment) -> list[str]:
    return [advice.text for advice in assessment.recommendations]


def test_of_a_tool_that_bends_too_little_to_matter_the_path_is_told(catalogue: Catalogue) -> None:
    firm = {"tool.runout_mm": 0.01, "tool.stickout_mm": 14.0, "cut.axial_depth_mm": 0.3}
    assessment = assess(ToolDeflection(), situation(catalogue, firm))
    assert assessment.score == 100.0
    assert assessment.finding.startswith("the tip moves ")


def bend(situation_: Any, **changes: float) -> tool_deflection._Bend:
    known = {
        "peak_n": 1.0,
        "mean_n": 1.0,
        "tool_mm": 0.001,
        "machine_mm": 0.001,
        "limit_mm": 0.2,
        "flute_mpa": 1_000.0,
        "shank_mpa": 300.0,
        "flute_limit_mpa": 1_500.0,
        "shank_limit_mpa": 450.0,
        "spread": 1.0,
        "runout_share": 0.01,
    }
    return tool_deflection._Bend(engagement_of(situation_), **{**known, **changes})


@pytest.mark.parametrize(
    ("stresses", "said"),
    [
        ({"flute_mpa": 2_000.0}, "stress in the flutes of 2000 N/mm2, 1500 N/mm2 is allowed"),
        ({"shank_mpa": 600.0}, "stress in the shank of 600 N/mm2, 450 N/mm2 is allowed"),
        ({"flute_mpa": 2_000.0, "shank_mpa": 500.0}, "stress in the flutes of 2000 N/mm2, 1500 N/mm2 is allowed"),
        ({"flute_mpa": 1_500.0, "shank_mpa": 450.0}, "stress in the flutes of 1500 N/mm2, 1500 N/mm2 is allowed"),
        ({"flute_mpa": 9_998.5}, "stress in the flutes of 9998 N/mm2, 1500 N/mm2 is allowed"),
        ({"flute_mpa": 9_999.0}, "stress in the flutes of 9999 N/mm2, 1500 N/mm2 is allowed"),
        ({"flute_mpa": 9_999.4}, "stress in the flutes of over 9999 N/mm2, 1500 N/mm2 is allowed"),
    ],
)
def test_the_section_that_bears_least_is_told_in_four_figures(
    catalogue: Catalogue, stresses: dict[str, float], said: str
) -> None:
    assert tool_deflection._about_bending(bend(situation(catalogue), **stresses)) == said


def test_a_runout_is_told_beside_what_small_tools_last_with(catalogue: Catalogue) -> None:
    small = {
        "machine.stiffness_n_per_mm": 1e5,
        "cut.tolerance_class": "ROUGH",
        "tool.diameter_mm": 0.8,
        "tool.runout_mm": 0.04,
        "cut.axial_depth_mm": 0.2,
        "cut.radial_width_mm": 0.8,
    }
    assessment = assess(ToolDeflection(), situation(catalogue, small))
    assert details(assessment)["runout_over_diameter"][:2] == pytest.approx((0.05, 0.025))
    assert assessment.finding == ("the tool runs out by 5.0% of its diameter; small tools last up to 2.5%: measure it")


def test_a_light_cut_stresses_the_flutes_with_the_thinned_chip(catalogue: Catalogue) -> None:
    ratio, bite_mm = 0.2, 1_750.0 / 34_000
    light, slot = (
        situation(catalogue, {"tool.runout_mm": 0.0, "cut.radial_width_mm": width_mm}, design=POCKET)
        for width_mm in (ratio * 3.175, 3.175)
    )
    law = material_force(slot).worn_law
    thin, thick = (
        law.tangential_force_n(axial_depth_mm=0.65, chip_mm=chip_mm)
        for chip_mm in (bite_mm * 2 * sqrt(ratio * (1 - ratio)), bite_mm)
    )
    stresses = [details(assess(ToolDeflection(), cut))["flute_stress"][0] for cut in (light, slot)]
    assert stresses[0] / stresses[1] == pytest.approx(thin / thick, rel=1e-9)


def test_a_second_law_is_told_with_what_it_gives(catalogue: Catalogue) -> None:
    assessment = assess(ToolDeflection(), situation(catalogue, {"cut.feed_rate_mm_per_min": 30.0}))
    spread = details(assessment)["model_spread"][0]
    told = f"a second force law gives {1 / spread:.1f} times this force: treat it as a guess"
    assert told in assessment.warnings


@pytest.mark.parametrize(
    ("spread", "fluted_mm", "share"), [(1.0, 20.0, 0.8 / 2 * 0.9), (1.6, 20.0, 0.8 / 1.6 / 2 * 0.9), (1.0, 2.0, 0.04)]
)
def test_a_shallower_pass_is_advised_with_the_longer_lever_it_has(
    catalogue: Catalogue, spread: float, fluted_mm: float, share: float
) -> None:
    tool = {"tool.flute_length_mm": fluted_mm, "tool.stickout_mm": 40.0, "cut.axial_depth_mm": 4.0}
    cut = situation(catalogue, tool, design=POCKET)
    stressed = bend(cut, flute_mpa=3_000.0, spread=spread)
    assert tool_deflection._recommend(cut, stressed).suggested_value == pytest.approx(0.999 * 4.0 * share)


def test_three_flutes_are_told_in_words() -> None:
    assert [advice.text for advice in fewer_flutes(4, 1.2, Category.HEAT)] == ["take a cutter with three flutes"]


LOOSE = {"workholding": {"method": "VACUUM", "vacuum_pressure_mpa": 0.05, "contact_area_mm2": 40.0, "friction": 0.3}}


@pytest.mark.parametrize(("material", "spread"), [("spruce_sitka", 1.0), ("brass_360", 1.6)])
def test_the_force_that_would_hold_is_told(catalogue: Catalogue, material: str, spread: float) -> None:
    loose = {**LOOSE, "material.material_id": material, "material.moisture_percent": REMOVED}
    assessment = assess(WorkHolding(), situation(catalogue, loose))
    demand = details(assessment)["holding_force"][1]
    assert demand is not None
    needed = f"hold the work with {demand * spread / 0.8:.0f} N sideways: more area, more clamps or a shallower pass"
    assert advised(assessment) == [needed]


def test_what_is_lifted_off_is_not_held_at_all(catalogue: Catalogue) -> None:
    lifted = {"workholding.clamp_force_n": 1.0, "tool.flute_direction": "UP", "tool.helix_angle_deg": 60.0}
    assessment = assess(WorkHolding(), situation(catalogue, lifted))
    assert details(assessment)["holding_force"][0] < 0
    assert assessment.finding.startswith("the clamps hold 0 N sideways")


@pytest.mark.parametrize(("ratio", "score"), [(0.0, 0.0), (1.0, 22.5), (2.0, 45.0), (5.0, 100.0)])
def test_a_grip_of_one_diameter_is_halfway_to_that_of_two(ratio: float, score: float) -> None:
    assert grip_score(ratio) == pytest.approx(score)


@pytest.mark.parametrize(
    ("ratio", "said", "advice"),
    [
        (0.5, "the collet holds 1.6 mm of a 3.175 mm shank, 9.5 mm is safe", 1),
        (3.01, "the collet holds 9.6 mm of a 3.175 mm shank, 9.5 mm is safe", 0),
        (3.97, "the collet holds 12.6 mm of a 3.175 mm shank, 9.5 mm is safe", 0),
    ],
)
def test_a_short_grip_is_told_in_millimetres(catalogue: Catalogue, ratio: float, said: str, advice: int) -> None:
    held = situation(catalogue, {"tool.grip_length_mm": ratio * 3.175, "tool.shank_diameter_mm": 3.175})
    assessment = assess(WorkHolding(), held)
    assert assessment.finding == said
    assert assessment.utilization == pytest.approx(3.0 / ratio)
    longer = "let the collet hold 9.5 mm of the shank: a shorter stick-out or a longer tool"
    assert advised(assessment) == [longer] * advice


def test_a_tool_longer_outside_than_it_is_has_no_grip(catalogue: Catalogue) -> None:
    short = {"tool.overall_length_mm": 30.0, "tool.stickout_mm": 40.0}
    assert assess(WorkHolding(), situation(catalogue, short)).finding.startswith("the collet holds 0.0 mm")


def test_a_blade_has_no_grip_of_a_collet(catalogue: Catalogue) -> None:
    arbor = {**SAW, "machine.hand_feed": False, "tool.shank_diameter_mm": 30.0, "tool.grip_length_mm": 1.0}
    arbor["workholding.clamp_force_n"] = 5_000.0
    assessment = assess(WorkHolding(), situation(catalogue, arbor, design=SAW_CUT))
    assert "holding_force" in details(assessment)


def test_a_grip_that_just_holds_leaves_open_what_holds_the_work(catalogue: Catalogue) -> None:
    held = {"workholding": {}, "tool.grip_length_mm": 4.5, "tool.shank_diameter_mm": 2.0}
    assert assess(WorkHolding(), situation(catalogue, held)).risk is RiskLevel.UNKNOWN


CLIMB = "climb where the cut runs against the grain, or score the edge first"
SPIRAL = "use flutes that press the seen face down, or score the edge"
THINNER = "take a thinner chip, or score the edge first"
TORN = {"cut.direction": "CONVENTIONAL", "cut.quality_face": "TOP", "cut.grain_angle_deg": 135.0}
EASY = {**TORN, "cut.grain_angle_deg": 20.0, "cut.feed_rate_mm_per_min": 800.0}


@pytest.mark.parametrize(
    ("context", "demand", "told"),
    [
        ({**TORN, "tool.flute_direction": "UP"}, "above", [CLIMB, SPIRAL]),
        ({**EASY, "tool.flute_direction": "UP"}, "below", [SPIRAL]),
        ({**TORN, "tool.flute_direction": "STRAIGHT"}, "above", [CLIMB, SPIRAL]),
        ({**TORN, "tool.flute_direction": "DOWN"}, "above", [CLIMB]),
        ({**TORN, "tool.flute_direction": "DOWN", "machine.hand_feed": True}, "above", [THINNER]),
        ({**EASY, "tool.flute_direction": "UP", "machine.hand_feed": True}, "below", [SPIRAL]),
    ],
)
def test_what_tears_the_grain_is_what_is_to_be_changed(
    catalogue: Catalogue, context: dict[str, Any], demand: str, told: list[str]
) -> None:
    assessment = assess(
        TearOut(), situation(catalogue, {**context, "material.figured": "above" in demand}, design=POCKET)
    )
    assert assessment.utilization is not None
    assert (assessment.utilization > 1.0) is (demand == "above")
    assert assessment.risk is not RiskLevel.GREEN

    assert advised(assessment) == told


def test_the_angle_of_a_swept_path_is_told_as_such(catalogue: Catalogue) -> None:
    swept = details(assess(TearOut(), situation(catalogue)))
    stated = details(assess(TearOut(), situation(catalogue, {"cut.grain_angle_deg": 30.0})))
    assert (swept["worst_grain_angle"][2], stated["worst_grain_angle"][2]) == ("sweep of the path", "")
    assert swept["tear_out_demand"][1] == 1.0


def test_a_compression_spiral_must_be_deeper_than_its_upcut_part(catalogue: Catalogue) -> None:
    spiral = {"tool.flute_direction": "COMPRESSION", "tool.upcut_length_mm": 0.65, "cut.quality_face": "TOP"}
    lifting, pressing = (
        assess(TearOut(), situation(catalogue, {**spiral, "cut.axial_depth_mm": depth_mm})).utilization or 0.0
        for depth_mm in (0.65, 0.66)
    )
    assert lifting - pressing == pytest.approx(lifting * (1.0 - 0.2) * 0.45 / (0.55 + 0.35 * 0.5 + 0.45), rel=0.1)
