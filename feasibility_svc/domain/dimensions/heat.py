"""Heat: does the surface stay below the temperature at which this material is spoiled?"""

from feasibility_svc.domain.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engagement import Engagement, engagement_of
from feasibility_svc.domain.levels import Category, Grade
from feasibility_svc.domain.material_force import MaterialForce, material_force
from feasibility_svc.domain.physics import chip_formation, surface_heat
from feasibility_svc.domain.score_maps import GREEN_EDGE, one_sided
from feasibility_svc.domain.situation import Situation

GUMMING_C = 70.0
"""Surface temperature above which resin gums the cutter [A]. [degC]"""
REFERENCE_C = 20.0
_MODELS = frozenset({"curti_density", "affine", "scaled", "stated"})


class Heat:
    profile = Profile(
        category=Category.HEAT,
        weight=0.25,
        mandatory=True,
        description="surface temperature against the burning threshold",
    )

    def assess(self, situation: Situation) -> Assessment:
        findings = Findings()
        engagement, force = engagement_of(situation), material_force(situation)
        force.note(findings)
        if force.model not in _MODELS:
            name = situation.context.material.material_id
            text = f"no model of heat from cutting is published for {name}"
            raise NotAssessedError(UnknownReason(UnknownKind.NO_DATA, f"heat:{name}", text))
        red_c = _red_temperature_c(situation)
        state = _thermal_state(situation, findings, force)
        surface_c = surface_heat.surface_temperature_c(force.law, mean_chip_mm=engagement.mean_chip_mm, **state)
        utilization = (surface_c - REFERENCE_C) / (red_c - REFERENCE_C)
        findings.score = min(findings.score, one_sided(utilization))
        findings.detail("mean_chip", engagement.mean_chip_mm, "mm")
        findings.detail("surface_temperature", surface_c, "degC", limit=red_c, source="edge energy over peeled layer")
        findings.detail("edge_force", force.law.edge_force_n_per_mm, "N/mm", source=force.source)
        findings.detail("specific_cutting_force", force.law.slope_n_per_mm2, "N/mm2", source=force.source)
        findings.detail(
            "heat_capacity", state["heat_capacity_kj_per_kg_k"], "kJ/(kg K)", source="FPL Wood Handbook ch. 4"
        )
        if situation.context.material.resinous and surface_c > GUMMING_C:
            findings.cap(79.0, f"gumming: resin softens above {GUMMING_C:g} degC and gums the cutter")
        if findings.score < 80 and utilization > GREEN_EDGE:
            findings.recommendations.extend(_recommend(engagement, force, red_c, state))
        return findings.assessment(
            self.profile.category,
            finding=f"surface reaches {surface_c:.0f} degC, {red_c:.0f} degC spoils it",
            grade=Grade.D,  # the heat shares are our assumption
            utilization=utilization,
        )


def _red_temperature_c(situation: Situation) -> float:
    entry = situation.material_entry
    if "material.burn_class" not in situation.stated and entry is not None and entry.red_temperature_c is not None:
        return entry.red_temperature_c
    (burn_class,) = situation.need("material.burn_class")
    return 200.0 - 15.0 * burn_class


def _thermal_state(situation: Situation, findings: Findings, force: MaterialForce) -> dict[str, float]:
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    cut, physics = situation.context.cut, situation.context.physics
    if cut.cooling is None:
        findings.assumptions.append("assumed:no_cooling")
    if cut.ambient_temperature_c is None:
        findings.assumptions.append("assumed:ambient_20_c")
    return {
        "density_kg_per_m3": density,
        "heat_capacity_kj_per_kg_k": surface_heat.heat_capacity_kj_per_kg_k(moisture_percent=moisture),
        "wear_factor": force.wear_factor,
        "cooling_factor": surface_heat.cooling_factor(cut.cooling or "NONE"),
        "ambient_c": REFERENCE_C if cut.ambient_temperature_c is None else cut.ambient_temperature_c,
        "edge_heat_share": physics.edge_heat_share or surface_heat.EDGE_HEAT_SHARE,
    }


def _recommend(
    engagement: Engagement, force: MaterialForce, red_c: float, state: dict[str, float]
) -> list[Recommendation]:
    """The smallest feed, or the highest speed at the same feed, that brings the surface to the edge of GREEN."""
    limit_c = REFERENCE_C + GREEN_EDGE * (red_c - REFERENCE_C)
    chip_mm = surface_heat.chip_for_temperature_mm(force.law, limit_c=limit_c, **state)
    if chip_mm is None:
        text = "no chip is thick enough: use a sharp cutter or better cooling"
        return [Recommendation(Category.HEAT, "context.tool.wear", None, None, "", text)]
    per_tooth_mm = chip_mm / chip_formation.mean_chip_factor(engagement.radial_ratio)
    feed = per_tooth_mm * engagement.teeth_per_min
    speed = engagement.feed_rate_mm_per_min / (per_tooth_mm * engagement.flute_count)
    return [
        Recommendation(
            Category.HEAT,
            "context.cut.feed_rate_mm_per_min",
            engagement.feed_rate_mm_per_min,
            feed,
            "mm/min",
            f"feed at {feed:.0f} mm/min or more, so that thicker chips carry the heat away",
        ),
        Recommendation(
            Category.HEAT,
            "context.cut.spindle_speed_rpm",
            engagement.spindle_speed_rpm,
            speed,
            "rpm",
            f"or turn at {speed:.0f} rpm or less at the present feed",
        ),
    ]
