"""How the tool meets the wood in a situation: chip thickness, arc, effective diameter."""

from dataclasses import dataclass
from math import pi

from feasibility_svc.domain.cut.effective_width import effective_diameter_mm
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.scoring.assessment import NotAssessedError, UnknownKind, UnknownReason

KEYS = ("cut.spindle_speed_rpm", "cut.feed_rate_mm_per_min", "tool.flute_count", "tool.diameter_mm")


@dataclass(frozen=True, slots=True)
class Engagement:
    """The meeting of tool and wood. Lengths in mm, angles in rad."""

    spindle_speed_rpm: float
    feed_rate_mm_per_min: float
    flute_count: int
    diameter_mm: float
    effective_diameter_mm: float
    axial_depth_mm: float
    radial_ratio: float
    feed_per_tooth_mm: float
    angle_rad: float
    thickest_chip_mm: float
    mean_chip_mm: float

    @property
    def teeth_per_min(self) -> float:
        return self.spindle_speed_rpm * self.flute_count

    @property
    def teeth_in_cut(self) -> float:
        """Mean number of teeth in the cut. [-]"""
        return self.flute_count * self.angle_rad / (2 * pi)


def engagement_of(situation: Situation) -> Engagement:
    """Engagement of a router cut or a saw cut.

    Raises:
        NotAssessedError: An input is missing, or the operation is drilling, which has no lateral engagement.
    """
    if "engagement" not in situation.memo:
        situation.memo["engagement"] = _engagement_of(situation)
    engagement: Engagement = situation.memo["engagement"]
    return engagement


def _engagement_of(situation: Situation) -> Engagement:
    if situation.design.drilling is not None:
        raise NotAssessedError(
            UnknownReason(
                UnknownKind.OUT_OF_MODEL,
                "design.drilling",
                "the chip and force models hold for lateral cuts, not for drilling",
            )
        )
    speed_rpm, feed, flutes, diameter_mm = situation.need(*KEYS)
    if situation.is_saw:
        axial_mm = situation.need("tool.kerf_mm")[0]
        radial_mm = situation.depth_of_saw_cut_mm
        effective_mm = diameter_mm
    else:
        axial_mm, radial_mm = situation.need("cut.axial_depth_mm", "cut.radial_width_mm")
        effective_mm = effective_diameter_mm(situation, diameter_mm, axial_mm)
    ratio = chip_formation.radial_ratio(radial_width_mm=radial_mm, diameter_mm=effective_mm)
    chip_mm = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=feed, spindle_speed_rpm=speed_rpm, flute_count=flutes
    )
    return Engagement(
        spindle_speed_rpm=speed_rpm,
        feed_rate_mm_per_min=feed,
        flute_count=int(flutes),
        diameter_mm=diameter_mm,
        effective_diameter_mm=effective_mm,
        axial_depth_mm=axial_mm,
        radial_ratio=ratio,
        feed_per_tooth_mm=chip_mm,
        angle_rad=chip_formation.engagement_angle_rad(ratio),
        thickest_chip_mm=chip_mm * chip_formation.thickest_chip_factor(ratio),
        mean_chip_mm=chip_mm * chip_formation.mean_chip_factor(ratio),
    )
