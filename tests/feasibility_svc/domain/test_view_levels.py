"""That rules and findings are no graver than the dimension behind them."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.views.guard_finding import GuardFinding, Severity, held_to
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation

ENGINE = baseline_engine()
POCKET: dict[str, Any] = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 20.0}}


def test_a_rule_is_never_worse_than_the_physics_behind_it(catalogue: Catalogue) -> None:
    deep = {"tool.tool_id": "end_mill_12700", "cut.axial_depth_mm": 20.0, "material.material_id": "maple_hard"}
    for context in (deep, {"tool.stickout_mm": 26.0}, {"cut.feed_rate_mm_per_min": 60.0}, {"tool.stickout_mm": 60.0}):
        report = ENGINE.evaluate(situation(catalogue, {**context, "stock.thickness_mm": 44.0}, design=POCKET))
        levels = {item.category: item.risk for item in report.assessments}
        assert report.views.rule_findings
        for item in report.views.rule_findings:
            behind = levels.get(item.rule.category, RiskLevel.GREEN) if item.rule.category else RiskLevel.GREEN
            assert item.level.rank <= behind.rank
            assert item.level in {item.rule.level, behind}
            assert bool(item.hint) == (item.physical_risk is not RiskLevel.GREEN)


@pytest.mark.parametrize(
    ("risk", "severities"),
    [
        (RiskLevel.RED, ["INFO", "WARNING", "ERROR", "FATAL"]),
        (RiskLevel.YELLOW, ["INFO", "WARNING", "WARNING", "WARNING"]),
        (RiskLevel.GREEN, ["INFO"] * 4),
        (RiskLevel.UNKNOWN, ["INFO"] * 4),
    ],
)
def test_no_finding_is_graver_than_the_dimension_behind_it(risk: RiskLevel, severities: list[str]) -> None:
    grave: tuple[Severity, ...] = ("INFO", "WARNING", "ERROR", "FATAL")
    findings = [GuardFinding("CODE", severity, "text", [], "hint") for severity in grave]
    held = list(held_to(risk, findings))
    assert [item.severity for item in held] == severities
    assert {item.hint for item in held} == {"" if risk is RiskLevel.GREEN else "hint"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cut.spindle_speed_rpm": 2_000.0}, True),
        ({"cut.spindle_speed_rpm": 2_000.0, "machine.hand_feed": False}, False),
        ({"cut.spindle_speed_rpm": 2_000.0, "tool.diameter_mm": 150.0}, False),
        ({"cut.spindle_speed_rpm": 2_000.0, "tool.kind": "FRET_SAW_BLADE"}, False),
    ],
)
def test_only_a_large_blade_that_a_hand_feeds_grabs(catalogue: Catalogue, changes: dict[str, Any], told: bool) -> None:
    report = ENGINE.evaluate(situation(catalogue, {**SAW, **changes}, design=SAW_CUT))
    assert ("KICKBACK_RISK" in [item.code for item in report.views.guard_findings]) == told


@pytest.mark.parametrize(("stated", "codes"), [(True, ["KICKBACK_RISK"]), (False, [])])
def test_no_finding_rests_on_an_assumed_plate(catalogue: Catalogue, stated: bool, codes: list[str]) -> None:
    blade = {"kind": "SAW_BLADE", "substrate": "CARBIDE", "diameter_mm": 100.0, "flute_count": 40, "kerf_mm": 0.5}
    plate = {"plate_thickness_mm": 0.35} if stated else {}
    thin = {key: value for key, value in SAW.items() if key != "tool.tool_id"}
    looked_at = situation(catalogue, {**thin, "tool": {**blade, **plate}}, design=SAW_CUT)
    report = ENGINE.evaluate(looked_at)
    assert [item.code for item in report.views.guard_findings if item.code.startswith(("KICK", "RIM"))] == codes
