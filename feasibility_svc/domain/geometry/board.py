"""A fretboard against its own size and against the stock."""

from collections.abc import Iterator

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, Question, must
from feasibility_svc.domain.geometry.fan import Fan
from feasibility_svc.domain.geometry.outline import in_stock
from feasibility_svc.domain.inputs.design import FretSlots
from feasibility_svc.domain.physics import fretting


def board_checks(situation: Situation, slots: FretSlots, fan: Fan | None) -> Iterator[Found]:
    """Every slot lies on the board, and the board within the stock."""
    extent_mm = last_slot_mm(slots, fan)
    if extent_mm is not None and slots.board_length_mm is not None:
        yield must(
            "last_fret",
            holds=extent_mm <= slots.board_length_mm + SAME_MM,
            value=extent_mm,
            limit=slots.board_length_mm,
            text=f"the last slot lies {extent_mm:.1f} mm from the nut on a board {slots.board_length_mm:g} mm long",
            fix=("design.fret_slots.board_length_mm", extent_mm),
        )
    yield from _spacing(slots)
    yield from _binding(slots)
    length_mm = max((length for length in (extent_mm, slots.board_length_mm) if length is not None), default=0.0)
    yield from in_stock(situation, "the fretboard", slots.widest_mm, length_mm)
    if not slots.widest_mm:
        yield Question("design.fret_slots.heel_width_mm", "whether the stock is wide enough")


def last_slot_mm(slots: FretSlots, fan: Fan | None) -> float | None:
    """Distance of the bass end of the nut from the farthest end of the last slot; None without a scale. [mm]"""
    if fan is not None:
        return max(fan.ends_mm(fan.fret_count, 0.0))
    scale_mm = None if slots.straight is None else slots.straight.scale_length_mm
    if scale_mm is None or slots.fret_count is None:
        return None
    return fretting.fret_position_mm(scale_length_mm=scale_mm, fret=slots.fret_count)


def _spacing(slots: FretSlots) -> Iterator[Found]:
    """The last two slots, which lie closest, stay apart; those of a fan are held against one another elsewhere."""
    scale_mm = None if slots.straight is None else slots.straight.scale_length_mm
    if scale_mm is None:
        return
    assert slots.fret_count is not None
    assert slots.slot_width_mm is not None  # both have been asked for
    last_mm, before_mm = (
        fretting.fret_position_mm(scale_length_mm=scale_mm, fret=slots.fret_count - back) for back in (0, 1)
    )
    yield must(
        "slot_spacing",
        holds=slots.slot_width_mm < last_mm - before_mm,
        value=slots.slot_width_mm,
        limit=last_mm - before_mm,
        text=f"slots {slots.slot_width_mm:g} mm wide, {last_mm - before_mm:.2f} mm from one to the next",
    )


def _binding(slots: FretSlots) -> Iterator[Found]:
    """Blind slots keep some length between the bindings of both edges."""
    widths = [width for width in (slots.nut_width_mm, slots.heel_width_mm) if width is not None]
    if slots.binding_width_mm is None or not widths:
        return
    yield must(
        "binding",
        holds=2 * slots.binding_width_mm < min(widths),
        value=2 * slots.binding_width_mm,
        limit=min(widths),
        text=f"bindings of {slots.binding_width_mm:g} mm leave no slot on a board {min(widths):g} mm wide",
    )
