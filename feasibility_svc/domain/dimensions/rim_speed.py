"""Rim speed: is the tool inside every speed limit that applies to how it is made and how far it sticks out?"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.cut.speed_limits import SpeedLimit, speed_limits
from feasibility_svc.domain.dimensions.dimension import LENGTH_INPUTS, OfEveryOperation, Profile
from feasibility_svc.domain.dimensions.tool_advice import shorter_stickout
from feasibility_svc.domain.physics import rim_speed
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, is_green, weakest
from feasibility_svc.domain.scoring.numeric import maximum, minimum, smallest
from feasibility_svc.domain.scoring.score_curves import speed_limit


@dataclass(frozen=True, slots=True)
class _Rim:
    """The rim beside every limit that applies."""

    speed_rpm: float
    rim_m_per_s: float
    limits: list[SpeedLimit]
    slow: bool
    """Whether the rim is held against a lowest speed too."""
    utilization: float
    score: float


class RimSpeed(OfEveryOperation):
    profile = Profile(
        category=Category.RIMSPEED,
        weight=0.15,
        mandatory=True,
        description="rim speed against marking, charts of brazed bits, ceiling, plate limit and whirl",
        rests_on=LENGTH_INPUTS | {"tool.construction", "tool.plate_thickness_mm"},
    )

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        rim = _measure(situation)
        binding = max(rim.limits, key=lambda limit: limit.utilization)
        findings = Findings(score=rim.score)
        findings.detail("rim_speed", rim.rim_m_per_s, "m/s")
        for limit in rim.limits:
            findings.detail(f"{limit.name}_limit", limit.green_rpm, "rpm", source=limit.source)
        if situation.is_saw:
            _tell_saw(situation, findings, rim)
        if not is_green(speed_limit(rim.utilization)):
            findings.recommendations.append(_recommend(situation, rim.speed_rpm, highest_green_rpm(situation)))
            if not situation.is_saw:
                findings.recommendations.extend(shorter_stickout(situation, self.profile.category))
        finding = (
            f"{rim.speed_rpm:.0f} rpm, {rim.rim_m_per_s:.1f} m/s at the rim; up to {_in_hundreds(binding.green_rpm)} "
            f"rpm are safe by {binding.source}"
        )
        if rim.slow and rim.score < speed_limit(rim.utilization):
            finding = f"the rim runs at {rim.rim_m_per_s:.1f} m/s, 44 m/s are usual for blades fed by hand"
        return findings.assessment(
            self.profile.category,
            finding=finding,
            grade=weakest((binding.grade, situation.grade("tool.diameter_mm", "cut.spindle_speed_rpm"))),
            utilization=rim.utilization,
        )


def _in_hundreds(speed_rpm: float) -> str:
    """A limit no finer than it is known.

    >>> _in_hundreds(15_858.0), _in_hundreds(830.0)
    ('15800', '830')
    """
    return f"{speed_rpm - speed_rpm % 100 if speed_rpm >= 1_000 else speed_rpm:.0f}"


def _measure(situation: Situation) -> _Rim:
    speed_rpm, diameter_mm = situation.need("cut.spindle_speed_rpm", "tool.diameter_mm")
    limits = speed_limits(situation, speed_rpm, diameter_mm)
    rim = rim_speed.rim_speed_m_per_s(diameter_mm=diameter_mm, spindle_speed_rpm=speed_rpm)
    utilization = limits[0].utilization
    for limit in limits[1:]:
        utilization = maximum(utilization, limit.utilization)
    score, slow = speed_limit(utilization), _kicks_back(situation)
    if slow:
        score = minimum(score, rim_speed.slow_saw_score(rim))
    return _Rim(speed_rpm, rim, limits, slow, utilization, score)


def _kicks_back(situation: Situation) -> bool:
    """Whether the blade is one that a person must hold against its kick."""
    (nominal_mm,) = situation.nominal.need("tool.diameter_mm")
    by_hand = bool(situation.context.machine.hand_feed)
    return by_hand and situation.context.tool.kind == "SAW_BLADE" and nominal_mm >= rim_speed.SLOW_SAW_FROM_MM - 1e-6


def highest_green_rpm(situation: Situation) -> float:
    """The highest speed that every limit of the tool leaves GREEN. [rpm]

    Raises:
        NotAssessedError: As `RimSpeed.score`.
    """
    (diameter_mm,) = situation.need("tool.diameter_mm")
    return smallest([limit.green_rpm for limit in speed_limits(situation, 1.0, diameter_mm)])


def _tell_saw(situation: Situation, findings: Findings, rim: _Rim) -> None:
    end = rim_speed.SAW_BAND_ENDS_M_PER_S.get(situation.context.material.kind or "")
    if end is not None:
        findings.detail("material_band_high", end, "m/s", source="Central Saws, for this material")
    if rim.slow and rim.rim_m_per_s < rim_speed.SAW_MINIMUM_M_PER_S:
        findings.warnings.append(f"below {rim_speed.SAW_MINIMUM_M_PER_S:g} m/s a circular saw tends to kick back")


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
