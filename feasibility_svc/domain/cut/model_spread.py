"""How far a second, independent force law lies from the one that is used."""

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_force

TRUSTED_SPREAD = (0.4, 2.5)
"""Ratio of the two laws within which they support each other. [-]"""
_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})
_BOARDS = {"MDF": 22.5, "PARTICLEBOARD": 15.0}
"""Middle of Ettelt's range for boards, direction A (Ettelt 1987 [R2]). [N/mm^1.5]"""


def force_model_spread(situation: Situation) -> float | None:
    """Tangential force of the law in use over that of Ettelt's law at the same chip; None where it has no number.

    Raises:
        NotAssessedError: As `engagement_of` and `material_force`.
    """
    kind = situation.context.material.kind
    if kind in _WOOD:
        (density,) = situation.need("material.density_kg_per_m3")
        coefficient = cutting_force.ettelt_coefficient(density_kg_per_m3=density)
    elif kind in _BOARDS:
        coefficient = _BOARDS[kind]
    else:
        return None
    chip_mm = engagement_of(situation).thickest_chip_mm
    second = cutting_force.ettelt_force_n_per_mm(coefficient=coefficient, chip_mm=chip_mm)
    return material_force(situation).law.tangential_force_n(axial_depth_mm=1.0, chip_mm=chip_mm) / second


def is_doubtful(spread: float) -> bool:
    """True when the two laws are too far apart to support each other.

    >>> is_doubtful(1.0), is_doubtful(3.0)
    (False, True)
    """
    low, high = TRUSTED_SPREAD
    return not low <= spread <= high
