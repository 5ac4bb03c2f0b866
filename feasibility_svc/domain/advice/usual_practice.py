"""The bite and the pass that usual practice takes, well inside what a cut bears."""

from math import sqrt

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.precedent import Precedent, Shown, shown_for

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
