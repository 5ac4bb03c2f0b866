"""Findings of a fretboard, by the codes CAM tools know."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from feasibility_svc.domain.assessment import Assessment, Quantity
from feasibility_svc.domain.design import FretSlots
from feasibility_svc.domain.geometry.fret_slots import BOARD_LEFT_MM, SEAT_MM, STEEPEST_FAN_DEG
from feasibility_svc.domain.levels import Category
from feasibility_svc.domain.situation import Situation
from feasibility_svc.domain.views.frets import Fret
from feasibility_svc.domain.views.guard_finding import GuardFinding
from feasibility_svc.domain.views.saw_guard import bite, heat

USUAL_SCALE_MM = (400.0, 1_000.0)
SQUARE_WITHIN_DEG = 0.5
"""How far the perpendicular fret may stand off the square. [deg]"""


def fret_findings(situation: Situation, assessments: Sequence[Assessment], frets: Sequence[Fret]) -> list[GuardFinding]:
    """Chip, depth, heat and the geometry of the scale; nothing for other operations."""
    slots = situation.design.fret_slots
    if slots is None:
        return []
    by_category = {assessment.category: assessment for assessment in assessments}
    return [
        *bite(by_category[Category.CHIPLOAD], low="CHIPLOAD_LOW", high="CHIPLOAD_HIGH"),
        *heat(by_category[Category.HEAT], "HEAT_BUILDUP_RISK"),
        *_depth(situation, slots),
        *_scale(slots),
        *_fan(slots, frets),
    ]


def _depth(situation: Situation, slots: FretSlots) -> Iterator[GuardFinding]:
    depth_mm, flute_mm = slots.slot_depth_mm, situation.find("tool.flute_length_mm")
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
                f"a scale of {length:g} mm; {shortest:g} to {longest:g} mm is usual",
                [Quantity("scale_length", length, "mm")],
                "check the unit: 25.5 in are 647.7 mm",
            )


def _fan(slots: FretSlots, frets: Sequence[Fret]) -> Iterator[GuardFinding]:
    fan = slots.fanned
    if fan is None or not frets:
        return
    bass, treble, square = fan.bass_scale_length_mm, fan.treble_scale_length_mm, fan.perpendicular_fret
    if bass is not None and treble is not None and bass < treble:
        yield GuardFinding(
            "FANFRET_DIRECTION_INVERTED",
            "ERROR",
            f"the bass scale of {bass:g} mm is shorter than the treble scale of {treble:g} mm",
            [Quantity("bass_scale_length", bass, "mm", treble)],
            "exchange the two scales",
        )
    yield from _perpendicular(square or 0.0, frets)
    for fret in frets:
        if abs(fret.angle_deg) > STEEPEST_FAN_DEG:
            yield GuardFinding(
                "EXTREME_FRET_ANGLE",
                "WARNING",
                f"fret {fret.number} stands {abs(fret.angle_deg):.1f} degrees off the square",
                [Quantity("fret_angle", abs(fret.angle_deg), "deg", STEEPEST_FAN_DEG)],
                "bring the scales closer together, or move the perpendicular fret",
                fret.number,
            )
    reach = _reach_beyond_strings(slots, fan.nut_string_span_mm or 0.0)
    for before, after in pairwise(frets):
        if any(
            later <= earlier for earlier, later in zip(_ends_mm(before, reach), _ends_mm(after, reach), strict=True)
        ):
            yield _crossing(after.number)


def _reach_beyond_strings(slots: FretSlots, span_mm: float) -> float:
    """How far slots run on beyond the outer strings, over the distance of those. [-]"""
    widest_mm = max(slots.nut_width_mm or 0.0, slots.heel_width_mm or 0.0, span_mm)
    return (widest_mm - span_mm) / 2 / span_mm


def _ends_mm(fret: Fret, reach: float) -> tuple[float, float]:
    """Where a slot meets the edges of the board. [mm]"""
    slope = fret.bass_position_mm - fret.treble_position_mm
    return fret.treble_position_mm - reach * slope, fret.bass_position_mm + reach * slope


def _perpendicular(square: float, frets: Sequence[Fret]) -> Iterator[GuardFinding]:
    if square > len(frets):
        yield GuardFinding(
            "FANFRET_PERP_OUT_OF_RANGE",
            "ERROR",
            f"fret {square:g} is to stand square on a board of {len(frets)} frets",
            [Quantity("perpendicular_fret", square, "", float(len(frets)))],
            "choose a fret of the board",
        )
        return
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


def _crossing(fret: int) -> GuardFinding:
    return GuardFinding(
        "STRING_CROSSING",
        "ERROR",
        f"slot {fret} crosses the slot before it at the edge of the board",
        [],
        "bring the scales closer together, or move the perpendicular fret",
        fret,
    )
