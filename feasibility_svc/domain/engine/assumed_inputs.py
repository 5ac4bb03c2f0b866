"""Which assumed inputs each dimension rests on: their names stand in its assessment, and it is no better than they."""

from collections.abc import Mapping
from dataclasses import replace

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade

_BITE = frozenset({"tool.tip_diameter_mm", "cut.radial_width_mm"})
_FORCE = _BITE | {"tool.wear", "cut.direction", "material.moisture_percent"}
_LENGTHS = frozenset({"tool.flute_length_mm", "tool.stickout_mm", "tool.shank_diameter_mm", "tool.substrate"})
_RESTS_ON: Mapping[Category, frozenset[str]] = {
    Category.CHIPLOAD: _BITE | {"tool.wear"},
    Category.HEAT: _FORCE | {"cut.cooling", "tool.substrate", "material.burn_class"},
    Category.DEFLECTION: _FORCE
    | _LENGTHS
    | {"tool.runout_mm", "tool.construction", "machine.stiffness_n_per_mm", "tool.plate_thickness_mm"},
    Category.RIMSPEED: _LENGTHS | {"tool.construction", "tool.plate_thickness_mm"},
    Category.GEOMETRY: frozenset({"cut.radial_width_mm", "tool.tip_diameter_mm"}),
    Category.SPINDLE_POWER: _FORCE | {"machine.spindle_kind"},
    Category.CHATTER: _FORCE | _LENGTHS | {"machine.stiffness_n_per_mm", "machine.tier"},
    Category.TEAR_OUT: _BITE | {"tool.flute_direction", "cut.direction"},
    Category.WORKHOLDING: _FORCE
    | {"workholding.clamp_force_n", "workholding.vacuum_pressure_mpa", "workholding.friction"}
    | {"tool.flute_direction", "tool.helix_angle_deg"},
    Category.FEED_LIMITS: _FORCE | {"machine.lateral_force_limit_n"},
    Category.CHIP_CLEARANCE: frozenset({"cut.radial_width_mm"}),
    Category.HAND: _BITE | {"cut.direction"},
    Category.TABS: _FORCE,
    Category.PRECEDENT: frozenset({"machine.tier", "cut.radial_width_mm"}),
}


def with_assumptions(assessment: Assessment, situation: Situation) -> Assessment:
    """The assessment with the names of the assumed inputs it rests on, and graded accordingly."""
    keys = _RESTS_ON.get(assessment.category, frozenset())
    names = [name for key, name in situation.assumed.items() if key in keys]
    if not names or assessment.score is None:
        return assessment
    together = tuple(dict.fromkeys([*assessment.assumptions, *names]))
    return replace(assessment, assumptions=together, grade=Grade.D)
