"""Every speed limit of the tool at hand: what is marked on it, how it is made, and how far it sticks out."""

from collections.abc import Iterator
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import rim_speed, whirl
from feasibility_svc.domain.scoring.assessment import Cure, NotAssessedError, UnknownKind, UnknownReason, missing
from feasibility_svc.domain.scoring.levels import Grade
from feasibility_svc.domain.scoring.numeric import minimum, where
from feasibility_svc.domain.scoring.score_curves import whirl as whirl_utilization

GREEN_SHARE = 0.95
"""Utilization up to which a speed is GREEN. [-]"""
_QUIET_SHARE = 0.6
"""Share of the critical speed up to which a speed is GREEN. [-]"""
_STEEL = frozenset({"HSS", "COBALT_HSS"})
_HEAD = ("tool.stickout_mm", "tool.flute_length_mm", "tool.shank_diameter_mm")
_THICK_HEAD = 1.35
"""Diameter over shank from which the head of a drill whirls on its shank. [-]"""
_DRILL_BEYOND_FLUTES = 1.15
"""Free length over flute length of drills whose shank is thicker. [-]"""


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """A limit, how much of it the speed uses, and the highest speed that it leaves GREEN."""

    name: str
    utilization: float
    green_rpm: float
    source: str
    grade: Grade


def speed_limits(situation: Situation, speed_rpm: float, diameter_mm: float) -> list[SpeedLimit]:
    """The limits of a situation at a speed.

    Raises:
        NotAssessedError: A limit that decides is not known.
    """
    limits = [_ceiling(situation, speed_rpm, diameter_mm)]
    marked = situation.find("tool.marked_max_spindle_speed_rpm")
    if marked is not None:
        grade = situation.grade("tool.marked_max_spindle_speed_rpm")
        source = "the marking on the tool"
        limits.append(SpeedLimit("marked", speed_rpm / marked, GREEN_SHARE * marked, source, grade))
    if situation.is_saw:
        limits.append(_plate(situation, speed_rpm, diameter_mm))
        return limits
    limits.extend(_chart(situation, speed_rpm))
    limits.extend(_whirl(situation, speed_rpm, diameter_mm))
    return limits


def _ceiling(situation: Situation, speed_rpm: float, diameter_mm: float) -> SpeedLimit:
    rim, source, grade = rim_speed.ROUTER_LIMIT_M_PER_S, "the 60 m/s ceiling of router bits", Grade.C
    if situation.is_saw:
        solid = situation.need_word("tool.substrate") in _STEEL
        rim = rim_speed.SOLID_SAW_LIMIT_M_PER_S if solid else rim_speed.SAW_LIMIT_M_PER_S
        source = f"the {rim:g} m/s ceiling of {'solid steel' if solid else 'carbide-tipped'} blades"
        grade = Grade.D if solid else Grade.B
    highest = rim_speed.speed_at_rim_rpm(diameter_mm=diameter_mm, rim_speed_m_per_s=rim)
    return SpeedLimit("ceiling", speed_rpm / highest, GREEN_SHARE * highest, source, grade)


def _plate(situation: Situation, speed_rpm: float, diameter_mm: float) -> SpeedLimit:
    plate_mm = situation.find("tool.plate_thickness_mm")
    if plate_mm is None:
        raise NotAssessedError(missing("context.tool.kerf_mm"))
    limit = rim_speed.plate_limit_rpm(diameter_mm=diameter_mm, plate_thickness_mm=plate_mm)
    (nominal_mm,) = situation.nominal.need("tool.diameter_mm")
    small = nominal_mm < rim_speed.PLATE_VALID_FROM_MM - 1e-6
    if small and situation.find("tool.marked_max_spindle_speed_rpm") is None:
        limit = limit / rim_speed.EXTRAPOLATED_FACTOR
    return SpeedLimit("plate", speed_rpm / limit, GREEN_SHARE * limit, "plate stability, Tenryu table", Grade.C)


def _chart(situation: Situation, speed_rpm: float) -> Iterator[SpeedLimit]:
    """What the charts of brazed bits say; one-piece tools have no burst limit that a spindle reaches."""
    (nominal_mm,) = situation.nominal.need("tool.diameter_mm")
    _, construction = situation.need_word("tool.kind"), situation.need_word("tool.construction")
    if construction == "SOLID" or nominal_mm <= rim_speed.CHARTED_FROM_MM + 1e-6:
        return
    chart = rim_speed.brazed_chart(nominal_mm)
    if chart is None:
        if situation.find("tool.marked_max_spindle_speed_rpm") is None:
            text = f"no chart gives a speed for a brazed bit of {nominal_mm:g} mm; state the speed marked on it"
            path = "context.tool.marked_max_spindle_speed_rpm"
            cure = Cure(path, "state the highest speed that is marked on the tool")
            raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_CHART, path, text, (cure,)))
        return
    used = rim_speed.chart_utilization(speed_rpm, chart)
    green = rim_speed.highest_charted_rpm(chart, utilization=GREEN_SHARE)
    yield SpeedLimit("chart", used, green, "charts of brazed router bits", Grade.B)


def _whirl(situation: Situation, speed_rpm: float, diameter_mm: float) -> Iterator[SpeedLimit]:
    stickout_mm, flute_mm, shank_mm = situation.need(*_HEAD)
    steel = situation.need_word("tool.substrate") in _STEEL
    drilling = situation.cut_kind == "DRILLING"
    if drilling and situation.context.tool.kind == "DRILL":
        stuff = whirl.STEEL if steel else whirl.CARBIDE
        free_mm = where(shank_mm > diameter_mm, minimum(stickout_mm, _DRILL_BEYOND_FLUTES * flute_mm), stickout_mm)
        first_hz = whirl.drill_frequency_hz(stuff, diameter_mm=diameter_mm, free_length_mm=free_mm)
        yield _whirling("drill_whirl", speed_rpm, 60 * first_hz)
    if drilling and not _has_thick_head(situation):
        return
    brazed = not drilling and situation.need_word("tool.construction") != "SOLID"
    stuff = whirl.STEEL if brazed or steel else whirl.CARBIDE
    head_mm = minimum(flute_mm, stickout_mm)
    shape = {"head_length_mm": head_mm, "shank_length_mm": stickout_mm - head_mm, "shank_diameter_mm": shank_mm}
    critical = whirl.critical_speed_rpm(
        mass_kg=whirl.swinging_mass_kg(stuff, whirl.head_of(diameter_mm=diameter_mm, brazed=brazed), **shape),
        compliance_mm_per_n=whirl.compliance_mm_per_n(stuff, diameter_mm=diameter_mm, **shape),
    )
    yield _whirling("whirl", speed_rpm, critical)


def _has_thick_head(situation: Situation) -> bool:
    diameter_mm, shank_mm = situation.nominal.need("tool.diameter_mm", "tool.shank_diameter_mm")
    return diameter_mm > _THICK_HEAD * shank_mm + 1e-6


def _whirling(name: str, speed_rpm: float, critical_rpm: float) -> SpeedLimit:
    used = whirl_utilization(speed_rpm / critical_rpm)
    return SpeedLimit(name, used, _QUIET_SHARE * critical_rpm, "the speed at which the tool whirls", Grade.D)
