"""What is taken for what nobody states. The values come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category, Grade
from tests.feasibility_svc.domain.situations import situation

BARE: dict[str, Any] = {
    "material": {"kind": "HARDWOOD", "density_kg_per_m3": 700.0},
    "tool": {"kind": "END_MILL", "diameter_mm": 6.35, "flute_count": 2},
    "cut": {"spindle_speed_rpm": 16_000.0, "feed_rate_mm_per_min": 1_600.0, "axial_depth_mm": 2.0},
    "machine": {"spindle_power_w": 900.0, "spindle_rated_speed_rpm": 30_000.0},
    "workholding": {"method": "CLAMPS"},
    "stock": {"thickness_mm": 20.0},
}
SLOT = {"profile": {"length_mm": 200.0, "depth_mm": 2.0}}
SAWN = {"saw_cut": {"depth_mm": 10.0}}


def bare(catalogue: Catalogue, stated: dict[str, Any] | None = None, design: dict[str, Any] = SLOT) -> Situation:
    return situation(catalogue, stated or {}, design=design, base=BARE)


def value_of(looked_at: Situation, key: str) -> Any:
    group, field = key.split(".")
    return getattr(getattr(looked_at.context, group), field)


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("tool.wear", "USED", "assumed:wear_used"),
        ("cut.cooling", "NONE", "assumed:no_cooling"),
        ("cut.direction", "CONVENTIONAL", "assumed:conventional_cut"),
        ("tool.runout_mm", 0.03, "assumed:tir"),
        ("material.moisture_percent", 8.0, "assumed:moisture_8"),
        ("material.burn_class", 2, "assumed:burns"),
        ("tool.helix_angle_deg", 30.0, "assumed:helix_30"),
        ("tool.flute_direction", "UP", "assumed:up_cut"),
        ("tool.substrate", "CARBIDE", "assumed:substrate"),
        ("tool.construction", "SOLID", "assumed:construction"),
        ("tool.flute_length_mm", 22.0, "assumed:flute_length"),
        ("tool.stickout_mm", 32.0, "assumed:stickout"),
        ("tool.shank_diameter_mm", 6.35, "assumed:shank"),
        ("machine.tier", "HOBBY", "assumed:tier_hobby"),
        ("machine.spindle_kind", "ROUTER", "assumed:router"),
        ("machine.stiffness_n_per_mm", 500.0, "assumed:stiffness"),
        ("machine.lateral_force_limit_n", 89.0, "assumed:axis_force"),
        ("workholding.clamp_force_n", 800.0, "assumed:clamp_force"),
        ("workholding.friction", 0.25, "assumed:friction"),
        ("cut.radial_width_mm", 6.35, "assumed:full_width"),
    ],
)
def test_each_default_has_a_value_and_a_name(catalogue: Catalogue, key: str, value: Any, name: str) -> None:
    looked_at = bare(catalogue)
    assert (value_of(looked_at, key), looked_at.assumed[key]) == (value, name)
    assert looked_at.grade(key) is Grade.D
    if isinstance(value, float):
        assert looked_at.known(key) is None


@pytest.mark.parametrize(
    ("stated", "design", "key", "value"),
    [
        ({"machine.spindle_kind": "VFD"}, SLOT, "tool.runout_mm", 0.02),
        ({"machine.tier": "BENCHTOP"}, SLOT, "machine.stiffness_n_per_mm", 2_000.0),
        ({"machine.tier": "INDUSTRIAL"}, SLOT, "machine.stiffness_n_per_mm", 7_500.0),
        ({"machine.tier": "BENCHTOP"}, SLOT, "machine.lateral_force_limit_n", 200.0),
        ({"machine.tier": "INDUSTRIAL"}, SLOT, "machine.lateral_force_limit_n", 800.0),
        ({"machine.hand_feed": True}, SLOT, "machine.lateral_force_limit_n", None),
        ({"workholding.method": "SCREWS"}, SLOT, "workholding.clamp_force_n", 2_000.0),
        ({"workholding.method": "SCREWS"}, SLOT, "workholding.friction", 0.25),
        ({"workholding.method": "VACUUM"}, SLOT, "workholding.vacuum_pressure_mpa", 0.05),
        ({"workholding.method": "VACUUM"}, SLOT, "workholding.friction", 0.3),
        ({"workholding.method": "TAPE"}, SLOT, "workholding.clamp_force_n", None),
        ({"material": {"kind": "MDF"}}, SLOT, "material.moisture_percent", 8.0),
        ({"material": {"kind": "MDF"}}, SLOT, "material.burn_class", 0),
        ({"material": {"kind": "BRASS"}}, SLOT, "material.moisture_percent", None),
        ({"material": {"kind": "BRASS"}}, SLOT, "cut.cooling", None),
        ({"tool.kind": "V_BIT"}, SLOT, "tool.tip_diameter_mm", 0.2),
        ({"tool.kind": "V_BIT"}, SLOT, "tool.flute_direction", "STRAIGHT"),
        ({"tool.kind": "ENGRAVING"}, SLOT, "tool.helix_angle_deg", None),
        ({"tool.kind": "COMPRESSION"}, SLOT, "tool.flute_direction", "COMPRESSION"),
        ({"tool.kind": "BALL_NOSE"}, SLOT, "tool.flute_direction", "UP"),
        ({"tool.flute_direction": "DOWN"}, SLOT, "tool.helix_angle_deg", None),
        ({"tool.kind": "DRILL"}, {"drilling": {"depth_mm": 5.0}}, "tool.substrate", "HSS"),
        ({"tool.kind": "DRILL"}, {"drilling": {"depth_mm": 5.0}}, "tool.runout_mm", None),
        ({"tool.kind": "FRET_SAW_BLADE"}, SAWN, "tool.substrate", "HSS"),
        ({"tool.kind": "SAW_BLADE", "tool.kerf_mm": 2.0}, SAWN, "tool.plate_thickness_mm", 1.4),
        ({"tool.kind": "SAW_BLADE"}, SAWN, "tool.plate_thickness_mm", None),
        ({"tool.kind": "SAW_BLADE"}, SAWN, "tool.construction", "PLATE"),
        ({"tool.kind": "SAW_BLADE"}, SAWN, "tool.stickout_mm", None),
        ({}, {"pocket": {"depth_mm": 4.0}}, "cut.radial_width_mm", None),
        ({}, {"profile": {"depth_mm": 40.0}}, "tool.flute_length_mm", 40.0),
        ({"tool.flute_length_mm": 12.0}, SLOT, "tool.stickout_mm", 22.0),
    ],
)
def test_a_default_follows_from_what_is_stated(
    catalogue: Catalogue, stated: dict[str, Any], design: dict[str, Any], key: str, value: Any
) -> None:
    assert value_of(bare(catalogue, stated, design), key) == value


@pytest.mark.parametrize(
    ("diameter", "flutes", "shank"),
    [
        (0.9, 3.0, 3.175),
        (1.0, 5.0, 3.175),
        (2.0, 12.7, 3.175),
        (3.2, 12.7, 3.175),
        (3.3, 12.7, 3.3),
        (4.0, 22.0, 4.0),
        (7.9, 22.0, 7.9),
        (8.0, 25.4, 8.0),
        (9.9, 25.4, 9.9),
        (10.0, 32.0, 10.0),
        (13.0, 32.0, 13.0),
        (13.1, 20.0, 12.7),
    ],
)
def test_lengths_and_shanks_are_those_of_catalogues(
    catalogue: Catalogue, diameter: float, flutes: float, shank: float
) -> None:
    looked_at = bare(catalogue, {"tool.diameter_mm": diameter})
    assert looked_at.find("tool.flute_length_mm") == flutes
    assert looked_at.find("tool.shank_diameter_mm") == shank


@pytest.mark.parametrize(
    ("tool", "construction"),
    [
        ({"kind": "SURFACING", "diameter_mm": 6.0}, "BRAZED"),
        ({"kind": "V_BIT", "diameter_mm": 6.0}, "SOLID"),
        ({"kind": "END_MILL", "diameter_mm": 12.7}, "SOLID"),
        ({"kind": "END_MILL", "diameter_mm": 12.71, "shank_diameter_mm": 12.7}, "BRAZED"),
        ({"kind": "END_MILL", "diameter_mm": 12.0, "shank_diameter_mm": 6.35}, "BRAZED"),
        ({"kind": "END_MILL", "diameter_mm": 6.35, "shank_diameter_mm": 3.175}, "SOLID"),
        ({"kind": "END_MILL", "diameter_mm": 6.4, "shank_diameter_mm": 3.175}, "BRAZED"),
        ({"kind": "END_MILL", "diameter_mm": 6.8, "shank_diameter_mm": 5.0}, "BRAZED"),
        ({"kind": "END_MILL", "diameter_mm": 6.75, "shank_diameter_mm": 5.0}, "SOLID"),
        ({"kind": "END_MILL", "diameter_mm": 8.0, "shank_diameter_mm": 6.35}, "SOLID"),
    ],
)
def test_how_a_tool_is_made_follows_from_its_shape(
    catalogue: Catalogue, tool: dict[str, Any], construction: str
) -> None:
    assert bare(catalogue, {"tool": tool}).context.tool.construction == construction


def test_nothing_follows_from_nothing(catalogue: Catalogue) -> None:
    empty = situation(catalogue, base={}, design=SLOT)
    assert set(empty.assumed) == {
        "tool.wear",
        "machine.tier",
        "machine.spindle_kind",
        "machine.stiffness_n_per_mm",
        "machine.lateral_force_limit_n",
        "tool.runout_mm",
    }


def test_what_is_stated_or_preset_is_not_assumed(catalogue: Catalogue) -> None:
    preset = {"tool": {"tool_id": "end_mill_3175_down"}, "machine": {"machine_id": "shapeoko_3"}}
    looked_at = bare(catalogue, {**preset, "tool.wear": "SHARP"})
    assert looked_at.assumed.keys().isdisjoint({"tool.wear", "tool.flute_length_mm", "machine.tier"})
    assert looked_at.known("tool.flute_length_mm") == looked_at.find("tool.flute_length_mm")


def test_a_restated_tool_has_defaults_of_its_own(catalogue: Catalogue) -> None:
    wider = bare(catalogue).restated({"tool.diameter_mm": 12.0})
    assert (wider.find("tool.flute_length_mm"), wider.find("tool.shank_diameter_mm")) == (32.0, 12.0)
    assert wider.find("cut.radial_width_mm") == 12.0
    longer = bare(catalogue).restated({"tool.stickout_mm": 60.0})
    assert (longer.find("tool.stickout_mm"), longer.known("tool.stickout_mm")) == (60.0, 60.0)


def test_names_and_grade_stand_with_what_rests_on_them(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(bare(catalogue))
    by_category = {item.category: item for item in report.assessments}
    assert {"assumed:wear_used", "assumed:full_width"} <= set(by_category[Category.CHIPLOAD].assumptions)
    assert by_category[Category.CHIPLOAD].grade is Grade.D
    assert "assumed:stickout" not in by_category[Category.CHIPLOAD].assumptions
    assert "assumed:stickout" in by_category[Category.DEFLECTION].assumptions
    stated = {"tool.wear": "SHARP", "cut.radial_width_mm": 6.35}
    sharp = baseline_engine().evaluate(bare(catalogue, stated)).assessments[0]
    assert sharp.category is Category.CHIPLOAD
    assert [name for name in sharp.assumptions if name.startswith("assumed:")] == []
    assert sharp.grade is Grade.B


@pytest.mark.parametrize(
    ("key", "usual"),
    [
        ("tool.wear", ("SHARP", "USED")),
        ("cut.cooling", ("NONE", "AIR")),
        ("tool.runout_mm", (0.01, 0.03)),
        ("material.moisture_percent", (8.0, 12.0)),
        ("machine.tier", ("HOBBY", "BENCHTOP", "INDUSTRIAL")),
        ("machine.stiffness_n_per_mm", (500.0, 1_000.0, 4_000.0)),
        ("machine.lateral_force_limit_n", (89.0, 200.0)),
        ("workholding.clamp_force_n", (800.0, 2_000.0)),
        ("tool.flute_direction", ("DOWN", "STRAIGHT")),
    ],
)
def test_stating_a_usual_value_never_makes_a_report_worse(
    catalogue: Catalogue, key: str, usual: tuple[Any, ...]
) -> None:
    engine = baseline_engine()
    unstated = engine.evaluate(bare(catalogue)).verdict
    for value in usual:
        stated = engine.evaluate(bare(catalogue, {key: value})).verdict
        assert stated.risk.rank <= unstated.risk.rank
