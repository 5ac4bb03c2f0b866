"""What is said of chip load. Limits and levels come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.chip_load_chart import ChartQuery, ChipLoadChart
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.scoring.assessment import NotAssessedError, UnknownKind
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, kinds, situation


def test_a_chip_below_the_rubbing_floor_is_red(catalogue: Catalogue) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": 300.0}))
    assert assessment.risk is RiskLevel.RED
    assert any("rubs" in warning for warning in assessment.warnings)
    assert assessment.recommendations[0].field == "context.cut.feed_rate_mm_per_min"


def test_following_the_advice_gives_green(catalogue: Catalogue) -> None:
    slow = situation(catalogue, {"cut.feed_rate_mm_per_min": 300.0})
    advised = assess(ChipLoad(), slow).recommendations[0].suggested_value
    again = assess(ChipLoad(), situation(catalogue, {"cut.feed_rate_mm_per_min": advised}))
    assert again.risk is RiskLevel.GREEN


@pytest.mark.parametrize(("runout", "risk"), [(REMOVED, RiskLevel.YELLOW), (0.05, RiskLevel.RED)])
def test_assumed_runout_warns_and_measured_runout_decides(catalogue: Catalogue, runout: Any, risk: RiskLevel) -> None:
    thick = {"cut.feed_rate_mm_per_min": 2300.0, "tool.runout_mm": runout}
    assert assess(ChipLoad(), situation(catalogue, thick)).risk is risk


def test_a_pass_beyond_three_diameters_is_marked(catalogue: Catalogue) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"cut.axial_depth_mm": 10.0}))
    assert "beyond_chart:depth" in assessment.assumptions


def test_a_makers_own_window_wins_over_the_chart(catalogue: Catalogue) -> None:
    own = {"physics.chip_load_window": {"min_mm": 0.001, "max_mm": 0.01, "source": "card"}}
    assessment = assess(ChipLoad(), situation(catalogue, own))
    assert assessment.risk is RiskLevel.RED
    assert "card" in {detail.source for detail in assessment.details}


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        ({"material.material_id": "mother_of_pearl"}, UnknownKind.NO_DATA),
        ({"material.material_id": "mdf"}, UnknownKind.NO_DATA),
        ({"tool.kind": "V_BIT"}, UnknownKind.MISSING),
        ({"tool.diameter_mm": 0.5}, UnknownKind.OUT_OF_CHART),
        ({"tool.diameter_mm": 11.0}, UnknownKind.OUT_OF_CHART),
        ({"machine.machine_id": "grbl_generic"}, UnknownKind.MISSING),
    ],
)
def test_what_no_chart_covers_is_unknown(catalogue: Catalogue, context: dict[str, Any], kind: UnknownKind) -> None:
    assert set(kinds(assess(ChipLoad(), situation(catalogue, context)))) == {kind}


@pytest.mark.parametrize(
    ("context", "low", "high"),
    [
        ({"machine.tier": "INDUSTRIAL"}, 0.0762, 0.127),
        ({"machine.tier": "INDUSTRIAL", "tool.flute_count": 3}, 0.0762, 0.127),
        ({"machine.tier": "BENCHTOP"}, (0.025 * 0.0762) ** 0.5, (0.063 * 0.127) ** 0.5),
        ({"machine.tier": "INDUSTRIAL", "material.material_id": "mdf"}, 0.1016, 0.1778),
        ({"machine.tier": "INDUSTRIAL", "material.material_id": "aluminium_6061"}, 0.0203, 0.0305),
        (
            {
                "machine.tier": "INDUSTRIAL",
                "material.material_id": "acrylic",
                "tool.kind": "O_FLUTE",
                "tool.flute_count": 1,
            },
            0.1016,
            0.1524,
        ),
        ({"material.material_id": "aluminium_6061"}, 0.013, 0.025),
        ({"tool.diameter_mm": 1.0}, 0.025 / 1.5875, 0.04 / 1.5875),
        ({"tool.diameter_mm": 9.0}, 0.025, 0.127),
    ],
)
def test_the_window_of_each_chart(catalogue: Catalogue, context: dict[str, Any], low: float, high: float) -> None:
    window = situation(catalogue, context).window
    assert [window.low_mm, window.high_mm] == pytest.approx([low, high])


def test_v_bits_use_the_diameter_that_cuts(catalogue: Catalogue) -> None:
    v_bit = {
        "tool.tool_id": "v_bit_60",
        "tool.runout_mm": 0.0,
        "machine.tier": "INDUSTRIAL",
        "cut.radial_width_mm": 5.0,
    }
    assessment = assess(ChipLoad(), situation(catalogue, v_bit))
    assert assessment.score is not None


@pytest.mark.parametrize(
    ("tool", "extra"),
    [
        ("ball_nose_3175", {}),
        ("tapered_ball_0500", {}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 1.0}),
        ("end_mill_3175", {"tool.kind": "BULL_NOSE", "tool.corner_radius_mm": 0.1}),
    ],
)
def test_every_cutter_shape_is_assessed(catalogue: Catalogue, tool: str, extra: dict[str, Any]) -> None:
    assessment = assess(ChipLoad(), situation(catalogue, {"tool.tool_id": tool, **extra}))
    assert assessment.score is not None


def test_a_deep_ball_cuts_with_its_full_diameter(catalogue: Catalogue) -> None:
    ball = {"tool.tool_id": "ball_nose_3175", "cut.axial_depth_mm": 2.0, "cut.radial_width_mm": 1.0}
    flat = {**ball, "tool.tool_id": "end_mill_3175"}
    scores = {assess(ChipLoad(), situation(catalogue, item)).score for item in (ball, flat)}
    assert len(scores) == 1


def test_drilling_has_no_lateral_model(catalogue: Catalogue) -> None:
    holes = {"drilling": {"hole_diameter_mm": 6.0, "depth_mm": 2.0}}
    looked_at = situation(catalogue, design=holes)
    for dimension in (ChipLoad(), Heat(), ToolDeflection()):
        assert kinds(assess(dimension, looked_at)) == [UnknownKind.OUT_OF_MODEL]


def test_an_empty_chart_covers_nothing() -> None:
    for kind in ("FRET_SLOT_END_MILL", "DRILL"):
        query = ChartQuery("INDUSTRIAL", kind, 3, "HARDWOOD", "Diospyros", 0.584)
        with pytest.raises(NotAssessedError, match="no industrial chip load chart"):
            ChipLoadChart(()).window(query)
