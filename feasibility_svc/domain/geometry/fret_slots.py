"""Fret slots: width, depth, what remains of the board, where the frets stand."""

from collections.abc import Iterator
from math import radians, tan

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry import fan
from feasibility_svc.domain.geometry.board import board_checks
from feasibility_svc.domain.geometry.check import SAME_MM, Check, Found, must, ratio, should, tolerance_mm
from feasibility_svc.domain.geometry.reach import reach
from feasibility_svc.domain.inputs.design import FretSlots
from feasibility_svc.domain.physics import fretting
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing
from feasibility_svc.domain.scoring.numeric import interpolate

WIDTH_TOLERANCE_MM = 0.05
"""Slot width error at which a fret no longer holds or no longer goes in. [mm]"""
BOARD_LEFT_MM = 2.0
"""What must remain under a slot [A]. [mm]"""
SEAT_MM = (0.3, 0.5)
"""Room under the tang: what fret slots leave for glue and chips. [mm]"""
_CENTS_SCORE = ((0.0, 100.0), (1.0, 80.0), (3.0, 50.0), (6.0, 0.0))


def cents_score(cents: float) -> float:
    """Score of a pitch error: GREEN up to 1 cent, YELLOW up to 3.

    >>> cents_score(1.0), cents_score(3.0)
    (80.0, 50.0)
    """
    return interpolate(cents, _CENTS_SCORE)


def checks(situation: Situation, slots: FretSlots) -> Iterator[Found]:
    if slots.slot_width_mm is not None:
        yield from _width(situation, slots, slots.slot_width_mm)
    _, depth_mm, fret_count = situation.need_design("slot_width_mm", "slot_depth_mm", "fret_count")
    if slots.straight is None and slots.fanned is None:
        raise NotAssessedError(missing("design.fret_slots.straight.scale_length_mm"))
    fanned = None if slots.fanned is None else fan.read_fan(slots.fanned, int(fret_count))
    yield from _curve(slots)
    centre_mm = depth_mm + _crown_mm(slots)
    yield from _taper(situation, slots, centre_mm)
    yield from reach(situation, centre_mm, through=False)
    yield from _depth(situation, slots, depth_mm, centre_mm)
    yield from board_checks(situation, slots, fanned)
    if situation.is_saw:
        yield from _saw(situation, slots, depth_mm)
    if fanned is not None:
        yield from fan.checks(slots, fanned)
    if slots.programmed_positions_mm:
        yield from _positions(slots, fanned, int(fret_count))


def _width(situation: Situation, slots: FretSlots, width_mm: float) -> Iterator[Found]:
    (cutter_mm,) = situation.need("tool.kerf_mm" if situation.is_saw else "tool.diameter_mm")
    cut_mm = max(width_mm, cutter_mm)
    target_mm = slots.tang_width_mm or width_mm
    error_mm = abs(cut_mm - target_mm)
    yield ratio(
        "slot_width",
        demand=error_mm,
        limit=WIDTH_TOLERANCE_MM,
        text=f"the slot comes out {cut_mm:.3f} mm wide for a target of {target_mm:.3f} mm",
        fix=("context.tool.kerf_mm" if situation.is_saw else "context.tool.diameter_mm", target_mm),
    )


def _taper(situation: Situation, slots: FretSlots, centre_mm: float) -> Iterator[Found]:
    """The cutter fits to the floor of a slot that narrows downwards."""
    width_mm, taper_deg = slots.slot_width_mm, slots.taper_deg
    if width_mm is None or not taper_deg:
        return
    (cutter_mm,) = situation.need("tool.kerf_mm" if situation.is_saw else "tool.diameter_mm")
    floor_mm = width_mm - 2 * centre_mm * tan(radians(taper_deg))
    yield must(
        "floor_width",
        holds=floor_mm >= cutter_mm - SAME_MM,
        value=floor_mm,
        limit=cutter_mm,
        text=f"the slot narrows to {max(floor_mm, 0.0):.3f} mm at its floor, the tool cuts {cutter_mm:g} mm",
    )


def _curve(slots: FretSlots) -> Iterator[Found]:
    """A board of the width has the radius."""
    width_mm = slots.widest_mm
    if slots.fretboard_radius_mm is not None:
        yield must(
            "board_radius",
            holds=width_mm <= 2 * slots.fretboard_radius_mm + SAME_MM,
            value=width_mm,
            limit=2 * slots.fretboard_radius_mm,
            text=f"no board {width_mm:g} mm wide has a radius of {slots.fretboard_radius_mm:g} mm",
        )


def _crown_mm(slots: FretSlots) -> float:
    """How much deeper a flat slot is at the centre of a radiused board."""
    if slots.fretboard_radius_mm is None or slots.depth_follows_radius:
        return 0.0
    if slots.heel_width_mm is None:
        raise NotAssessedError(missing("design.fret_slots.heel_width_mm"))
    radius_mm = max(slots.fretboard_radius_mm, slots.heel_width_mm / 2)  # a smaller one is refused anyway
    return fretting.crown_sagitta_mm(radius_mm=radius_mm, width_mm=slots.heel_width_mm)


def _depth(situation: Situation, slots: FretSlots, depth_mm: float, centre_mm: float) -> Iterator[Found]:
    thickness_mm = situation.find("stock.thickness_mm")
    if thickness_mm is not None:  # reach has asked for it
        yield _remaining(situation, thickness_mm, depth_mm, centre_mm)
    if slots.tang_depth_mm is None:
        return
    yield must(
        "tang_depth",
        holds=depth_mm >= slots.tang_depth_mm,
        value=depth_mm,
        limit=slots.tang_depth_mm,
        text=f"a slot {depth_mm:g} mm deep for a tang of {slots.tang_depth_mm:g} mm: the fret will not seat",
        fix=("design.fret_slots.slot_depth_mm", slots.tang_depth_mm + SEAT_MM[0]),
    )
    room_mm = depth_mm - slots.tang_depth_mm
    yield should(
        "seat",
        holds=SEAT_MM[0] - 1e-9 <= room_mm <= SEAT_MM[1] + 1e-9,
        value=room_mm,
        limit=SEAT_MM[1],
        text=f"{room_mm:.2f} mm of room under the tang, {SEAT_MM[0]:g} to {SEAT_MM[1]:g} mm is usual",
    )


def _remaining(situation: Situation, thickness_mm: float, depth_mm: float, centre_mm: float) -> Check:
    remaining_mm = thickness_mm - centre_mm - tolerance_mm(situation)
    return ratio(
        "remaining_board",
        demand=BOARD_LEFT_MM / max(remaining_mm, SAME_MM),
        limit=1.0,
        unit="",
        text=f"{max(remaining_mm, 0):.2f} mm of board remain under the slot, {BOARD_LEFT_MM:g} mm must",
        fix=(
            "design.fret_slots.slot_depth_mm",
            max(thickness_mm - tolerance_mm(situation) - BOARD_LEFT_MM / 0.8 - (centre_mm - depth_mm), 0.0),
        ),
    )


def _saw(situation: Situation, slots: FretSlots, depth_mm: float) -> Iterator[Found]:
    if slots.binding_width_mm is None:
        return
    (diameter_mm,) = situation.need("tool.diameter_mm")
    depth_mm = min(depth_mm, diameter_mm / 2)  # deeper, the run-out only grows, and the reach is refused anyway
    run_out_mm = fretting.saw_run_out_mm(blade_diameter_mm=diameter_mm, depth_mm=depth_mm)
    yield must(
        "blind_slot",
        holds=run_out_mm <= slots.binding_width_mm,
        value=run_out_mm,
        limit=slots.binding_width_mm,
        text=f"the blade runs out {run_out_mm:.1f} mm beyond a blind slot that leaves {slots.binding_width_mm:g} mm",
    )


def _positions(slots: FretSlots, fanned: fan.Fan | None, fret_count: int) -> Iterator[Found]:
    """As many positions as frets, each where the treble end of its slot belongs: the numbers the frets report."""
    if fanned is None:
        scale_mm = slots.straight.scale_length_mm if slots.straight is not None else None
        if scale_mm is None:
            raise NotAssessedError(missing("design.fret_slots.straight.scale_length_mm"))
    else:
        scale_mm = fanned.treble_mm
    given = slots.programmed_positions_mm
    yield must(
        "position_count",
        holds=len(given) == fret_count,
        value=len(given),
        limit=fret_count,
        unit="",
        text=f"{len(given)} positions are programmed for {fret_count} frets",
    )
    shift_mm = 0.0 if fanned is None else fanned.shift_mm
    errors = [
        (
            fretting.cents_error(
                scale_length_mm=scale_mm,
                fret=fret,
                error_mm=position - shift_mm - fretting.fret_position_mm(scale_length_mm=scale_mm, fret=fret),
            ),
            fret,
        )
        for fret, position in enumerate(given, start=1)
    ]
    worst_cents, at = max(errors)
    yield Check(
        "position",
        cents_score(worst_cents),
        f"fret {at} stands {worst_cents:.2f} cents off, 1 cent is the limit",
        worst_cents,
        1.0,
        "cent",
    )
