"""Findings of a saw cut, by the codes CAM tools know."""

from collections.abc import Iterator, Mapping, Sequence

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.milling import DEEPEST_SHARE
from feasibility_svc.domain.physics import rim_speed
from feasibility_svc.domain.scoring.assessment import Assessment, Quantity
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.views.guard_finding import GuardFinding, Severity

RIM_SPEED_HIGH_FROM = 0.85
"""Share of the lowest speed limit from which the rim is called fast. [-]"""
DEEP_SHARE = 0.25
"""Depth of cut over blade diameter from which a cut is deep [A]. [-]"""


def saw_findings(situation: Situation, assessments: Sequence[Assessment]) -> list[GuardFinding]:
    """Speed, bite, depth and kickback of a saw cut; nothing for other tools."""
    if not situation.is_saw:
        return []
    by_category = {assessment.category: assessment for assessment in assessments}
    return [
        *_rim(by_category[Category.RIMSPEED]),
        *bite(by_category[Category.CHIPLOAD], low="BITE_PER_TOOTH_LOW", high="BITE_PER_TOOTH_HIGH"),
        *_depth(situation),
        *_kickback(by_category[Category.RIMSPEED], by_category[Category.DEFLECTION]),
    ]


def details_of(assessment: Assessment) -> Mapping[str, Quantity]:
    return {quantity.name: quantity for quantity in assessment.details}


def _rim(assessment: Assessment) -> Iterator[GuardFinding]:
    share = assessment.utilization
    if share is None or share <= RIM_SPEED_HIGH_FROM:
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
    """The chip outside the maker's window."""
    details = details_of(assessment)
    if "thickest_chip" not in details:
        return
    chip, floor, ceiling = details["thickest_chip"], details["window_low"], details["window_high"]
    severity: Severity = "ERROR" if assessment.risk is RiskLevel.RED else "WARNING"
    numbers = [chip, floor, ceiling, details["feed_per_tooth"]]
    if chip.value < floor.value:
        yield GuardFinding(low, severity, assessment.finding, numbers, "feed faster or turn slower, or the edge rubs")
    if chip.value > ceiling.value:
        yield GuardFinding(high, severity, assessment.finding, numbers, "feed slower or turn faster")


def heat(assessment: Assessment, code: str) -> Iterator[GuardFinding]:
    """The surface near what spoils it, or not known."""
    if assessment.risk is RiskLevel.GREEN:
        return
    severity: Severity = "ERROR" if assessment.risk is RiskLevel.RED else "WARNING"
    numbers = [item for item in assessment.details if item.name in {"surface_temperature", "mean_chip"}]
    yield GuardFinding(
        code, severity, assessment.finding, numbers, "thicker chips, a sharp edge or cooling carry heat away"
    )


def _depth(situation: Situation) -> Iterator[GuardFinding]:
    diameter_mm, depth_mm = situation.find("tool.diameter_mm"), _depth_mm(situation)
    if diameter_mm is None or depth_mm is None or depth_mm <= DEEP_SHARE * diameter_mm:
        return
    deepest_mm = DEEPEST_SHARE * diameter_mm
    yield GuardFinding(
        "SAW_DEPTH_HIGH",
        "ERROR" if depth_mm > deepest_mm else "WARNING",
        f"the blade dips {depth_mm:g} mm into the work, {depth_mm / diameter_mm:.0%} of its diameter",
        [Quantity("depth_of_cut", depth_mm, "mm", deepest_mm, "assumed")],
        "cut in two passes, or use a larger blade",
    )


def _depth_mm(situation: Situation) -> float | None:
    operation = situation.design.saw_cut
    return operation.depth_mm if operation is not None else None


def _kickback(rim: Assessment, plate: Assessment) -> Iterator[GuardFinding]:
    speed = details_of(rim).get("rim_speed")
    if speed is not None and speed.value < rim_speed.SAW_MINIMUM_M_PER_S:
        yield GuardFinding(
            "KICKBACK_RISK",
            "WARNING",
            f"the rim runs at {speed.value:.1f} m/s; below {rim_speed.SAW_MINIMUM_M_PER_S:g} m/s blades kick back",
            [speed],
            "turn faster where the blade allows it, and hold the work down",
        )
    clearance = details_of(plate).get("kerf_clearance")
    if clearance is not None and clearance.limit is not None and clearance.value < clearance.limit:
        yield GuardFinding(
            "KICKBACK_RISK",
            "ERROR" if clearance.value <= 0 else "WARNING",
            f"{clearance.value:.3f} mm of clearance beside the plate: a kerf that closes grips the blade",
            [clearance],
            "use a blade with more set, or a riving knife",
        )
