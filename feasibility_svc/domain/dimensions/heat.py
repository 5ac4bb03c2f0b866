"""Heat: does the surface stay below what spoils it? Of wood and boards by its temperature, elsewhere by the bite."""

from dataclasses import dataclass

from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.cut.surface_temperature import REFERENCE_C, SurfaceHeat, surface_heat_of
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, Profile
from feasibility_svc.domain.dimensions.tool_advice import fewer_flutes
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.physics import chip_formation, drill_heat, surface_heat
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade, is_green, weakest
from feasibility_svc.domain.scoring.numeric import minimum, power, sqrt
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, JUST_INSIDE, advisory, one_sided

GUMMING_C = 70.0
"""Surface temperature above which resin gums the cutter [A]. [degC]"""
_WOODEN = frozenset({MaterialClass.WOOD, MaterialClass.BOARD})
_BURNS_IN_HOLES = _WOODEN | {MaterialClass.PLASTIC}
_MELTING = frozenset({MaterialClass.PLASTIC, MaterialClass.OTHER})
"""What melts for certain, and what may, for all that is known."""
_MOST_DELICATE = frozenset({MaterialClass.BRITTLE, MaterialClass.OTHER})
_FASTEST_M_PER_S = {MaterialClass.PLASTIC: 4.0, MaterialClass.METAL: 4.0, MaterialClass.PHENOLIC: 4.0}
"""Highest usual rim speed of carbide drills where it is not 5 m/s [A]. [m/s]"""
_FASTEST_OF_ALL_M_PER_S, _FASTEST_IN_BRITTLE_M_PER_S = 5.0, 2.0
_STEEL = frozenset({"HSS", "COBALT_HSS"})
_DRILL_KEYS = ("cut.spindle_speed_rpm", "cut.plunge_rate_mm_per_min", "tool.diameter_mm")


@dataclass(frozen=True, slots=True)
class _Share:
    """Heat over what spoils the surface, and what a person reads of it."""

    utilization: float
    score: float
    finding: str = ""


class Heat:
    profile = Profile(
        category=Category.HEAT,
        weight=0.25,
        mandatory=True,
        description="surface temperature of wood and boards, bite of other materials, heat of drilled holes",
        rests_on=FORCE_INPUTS | {"cut.cooling", "tool.substrate", "material.burn_class"},
    )

    def applies(self, situation: Situation) -> bool:
        return not situation.is_saw  # no model of the friction in a kerf is published

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        share = _measure(situation)
        findings, finding, grade = Findings(score=share.score), share.finding, Grade.D
        if situation.cut_kind == "MILLING":
            wooden = situation.material_class in _WOODEN
            finding, grade = (_tell_surface if wooden else _tell_bite)(situation, findings)
            _tell_edge(situation, findings)
        else:
            finding = _tell_hole(situation, findings)
        return findings.assessment(self.profile.category, finding=finding, grade=grade, utilization=share.utilization)


def _measure(situation: Situation) -> _Share:
    if situation.cut_kind == "DRILLING":
        return _of_hole(situation)
    dull = situation.need_word("tool.wear") == "DULL"
    material = situation.material_class
    if material in _WOODEN:
        heat = surface_heat_of(situation)
        utilization, score = heat.utilization, one_sided(heat.utilization)
    else:
        engagement, low_mm = engagement_of(situation), window_of(situation).low_mm
        short = low_mm / engagement.feed_per_tooth_mm
        may_melt = material in _MELTING
        utilization = GREEN_EDGE * (sqrt(short) if may_melt else power(short, 0.25))
        score = one_sided(utilization) if material is MaterialClass.PLASTIC else advisory(utilization)
    return _Share(utilization, minimum(score, REVIEW_CAP) if dull else score)


def _of_hole(situation: Situation) -> _Share:
    speed_rpm, plunge, diameter_mm = situation.need(*_DRILL_KEYS)
    drilling, material = situation.design.drilling, situation.material_class
    depth_mm = (drilling and drilling.peck_depth_mm) or situation.operation_depth_mm
    fastest = _FASTEST_M_PER_S.get(material, _FASTEST_OF_ALL_M_PER_S)
    if material in _MOST_DELICATE:
        fastest = _FASTEST_IN_BRITTLE_M_PER_S
    if situation.need_word("tool.substrate") in _STEEL:
        fastest *= drill_heat.STEEL_SHARE
    rim = drill_heat.rim_speed_m_per_s(diameter_mm=diameter_mm, spindle_speed_rpm=speed_rpm)
    utilization = drill_heat.heat_utilization(
        speed_share=rim / fastest, depth_mm=depth_mm, diameter_mm=diameter_mm, advance_mm=plunge / speed_rpm
    )
    score = one_sided(utilization) if material in _BURNS_IN_HOLES else advisory(utilization)
    return _Share(utilization, score)


def _tell_hole(situation: Situation, findings: Findings) -> str:
    share = _of_hole(situation)
    speed_rpm, plunge, _ = situation.need(*_DRILL_KEYS)
    findings.detail("heat_of_hole", share.utilization, "", limit=1.0, source="three reports of burnt holes")
    if not is_green(share.score):
        slower = drill_heat.speed_for(speed_rpm, times_the_heat=JUST_INSIDE * GREEN_EDGE / share.utilization)
        faster = drill_heat.plunge_for(plunge, times_the_heat=JUST_INSIDE * GREEN_EDGE / share.utilization)
        findings.recommendations += [
            _advice("cut.spindle_speed_rpm", speed_rpm, slower, "rpm", f"turn at {slower:.0f} rpm or less"),
            _advice("cut.plunge_rate_mm_per_min", plunge, faster, "mm/min", f"plunge at {faster:.0f} mm/min"),
        ]
    return f"the hole takes about {share.utilization:.0%} of the heat that burns it"


def _tell_bite(situation: Situation, findings: Findings) -> tuple[str, Grade]:
    engagement, window = engagement_of(situation), window_of(situation)
    bite_mm = engagement.feed_per_tooth_mm
    findings.detail("feed_per_tooth", bite_mm, "mm", limit=window.low_mm, source=window.source)
    spoils = "melts" if situation.material_class is MaterialClass.PLASTIC else "rubs and heats"
    if not is_green(findings.score) and bite_mm < window.low_mm:
        feed = engagement.feed_rate_mm_per_min * window.low_mm / bite_mm
        findings.recommendations.append(
            _advice(
                "cut.feed_rate_mm_per_min",
                engagement.feed_rate_mm_per_min,
                feed,
                "mm/min",
                f"feed at {feed:.0f} mm/min",
            )
        )
        findings.recommendations.extend(fewer_flutes(engagement.flute_count, window.low_mm / bite_mm, Category.HEAT))
    return f"a tooth bites {bite_mm:.3g} mm; below {window.low_mm:.3g} mm the material {spoils}", Grade.D


def _tell_surface(situation: Situation, findings: Findings) -> tuple[str, Grade]:
    heat = surface_heat_of(situation)
    heat.force.note(findings)
    if situation.context.cut.ambient_temperature_c is None:
        findings.assumptions.append("assumed:ambient_20_c")
    _detail(findings, heat)
    if situation.context.material.resinous and heat.surface_c > GUMMING_C:
        findings.warnings.append(
            f"gumming: resin softens above {GUMMING_C:g} degC, wipe it off the cutter between jobs"
        )
    if heat.slows_down and heat.corner_c is not None and heat.corner_c > heat.red_c:
        findings.warnings.append(
            f"the sharpest corner is cut slowest, at {heat.corner_feed:.0f} mm/min: burn marks would show there first"
        )
    if heat.utilization > GREEN_EDGE:
        findings.recommendations.extend(_cooler(heat))
    measured = "physics.edge_heat_share" in situation.stated
    grade = weakest((heat.force.grade, Grade.B)) if measured else Grade.D
    return f"surface reaches {heat.surface_c:.0f} degC, {heat.red_c:.0f} degC spoils it", grade


def _tell_edge(situation: Situation, findings: Findings) -> None:
    if situation.context.tool.wear == "DULL":
        findings.warnings.append("sharpen first: a dull edge rubs more than it cuts")
        findings.recommendations.append(
            Recommendation(Category.HEAT, "context.tool.wear", None, None, "", "take a sharp cutter")
        )


def _detail(findings: Findings, heat: SurfaceHeat) -> None:
    law, source = heat.force.law, heat.force.source
    findings.detail("mean_chip", heat.engagement.mean_chip_mm, "mm")
    findings.detail(
        "surface_temperature", heat.surface_c, "degC", limit=heat.red_c, source="edge energy over peeled layer"
    )
    findings.detail("cutting_speed", heat.speed_m_per_s, "m/s")
    if heat.corner_c is not None and heat.corner_feed is not None:
        findings.detail("corner_feed", heat.corner_feed, "mm/min", source="GRBL planner rule")
        findings.detail("corner_temperature", heat.corner_c, "degC", limit=heat.red_c, source="planned local feed")
    if heat.dwell_c is not None:
        findings.detail("dwell_temperature", heat.dwell_c, "degC", limit=heat.red_c, source="Carslaw and Jaeger")
    findings.detail("edge_force", law.edge_force_n_per_mm, "N/mm", source=source)
    findings.detail("specific_cutting_force", law.slope_n_per_mm2, "N/mm2", source=source)
    findings.detail("edge_heat_share", heat.state["edge_heat_share"], "", source=heat.share_source or "assumed")
    capacity = heat.state["heat_capacity_kj_per_kg_k"]
    findings.detail("heat_capacity", capacity, "kJ/(kg K)", source="FPL Wood Handbook ch. 4")


def _cooler(heat: SurfaceHeat) -> list[Recommendation]:
    """The smallest feed, or the highest speed at the same feed, that brings the surface to the edge of GREEN."""
    engagement, state = heat.engagement, heat.state
    limit_c = REFERENCE_C + GREEN_EDGE * (heat.red_c - REFERENCE_C)
    spread = heat.spread_factor
    steady_limit_c = state["ambient_c"] + (limit_c - state["ambient_c"]) / spread
    chip_mm = surface_heat.chip_for_temperature_mm(heat.force.law, limit_c=steady_limit_c, **state)
    if chip_mm is None:
        text = "no chip is thick enough: use a sharp cutter or better cooling"
        return [Recommendation(Category.HEAT, "context.tool.wear", None, None, "", text)]
    per_tooth_mm = chip_mm / chip_formation.mean_chip_factor(engagement.radial_ratio)
    feed = per_tooth_mm * engagement.teeth_per_min
    if feed <= engagement.feed_rate_mm_per_min:
        text = "do not let the tool dwell in the cut"
        return [Recommendation(Category.HEAT, "context.toolpaths.longest_dwell_s", None, None, "s", text)]
    speed = engagement.feed_rate_mm_per_min / (per_tooth_mm * engagement.flute_count)
    present_feed, present_speed = engagement.feed_rate_mm_per_min, engagement.spindle_speed_rpm
    return [
        _advice("cut.feed_rate_mm_per_min", present_feed, feed, "mm/min", f"feed at {feed:.0f} mm/min or more"),
        _advice("cut.spindle_speed_rpm", present_speed, speed, "rpm", f"turn at {speed:.0f} rpm or less"),
        *fewer_flutes(engagement.flute_count, per_tooth_mm / engagement.feed_per_tooth_mm, Category.HEAT),
    ]


def _advice(key: str, current: float, suggested: float, unit: str, text: str) -> Recommendation:
    return Recommendation(Category.HEAT, f"context.{key}", current, suggested, unit, text)
