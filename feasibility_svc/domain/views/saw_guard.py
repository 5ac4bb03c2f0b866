"""Findings of a saw cut, by the codes CAM tools know."""

from collections.abc import Iterator, Mapping, Sequence

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import rim_speed
from feasibility_svc.domain.scoring.assessment import Assessment, Quantity
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.views.guard_finding import GuardFinding, held_to

RIM_SPEED_HIGH_FROM = 0.85
"""Share of the lowest speed limit from which the rim is called fast. [-]"""
DEEP_SHARE = 0.25
"""Depth of cut over blade diameter from which a cut is deep [A]. [-]"""
GRABBING_FROM_MM = 160.0
"""Diameter from which a blade that a hand feeds has a least speed. [mm]"""
_SAME_MM = 1e-6
"""By how much lengths may differ and still be the same. [mm]"""


def saw_findings(situation: Situation, assessments: Sequence[Assessment]) -> list[GuardFinding]:
    """Speed, bite, heat, depth and kickback of a saw cut; nothing for other tools."""
    if not situation.is_saw:
        return []
    by_category = {assessment.category: assessment for assessment in assessments}
    rim, chip, plate = (
        by_category[category] for category in (Category.RIMSPEED, Category.CHIPLOAD, Category.DEFLECTION)
    )
    return [
        *held_to(rim.risk, _rim(situation, rim)),
        *held_to(chip.risk, bite(chip, low="BITE_PER_TOOTH_LOW", high="BITE_PER_TOOTH_HIGH")),
        *held_to(by_category[Category.GEOMETRY].risk, _depth(situation)),
        *held_to(rim.risk, _slow_rim(situation, rim)),
        *held_to(plate.risk, _closing_kerf(situation, plate)),
    ]


def details_of(assessment: Assessment) -> Mapping[str, Quantity]:
    return {quantity.name: quantity for quantity in assessment.details}


def _rests_on_assumed_plate(situation: Situation) -> bool:
    """Whether the only limit of an unmarked blade is that of a plate whose thickness nobody stated."""
    unmarked = situation.find("tool.marked_max_spindle_speed_rpm") is None
    return unmarked and situation.known("tool.plate_thickness_mm") is None


def _rim(situation: Situation, assessment: Assessment) -> Iterator[GuardFinding]:
    share = assessment.utilization
    if share is None or share <= RIM_SPEED_HIGH_FROM or _rests_on_assumed_plate(situation):
        return
    exceeded = share > 1.0
    yield GuardFinding(
        "RIM_SPEED_EXCEEDED" if exceeded else "RIM_SPEED_HIGH",
        "FATAL" if exceeded else "WARNING",
        assessment.finding,
        [*assessment.details, Quantity("share_of_limit", share, "", 1.0)],
        "turn slower, or use a blade marked for this speed",
    )


def bite(assessment: Assessment, *, low: str, high: str) -> Iterator[GuardFinding]:
    """The bite outside what makers publish."""
    details = details_of(assessment)
    if "feed_per_tooth" not in details:
        return
    chip, floor, ceiling = details["feed_per_tooth"], details["window_low"], details["window_high"]
    numbers = [chip, floor, ceiling]
    if chip.value < floor.value:
        yield GuardFinding(low, "ERROR", assessment.finding, numbers, "feed faster or turn slower, or the edge rubs")
    if chip.value > ceiling.value:
        yield GuardFinding(high, "ERROR", assessment.finding, numbers, "feed slower or turn faster")


def heat(assessment: Assessment, code: str) -> Iterator[GuardFinding]:
    """The surface near what spoils it."""
    if assessment.risk in {RiskLevel.GREEN, RiskLevel.UNKNOWN}:
        return
    numbers = [item for item in assessment.details if item.name in {"surface_temperature", "mean_chip"}]
    yield GuardFinding(
        code, "ERROR", assessment.finding, numbers, "thicker chips, a sharp edge or cooling carry heat away"
    )


def _depth(situation: Situation) -> Iterator[GuardFinding]:
    diameter_mm, depth_mm = situation.find("tool.diameter_mm"), _depth_mm(situation)
    if diameter_mm is None or depth_mm is None or depth_mm <= DEEP_SHARE * diameter_mm:
        return
    yield GuardFinding(
        "SAW_DEPTH_HIGH",
        "ERROR",
        f"the blade dips {depth_mm:g} mm into the work, {depth_mm / diameter_mm:.0%} of its diameter",
        [Quantity("depth_of_cut", depth_mm, "mm", diameter_mm / 2)],
        "cut in two passes, or use a larger blade",
    )


def _depth_mm(situation: Situation) -> float | None:
    operation = situation.design.saw_cut
    return operation.depth_mm if operation is not None else None


def _slow_rim(situation: Situation, rim: Assessment) -> Iterator[GuardFinding]:
    """A large blade that a hand feeds grabs where it turns slowly; small ones have no least speed."""
    speed, diameter_mm = details_of(rim).get("rim_speed"), situation.find("tool.diameter_mm")
    large = diameter_mm is not None and diameter_mm >= GRABBING_FROM_MM
    by_hand = situation.context.machine.hand_feed and situation.context.tool.kind == "SAW_BLADE"
    if speed is not None and large and by_hand and speed.value < rim_speed.SAW_MINIMUM_M_PER_S:
        yield GuardFinding(
            "KICKBACK_RISK",
            "ERROR",
            f"the rim runs at {speed.value:.1f} m/s; below {rim_speed.SAW_MINIMUM_M_PER_S:g} m/s blades kick back",
            [speed],
            "turn faster where the blade allows it, and hold the work down",
        )


def _closing_kerf(situation: Situation, plate: Assessment) -> Iterator[GuardFinding]:
    """A plate without room in its kerf; an assumed plate says nothing."""
    clearance = details_of(plate).get("kerf_clearance")
    if clearance is None or clearance.limit is None or situation.known("tool.plate_thickness_mm") is None:
        return
    if clearance.value < clearance.limit - _SAME_MM:
        yield GuardFinding(
            "KICKBACK_RISK",
            "ERROR",
            f"{clearance.value:.3f} mm of clearance beside the plate: a kerf that closes grips the blade",
            [clearance],
            "use a blade with more set, or a riving knife",
        )
