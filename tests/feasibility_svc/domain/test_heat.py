"""What is said of heat. Limits and levels come from the physics specification."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import assess, kinds, situation

CATALOGUE = read_catalogue()


def test_a_dull_cutter_fed_slowly_burns(catalogue: Catalogue) -> None:
    burning = {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 300.0}
    assessment = assess(Heat(), situation(catalogue, burning))
    assert assessment.risk is RiskLevel.RED
    assert [item.field for item in assessment.recommendations] == [
        "context.cut.feed_rate_mm_per_min",
        "context.cut.spindle_speed_rpm",
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_either_advice_on_heat_reaches_the_edge_of_green(catalogue: Catalogue, index: int) -> None:
    burning = {"tool.wear": "DULL", "cut.feed_rate_mm_per_min": 300.0, "material.resinous": False}
    advice = assess(Heat(), situation(catalogue, burning)).recommendations[index]
    assert advice.suggested_value is not None
    key = advice.field.removeprefix("context.")
    better = advice.suggested_value * (1.000001 if index == 0 else 0.999999)
    assert assess(Heat(), situation(catalogue, {**burning, key: better})).risk is RiskLevel.GREEN


def test_resin_gums_above_70_degrees(catalogue: Catalogue) -> None:
    warm = {"cut.feed_rate_mm_per_min": 1400.0}
    assert assess(Heat(), situation(catalogue, warm)).risk is RiskLevel.YELLOW
    assert assess(Heat(), situation(catalogue, {**warm, "material.resinous": False})).risk is RiskLevel.GREEN


def test_when_no_chip_is_thick_enough_the_advice_is_a_sharp_cutter(catalogue: Catalogue) -> None:
    hopeless = {"physics.specific_cutting_force_n_per_mm2": 9_000.0, "physics.edge_force_n_per_mm": 900.0}
    assessment = assess(Heat(), situation(catalogue, hopeless))
    assert assessment.recommendations[0].field == "context.tool.wear"


@pytest.mark.parametrize("material", ["acrylic", "aluminium_6061", "bone", "abalone"])
def test_heat_without_a_model_is_unknown(catalogue: Catalogue, material: str) -> None:
    assert kinds(assess(Heat(), situation(catalogue, {"material.material_id": material}))) == [UnknownKind.NO_DATA]


def test_a_stated_burn_class_wins_over_the_table(catalogue: Catalogue) -> None:
    def limit(context: dict[str, Any]) -> float | None:
        details = assess(Heat(), situation(catalogue, context)).details
        return next(item.limit for item in details if item.name == "surface_temperature")

    assert limit({}) == 200.0
    assert limit({"material.burn_class": 2}) == 170.0


@settings(max_examples=50, deadline=None)
@given(st.floats(200, 4_000), st.floats(1.01, 1.5))
def test_more_feed_never_heats_and_more_wear_never_cools(feed: float, factor: float) -> None:
    def surface(context: dict[str, Any]) -> float:
        details = assess(Heat(), situation(CATALOGUE, context)).details
        return next(item.value for item in details if item.name == "surface_temperature")

    slow, fast = ({"cut.feed_rate_mm_per_min": value} for value in (feed, feed * factor))
    assert surface(fast) <= surface(slow)
    assert surface({**slow, "tool.wear": "DULL"}) >= surface({**slow, "tool.wear": "SHARP"})
