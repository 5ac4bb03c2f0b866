"""The sideways forces of the cut at hand, with the edge as it is."""

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_force


def peak_force_n(situation: Situation) -> float:
    """Force of one tooth at its thickest chip: what bends the tool and jerks at the work. [N]

    Raises:
        NotAssessedError: An input is missing.
    """
    if "peak_force" not in situation.memo:
        engagement = engagement_of(situation)
        situation.memo["peak_force"] = force_of_chip_n(situation, engagement.thickest_chip_mm)
    force_n: float = situation.memo["peak_force"]
    return force_n


def mean_force_n(situation: Situation) -> float:
    """Force over a turn: what loads the axes, the machine and the clamps. [N]

    Raises:
        NotAssessedError: An input is missing.
    """
    if "mean_force" not in situation.memo:
        engagement = engagement_of(situation)
        situation.memo["mean_force"] = cutting_force.mean_force_n(
            material_force(situation).worn_law,
            axial_depth_mm=engagement.axial_depth_mm,
            mean_chip_mm=engagement.mean_chip_mm,
            teeth_in_cut=engagement.teeth_in_cut,
        )
    force_n: float = situation.memo["mean_force"]
    return force_n


def force_of_chip_n(situation: Situation, chip_mm: float) -> float:
    """In-plane force of one tooth on a chip of this thickness. [N]

    Raises:
        NotAssessedError: An input is missing.
    """
    return cutting_force.peak_force_n(
        material_force(situation).worn_law,
        axial_depth_mm=engagement_of(situation).axial_depth_mm,
        chip_mm=chip_mm,
    )
