"""The largest sideways force of the cut at hand: what bends the tool, loads the axes and pulls at the work."""

from feasibility_svc.domain.cut.engagement import engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cutting_force


def lateral_force_n(situation: Situation) -> float:
    """Peak in-plane force with the edge as it is. [N]

    Raises:
        NotAssessedError: An input is missing, or nothing is published for this material.
    """
    if "lateral_force" not in situation.memo:
        engagement = engagement_of(situation)
        situation.memo["lateral_force"] = cutting_force.peak_in_plane_force_n(
            material_force(situation).worn_law,
            axial_depth_mm=engagement.axial_depth_mm,
            feed_per_tooth_mm=engagement.feed_per_tooth_mm,
            engagement_rad=engagement.angle_rad,
            flute_count=engagement.flute_count,
        )
    force_n: float = situation.memo["lateral_force"]
    return force_n
