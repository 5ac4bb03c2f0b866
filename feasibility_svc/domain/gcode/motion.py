"""Straight moves and arcs of a block into the log."""

from math import hypot, isnan, nan

from feasibility_svc.domain.gcode import arcs
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.controllers import GRBL, Feature
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.moves import FEED_OF_OTHER_TOOL, FEED_STATED, MOST_CHORDS, Kind, packed
from feasibility_svc.domain.gcode.session import Session
from feasibility_svc.domain.gcode.state import AXES

_IN_PLANE = {17: (0, 1), 18: (2, 0), 19: (1, 2)}
_OFFSETS = "IJK"
_MOST_TURNS = 1_000


def record(session: Session, kind: Kind, target: list[float], feed: float) -> None:
    """Move to a place, and be there."""
    state = session.state
    flags = 0
    if kind is not Kind.RAPID and kind is not Kind.AWAY:
        stated = FEED_STATED if session.feed_stated else 0
        flags = stated | (FEED_OF_OTHER_TOOL if state.feed_of_tool != state.tool else 0)
    state.position = target
    session.log.floats.extend((target[0], target[1], target[2], feed, state.running_speed))
    session.log.integers.extend((session.line, packed(kind, flags, state.tool)))


def away(session: Session, axes: str) -> None:
    """A rapid to where these axes are not known."""
    target = [nan if axis in axes else place for axis, place in zip(AXES, session.state.position, strict=True)]
    record(session, Kind.AWAY, target, 0.0)


def move(session: Session, block: Block, code: int) -> None:
    """G0, G1, G2 or G3 with the words of the block."""
    settle_units(session)
    target = session.state.target(block.values)
    if code == 0:
        rapid(session, target)
    elif code == 10:
        feed(session, block, target)
    else:
        _arc(session, block, target, clockwise=code == 20)


def settle_units(session: Session) -> None:
    """Told once: moves before the units were stated."""
    state = session.state
    if not state.units_settled:
        state.units_settled = True
        session.lack(rules.UNITS_NOT_STATED)


def rapid(session: Session, target: list[float]) -> None:
    if target != session.state.position:
        record(session, Kind.RAPID, target, 0.0)


def feed(session: Session, block: Block, target: list[float]) -> None:
    length = _length(session.state.position, target)
    rate = feed_rate(session, block, length)
    if target != session.state.position:
        record(session, Kind.LINE, target, rate)


def feed_rate(session: Session, block: Block, length_mm: float) -> float:
    """Feed along a path of this length; 0 where there is none. [mm/min]"""
    state = session.state
    if state.feed_mode == 930:
        per_min = block.values.get("F", 0.0)
        if per_min <= 0:
            session.lack(rules.NO_FEED)
        return 0.0 if isnan(length_mm) else per_min * length_mm
    rate = state.feed * state.running_speed if state.feed_mode == 950 else state.feed
    if rate <= 0:
        session.lack(rules.NO_FEED)
    return rate


def _arc(session: Session, block: Block, target: list[float], *, clockwise: bool) -> None:
    state = session.state
    first, second = _IN_PLANE[state.plane]
    start, end = state.position, target
    ends = ((start[first], start[second]), (end[first], end[second]))
    if any(isnan(value) for pair in ends for value in pair):
        session.note(rules.ARC_FROM_NOWHERE)
        record(session, Kind.LINE, target, feed_rate(session, block, nan))
        return
    arc = _geometry(session, block, *ends, clockwise=clockwise)
    if arc is None:
        session.note(rules.ARC_INCOMPLETE)
        record(session, Kind.LINE, target, feed_rate(session, block, nan))
        return
    if arc.is_doubtful:
        level = Level.ERROR if arc.is_refused else Level.WARNING
        session.note(rules.ARC_RADIUS_MISMATCH, value=arc.mismatch_mm, limit=arcs.FREE_MISMATCH_MM, level=level)
    third = 3 - first - second
    rise = end[third] - start[third]
    length = hypot(arc.radius_mm * arc.sweep_rad, 0.0 if isnan(rise) else rise)
    rate = feed_rate(session, block, length)
    session.log.arc(arc, state.plane)
    if session.log.chord_count > MOST_CHORDS:
        session.note(rules.TOO_MANY_CHORDS, "", limit=MOST_CHORDS)
        session.exhausted = True
    record(session, Kind.CLOCKWISE if clockwise else Kind.COUNTER_CLOCKWISE, target, rate)


def _geometry(
    session: Session, block: Block, start: arcs.Point, end: arcs.Point, *, clockwise: bool
) -> arcs.Arc | None:
    """The arc of the words; None where there is none."""
    state, values = session.state, block.values
    first, second = _IN_PLANE[state.plane]
    radius = values.get("R")
    offsets = [values.get(_OFFSETS[axis]) for axis in (first, second)]
    has_centre = any(offset is not None for offset in offsets)
    if radius is not None and not has_centre and _OFFSETS[3 - first - second] not in values:
        return _by_radius(session, start, end, radius * state.scale, clockwise=clockwise)
    if radius is not None or not has_centre or _ends_nowhere(session, block):
        return None
    if _OFFSETS[3 - first - second] in values and session.controller.has(Feature.REFUSES_OFFSET_OUTSIDE_PLANE):
        session.note(rules.ARC_OFFSET_OUTSIDE_PLANE)
    if state.centres_absolute and None in offsets:
        return None
    shift = (state.offset[first], state.offset[second]) if state.centres_absolute else start
    centre = tuple((offset or 0.0) * state.scale + moved for offset, moved in zip(offsets, shift, strict=True))
    turns = _turns(session, values.get("P"))
    arc = arcs.around(start, end, (centre[0], centre[1]), clockwise=clockwise, turns=turns)
    return arc if arc.radius_mm > 0 else None


def _by_radius(
    session: Session, start: arcs.Point, end: arcs.Point, radius_mm: float, *, clockwise: bool
) -> arcs.Arc | None:
    """GRBL refuses a chord that is longer than two radii at all; of half a turn its rounding decides that."""
    excess_mm = arcs.CHORD_EXCESS_MM
    if session.controller is GRBL:
        excess_mm = arcs.rounding_of_grbl_mm(start, end, radius_mm)
        if arcs.is_half_turn(start, end, radius_mm, excess_mm):
            session.note(rules.HALF_TURN_BY_RADIUS)
    return arcs.by_radius(start, end, radius_mm, clockwise=clockwise, excess_mm=excess_mm)


def _ends_nowhere(session: Session, block: Block) -> bool:
    """GRBL wants an end in the plane; others read its absence as a full circle."""
    first, second = _IN_PLANE[session.state.plane]
    named = AXES[first] in block.values or AXES[second] in block.values
    return not named and session.controller is GRBL


def _turns(session: Session, value: float | None) -> int:
    if value is None or not session.controller.has(Feature.REPEATS_TURNS):
        return 1
    if not 1 <= value <= _MOST_TURNS or value != int(value):
        session.note(rules.BAD_NUMBER)
        return 1
    return int(value)


def _length(start: list[float], end: list[float]) -> float:
    """Distance along the axes that are known; NaN where none is."""
    known = [(one - other) ** 2 for one, other in zip(start, end, strict=True) if not (isnan(one) or isnan(other))]
    return sum(known) ** 0.5 if known else nan
