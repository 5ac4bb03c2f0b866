"""What is said of rim speed. Limits and levels come from the physics specification."""

from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.scoring.assessment import UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import assess, kinds, situation

CATALOGUE = read_catalogue()


def test_a_tool_beyond_its_marked_speed_scores_nothing(catalogue: Catalogue) -> None:
    marked = {"tool.marked_max_spindle_speed_rpm": 16_000.0}
    assessment = assess(RimSpeed(), situation(catalogue, marked))
    assert assessment.score == 0.0
    assert assessment.recommendations[0].suggested_value == 12_000.0  # the dial's next position below 15,200


def test_a_large_bit_without_a_marked_speed_is_unknown(catalogue: Catalogue) -> None:
    large = {"tool.diameter_mm": 100.0}
    assert kinds(assess(RimSpeed(), situation(catalogue, large))) == [UnknownKind.OUT_OF_CHART]
    marked = {**large, "tool.marked_max_spindle_speed_rpm": 20_000.0}
    assert assess(RimSpeed(), situation(catalogue, marked)).risk is RiskLevel.RED


def test_a_spiral_whose_maker_allows_more_is_held_to_the_ceiling_only(catalogue: Catalogue) -> None:
    fast = {"cut.spindle_speed_rpm": 30_000.0}
    assert assess(RimSpeed(), situation(catalogue, fast)).risk is RiskLevel.RED
    industrial = {**fast, "machine.tier": "INDUSTRIAL"}
    assert assess(RimSpeed(), situation(catalogue, industrial)).risk is RiskLevel.GREEN
    steel = {**industrial, "tool.substrate": "HSS"}
    assert assess(RimSpeed(), situation(catalogue, steel)).risk is RiskLevel.RED
    no_chart = {**industrial, "material.material_id": "bone"}
    assert assess(RimSpeed(), situation(catalogue, no_chart)).risk is RiskLevel.RED


@settings(max_examples=50, deadline=None)
@given(st.floats(1_000, 60_000), st.floats(1.01, 2))
def test_more_speed_never_scores_better(speed: float, factor: float) -> None:
    slow, fast = (
        assess(RimSpeed(), situation(CATALOGUE, {"cut.spindle_speed_rpm": value})).score
        for value in (speed, speed * factor)
    )
    assert slow is not None
    assert fast is not None
    assert fast <= slow
