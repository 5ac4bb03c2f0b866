"""What is said of material efficiency. Limits and levels come from the physics specification."""

from typing import Any

import pytest
from pydantic import ValidationError

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.builders import rosette
from tests.feasibility_svc.domain.situations import assess, kinds, situation


def part(**fields: Any) -> dict[str, Any]:
    return rosette(part={"rectangle": {"width_mm": 200.0, "length_mm": 510.0}, "count": 1, "spacing_mm": 3.0, **fields})


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"count": 2}, RiskLevel.RED),
        ({"grain_locked": True, "quarter_turned": True}, RiskLevel.RED),
        ({"quarter_turned": True}, RiskLevel.RED),
        ({"rectangle": {"width_mm": 510.0, "length_mm": 200.0}}, RiskLevel.GREEN),
        ({"rectangle": {"width_mm": 510.0, "length_mm": 200.0}, "grain_locked": True}, RiskLevel.RED),
    ],
)
def test_parts_must_fit_and_keep_their_grain(catalogue: Catalogue, changes: dict[str, Any], risk: RiskLevel) -> None:
    assert assess(MaterialEfficiency(), situation(catalogue, design=part(**changes))).risk is risk


def test_what_is_left_over_informs_and_refuses_nothing(catalogue: Catalogue) -> None:
    large = {"stock.width_mm": 900.0, "stock.price": 30.0}
    assessment = assess(MaterialEfficiency(), situation(catalogue, large, design=part()))
    assert (assessment.risk, assessment.recommendations) == (RiskLevel.GREEN, [])
    assert assessment.finding == "this part uses 21% of the board; the stock holds 4"
    assert next(item.value for item in assessment.details if item.name == "price_per_part") == 30.0
    two = assess(MaterialEfficiency(), situation(catalogue, large, design=part(count=2)))
    assert two.finding == "2 parts use 43% of the board; the stock holds 4"


def test_a_report_counts_the_yield_only_where_it_is_broken(catalogue: Catalogue) -> None:
    def of(design: dict[str, Any]) -> tuple[float | None, RiskLevel, RiskLevel]:
        report = baseline_engine().evaluate(situation(catalogue, {"stock.width_mm": 900.0}, design=design))
        found = next(item for item in report.assessments if item.category is Category.BOM_EFFICIENCY)
        return found.score, found.risk, report.verdict.risk

    assert of(part()) == (None, RiskLevel.GREEN, RiskLevel.GREEN)
    assert of(part(rectangle={"width_mm": 1.0})) == (None, RiskLevel.GREEN, RiskLevel.GREEN)
    assert of(part(count=5)) == (0.0, RiskLevel.RED, RiskLevel.RED)


OUTLINE = {"points": [{"x_mm": 0, "y_mm": 0}, {"x_mm": 200, "y_mm": 0}, {"x_mm": 0, "y_mm": 510}]}


@pytest.mark.parametrize(
    "shape",
    [
        {"ring": {"outer_radius_mm": 58.0, "inner_radius_mm": 46.0}},
        {"outline": OUTLINE},
        {"outline": OUTLINE, "quarter_turned": True},
    ],
)
def test_every_shape_of_part_is_measured(catalogue: Catalogue, shape: dict[str, Any]) -> None:
    design = rosette(part={"count": 1, "spacing_mm": 3.0, **shape})
    assert assess(MaterialEfficiency(), situation(catalogue, design=design)).score is not None


@pytest.mark.parametrize(
    "shape",
    [
        {"ring": {"outer_radius_mm": 58.0}, "count": 1, "spacing_mm": 3.0},
        {"rectangle": {"width_mm": 1.0}, "count": 1, "spacing_mm": 3.0},
        {"rectangle": {"width_mm": 1.0, "length_mm": 1.0}},
    ],
)
def test_an_incomplete_part_is_unknown(catalogue: Catalogue, shape: dict[str, Any]) -> None:
    assessment = assess(MaterialEfficiency(), situation(catalogue, design=rosette(part=shape)))
    assert set(kinds(assessment)) == {UnknownKind.MISSING}


RING = {"inner_radius_mm": 46.0, "width_mm": 5.0}


@pytest.mark.parametrize(
    ("design", "known"),
    [
        ({"rosette_rings": {"rings": [RING, {"inner_radius_mm": 52.0, "width_mm": 4.0}], "depth_mm": 1.0}}, True),
        ({"rosette_rings": {"rings": [{"width_mm": 5.0}], "depth_mm": 1.0}}, False),
        ({"rosette_channel": {"depth_mm": 1.0}}, False),
        ({"fret_slots": {"heel_width_mm": 57.0, "board_length_mm": 500.0}}, True),
        ({"fret_slots": {"heel_width_mm": 57.0}}, False),
    ],
)
def test_a_part_is_derived_from_the_operation_where_it_can_be(
    catalogue: Catalogue, design: dict[str, Any], known: bool
) -> None:
    assert (assess(MaterialEfficiency(), situation(catalogue, design=design)).score is not None) == known


def test_a_ring_has_a_hole() -> None:
    with pytest.raises(ValidationError, match="outer_radius_mm must exceed inner_radius_mm"):
        Design.model_validate(rosette(part={"ring": {"outer_radius_mm": 5.0, "inner_radius_mm": 5.0}}))


def test_a_part_has_one_shape() -> None:
    with pytest.raises(ValidationError, match="exactly one of rectangle, ring, outline"):
        Design.model_validate(rosette(part={"count": 1}))
