"""Findings of a fretboard, by the codes CAM tools know."""

from collections.abc import Iterator, Sequence

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry import fan as fans
from feasibility_svc.domain.geometry.check import Check
from feasibility_svc.domain.geometry.fan import STEEPEST_FAN_DEG
from feasibility_svc.domain.geometry.fret_slots import BOARD_LEFT_MM, SEAT_MM
from feasibility_svc.domain.inputs.design import FretSlots
from feasibility_svc.domain.scoring.assessment import Assessment, Quantity
from feasibility_svc.domain.scoring.levels import Category
from feasibility_svc.domain.views.frets import Fret
from feasibility_svc.domain.views.guard_finding import GuardFinding, held_to
from feasibility_svc.domain.views.saw_guard import bite, heat

USUAL_SCALE_MM = (400.0, 1_000.0)
_OTHER_FAN = "bring the scales closer together, or move the perpendicular fret"
SQUARE_WITHIN_DEG = 0.5
"""How far the perpendicular fret may stand off the square. [deg]"""


def fret_findings(situation: Situation, assessments: Sequence[Assessment], frets: Sequence[Fret]) -> list[GuardFinding]:
    """Chip, depth, heat and the geometry of the scale; nothing for other operations."""
    slots = situation.design.fret_slots
    if slots is None:
        return []
    risks = {assessment.category: assessment for assessment in assessments}
    chip, warmth, geometry = risks[Category.CHIPLOAD], risks.get(Category.HEAT), risks[Category.GEOMETRY].risk
    return [
        *held_to(chip.risk, bite(chip, low="CHIPLOAD_LOW", high="CHIPLOAD_HIGH")),
        *([] if warmth is None else held_to(warmth.risk, heat(warmth, "HEAT_BUILDUP_RISK"))),
        *held_to(geometry, _depth(situation, slots)),
        *held_to(geometry, _scale(slots)),
        *held_to(geometry, _fan(slots, frets)),
    ]


def _depth(situation: Situation, slots: FretSlots) -> Iterator[GuardFinding]:
    depth_mm, flute_mm = slots.slot_depth_mm, situation.known("tool.flute_length_mm")
    if depth_mm is None:
        return
    if not situation.is_saw and flute_mm is not None and depth_mm > flute_mm:
        yield GuardFinding(
            "SLOT_DEPTH_EXCEEDS_TOOL",
            "ERROR",
            f"slots {depth_mm:g} mm deep with flutes of {flute_mm:g} mm",
            [Quantity("slot_depth", depth_mm, "mm", flute_mm)],
            "use a longer cutter",
        )
    thickness_mm, tang_mm = situation.find("stock.thickness_mm"), slots.tang_depth_mm
    thin = thickness_mm is not None and thickness_mm - depth_mm < BOARD_LEFT_MM
    roomy = tang_mm is not None and depth_mm - tang_mm > SEAT_MM[1] + 1e-9
    if thin or roomy:
        leaves = f" leave {(thickness_mm or 0) - depth_mm:.2f} mm of board"
        yield GuardFinding(
            "SLOT_DEPTH_HIGH",
            "ERROR" if thin else "WARNING",
            f"slots {depth_mm:g} mm deep" + (leaves if thin else f" for a tang of {tang_mm:g} mm"),
            [Quantity("slot_depth", depth_mm, "mm")],
            f"cut {SEAT_MM[0]:g} to {SEAT_MM[1]:g} mm deeper than the tang, and leave {BOARD_LEFT_MM:g} mm of board",
        )


def _scale(slots: FretSlots) -> Iterator[GuardFinding]:
    lengths = [
        length
        for length in (
            slots.straight and slots.straight.scale_length_mm,
            slots.fanned and slots.fanned.bass_scale_length_mm,
            slots.fanned and slots.fanned.treble_scale_length_mm,
        )
        if length
    ]
    shortest, longest = USUAL_SCALE_MM
    for length in lengths:
        if not shortest <= length <= longest:
            yield GuardFinding(
                "UNUSUAL_SCALE_LENGTH",
                "WARNING",
                f"a scale of {length:g} mm; {shortest:g} to {longest:g} mm is usual, and 25.5 in are 647.7 mm",
                [Quantity("scale_length", length, "mm")],
                "check the unit",
            )


def _fan(slots: FretSlots, frets: Sequence[Fret]) -> Iterator[GuardFinding]:
    if slots.fanned is None or not frets:
        return
    fan = fans.read_fan(slots.fanned, len(frets))
    yield from _broken(fans.direction(fan), "FANFRET_DIRECTION_INVERTED", "exchange the two scales")
    yield from _broken(fans.perpendicular(fan), "FANFRET_PERP_OUT_OF_RANGE", "choose a fret of the board")
    yield from _broken(fans.bridge(fan), "FANFRET_BRIDGE_NARROW", "exchange the two string spans")
    for check in fans.strings(slots, fan):
        yield from _broken(check, "FANFRET_SPAN_EXCEEDS_BOARD", "bring the strings closer together, or widen the board")
    if fan.square <= fan.fret_count:
        yield from _square(fan.square, frets)
    for fret in frets:
        if abs(fret.angle_deg) > STEEPEST_FAN_DEG:
            yield GuardFinding(
                "EXTREME_FRET_ANGLE",
                "WARNING",
                f"fret {fret.number} stands {abs(fret.angle_deg):.1f} degrees off the square",
                [Quantity("fret_angle", abs(fret.angle_deg), "deg", STEEPEST_FAN_DEG)],
                _OTHER_FAN,
                fret.number,
            )
    for number in fans.crossings(slots, fan):
        yield from _broken(fans.crossing(number), "STRING_CROSSING", _OTHER_FAN, number)


def _broken(check: Check, code: str, hint: str, fret: int | None = None) -> Iterator[GuardFinding]:
    """A condition of the geometry that does not hold, as an error: the geometry is RED for the same reason."""
    if check.score == 0.0:
        numbers = [] if fret else [Quantity(check.name, check.value, check.unit, check.limit)]
        yield GuardFinding(code, "ERROR", check.text, numbers, hint, fret)


def _square(square: float, frets: Sequence[Fret]) -> Iterator[GuardFinding]:
    nearest = min(frets, key=lambda fret: abs(fret.number - square))
    if square >= 1 and abs(nearest.angle_deg) > SQUARE_WITHIN_DEG:
        yield GuardFinding(
            "FANFRET_PERP_DRIFT",
            "WARNING",
            f"the fret nearest to {square:g} stands {abs(nearest.angle_deg):.2f} degrees off the square",
            [Quantity("fret_angle", abs(nearest.angle_deg), "deg", SQUARE_WITHIN_DEG)],
            "let a whole fret stand square",
            nearest.number,
        )
