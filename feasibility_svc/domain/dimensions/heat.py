"""Heat: does the surface stay below the temperature at which this material is spoiled, in corners and stops too?"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.cut_motion import slowest_feed_mm_per_min
from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import MaterialForce, material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.physics import chip_formation, surface_heat
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.scoring.levels import GREEN_FROM, REVIEW_CAP, Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import maximum, minimum, where
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

GUMMING_C = 70.0
"""Surface temperature above which resin gums the cutter [A]. [degC]"""
REFERENCE_C = 20.0
_MODELS = frozenset({"curti_density", "affine", "scaled", "stated"})


@dataclass(frozen=True, slots=True)
class _Warmth:
    """The surface beside what spoils it. Temperatures in degC."""

    engagement: Engagement
    force: MaterialForce
    state: dict[str, float]
    red_c: float
    surface_c: float
    corner_c: float | None
    corner_feed: float | None
    dwell_c: float | None
    share_source: str | None
    """Who measured or stated the share of heat that enters the wood; None while it is assumed."""
    utilization: float
    score: float

    @property
    def slows_down(self) -> bool:
        """Whether the machine is slower somewhere on the path than the feed."""
        return self.corner_feed is not None and self.corner_feed < self.engagement.feed_rate_mm_per_min


class Heat:
    profile = Profile(
        category=Category.HEAT,
        weight=0.25,
        mandatory=True,
        description="surface temperature against the burning threshold, in corners and stops too",
    )

    def applies(self, situation: Situation) -> bool:
        return not situation.is_saw  # no model of the friction in a kerf is published

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        warmth = _measure(situation)
        findings = Findings(score=warmth.score)
        warmth.force.note(findings)
        if situation.context.cut.cooling is None:
            findings.assumptions.append("assumed:no_cooling")
        if situation.context.cut.ambient_temperature_c is None:
            findings.assumptions.append("assumed:ambient_20_c")
        _detail(findings, warmth)
        if situation.context.material.resinous and warmth.surface_c > GUMMING_C:
            findings.warnings.append(f"gumming: resin softens above {GUMMING_C:g} degC and gums the cutter")
        if warmth.slows_down and warmth.corner_c is not None and warmth.corner_c > warmth.red_c:
            findings.warnings.append(
                f"the machine slows to {warmth.corner_feed:.0f} mm/min in the sharpest corner, where the wood reaches "
                f"{warmth.corner_c:.0f} degC"
            )
        if findings.score < GREEN_FROM and warmth.utilization > GREEN_EDGE:
            findings.recommendations.extend(_recommend(warmth))
        return findings.assessment(
            self.profile.category,
            finding=f"surface reaches {warmth.surface_c:.0f} degC, {warmth.red_c:.0f} degC spoils it",
            grade=_grade(situation, warmth.force),
            utilization=warmth.utilization,
        )


def _grade(situation: Situation, force: MaterialForce) -> Grade:
    """D while the share of the heat that enters the wood is assumed; once measured, as good as the force."""
    if "physics.edge_heat_share" in situation.stated:
        return weakest((force.grade, Grade.B))
    return Grade.D


def _measure(situation: Situation) -> _Warmth:
    engagement, force = engagement_of(situation), material_force(situation)
    if force.model not in _MODELS:
        name = situation.context.material.material_id
        text = f"no model of heat from cutting is published for {name}"
        raise NotAssessedError(UnknownReason(UnknownKind.NO_DATA, f"heat:{name}", text))
    red_c = _red_temperature_c(situation)
    state = _thermal_state(situation, force)
    steady_c = surface_heat.surface_temperature_c(force.law, mean_chip_mm=engagement.mean_chip_mm, **state)
    corner_feed = slowest_feed_mm_per_min(situation)
    corner_c = None
    if corner_feed is not None:
        chip_mm = engagement.mean_chip_mm * (corner_feed / engagement.feed_rate_mm_per_min)
        corner_c = surface_heat.surface_temperature_c(force.law, mean_chip_mm=chip_mm, **state)
    dwell_c = _dwell_c(situation, engagement, force, state)
    surface_c = steady_c if dwell_c is None else maximum(steady_c, dwell_c)
    utilization = (surface_c - REFERENCE_C) / (red_c - REFERENCE_C)
    score = one_sided(utilization)
    if situation.context.material.resinous:
        score = where(surface_c > GUMMING_C, minimum(score, REVIEW_CAP), score)
    if corner_c is not None:
        score = where(corner_c > red_c, minimum(score, REVIEW_CAP), score)
    share_source = situation.source("physics.edge_heat_share")
    return _Warmth(
        engagement,
        force,
        state,
        red_c,
        surface_c,
        corner_c,
        corner_feed,
        dwell_c,
        share_source,
        utilization,
        score,
    )


def _red_temperature_c(situation: Situation) -> float:
    entry = situation.material_entry
    if "material.burn_class" not in situation.stated and entry is not None and entry.red_temperature_c is not None:
        return entry.red_temperature_c
    (burn_class,) = situation.need("material.burn_class")
    return 200.0 - 15.0 * burn_class


def _thermal_state(situation: Situation, force: MaterialForce) -> dict[str, float]:
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    cut = situation.context.cut
    share = situation.find("physics.edge_heat_share")
    return {
        "density_kg_per_m3": density,
        "heat_capacity_kj_per_kg_k": surface_heat.heat_capacity_kj_per_kg_k(moisture_percent=moisture),
        "wear_factor": force.wear_factor,
        "cooling_factor": surface_heat.cooling_factor(cut.cooling or "NONE"),
        "ambient_c": REFERENCE_C if cut.ambient_temperature_c is None else cut.ambient_temperature_c,
        "edge_heat_share": surface_heat.EDGE_HEAT_SHARE if share is None else share,
    }


def _dwell_c(
    situation: Situation, engagement: Engagement, force: MaterialForce, state: dict[str, float]
) -> float | None:
    """Temperature after the longest stop of the path with the tool turning; None without a stop. [degC]"""
    dwell_s = situation.context.toolpaths.longest_dwell_s
    if not dwell_s:
        return None
    density, moisture = situation.need("material.density_kg_per_m3", "material.moisture_percent")
    rise_k = surface_heat.dwell_rise_k(
        dwell_s=dwell_s,
        flux_w_per_m2=surface_heat.dwell_flux_w_per_m2(
            force.law,
            teeth_per_min=engagement.teeth_per_min,
            wear_factor=force.wear_factor,
            edge_heat_share=state["edge_heat_share"],
        ),
        conductivity_w_per_m_k=surface_heat.conductivity_w_per_m_k(
            specific_gravity=surface_heat.oven_dry_gravity(density_kg_per_m3=density, moisture_percent=moisture),
            moisture_percent=moisture,
        ),
        density_kg_per_m3=density,
        heat_capacity_kj_per_kg_k=state["heat_capacity_kj_per_kg_k"],
    )
    return minimum(state["ambient_c"] + rise_k, surface_heat.HOTTEST_C)


def _detail(findings: Findings, warmth: _Warmth) -> None:
    law, source = warmth.force.law, warmth.force.source
    findings.detail("mean_chip", warmth.engagement.mean_chip_mm, "mm")
    findings.detail(
        "surface_temperature", warmth.surface_c, "degC", limit=warmth.red_c, source="edge energy over peeled layer"
    )
    if warmth.corner_c is not None and warmth.corner_feed is not None:
        findings.detail("corner_feed", warmth.corner_feed, "mm/min", source="GRBL planner rule")
        findings.detail("corner_temperature", warmth.corner_c, "degC", limit=warmth.red_c, source="planned local feed")
    if warmth.dwell_c is not None:
        findings.detail("dwell_temperature", warmth.dwell_c, "degC", limit=warmth.red_c, source="Carslaw and Jaeger")
    findings.detail("edge_force", law.edge_force_n_per_mm, "N/mm", source=source)
    findings.detail("specific_cutting_force", law.slope_n_per_mm2, "N/mm2", source=source)
    share_source = warmth.share_source or "assumed"
    findings.detail("edge_heat_share", warmth.state["edge_heat_share"], "", source=share_source)
    findings.detail(
        "heat_capacity", warmth.state["heat_capacity_kj_per_kg_k"], "kJ/(kg K)", source="FPL Wood Handbook ch. 4"
    )


def _recommend(warmth: _Warmth) -> list[Recommendation]:
    """The smallest feed, or the highest speed at the same feed, that brings the surface to the edge of GREEN."""
    engagement = warmth.engagement
    limit_c = REFERENCE_C + GREEN_EDGE * (warmth.red_c - REFERENCE_C)
    chip_mm = surface_heat.chip_for_temperature_mm(warmth.force.law, limit_c=limit_c, **warmth.state)
    if chip_mm is None:
        text = "no chip is thick enough: use a sharp cutter or better cooling"
        return [Recommendation(Category.HEAT, "context.tool.wear", None, None, "", text)]
    per_tooth_mm = chip_mm / chip_formation.mean_chip_factor(engagement.radial_ratio)
    feed = per_tooth_mm * engagement.teeth_per_min
    if feed <= engagement.feed_rate_mm_per_min:
        text = "do not let the tool dwell in the cut"
        return [Recommendation(Category.HEAT, "context.toolpaths.longest_dwell_s", None, None, "s", text)]
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
