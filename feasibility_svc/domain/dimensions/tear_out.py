"""Tear-out: does the cut lift the grain where it is seen? A question of quality: it advises and never blocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import BITE_INPUTS, OfMilling, Profile
from feasibility_svc.domain.physics import tear_out
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import minimum, where
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, advisory

_SOLID_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})
_SEEN_FROM_ABOVE = frozenset({"rosette_channel", "rosette_rings", "binding_ledge", "v_carve"})
"""Operations whose top face is seen."""
_CLOSED = frozenset({"rosette_channel", "rosette_rings", "binding_ledge"})
"""Operations that meet every angle to the grain."""
_ACROSS_DEG, _WORST_DEG = 90.0, 135.0
_FACE = {
    ("UP", "TOP"): 1.0,
    ("UP", "BOTTOM"): 0.25,
    ("DOWN", "TOP"): 0.25,
    ("DOWN", "BOTTOM"): 1.0,
    ("STRAIGHT", "TOP"): 0.6,
    ("STRAIGHT", "BOTTOM"): 0.6,
}
_COMPRESSION = 0.2
STRAIGHT_ONLY = frozenset({"V_BIT", "ENGRAVING"})
"""Kinds of tools that are not sold with flutes that press down."""


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
        category=Category.TEAR_OUT,
        weight=0.0,
        mandatory=False,
        description="lifting and crushing of the grain",
        rests_on=BITE_INPUTS | {"tool.flute_direction", "cut.direction"},
    )

    def applies(self, situation: Situation) -> bool:
        solid = situation.context.material.kind in _SOLID_WOOD
        return situation.cut_kind == "MILLING" and solid and _seen_face(situation) is not None

    def score(self, situation: Situation) -> float:
        return _measure(situation).score

    def assess(self, situation: Situation) -> Assessment:
        tear = _measure(situation)
        findings = Findings(score=tear.score)
        if _pulls_up(situation):
            findings.warnings.append("an up-cut spiral lifts the fibres of the face that is seen")
        lifts = _lifts(_angles(situation), tear.face)
        worst_deg = max(lifts, key=lifts.__getitem__)
        swept = len(lifts) > 1
        findings.detail("worst_grain_angle", worst_deg, "deg", source="sweep of the path" if swept else "")
        findings.detail("tear_out_demand", tear.demand, "", limit=1.0, source="heuristic, weights assumed")
        findings.detail("chip_ratio", tear.ratio, "")
        if swept:
            beyond = [angle for angle, lift in lifts.items() if lift * tear.factor > 1.0]
            _tell_arcs(findings, beyond, worst_deg, climb=_may_climb(situation))
        if not is_green(findings.score):
            findings.recommendations.extend(_advice(situation, tear))
        return findings.assessment(
            self.profile.category,
            finding=f"worst at {worst_deg:g} degrees to the grain, {tear.demand:.0%} of what the wood bears",
            grade=Grade.D,
            utilization=tear.demand,
        )


def _seen_face(situation: Situation) -> str | None:
    """The face that is seen: the stated one, or the top where the operation is made to be seen."""
    stated = situation.context.cut.quality_face
    return stated or ("TOP" if situation.design.operation_name in _SEEN_FROM_ABOVE else None)


def _pulls_up(situation: Situation) -> bool:
    """Whether an up-cut spiral works on a top face that is seen."""
    return situation.context.tool.flute_direction == "UP" and _seen_face(situation) == "TOP"


def _measure(situation: Situation) -> _Tear:
    engagement, window = engagement_of(situation), window_of(situation)
    ratio = tear_out.chip_ratio(
        thickest_chip_mm=engagement.thickest_chip_mm, low_mm=window.low_mm, high_mm=window.high_mm
    )
    climb = situation.context.cut.direction == "CLIMB"
    factor = tear_out.demand_factor(climb=climb, chip_ratio=ratio, figured=bool(situation.context.material.figured))
    face, angles = _face(situation), _angles(situation)
    lifted, pressed = (max(_lifts(angles, one).values()) for one in (_lifting_face(situation), _COMPRESSION))
    worst = where(face == _COMPRESSION, pressed, lifted)
    demand = worst * factor
    score = tear_out_score(demand, pulls_up=_pulls_up(situation))
    return _Tear(ratio, face, climb, factor, demand, score)


def tear_out_score(demand: float, *, pulls_up: bool) -> float:
    """Score of a demand on the grain; what pulls a seen face up needs review at least.

    >>> tear_out_score(0.4, pulls_up=False), tear_out_score(0.4, pulls_up=True), tear_out_score(3.0, pulls_up=True)
    (100.0, 79.0, 50.0)
    """
    return minimum(advisory(demand), REVIEW_CAP if pulls_up else 100.0)


def _may_climb(situation: Situation) -> bool:
    """Whether a climb cut is advice: not where it is climbed already, and not to a hand, which it runs away from."""
    return situation.context.cut.direction != "CLIMB" and not situation.context.machine.hand_feed


def _tell_arcs(findings: Findings, beyond: Sequence[float], worst_deg: float, *, climb: bool) -> None:
    """How much of a closed path is beyond what the wood bears, in which of its quarters, and what to do there."""
    arc_deg = 360.0 * len(beyond) / len(tear_out.SWEEP_DEG)
    findings.detail("arc_beyond_limit", arc_deg, "deg")
    if beyond:
        quarters = sorted({90 * int(angle // 90) for angle in beyond})
        where_to = " and ".join(f"{start} to {start + 90}" for start in quarters)
        findings.warnings.append(
            f"against the grain over {arc_deg:.0f} degrees of the path, worst near {worst_deg:g} degrees: "
            f"{'climb' if climb else 'score the edge first'} in the quarters at {where_to} degrees to the grain"
        )


@lru_cache(maxsize=64)
def _lifts(angles: tuple[float, ...], face: float) -> Mapping[float, float]:
    """Lift by angle; the same sweep serves every closed path."""
    return {angle: tear_out.lift(grain_angle_deg=angle % 180, face=face) for angle in angles}


def _angles(situation: Situation) -> tuple[float, ...]:
    """The angles a path meets: the stated one; all of them for closed paths; across the grain for frets; of other paths
    nobody says, so the worst."""
    stated = situation.context.cut.grain_angle_deg
    if stated is not None:
        return (stated,)
    if situation.design.operation_name in _CLOSED:
        return tear_out.SWEEP_DEG
    return (_ACROSS_DEG if situation.design.fret_slots is not None else _WORST_DEG,)


def _lifting_face(situation: Situation) -> float:
    """How much the flutes lift the face that is seen; of a compression spiral its up-cut part."""
    direction = situation.need_word("tool.flute_direction")
    seen = _seen_face(situation) or "TOP"
    return _FACE["UP" if direction == "COMPRESSION" else direction, seen]


def _face(situation: Situation) -> float:
    """The same, where a compression spiral deep enough presses both faces."""
    lifting = _lifting_face(situation)
    if situation.context.tool.flute_direction != "COMPRESSION":
        return lifting
    upcut_mm, depth_mm = situation.need("tool.upcut_length_mm", "cut.axial_depth_mm")
    return where(depth_mm > upcut_mm, _COMPRESSION, lifting)


def _advice(situation: Situation, tear: _Tear) -> Iterator[Recommendation]:
    """Another direction where that is the cause and a machine holds the tool, another spiral, a thinner chip."""
    pulls_up = _pulls_up(situation)
    if _may_climb(situation) and not (pulls_up and tear.demand <= 1.0):
        text = "climb where the cut runs against the grain, or score the edge first"
        yield Recommendation(Category.TEAR_OUT, "context.cut.direction", None, None, "", text)
    sold_with_other_flutes = situation.context.tool.kind not in STRAIGHT_ONLY
    if sold_with_other_flutes and (pulls_up or tear.face > _COMPRESSION + 0.05):
        text = "use flutes that press the seen face down, or score the edge"
        yield Recommendation(Category.TEAR_OUT, "context.tool.flute_direction", None, None, "", text)
    if not _may_climb(situation) and tear.demand > GREEN_EDGE:
        text = "take a thinner chip, or score the edge first"
        yield Recommendation(Category.TEAR_OUT, "context.cut.feed_rate_mm_per_min", None, None, "", text)
