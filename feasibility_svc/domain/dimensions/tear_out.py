"""Tear-out: does the cut lift the grain where it is seen? It advises, and blocks only in splintery wood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfMilling, Profile
from feasibility_svc.domain.physics import tear_out
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, Grade
from feasibility_svc.domain.scoring.numeric import maximum, where
from feasibility_svc.domain.scoring.score_curves import one_sided

_SOLID_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})
_SPLINTERY = 2
_FACE = {
    ("UP", "TOP"): 1.0,
    ("UP", "BOTTOM"): 0.25,
    ("DOWN", "TOP"): 0.25,
    ("DOWN", "BOTTOM"): 1.0,
    ("STRAIGHT", "TOP"): 0.6,
    ("STRAIGHT", "BOTTOM"): 0.6,
}
_COMPRESSION = 0.2


@dataclass(frozen=True, slots=True)
class _Tear:
    """What tears at the grain, at the worst angle of the path."""

    ratio: float
    face: float
    climb: bool
    factor: float
    demand: float
    score: float


class TearOut(OfMilling):
    profile = Profile(
        category=Category.TEAR_OUT, weight=0.0, mandatory=False, description="lifting and crushing of the grain"
    )

    def score(self, situation: Situation) -> float:
        return _measure(situation).score if _has_grain(situation) else 100.0

    def assess(self, situation: Situation) -> Assessment:
        if not _has_grain(situation):
            return Findings().assessment(self.profile.category, finding="no grain that could tear", grade=Grade.D)
        tear = _measure(situation)
        findings = Findings(score=tear.score)
        if situation.context.cut.quality_face is None:
            findings.assumptions.append("assumed:top_face")
        lifts = _lifts(_angles(situation), tear.face)
        worst_deg = max(lifts, key=lifts.__getitem__)
        swept = len(lifts) > 1
        findings.detail("worst_grain_angle", worst_deg, "deg", source="sweep of the path" if swept else "")
        findings.detail("tear_out_demand", tear.demand, "", limit=1.0, source="heuristic, weights assumed")
        findings.detail("chip_ratio", tear.ratio, "")
        if swept:
            _tell_arcs(findings, [angle for angle, lift in lifts.items() if lift * tear.factor > 1.0], worst_deg)
        if findings.score < GREEN_FROM:
            findings.recommendations.append(_advice(climb=tear.climb, face=tear.face))
        return findings.assessment(
            self.profile.category,
            finding=f"worst at {worst_deg:g} degrees to the grain, {tear.demand:.0%} of what the wood bears",
            grade=Grade.D,
            utilization=tear.demand,
        )


def _has_grain(situation: Situation) -> bool:
    return situation.need_word("material.kind") in _SOLID_WOOD


def _measure(situation: Situation) -> _Tear:
    if situation.is_saw:
        text = "the heuristic holds for router cuts, not for saws"
        raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, "design.saw_cut", text))
    engagement, window = engagement_of(situation), situation.window
    ratio = tear_out.chip_ratio(
        thickest_chip_mm=engagement.thickest_chip_mm, low_mm=window.low_mm, high_mm=window.high_mm
    )
    climb = situation.context.cut.direction == "CLIMB"
    factor = tear_out.demand_factor(climb=climb, chip_ratio=ratio, figured=bool(situation.context.material.figured))
    face, lifted = _face(situation), _lifts(_angles(situation), _lifting_face(situation))
    worst = max(lifted.values())
    if situation.context.tool.flute_direction == "COMPRESSION":
        pressed = max(_lifts(_angles(situation), _COMPRESSION).values())
        worst = where(face == _COMPRESSION, pressed, worst)
    demand = worst * factor
    score = one_sided(demand)
    if situation.context.material.tearout_class != _SPLINTERY:
        score = maximum(score, YELLOW_FROM)
    return _Tear(ratio, face, climb, factor, demand, score)


def _tell_arcs(findings: Findings, beyond: Sequence[float], worst_deg: float) -> None:
    """How much of a closed path is beyond what the wood bears, and where it is worst."""
    arc_deg = 360.0 * len(beyond) / len(tear_out.SWEEP_DEG)
    findings.detail("arc_beyond_limit", arc_deg, "deg")
    if beyond:
        findings.warnings.append(
            f"against the grain over {arc_deg:.0f} degrees of the path, worst near {worst_deg:g} degrees: climb there"
        )


@lru_cache(maxsize=64)
def _lifts(angles: tuple[float, ...], face: float) -> Mapping[float, float]:
    """Lift by angle; the same sweep serves every closed path."""
    return {angle: tear_out.lift(grain_angle_deg=angle % 180, face=face) for angle in angles}


def _angles(situation: Situation) -> tuple[float, ...]:
    """The angles a path meets: the stated one; across the grain for frets; all of them for closed paths."""
    stated = situation.context.cut.grain_angle_deg
    if stated is not None:
        return (stated,)
    return (90.0,) if situation.design.fret_slots is not None else tear_out.SWEEP_DEG


def _lifting_face(situation: Situation) -> float:
    """How much the flutes lift the face that is seen; of a compression spiral its up-cut part."""
    direction = situation.need_word("tool.flute_direction")
    return _FACE["UP" if direction == "COMPRESSION" else direction, situation.context.cut.quality_face or "TOP"]


def _face(situation: Situation) -> float:
    """The same, where a compression spiral deep enough presses both faces."""
    lifting = _lifting_face(situation)
    if situation.context.tool.flute_direction != "COMPRESSION":
        return lifting
    upcut_mm, depth_mm = situation.need("tool.upcut_length_mm", "cut.axial_depth_mm")
    return where(depth_mm > upcut_mm, _COMPRESSION, lifting)


def _advice(*, climb: bool, face: float) -> Recommendation:
    if not climb:
        field, text = "context.cut.direction", "climb where the cut runs against the grain, or score the edge first"
    elif face > _COMPRESSION + 0.05:
        field, text = (
            "context.tool.flute_direction",
            "use flutes that press the seen face down, or score the edge",
        )
    else:
        field, text = "context.cut.feed_rate_mm_per_min", "take a thinner chip, or score the edge first"
    return Recommendation(Category.TEAR_OUT, field, None, None, "", text)
