"""Numbers of the decision layer that nothing else pins, each computed by hand or read from its source."""

from math import acos, log, pi, radians, sin, sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.effective_width import effective_diameter_mm
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.model_spread import force_model_spread, is_doubtful
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency, nested_parts
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel, level_of
from feasibility_svc.domain.verdict.uncertainty import TOLERANCES, intervals, spreads
from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.situations import assess, situation

GREEN, YELLOW, RED = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED


@pytest.mark.parametrize(
    ("paths", "risk"),
    [
        ({"safe_height_mm": 0.5}, GREEN),
        ({"safe_height_mm": 0.0}, RED),
        ({"safe_height_mm": -0.5}, RED),
        ({"loop_count": 1, "closed_path_count": 1}, GREEN),
        ({"loop_count": 0}, RED),
        ({"closed_path_count": 0}, RED),
        ({"smallest_feature_mm": 3.175}, GREEN),
        ({"smallest_feature_mm": 3.17}, YELLOW),
    ],
)
def test_paths_cut_something_above_the_work_with_a_tool_for_the_finest_feature(
    catalogue: Catalogue, paths: dict[str, float], risk: RiskLevel
) -> None:
    asked = situation(catalogue, {f"toolpaths.{name}": value for name, value in paths.items()})
    assert assess(Geometry(), asked).risk is risk


def test_a_job_needs_one_loop(catalogue: Catalogue) -> None:
    told = assess(Geometry(), situation(catalogue, {"toolpaths.loop_count": 0})).details
    assert [(item.value, item.limit) for item in told if item.name == "loops"] == [(0, 1.0)]
    low = assess(Geometry(), situation(catalogue, {"toolpaths.safe_height_mm": -0.5})).details
    assert [(item.value, item.limit) for item in low if item.name == "safe_height"] == [(-0.5, 0.0)]


def test_a_ball_on_a_gentle_slope_cuts_further_out(catalogue: Catalogue) -> None:
    ball = {"tool.kind": "BALL_NOSE", "tool.diameter_mm": 12.7}
    carved = {"contour_3d": {"length_mm": 100.0, "width_mm": 50.0, "depth_mm": 5.0, "max_slope_deg": 0.5}}
    gentle = effective_diameter_mm(situation(catalogue, ball, design=carved), 12.7, 0.5)
    assert gentle == pytest.approx(12.7 * sin(radians(0.5) + acos(1 - 2 * 0.5 / 12.7)), rel=1e-12)


@pytest.mark.parametrize(("board", "ettelt"), [("mdf", 22.5), ("particleboard", 15.0)])
def test_the_second_witness_of_boards_is_the_middle_of_ettelts_range(
    catalogue: Catalogue, board: str, ettelt: float
) -> None:
    cut = situation(catalogue, {"material": {"material_id": board}})
    chip_mm = engagement_of(cut).thickest_chip_mm
    per_mm = material_force(cut).law.tangential_force_n(axial_depth_mm=1.0, chip_mm=chip_mm)
    assert force_model_spread(cut) == pytest.approx(per_mm / (ettelt * sqrt(chip_mm)), rel=1e-9)


@pytest.mark.parametrize(("spread", "doubtful"), [(0.4, False), (2.5, False), (0.39, True), (2.51, True)])
def test_two_laws_support_each_other_up_to_the_edges(spread: float, doubtful: bool) -> None:
    assert is_doubtful(spread) is doubtful


@pytest.mark.parametrize(("stated", "width_mm"), [(None, 52.0), (50.0, 50.0)])
def test_a_model_gives_the_nut_only_where_the_design_does_not(
    catalogue: Catalogue, stated: float | None, width_mm: float
) -> None:
    slots = {"slot_width_mm": 0.6, "slot_depth_mm": 2.0, **({} if stated is None else {"nut_width_mm": stated})}
    model = situation(catalogue, {"model_id": "classical_650"}, design={"fret_slots": slots})
    assert model.design.fret_slots is not None
    assert model.design.fret_slots.nut_width_mm == width_mm


def found(assessment: Assessment, name: str) -> float:
    return next(item.value for item in assessment.details if item.name == name)


def test_the_quality_of_a_layout_is_what_it_uses_of_what_cells_with_their_spacing_could(catalogue: Catalogue) -> None:
    parts = {"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.0}
    assessment = assess(MaterialEfficiency(), situation(catalogue, design=rosette(part=parts)))
    achieved = 200.0 * 510.0 / (210.0 * 530.0)
    reachable = 200.0 * 510.0 / (203.0 * 513.0)
    assert found(assessment, "quality") == pytest.approx(achieved / reachable, rel=1e-12)


def test_rings_are_one_part_as_wide_as_the_outermost(catalogue: Catalogue) -> None:
    rings = [{"inner_radius_mm": 46.0, "width_mm": 4.0}, {"inner_radius_mm": 51.0, "width_mm": 5.0}]
    used = assess(MaterialEfficiency(), situation(catalogue, design={"rosette_rings": {"rings": rings}}))
    share = pi * (56.0**2 - 46.0**2) / (210.0 * 530.0)
    assert used.finding.startswith(f"this part uses {share:.0%} of the board")


def test_an_outline_can_be_turned_by_a_quarter(catalogue: Catalogue) -> None:
    corners = [(0.0, 0.0), (200.0, 0.0), (0.0, 510.0)]
    outline = {"outline": {"points": [{"x_mm": x, "y_mm": y} for x, y in corners]}, "count": 1, "spacing_mm": 0.0}
    for turned, risk in ((False, GREEN), (True, RED)):
        part = {**outline, "quarter_turned": turned}
        assert assess(MaterialEfficiency(), situation(catalogue, design=rosette(part=part))).risk is risk


def test_parts_that_fit_no_sheet_use_nothing_of_it(catalogue: Catalogue) -> None:
    long = {"rectangle": {"width_mm": 100.0, "length_mm": 900.0}, "count": 2, "spacing_mm": 3.0}
    design = {**rosette(), "mixed_parts": [long]}
    nested = nested_parts(situation(catalogue, design=design))
    assert (nested.placed, nested.sheet_count, nested.used_share) == ((), 0, 0.0)


def test_tolerances_are_the_usual_ones_each_with_a_prime_of_its_own() -> None:
    assert [item.base for item in TOLERANCES] == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31]
    assert {item.key: item.relative_sd or item.absolute_sd for item in TOLERANCES} == {
        "material.density_kg_per_m3": 0.10,
        "cut.feed_rate_mm_per_min": 0.02,
        "tool.stickout_mm": 1.0,
        "cut.axial_depth_mm": 0.1,
        "force": 0.35,
        "cut.spindle_speed_rpm": 0.03,
        "machine.stiffness_n_per_mm": log(1.5),
        "physics.edge_heat_share": log(1.5),
        "tool.diameter_mm": 0.02,
        "tool.runout_mm": 0.01,
        "material.moisture_percent": 2.0,
    }


def test_a_stated_tolerance_is_relative_or_a_length_as_the_usual_one_is(catalogue: Catalogue) -> None:
    stated = [
        {"field": "context.tool.stickout_mm", "sd": 0.5},
        {"field": "context.cut.feed_rate_mm_per_min", "sd": 0.1},
    ]
    asked = situation(catalogue, {"tool.stickout_mm": 30.0, "uncertainty": {"method": "SAMPLED", "tolerances": stated}})
    found = {item.key: (item.relative_sd, item.absolute_sd) for item in spreads(asked)}
    assert found["tool.stickout_mm"] == (0.0, 0.5)
    assert found["cut.feed_rate_mm_per_min"] == (0.1, 0.0)


class Leaning:
    """A score that falls with the depth of the pass and rises with the stick-out, by ten points a deviation each."""

    profile = Profile(category=Category.CHATTER, weight=0.0, mandatory=False, description="")

    def applies(self, situation: Situation) -> bool:
        return True

    def score(self, situation: Situation) -> Any:
        depth_mm, stickout_mm = situation.need("cut.axial_depth_mm", "tool.stickout_mm")
        return 60.0 - 100.0 * (depth_mm - 1.0) + 10.0 * (stickout_mm - 30.0)

    def assess(self, situation: Situation) -> Assessment:
        score = float(self.score(situation))
        return Assessment(Category.CHATTER, score, level_of(score), "", Grade.A)


def test_an_interval_puts_every_input_at_its_harmful_end(catalogue: Catalogue) -> None:
    asked = situation(catalogue, {"cut.axial_depth_mm": 1.0, "tool.stickout_mm": 30.0, "tool.tool_id": REMOVED})
    assert intervals([Leaning()], asked)[Category.CHATTER] == pytest.approx((40.0, 80.0))


@pytest.mark.parametrize(("inner_mm", "width_mm", "told"), [(46.3, 11.6, False), (46.4, 11.6, True)])
def test_room_of_three_tenths_beside_a_ring_is_no_bare_room(
    catalogue: Catalogue, inner_mm: float, width_mm: float, told: bool
) -> None:
    rings = [{"inner_radius_mm": inner_mm, "width_mm": width_mm}]
    finding = assess(Geometry(), situation(catalogue, design=rosette(rosette_channel__rings=rings))).finding
    assert ("between the inner wall and ring 1 stay empty" in finding) == told
