"""The bite and the pass that usual practice takes, well inside what a cut bears."""

from math import sqrt

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.precedent import Precedent, Shown, shown_for
from feasibility_svc.domain.geometry.check import SAME_MM
from feasibility_svc.domain.inputs.design import FretSlots, Pocket, Profile, RosetteChannel, RosetteRings

DEPTH_MARGIN = 1.5
"""How much shallower than the deepest published slot a proposed one is. [-]"""
HIGH_SHARE = 0.5
"""Share of the high edge of the window that machines without a precedent aim below. [-]"""
HALF = 0.5
"""Share of its depth that a top or a rosette is cut in one pass. [-]"""
THIN_MM = 5.0
"""Stock below this is a top, a back or a side. [mm]"""
LARGEST_FOR_TOPS_MM = 3.2
"""Largest cutter for tops and rosettes. [mm]"""
_SEEN = frozenset({"rosette_channel", "rosette_rings", "binding_ledge"})


def usual_chip_mm(*, low_mm: float, high_mm: float, diameter_mm: float, precedent: Shown | None) -> float:
    """Bite to aim at: the geometric middle of the low edge and of what light machines have shown.

        fz* = sqrt(lo e D), without a precedent sqrt(lo 0.5 hi)

    Args:
        low_mm: Low edge of the chip load window. [mm]
        high_mm: High edge of it. [mm]
        diameter_mm: Of the tool. [mm]
        precedent: What is published for the class of machine; None for industrial ones.

    >>> round(usual_chip_mm(low_mm=0.0254, high_mm=0.381, diameter_mm=6.35, precedent=Shown(0.75, 0.025)), 6)
    0.0635
    """
    most_mm = HIGH_SHARE * high_mm if precedent is None else min(precedent.bite * diameter_mm, HIGH_SHARE * high_mm)
    return sqrt(low_mm * max(most_mm, low_mm))


def deepest_pass_mm(*, diameter_mm: float, radial_ratio: float, precedent: Shown | None) -> float | None:
    """Deepest pass to propose; None where none is published. [mm]

    >>> deepest_pass_mm(diameter_mm=6.35, radial_ratio=1.0, precedent=Shown(0.75, 0.025))
    3.175
    """
    return None if precedent is None else precedent.depth / DEPTH_MARGIN * diameter_mm / radial_ratio**2


def precedent_of(situation: Situation) -> Shown | None:
    """What is published for the class of machine at hand; None where the charts are the precedent.

    Raises:
        NotAssessedError: The kind of material is not known.
    """
    return shown_for(situation) if Precedent().applies(situation) else None


def is_delicate(situation: Situation) -> bool:
    """Whether a thin board or a seen face is cut: small down-cut cutters, half the depth per pass."""
    thickness_mm = situation.find("stock.thickness_mm")
    seen = situation.context.cut.quality_face is not None or situation.design.operation_name in _SEEN
    return seen or (thickness_mm is not None and thickness_mm < THIN_MM)


def is_one_line(situation: Situation) -> bool:
    """Whether the cut is a slot as wide as its cutter: who steps over less there makes another slot, a wider one."""
    diameter_mm, radial_mm = situation.find("tool.diameter_mm"), situation.find("cut.radial_width_mm")
    if diameter_mm is None:
        return False
    match situation.operation:
        case Profile() | RosetteRings() | FretSlots():
            return radial_mm is not None and radial_mm >= diameter_mm - SAME_MM
        case Pocket(width_mm=float(width_mm)):
            return width_mm <= diameter_mm + SAME_MM
        case RosetteChannel(inner_radius_mm=float(inner_mm), outer_radius_mm=float(outer_mm)):
            return outer_mm - inner_mm <= diameter_mm + SAME_MM
        case _:
            return False
