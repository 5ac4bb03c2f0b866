"""How hot the surface of wood or board gets in the cut at hand, in corners and stops too."""

from dataclasses import dataclass

from feasibility_svc.domain.cut.cut_motion import slowest_feed_mm_per_min
from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import MaterialForce, material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_power, surface_heat
from feasibility_svc.domain.scoring.numeric import maximum, minimum

REFERENCE_C = 20.0


@dataclass(frozen=True, slots=True)
class SurfaceHeat:
    """The surface beside what spoils it. Temperatures in degC."""

    engagement: Engagement
    force: MaterialForce
    state: dict[str, float]
    red_c: float
    surface_c: float
    corner_c: float | None
    corner_feed: float | None
    dwell_c: float | None
    speed_m_per_s: float
    spread_factor: float
    """How the speed and the time in the cut raise or lower what a chip alone would give. [-]"""
    share_source: str | None
    """Who measured or stated the share of heat that enters the wood; None while it is assumed."""

    @property
    def utilization(self) -> float:
        return (self.surface_c - REFERENCE_C) / (self.red_c - REFERENCE_C)

    @property
    def slows_down(self) -> bool:
        """Whether the machine is slower somewhere on the path than the feed."""
        return self.corner_feed is not None and self.corner_feed < self.engagement.feed_rate_mm_per_min


def surface_heat_of(situation: Situation) -> SurfaceHeat:
    """The surface of a situation.

    Raises:
        NotAssessedError: An input is missing.
    """
    engagement, force = engagement_of(situation), material_force(situation)
    state = _thermal_state(situation, force)
    speed = cutting_power.cutting_speed_m_per_s(
        diameter_mm=engagement.effective_diameter_mm, spindle_speed_rpm=engagement.spindle_speed_rpm
    )
    factor = surface_heat.speed_factor(speed) * surface_heat.contact_factor(engagement.angle_rad)
    surface_c = _temperature_c(force, state, engagement.mean_chip_mm, factor)
    corner_feed, corner_c = slowest_feed_mm_per_min(situation), None
    if corner_feed is not None:
        chip_mm = engagement.mean_chip_mm * (corner_feed / engagement.feed_rate_mm_per_min)
        corner_c = _temperature_c(force, state, chip_mm, factor)
    dwell_c = _dwell_c(situation, engagement, force, state)
    return SurfaceHeat(
        engagement=engagement,
        force=force,
        state=state,
        red_c=_red_temperature_c(situation),
        surface_c=surface_c if dwell_c is None else maximum(surface_c, dwell_c),
        corner_c=corner_c,
        corner_feed=corner_feed,
        dwell_c=dwell_c,
        speed_m_per_s=speed,
        spread_factor=factor,
        share_source=situation.source("physics.edge_heat_share"),
    )


def _temperature_c(force: MaterialForce, state: dict[str, float], chip_mm: float, factor: float) -> float:
    steady_c = surface_heat.surface_temperature_c(force.law, mean_chip_mm=chip_mm, **state)
    return state["ambient_c"] + (steady_c - state["ambient_c"]) * factor


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
        "cooling_factor": surface_heat.cooling_factor(situation.need_word("cut.cooling")),
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
