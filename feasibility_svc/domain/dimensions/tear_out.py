"""Tear-out: does the cut lift the grain where it is seen? It advises, and blocks only in splintery wood."""

from feasibility_svc.domain.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    Recommendation,
    UnknownKind,
    UnknownReason,
)
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engagement import engagement_of
from feasibility_svc.domain.levels import YELLOW_FROM, Category, Grade
from feasibility_svc.domain.physics import tear_out
from feasibility_svc.domain.score_maps import one_sided
from feasibility_svc.domain.situation import Situation

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


class TearOut:
    profile = Profile(
        category=Category.TEAR_OUT, weight=0.0, mandatory=False, description="lifting and crushing of the grain"
    )

    def assess(self, situation: Situation) -> Assessment:
        if situation.need_word("material.kind") not in _SOLID_WOOD:
            return Findings().assessment(self.profile.category, finding="no grain that could tear", grade=Grade.D)
        if situation.is_saw:
            text = "the heuristic holds for router cuts, not for saws"
            raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, "design.saw_cut", text))
        findings = Findings()
        engagement, window = engagement_of(situation), situation.window
        ratio = tear_out.chip_ratio(
            thickest_chip_mm=engagement.thickest_chip_mm, low_mm=window.low_mm, high_mm=window.high_mm
        )
        climb = situation.context.cut.direction == "CLIMB"
        face = _face(situation, findings)
        demands = {
            angle: tear_out.tear_out_demand(
                grain_angle_deg=angle % 180,
                face=face,
                climb=climb,
                chip_ratio=ratio,
                figured=bool(situation.context.material.figured),
            )
            for angle in _angles(situation)
        }
        worst_deg = max(demands, key=demands.__getitem__)
        demand = demands[worst_deg]
        findings.score = one_sided(demand)
        if situation.context.material.tearout_class != _SPLINTERY:
            findings.score = max(findings.score, YELLOW_FROM)
        findings.detail("worst_grain_angle", worst_deg, "deg", source="sweep of the path" if len(demands) > 1 else "")
        findings.detail("tear_out_demand", demand, "", limit=1.0, source="heuristic, weights assumed")
        findings.detail("chip_ratio", ratio, "")
        if findings.score < 80:
            findings.recommendations.append(_advice(climb=climb, face=face))
        return findings.assessment(
            self.profile.category,
            finding=f"worst at {worst_deg:g} degrees to the grain, {demand:.0%} of what the wood bears",
            grade=Grade.D,
            utilization=demand,
        )


def _angles(situation: Situation) -> tuple[float, ...]:
    """The angles a path meets: the stated one; across the grain for frets; all of them for closed paths."""
    stated = situation.context.cut.grain_angle_deg
    if stated is not None:
        return (stated,)
    return (90.0,) if situation.design.fret_slots is not None else tear_out.SWEEP_DEG


def _face(situation: Situation, findings: Findings) -> float:
    seen = situation.context.cut.quality_face
    if seen is None:
        findings.assumptions.append("assumed:top_face")
    direction = situation.need_word("tool.flute_direction")
    if direction != "COMPRESSION":
        return _FACE[direction, seen or "TOP"]
    (upcut_mm, depth_mm) = situation.need("tool.upcut_length_mm", "cut.axial_depth_mm")
    return _COMPRESSION if depth_mm > upcut_mm else _FACE["UP", seen or "TOP"]


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
