"""What is said of chatter. The stable depth is computed here from the published formula."""

from math import pi, sqrt
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.chatter import Chatter
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, situation

BENDY = {"tool.stickout_mm": 60.0, "cut.axial_depth_mm": 1.2}


def stable_mm(catalogue: Catalogue, context: dict[str, Any]) -> float:
    details = assess(Chatter(), situation(catalogue, context)).details
    return next(item.value for item in details if item.name == "stable_depth")


def test_a_shallow_pass_is_quiet_and_a_deep_one_only_advises(catalogue: Catalogue) -> None:
    assert assess(Chatter(), situation(catalogue)).score == 100.0
    deep = assess(Chatter(), situation(catalogue, {"tool.stickout_mm": 80.0, "cut.axial_depth_mm": 12.0}))
    assert (deep.risk, deep.score, deep.grade) == (RiskLevel.YELLOW, 50.0, Grade.D)


def test_the_weaker_of_tool_and_machine_decides(catalogue: Catalogue) -> None:
    slope, mu = 425 * 0.0686 * 1.04, 0.7
    machine = 2 * 100.0 * 0.07 * 1.07 / (slope * mu * 1.0)
    assert stable_mm(catalogue, {"machine.stiffness_n_per_mm": 100.0}) == pytest.approx(machine, rel=1e-9)
    core, shank = pi * (0.8 * 3.175) ** 4 / 64, pi * 3.175**4 / 64
    stiffness = 3 * 600e3 / (12.0**3 / core + (20.0**3 - 12.0**3) / shank)
    stated = {"tool.flute_length_mm": 12.0, "tool.stickout_mm": 20.0, "machine.stiffness_n_per_mm": 1e6}
    assert stable_mm(catalogue, stated) == pytest.approx(2 * stiffness * 0.03 * 1.03 / (slope * mu), rel=1e-9)


def test_belts_damp_more_than_screws(catalogue: Catalogue) -> None:
    soft = {"machine.stiffness_n_per_mm": 100.0}
    screws = stable_mm(catalogue, {**soft, "machine.tier": "BENCHTOP"})
    assert stable_mm(catalogue, {**soft, "machine.tier": "HOBBY"}) / screws == pytest.approx(
        0.07 * 1.07 / (0.05 * 1.05), rel=1e-9
    )
    assert stable_mm(catalogue, {**soft, "machine.tier": "INDUSTRIAL"}) == screws


def test_the_stiffness_of_metal_is_that_at_its_chip(catalogue: Catalogue) -> None:
    soft = {"material.material_id": "aluminium_6061", "machine.stiffness_n_per_mm": 100.0}
    chip_mm = 1750.0 / (17_000 * 2)
    slope = 0.73 * 448.7 * chip_mm**-0.27
    assert stable_mm(catalogue, soft) == pytest.approx(2 * 100.0 * 0.07 * 1.07 / (slope * 0.7), rel=1e-9)


def test_the_advised_depth_is_green(catalogue: Catalogue) -> None:
    loud = {"tool.stickout_mm": 80.0, "cut.axial_depth_mm": 12.0}
    advice = assess(Chatter(), situation(catalogue, loud)).recommendations[0]
    again = assess(Chatter(), situation(catalogue, {**loud, "cut.axial_depth_mm": advice.suggested_value}))
    assert again.risk is RiskLevel.GREEN
    assert again.score == pytest.approx(80.0, abs=0.2)
    assert assess(Chatter(), situation(catalogue)).recommendations == []


def test_slenderness_is_information(catalogue: Catalogue) -> None:
    assessment = assess(Chatter(), fret_situation(catalogue))
    slenderness = next(item for item in assessment.details if item.name == "slenderness")
    assert slenderness.value == pytest.approx(15.0 / 0.584)
    assert slenderness.limit is None
    assert assessment.risk is RiskLevel.GREEN


def test_blades_do_not_chatter(catalogue: Catalogue) -> None:
    assert not Chatter().applies(situation(catalogue, SAW, design=SAW_CUT))
    assert Chatter().applies(situation(catalogue))


@pytest.mark.parametrize(
    ("times", "said"),
    [(4.0, "about 4.0 times"), (99.0, "about 99.0 times"), (99.4, "over 99 times"), (0.5, "about 0.5 times")],
)
def test_a_pass_is_told_in_stable_depths(catalogue: Catalogue, times: float, said: str) -> None:
    stable = stable_mm(catalogue, {})
    told = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": times * stable}))
    assert f"{said} the stable depth" in told.finding


def test_at_the_quiet_depth_nothing_is_advised(catalogue: Catalogue) -> None:
    quiet_mm = 6.0 * stable_mm(catalogue, {})
    assessment = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": quiet_mm}))
    assert (assessment.score, assessment.recommendations) == (80.0, [])
    details = {item.name: item for item in assessment.details}
    assert details["depth_of_pass"].limit == pytest.approx(quiet_mm)
    assert details["tooth_frequency"].value == pytest.approx(2 * 17_000 / 60)


def test_the_utilization_is_that_of_the_quiet_depth(catalogue: Catalogue) -> None:
    assessment = assess(Chatter(), situation(catalogue, {"cut.axial_depth_mm": 2.0}))
    stable = next(item.value for item in assessment.details if item.name == "stable_depth")
    assert assessment.utilization == pytest.approx(2.0 / (6.0 * stable))


@pytest.mark.parametrize(
    ("substrate", "modulus_gpa", "density_kg_per_m3"),
    [
        ("CARBIDE", 600.0, 14_500.0),
        ("MICROGRAIN_CARBIDE", 600.0, 14_500.0),
        ("HSS", 200.0, 7_850.0),
        ("COBALT_HSS", 210.0, 7_850.0),
    ],
)
def test_a_tool_rings_as_a_clamped_bar_of_what_it_is_made_of(
    catalogue: Catalogue, substrate: str, modulus_gpa: float, density_kg_per_m3: float
) -> None:
    """√(I / A) of a round bar is a quarter of its diameter."""
    tool = {"tool.substrate": substrate, "tool.diameter_mm": 3.175, "tool.stickout_mm": 20.0}
    told = {item.name: item.value for item in assess(Chatter(), situation(catalogue, tool)).details}
    speed_of_sound = sqrt(modulus_gpa * 1e9 / density_kg_per_m3)
    expected = 1.87510406871**2 / (2 * pi) * speed_of_sound * 0.8 * 3.175e-3 / 4 / 20e-3**2
    assert told["first_tool_frequency"] == pytest.approx(expected, rel=1e-9)
