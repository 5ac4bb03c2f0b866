"""Rules, guards, frets and bills of materials."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.physics import fretting
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.views.rule_table import RULES
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, fret_situation, situation

ENGINE = baseline_engine()
CHANNEL: dict[str, Any] = builders.ROSETTE["rosette_channel"]
NARROW = {**CHANNEL, "outer_radius_mm": 49.5, "depth_mm": 7.5}
POCKET: dict[str, Any] = {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 2.0}


def fired(looked_at: Situation) -> set[str]:
    return {item.rule.rule_id for item in ENGINE.evaluate(looked_at).views.rule_findings}


def pocket(**fields: Any) -> dict[str, Any]:
    return {"pocket": {**POCKET, **fields}}


def test_every_id_of_the_documents_is_answerable() -> None:
    documented = {*range(1, 8), *range(10, 14), *range(20, 42)}
    assert [rule.rule_id for rule in RULES] == [f"F{number:03}" for number in sorted(documented)]
    assert all(rule.fires_when and rule.hint and rule.explanation for rule in RULES)


@pytest.mark.parametrize(
    ("rule_id", "context", "design"),
    [
        ("F002", {"cut.radial_width_mm": 3.1}, pocket()),
        ("F005", {"toolpaths.safe_height_mm": 0.0}, None),
        ("F006", {"toolpaths.closed_path_count": 0}, None),
        ("F007", {"toolpaths.loop_count": 0}, None),
        ("F010", {"toolpaths.smallest_feature_mm": 2.0}, None),
        ("F011", {"cut.plunge_rate_mm_per_min": 1_800.0}, None),
        ("F012", {"cut.axial_depth_mm": 3.5}, None),
        ("F013", {"toolpaths.loop_count": 1_001}, None),
        ("F020", {"material.material_id": "maple_hard", "cut.axial_depth_mm": 5.0}, None),
        ("F021", {"cut.axial_depth_mm": 16.0}, None),
        ("F022", {"stock.thickness_mm": 1.2}, None),
        ("F024", {"material.material_id": "", "material.kind": "HARDWOOD"}, None),
        ("F025", {}, pocket(width_mm=3.0)),
        ("F026", {"tool.stickout_mm": 26.0}, None),
        ("F026", {"tool.stickout_mm": 16.0, "material.material_id": "maple_hard"}, None),
        ("F027", {"tool.tool_id": "end_mill_3000_down", "tool.diameter_mm": 2.9, "cut.cooling": "NONE"}, None),
        ("F027", {"material.resinous": True, "material.janka_hardness_lbf": 2_500.0}, None),
        ("F028", {}, pocket(wall_thickness_mm=0.9)),
        ("F030", {"stock.thickness_mm": 30.0}, pocket(depth_mm=7.0)),
        ("F031", {"material.material_id": "maple_hard", "cut.axial_depth_mm": 2.0}, None),
        ("F032", {"tool.diameter_mm": 1.9}, None),
        ("F033", {"stock.thickness_mm": 30.0}, pocket(depth_mm=13.0)),
        ("F034", {"stock.thickness_mm": 9.0}, {"rosette_channel": NARROW}),
        ("F035", {"cut.radial_width_mm": 2.5}, pocket()),
        ("F036", {}, pocket(wall_thickness_mm=1.5)),
        ("F038", {}, None),
        ("F039", {"toolpaths.complex_geometry": True}, None),
        ("F040", {"toolpaths.feed_override_percent": 130.0}, None),
    ],
)  # fmt: skip
def test_a_rule_fires_when_it_should_and_only_then(
    catalogue: Catalogue, rule_id: str, context: dict[str, Any], design: dict[str, Any] | None
) -> None:
    assert rule_id in fired(situation(catalogue, context, design=design))
    calm = situation(
        catalogue,
        {"stock.thickness_mm": 30.0, "cut.radial_width_mm": 1.5, "cut.axial_depth_mm": 0.5, "toolpaths.loop_count": 3},
        design=pocket(wall_thickness_mm=4.0),
    )
    assert fired(calm) == set()


@pytest.mark.parametrize("rule_id", ["F001", "F003", "F004", "F023"])
def test_what_the_border_refuses_never_fires(catalogue: Catalogue, rule_id: str) -> None:
    assert rule_id not in fired(situation(catalogue))


def test_no_rule_fires_on_what_is_not_known(catalogue: Catalogue) -> None:
    assert fired(situation(catalogue, base={}, design={"profile": {}})) == set()
    slots: dict[str, Any] = {"fret_slots": {}}
    assert fired(situation(catalogue, base={}, design=slots)) == set()
    assert fired(situation(catalogue, base={}, design={"rosette_channel": {}})) == set()


def test_counting_rules_are_shown_only_where_much_needs_review(catalogue: Catalogue) -> None:
    crowded = {
        "material.material_id": "maple_hard",
        "tool.diameter_mm": 1.9,
        "cut.axial_depth_mm": 1.3,
        "tool.stickout_mm": 12.0,
        "cut.radial_width_mm": 1.9,
        "toolpaths.smallest_feature_mm": 1.0,
        "tool.runout_mm": 0.06,
        "cut.feed_rate_mm_per_min": 2_400.0,
        "cut.plunge_rate_mm_per_min": 2_800.0,
    }
    looked_at = situation(
        catalogue, crowded, design={"rosette_channel": {**builders.ROSETTE["rosette_channel"], "outer_radius_mm": 48.0}}
    )
    report = ENGINE.evaluate(looked_at)
    yellow = sum(item.risk is RiskLevel.YELLOW for item in report.assessments)
    counting = {item.rule.rule_id for item in report.views.rule_findings} & {"F029", "F037", "F041"}
    assert yellow >= 3
    assert "F037" in counting
    quiet = {"tool.diameter_mm": 1.9, "toolpaths.smallest_feature_mm": 1.0, "cut.axial_depth_mm": 0.3}
    assert {"F010", "F032"} <= fired(situation(catalogue, quiet))
    assert "F037" not in fired(situation(catalogue, quiet))


def test_the_legacy_verdict_is_the_worst_rule(catalogue: Catalogue) -> None:
    def legacy(context: dict[str, Any], design: dict[str, Any] | None = None) -> RiskLevel | None:
        return ENGINE.evaluate(situation(catalogue, context, design=design)).views.legacy_risk

    assert legacy({"stock.thickness_mm": 30.0}, pocket()) is RiskLevel.RED  # a full stepover
    assert legacy({"stock.thickness_mm": 30.0, "cut.radial_width_mm": 1.5}, pocket()) is RiskLevel.GREEN
    assert legacy({"cut.axial_depth_mm": 3.5}) is RiskLevel.YELLOW


def test_a_rule_stands_beside_the_physics(catalogue: Catalogue) -> None:
    big = {"tool.tool_id": "end_mill_12700", "cut.axial_depth_mm": 3.5, "stock.thickness_mm": 30.0}
    findings = ENGINE.evaluate(situation(catalogue, big)).views.rule_findings
    stepdown = next(item for item in findings if item.rule.rule_id == "F012")
    assert stepdown.physical_risk is RiskLevel.GREEN  # 3 mm is little for a 12.7 mm bit


def codes(report: Report) -> list[str]:
    return [item.code for item in report.views.guard_findings]


@pytest.mark.parametrize(
    ("code", "severity", "overrides", "depth_mm"),
    [
        ("RIM_SPEED_EXCEEDED", "FATAL", {"cut.spindle_speed_rpm": 8_000.0}, 20.0),
        ("RIM_SPEED_HIGH", "WARNING", {"tool.marked_max_spindle_speed_rpm": 4_200.0}, 20.0),
        ("BITE_PER_TOOTH_HIGH", "ERROR", {"cut.feed_rate_mm_per_min": 99_000.0, "tool.flute_count": 12}, 20.0),
        ("BITE_PER_TOOTH_LOW", "INFO", {"cut.feed_rate_mm_per_min": 2_000.0}, 20.0),
        ("SAW_DEPTH_HIGH", "INFO", {"stock.thickness_mm": 130.0}, 70.0),
        ("SAW_DEPTH_HIGH", "ERROR", {"stock.thickness_mm": 140.0}, 130.0),
        ("KICKBACK_RISK", "WARNING", {"cut.spindle_speed_rpm": 2_000.0}, 20.0),
        ("KICKBACK_RISK", "ERROR", {"tool.plate_thickness_mm": 3.2}, 20.0),
    ],
)
def test_the_saw_guard_finds_it(
    catalogue: Catalogue, code: str, severity: str, overrides: dict[str, Any], depth_mm: float
) -> None:
    design = {"saw_cut": {"depth_mm": depth_mm, "length_mm": 500.0}}
    report = ENGINE.evaluate(situation(catalogue, {**SAW, **overrides}, design=design))
    found = [item for item in report.views.guard_findings if item.code == code]
    assert [item.severity for item in found] == [severity]
    assert bool(found[0].hint) == (severity != "INFO")
    assert_errors_decide(report)


def test_a_marked_speed_rules_over_every_table(catalogue: Catalogue) -> None:
    marked = {**SAW, "tool.marked_max_spindle_speed_rpm": 3_900.0}
    assert "RIM_SPEED_EXCEEDED" in codes(ENGINE.evaluate(situation(catalogue, marked, design=SAW_CUT)))


def test_routers_have_no_saw_findings_and_unknown_saws_no_invented_ones(catalogue: Catalogue) -> None:
    assert codes(ENGINE.evaluate(situation(catalogue))) == []
    blind = {"tool.kind": "SAW_BLADE"}
    findings = codes(ENGINE.evaluate(situation(catalogue, blind, base={}, design={"saw_cut": {}})))
    assert findings == []


def board(**fields: Any) -> dict[str, Any]:
    slots = {**builders.FRET_SLOTS["fret_slots"], **fields}
    return {"fret_slots": {key: value for key, value in slots.items() if value is not None}}


def fanned(
    bass: float = 656.0,
    treble: float = 648.0,
    square: float = 7.0,
    span: float = 36.0,
    bridge: float | None = None,
    **fields: Any,
) -> dict[str, Any]:
    fan = {
        "bass_scale_length_mm": bass,
        "treble_scale_length_mm": treble,
        "perpendicular_fret": square,
        "nut_string_span_mm": span,
        **({} if bridge is None else {"bridge_string_span_mm": bridge}),
    }
    return board(straight=None, fanned=fan, **fields)


@pytest.mark.parametrize(
    ("code", "severity", "context", "design"),
    [
        ("CHIPLOAD_LOW", "ERROR", {"cut.feed_rate_mm_per_min": 20.0}, board()),
        ("CHIPLOAD_HIGH", "ERROR", {"cut.feed_rate_mm_per_min": 9_000.0}, board()),
        ("HEAT_BUILDUP_RISK", "WARNING", {"tool.wear": "DULL"}, board()),
        ("SLOT_DEPTH_EXCEEDS_TOOL", "ERROR", {}, board(slot_depth_mm=3.5)),
        ("SLOT_DEPTH_HIGH", "WARNING", {}, board(slot_depth_mm=2.8)),
        ("SLOT_DEPTH_HIGH", "ERROR", {"stock.thickness_mm": 4.0}, board(tang_depth_mm=None)),
        ("UNUSUAL_SCALE_LENGTH", "INFO", {}, board(straight={"scale_length_mm": 390.0})),
        ("FANFRET_DIRECTION_INVERTED", "ERROR", {}, fanned(bass=640.0, treble=660.0)),
        ("FANFRET_PERP_OUT_OF_RANGE", "ERROR", {}, fanned(square=30.0)),
        ("FANFRET_PERP_DRIFT", "WARNING", {}, fanned(bass=720.0, square=7.5)),
        ("EXTREME_FRET_ANGLE", "WARNING", {}, fanned(bass=720.0, treble=640.0)),
        ("STRING_CROSSING", "ERROR", {}, fanned(bass=500.0, treble=900.0, span=10.0)),
    ],
)
def test_the_fret_guard_finds_it(
    catalogue: Catalogue, code: str, severity: str, context: dict[str, Any], design: dict[str, Any]
) -> None:
    report = ENGINE.evaluate(fret_situation(catalogue, context, design=design))
    found = [item for item in report.views.guard_findings if item.code == code]
    assert found, codes(report)
    assert {item.severity for item in found} == {severity}
    assert_errors_decide(report)


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"bass": 640.0, "treble": 660.0}, "FANFRET_DIRECTION_INVERTED"),
        ({"bass": 647.0, "treble": 648.0}, "FANFRET_DIRECTION_INVERTED"),
        ({"square": 24.5}, "FANFRET_PERP_OUT_OF_RANGE"),
        ({"span": 43.5, "bridge": 52.0}, "FANFRET_SPAN_EXCEEDS_BOARD"),
        ({"span": 36.0, "bridge": 66.0}, "FANFRET_SPAN_EXCEEDS_BOARD"),
        ({"span": 36.0, "bridge": 35.0}, "FANFRET_BRIDGE_NARROW"),
        ({"bass": 500.0, "treble": 900.0, "span": 10.0}, "STRING_CROSSING"),
    ],
)
def test_a_fan_that_cannot_be_makes_the_geometry_red(
    catalogue: Catalogue, overrides: dict[str, float], code: str
) -> None:
    report = ENGINE.evaluate(fret_situation(catalogue, design=fanned(**overrides)))
    geometry = next(item for item in report.assessments if item.category is Category.GEOMETRY)
    assert code in codes(report)
    assert (geometry.risk, geometry.score) == (RiskLevel.RED, 0.0)
    assert report.verdict.risk is RiskLevel.RED


@pytest.mark.parametrize(
    "overrides", [{"span": 43.0, "bridge": 43.0}, {"square": 24.0}, {"bass": 648.0, "treble": 648.0}]
)
def test_a_fan_at_its_limits_is_no_error(catalogue: Catalogue, overrides: dict[str, float]) -> None:
    report = ENGINE.evaluate(fret_situation(catalogue, design=fanned(**overrides)))
    assert [item for item in report.views.guard_findings if item.severity == "ERROR"] == []
    assert next(item for item in report.assessments if item.category is Category.GEOMETRY).risk is not RiskLevel.RED


def test_a_board_of_unknown_widths_is_not_held_against_its_strings(catalogue: Catalogue) -> None:
    wide = fanned(span=90.0, bridge=95.0, nut_width_mm=None, heel_width_mm=None, fretboard_radius_mm=None)
    report = ENGINE.evaluate(fret_situation(catalogue, design=wide))
    assert "FANFRET_SPAN_EXCEEDS_BOARD" not in codes(report)


def assert_errors_decide(report: Report) -> None:
    """What is found as an error makes the report RED at least."""
    if any(item.severity in {"ERROR", "FATAL"} for item in report.views.guard_findings):
        assert RiskLevel.RED in {item.risk for item in report.assessments}
        assert report.verdict.risk in {RiskLevel.RED, RiskLevel.ERROR}


def test_a_sound_board_has_no_findings(catalogue: Catalogue) -> None:
    assert codes(ENGINE.evaluate(fret_situation(catalogue))) == []
    assert codes(ENGINE.evaluate(fret_situation(catalogue, design=fanned()))) == []
    assert "SLOT_DEPTH_HIGH" not in codes(ENGINE.evaluate(fret_situation(catalogue, design=board(slot_depth_mm=None))))
    by_nut = ENGINE.evaluate(fret_situation(catalogue, design=fanned(square=0.0)))
    assert "FANFRET_PERP_DRIFT" not in codes(by_nut)


def test_every_fret_lies_where_equal_temperament_puts_it(catalogue: Catalogue) -> None:
    frets = ENGINE.evaluate(fret_situation(catalogue)).views.frets
    assert [fret.number for fret in frets] == list(range(1, 25))
    for fret in frets:
        expected = fretting.fret_position_mm(scale_length_mm=647.7, fret=fret.number)
        assert fret.treble_position_mm == fret.bass_position_mm == expected
        assert 43.0 < fret.slot_length_mm <= 57.0
        assert (fret.risk, fret.reasons) == (RiskLevel.GREEN, [])  # no worse than the dimension behind it
    shallow = ENGINE.evaluate(fret_situation(catalogue, {"workholding": REMOVED})).views.frets
    assert {fret.risk for fret in shallow} == {RiskLevel.YELLOW}
    assert shallow[0].reasons == ["the cut of every slot is YELLOW"]


def test_a_fanned_fret_has_its_own_angle_to_the_fibre(catalogue: Catalogue) -> None:
    frets = ENGINE.evaluate(fret_situation(catalogue, design=fanned(bass=720.0, treble=640.0))).views.frets
    steep = [fret for fret in frets if abs(fret.angle_deg) > 12]
    assert steep
    assert all("hard to play" in fret.reasons[-1] for fret in steep)
    assert all(fret.grain_angle_deg == 90 - abs(fret.angle_deg) for fret in frets)


def test_a_misplaced_fret_is_named(catalogue: Catalogue) -> None:
    right = [fretting.fret_position_mm(scale_length_mm=647.7, fret=fret) for fret in range(1, 25)]
    wrong = [position + (1.2 if fret == 5 else 0.0) for fret, position in enumerate(right, start=1)]
    frets = ENGINE.evaluate(fret_situation(catalogue, design=board(programmed_positions_mm=wrong))).views.frets
    assert [fret.number for fret in frets if fret.risk is RiskLevel.RED] == list(range(1, 25))
    assert "cents off" in frets[4].reasons[-1]
    assert frets[3].pitch_error_cents == pytest.approx(0.0)
    fan = fanned(programmed_positions_mm=wrong[:2])
    assert ENGINE.evaluate(fret_situation(catalogue, design=fan)).views.frets[2].pitch_error_cents is None


def test_frets_are_unknown_while_the_cut_is(catalogue: Catalogue) -> None:
    frets = ENGINE.evaluate(fret_situation(catalogue, {"cut.axial_depth_mm": REMOVED})).views.frets
    assert {(fret.risk, fret.score) for fret in frets} == {(RiskLevel.UNKNOWN, None)}
    assert ENGINE.evaluate(fret_situation(catalogue, design=board(straight={}))).views.frets == []
    assert ENGINE.evaluate(fret_situation(catalogue, design=board(straight=None, fanned={}))).views.frets == []
    assert ENGINE.evaluate(fret_situation(catalogue, design=board(straight=None))).views.frets == []
    bendy = ENGINE.evaluate(fret_situation(catalogue, {"machine.stiffness_n_per_mm": 20.0})).views.frets
    assert any("bends too much" in reason for reason in bendy[0].reasons)
    narrow = ENGINE.evaluate(fret_situation(catalogue, design=board(board_length_mm=None))).views.frets
    assert {fret.slot_length_mm for fret in narrow} == {43.0}
