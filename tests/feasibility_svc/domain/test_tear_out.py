"""What is said of tear-out. The directions of its effects come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.tear_out import TearOut
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, fret_situation, kinds, situation


def demand(catalogue: Catalogue, context: dict[str, Any]) -> float:
    utilization = assess(TearOut(), situation(catalogue, context)).utilization
    assert utilization is not None
    return utilization


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"cut.direction": "CONVENTIONAL"}, {"cut.direction": "CLIMB"}),
        ({"cut.grain_angle_deg": 135.0}, {"cut.grain_angle_deg": 45.0}),
        ({"cut.quality_face": "BOTTOM"}, {"cut.quality_face": "TOP"}),
        ({"tool.flute_direction": "UP"}, {"tool.flute_direction": "STRAIGHT"}),
        ({"material.figured": True}, {"material.figured": False}),
        ({}, {"cut.grain_angle_deg": 45.0}),
    ],
)
def test_what_lifts_the_grain_and_what_does_not(
    catalogue: Catalogue, worse: dict[str, Any], better: dict[str, Any]
) -> None:
    assert demand(catalogue, worse) > demand(catalogue, better)


def test_a_closed_path_is_worst_against_the_grain(catalogue: Catalogue) -> None:
    details = assess(TearOut(), situation(catalogue)).details
    assert next(item.value for item in details if item.name == "worst_grain_angle") in {130.0, 135.0}


def test_fret_slots_run_across_the_grain(catalogue: Catalogue) -> None:
    details = assess(TearOut(), fret_situation(catalogue)).details
    assert next(item.value for item in details if item.name == "worst_grain_angle") == 90.0


@pytest.mark.parametrize(
    ("material", "risk"), [("spruce_sitka", RiskLevel.YELLOW), ("cedar_western_red", RiskLevel.RED)]
)
def test_only_splintery_wood_blocks(catalogue: Catalogue, material: str, risk: RiskLevel) -> None:
    rough = {
        "material.material_id": material,
        "cut.direction": "CONVENTIONAL",
        "tool.flute_direction": "UP",
        "material.figured": True,
    }
    assert assess(TearOut(), situation(catalogue, rough)).risk is risk


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"cut.direction": "CONVENTIONAL", "material.figured": True}, "context.cut.direction"),
        ({"tool.flute_direction": "UP"}, "context.tool.flute_direction"),
        (
            {
                "tool.flute_direction": "COMPRESSION",
                "tool.upcut_length_mm": 0.1,
                "material.figured": True,
                "cut.feed_rate_mm_per_min": 5_000.0,
            },
            "context.cut.feed_rate_mm_per_min",
        ),
    ],
)
def test_the_advice_is_what_would_help_most(catalogue: Catalogue, context: dict[str, Any], field: str) -> None:
    assert assess(TearOut(), situation(catalogue, context)).recommendations[0].field == field


def test_a_compression_spiral_helps_only_beyond_its_up_cut_part(catalogue: Catalogue) -> None:
    spiral = {"tool.flute_direction": "COMPRESSION"}
    shallow, deep = {**spiral, "tool.upcut_length_mm": 5.0}, {**spiral, "tool.upcut_length_mm": 0.5}
    assert demand(catalogue, shallow) > demand(catalogue, deep)
    assert kinds(assess(TearOut(), situation(catalogue, spiral))) == [UnknownKind.MISSING]


def test_without_grain_nothing_tears_and_saws_are_not_modelled(catalogue: Catalogue) -> None:
    board = {"material.material_id": "mdf"}
    assert assess(TearOut(), situation(catalogue, board)).risk is RiskLevel.GREEN
    assert kinds(assess(TearOut(), situation(catalogue, SAW, design=SAW_CUT))) == [UnknownKind.OUT_OF_MODEL]
