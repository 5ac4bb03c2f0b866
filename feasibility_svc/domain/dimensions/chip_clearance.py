"""Chip clearance: do the chips find their way out of a deep slot?"""

from collections.abc import Sequence

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.inputs.design import Pocket
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, NotAssessedError, Recommendation
from feasibility_svc.domain.scoring.levels import YELLOW_FROM, Category, Grade, is_green
from feasibility_svc.domain.scoring.numeric import Node, clip, interpolate, maximum

_OPEN_FACES = frozenset({"facing", "binding_ledge", "radius_board", "contour_3d"})
"""Operations whose chips fall away to a side."""
_METAL: Sequence[Node] = ((1.5, 100.0), (2.0, 80.0), (3.0, 50.0), (4.0, 0.0))
_OTHERS: Sequence[Node] = ((3.0, 100.0), (5.0, 80.0), (8.0, 50.0))
"""Charts end at three diameters; beyond that practice widens the slot."""
_GREEN_UP_TO = {True: 2.0, False: 5.0}
"""Depth over diameter of a full slot that is still GREEN, in metal and elsewhere. [-]"""

_WIDTHS = {"pocket": "design.pocket.width_mm", "profile": "context.cut.radial_width_mm"}
"""What says how wide the slot is, of operations that may make it wider."""
_BLOWING = frozenset({"AIR", "MIST"})
_WIDEN = "widen the slot by half a diameter and clear it in two passes side by side, or blow the chips out"


class ChipClearance:
    profile = Profile(
        category=Category.CHIP_CLEARANCE,
        weight=0.0,
        mandatory=False,
        description="depth of slots over their width",
        rests_on=frozenset({"cut.radial_width_mm"}),
    )

    def applies(self, situation: Situation) -> bool:
        """Of cuts with wood on both sides; where the width of the cut decides, an array of answers where it is one."""
        if situation.cut_kind != "MILLING" or situation.design.operation_name in _OPEN_FACES:
            return False
        try:
            return _enclosure(situation) > 0.0
        except NotAssessedError:
            return False

    def score(self, situation: Situation) -> float:
        depth_over_diameter, is_metal = _depth_over_diameter(situation), _is_metal(situation)
        score = slot_score(depth_over_diameter, enclosure=_enclosure(situation), is_metal=is_metal)
        is_stated = situation.material_class is MaterialClass.OTHER
        return maximum(score, YELLOW_FROM) if is_stated else score

    def assess(self, situation: Situation) -> Assessment:
        depth_over_diameter, is_metal = _depth_over_diameter(situation), _is_metal(situation)
        usual = _GREEN_UP_TO[is_metal]
        findings = Findings(score=self.score(situation))
        findings.detail("depth_over_diameter", depth_over_diameter, "", limit=usual, source="charts end at 3 D")
        findings.detail("enclosure", _enclosure(situation), "")
        if not is_green(findings.score):
            findings.recommendations.extend(_advice(situation))
        return findings.assessment(
            self.profile.category,
            finding=f"the slot is {depth_over_diameter:.1f} diameters deep, up to {usual:g} the chips get out",
            grade=Grade.C,
            utilization=depth_over_diameter / usual,
        )


def _advice(situation: Situation) -> Sequence[Recommendation]:
    """Room beside the cutter where the design leaves the width open, else air where none blows yet."""
    path = _WIDTHS.get(situation.design.operation_name)
    if path is not None:
        return [Recommendation(Category.CHIP_CLEARANCE, path, None, None, "mm", _WIDEN)]
    if situation.context.cut.cooling in _BLOWING:
        return []
    text = "blow the chips out of the slot"
    return [Recommendation(Category.CHIP_CLEARANCE, "context.cut.cooling", None, None, "", text)]


def enclosure_of_cut(radial_ratio: float) -> float:
    """How much a cut is a slot, by its width over the diameter: 0 from a half down, 1 from 0.9 up. [-]

    >>> round(enclosure_of_cut(0.7), 12), enclosure_of_cut(1.0)
    (0.5, 1.0)
    """
    return clip((radial_ratio - 0.5) / 0.4, 0.0, 1.0)


def enclosure_of_pocket(width_over_diameter: float) -> float:
    """How much a pocket is a slot: 1 as wide as the cutter, 0 from two diameters on. [-]

    >>> enclosure_of_pocket(1.0), enclosure_of_pocket(1.75), enclosure_of_pocket(9.0)
    (1.0, 0.25, 0.0)
    """
    return clip(2.0 - width_over_diameter, 0.0, 1.0)


def slot_score(depth_over_diameter: float, *, enclosure: float, is_metal: bool) -> float:
    """Score of the depth of a slot over the diameter of its cutter.

    >>> slot_score(7.0, enclosure=1.0, is_metal=False), slot_score(7.0, enclosure=0.5, is_metal=False)
    (60.0, 80.0)
    """
    base = interpolate(depth_over_diameter, _METAL if is_metal else _OTHERS)
    return 100.0 - (100.0 - base) * enclosure


def _enclosure(situation: Situation) -> float:
    operation = situation.operation
    if isinstance(operation, Pocket):
        (width_mm,), (diameter_mm,) = situation.need_design("width_mm"), situation.need("tool.diameter_mm")
        return enclosure_of_pocket(width_mm / diameter_mm)
    return enclosure_of_cut(engagement_of(situation).radial_ratio)


def _depth_over_diameter(situation: Situation) -> float:
    (diameter_mm,) = situation.need("tool.diameter_mm")
    return situation.operation_depth_mm / diameter_mm


def _is_metal(situation: Situation) -> bool:
    """Whether slots must be as shallow as in metal: of a material of no kind nobody knows that they need not."""
    return situation.material_class in {MaterialClass.METAL, MaterialClass.OTHER}
