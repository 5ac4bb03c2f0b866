"""Rim speed: is the tool inside every speed limit that applies to it?"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.physics import rim_speed
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade, weakest
from feasibility_svc.domain.scoring.numeric import minimum, smallest, where
from feasibility_svc.domain.scoring.score_curves import safety_limit

SAFETY_MARGIN = 0.95
_CARBIDE = frozenset({"CARBIDE", "MICROGRAIN_CARBIDE"})
_SPIRALS = frozenset({"END_MILL", "COMPRESSION", "BALL_NOSE", "BULL_NOSE", "TAPERED_BALL", "FRET_SLOT_END_MILL"})
_SMALL_SPIRAL_MM = 12.7
_CHART_FROM_RPM = 18_000.0


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """A spindle speed that must not be passed, and who says so."""

    name: str
    speed_rpm: float
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Rim:
    """The rim beside every limit that applies."""

    speed_rpm: float
    rim_m_per_s: float
    limits: list[SpeedLimit]
    band: tuple[float, float] | None
    extrapolated: bool
    utilization: float
    score: float


class RimSpeed(OfEveryOperation):
    profile = Profile(
        category=Category.RIMSPEED,
        weight=0.15,
        mandatory=True,
        description="rim speed against marking, chart, ceiling and plate limit",
    )

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        rim = _measure(situation)
        binding = min(rim.limits, key=lambda limit: limit.speed_rpm)
        findings = Findings(score=rim.score)
        findings.detail("rim_speed", rim.rim_m_per_s, "m/s")
        for limit in rim.limits:
            findings.detail(f"{limit.name}_limit", limit.speed_rpm, "rpm", source=limit.source)
        if situation.is_saw:
            _tell_saw(findings, rim)
        if rim.utilization > SAFETY_MARGIN:
            findings.recommendations.append(_recommend(situation, rim.speed_rpm, SAFETY_MARGIN * binding.speed_rpm))
        return findings.assessment(
            self.profile.category,
            finding=f"{rim.speed_rpm:.0f} rpm ({rim.rim_m_per_s:.1f} m/s) against {binding.speed_rpm:.0f} rpm "
            f"({binding.source})",
            grade=weakest((binding.grade, situation.grade("tool.diameter_mm", "cut.spindle_speed_rpm"))),
            utilization=rim.utilization,
        )


def _measure(situation: Situation) -> _Rim:
    speed_rpm, diameter_mm = situation.need("cut.spindle_speed_rpm", "tool.diameter_mm")
    limits = _limits(situation, diameter_mm)
    rim = rim_speed.rim_speed_m_per_s(diameter_mm=diameter_mm, spindle_speed_rpm=speed_rpm)
    utilization = speed_rpm / smallest([limit.speed_rpm for limit in limits])
    score = safety_limit(utilization)
    band, extrapolated = None, False
    if situation.is_saw:
        minimum_speed = rim_speed.SAW_MINIMUM_M_PER_S
        slow_cap = rim_speed.too_slow_cap(rim_speed_m_per_s=rim, minimum_m_per_s=minimum_speed)
        score = where(rim < minimum_speed, minimum(score, slow_cap), score)
        band = rim_speed.SAW_BANDS_M_PER_S.get(situation.context.material.kind or "")
        if band is not None:
            score = where(rim > band[1], minimum(score, REVIEW_CAP), score)
        unmarked = situation.find("tool.marked_max_spindle_speed_rpm") is None
        extrapolated = unmarked and situation.nominal.need("tool.diameter_mm")[0] < rim_speed.PLATE_VALID_FROM_MM
        if extrapolated:
            score = minimum(score, REVIEW_CAP)
    return _Rim(speed_rpm, rim, limits, band, extrapolated, utilization, score)


def lowest_limit_rpm(situation: Situation) -> float:
    """The lowest speed limit that applies to the tool. [rpm]

    Raises:
        NotAssessedError: As `RimSpeed.score`.
    """
    (diameter_mm,) = situation.need("tool.diameter_mm")
    return smallest([limit.speed_rpm for limit in _limits(situation, diameter_mm)])


def _tell_saw(findings: Findings, rim: _Rim) -> None:
    if rim.rim_m_per_s < rim_speed.SAW_MINIMUM_M_PER_S:
        findings.warnings.append(f"below {rim_speed.SAW_MINIMUM_M_PER_S:g} m/s a circular saw tends to kick back")
    if rim.band is not None and rim.rim_m_per_s > rim.band[1]:
        low, high = rim.band
        findings.warnings.append(f"material_band: above the {low:g} to {high:g} m/s usual for this material")
    if rim.extrapolated:
        findings.warnings.append("the plate limit is extrapolated for so small a blade; a marked speed would settle it")


def _limits(situation: Situation, diameter_mm: float) -> list[SpeedLimit]:
    limits = _saw_limits(situation, diameter_mm) if situation.is_saw else _router_limits(situation, diameter_mm)
    marked = situation.find("tool.marked_max_spindle_speed_rpm")
    if marked is not None:
        grade = situation.grade("tool.marked_max_spindle_speed_rpm")
        limits.append(SpeedLimit("marked", marked, "marked on the tool", grade))
    return limits


def _router_limits(situation: Situation, diameter_mm: float) -> list[SpeedLimit]:
    ceiling = rim_speed.speed_at_rim_rpm(diameter_mm=diameter_mm, rim_speed_m_per_s=rim_speed.ROUTER_LIMIT_M_PER_S)
    limits = [SpeedLimit("ceiling", ceiling, "60 m/s ceiling of router bits", Grade.C)]
    (nominal_mm,) = situation.nominal.need("tool.diameter_mm")
    chart = rim_speed.router_chart_speed_rpm(nominal_mm)
    if chart is None and situation.find("tool.marked_max_spindle_speed_rpm") is None:
        text = f"no chart gives a speed for a router bit of {nominal_mm:g} mm; it needs a marked one"
        raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_CHART, "context.tool.diameter_mm", text))
    if chart is not None and not _maker_allows_more(situation, nominal_mm):
        limits.append(SpeedLimit("chart", chart, "general router bit chart", Grade.B))
    return limits


def _maker_allows_more(situation: Situation, diameter_mm: float) -> bool:
    """True for small solid carbide spirals whose maker's own chart is made for 18,000 rpm or more."""
    tool = situation.context.tool
    if tool.substrate not in _CARBIDE or tool.kind not in _SPIRALS or diameter_mm > _SMALL_SPIRAL_MM:
        return False
    try:
        speed_rpm = situation.window.speed_rpm
    except NotAssessedError:
        return False
    return speed_rpm is not None and speed_rpm >= _CHART_FROM_RPM


def _saw_limits(situation: Situation, diameter_mm: float) -> list[SpeedLimit]:
    plate_mm = situation.find("tool.plate_thickness_mm")
    if plate_mm is None and situation.find("tool.marked_max_spindle_speed_rpm") is None:
        text = "a blade needs its marked speed or its plate thickness"
        raise NotAssessedError(
            UnknownReason(UnknownKind.MISSING, "context.tool.marked_max_spindle_speed_rpm", text),
            UnknownReason(UnknownKind.MISSING, "context.tool.plate_thickness_mm", text),
        )
    solid = situation.context.tool.kind == "FRET_SAW_BLADE"
    rim = rim_speed.SOLID_SAW_LIMIT_M_PER_S if solid else rim_speed.SAW_LIMIT_M_PER_S
    ceiling = rim_speed.speed_at_rim_rpm(diameter_mm=diameter_mm, rim_speed_m_per_s=rim)
    source = f"{rim:g} m/s ceiling of {'solid steel' if solid else 'carbide-tipped'} blades"
    limits = [SpeedLimit("ceiling", ceiling, source, Grade.D if solid else Grade.B)]
    if plate_mm is not None:
        speed = rim_speed.plate_limit_rpm(diameter_mm=diameter_mm, plate_thickness_mm=plate_mm)
        limits.append(SpeedLimit("plate", speed, "plate stability, Tenryu table", Grade.C))
    return limits


def _recommend(situation: Situation, current_rpm: float, highest_rpm: float) -> Recommendation:
    reachable = [speed for speed in situation.context.machine.dial_speeds_rpm if speed <= highest_rpm]
    speed = max(reachable, default=highest_rpm)
    return Recommendation(
        Category.RIMSPEED,
        "context.cut.spindle_speed_rpm",
        current_rpm,
        speed,
        "rpm",
        f"turn at {speed:.0f} rpm or less",
    )
