"""Everything of a block that sets a mode and moves nothing, apart from offsets."""

from math import isnan

from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.controllers import GRBL, Feature
from feasibility_svc.domain.gcode.moves import MOST_TOOL_CHANGES
from feasibility_svc.domain.gcode.session import Session, ToolChange
from feasibility_svc.domain.gcode.state import MM_PER_INCH

_INCH = 200
_PLANES = {170: 17, 180: 18, 190: 19}
_STOPPING = frozenset({0, 10, 30, 40, 50, 70, 80, 90, 600})
_PAUSES = frozenset({0, 10, 600})
_ENDS = frozenset({20, 300})


def feed_mode(session: Session, block: Block) -> None:
    mode = block.groups.get("feed mode")
    if mode is None:
        return
    if mode != session.state.feed_mode or session.controller.has(Feature.FEED_MODE_FORGETS_FEED):
        session.state.feed_mode = mode
        session.state.feed = 0.0  # its number has another unit


def feed(session: Session, block: Block) -> None:
    """F, in the units that hold before or after G20 and G21 of the same line, as the controller reads it."""
    value = block.values.get("F")
    if value is None:
        return
    state = session.state
    session.feed_stated = True
    state.feed_of_tool = state.tool
    if value < 0:
        session.note(rules.BAD_NUMBER, f"F{value:g}")
        value = 0.0
    units = block.groups.get("units")
    scale = state.scale
    if units is not None and _scale(units) != scale:
        if not session.controller.tested and state.units is not None:
            session.note(rules.FEED_UNITS_AMBIGUOUS)
        if not session.controller.has(Feature.FEED_IN_OLD_UNITS):
            scale = _scale(units)
    state.feed = value * scale


def speed(session: Session, block: Block) -> None:
    value = block.values.get("S")
    if value is None:
        return
    state = session.state
    if value < 0:
        session.note(rules.BAD_NUMBER, f"S{value:g}")
        value = 0.0
    if value != state.speed and state.spindle_on and session.controller.has(Feature.STOPS_FOR_SPEED):
        session.log.stop()
    state.speed = value


def tool(session: Session, block: Block) -> None:
    """T, and M6 where it stands."""
    state = session.state
    value = block.values.get("T")
    if value is not None:
        whole = value == int(value) or session.controller is GRBL
        if value < 0 or not whole or value > 99_999_999:
            session.note(rules.BAD_NUMBER, f"T{value:g}")
        else:
            state.next_tool = int(value)
    if 60 not in block.m_codes:
        return
    if state.spindle_on:
        session.note(rules.CHANGE_WITH_SPINDLE_ON)
        if session.controller.has(Feature.CHANGE_STOPS_SPINDLE):
            state.spindle_on = False
    if state.next_tool is None:
        session.note(rules.TOOL_NOT_NAMED)
    session.log.stop()
    if state.tool >= MOST_TOOL_CHANGES:
        session.note(rules.TOO_MANY_TOOL_CHANGES, limit=MOST_TOOL_CHANGES)
        session.exhausted = True
        return
    state.tool += 1
    session.tools.append(ToolChange(session.line, state.next_tool))


def spindle(session: Session, block: Block) -> None:
    """M3, M4 and M5, and the stop that M codes make."""
    state = session.state
    for code in block.m_codes:
        if code in {30, 40}:
            state.spindle_on = True
        elif code == 50:
            state.spindle_on = False
        if code in _STOPPING:
            session.log.stop()


def dwell(session: Session, block: Block) -> None:
    if block.once != 40:
        return
    session.log.stop()
    value = block.values.get("P")
    in_milliseconds = session.controller.has(Feature.DWELL_IN_MILLISECONDS)
    if value is None and in_milliseconds:
        session.dwell_s += max(block.values.pop("X", block.values.pop("U", 0.0)), 0.0)
        return
    if value is None or value < 0:
        session.note(rules.WORD_MISSING, "G4 without P")
        return
    if in_milliseconds:
        session.note(rules.DWELL_AMBIGUOUS)
        value = value / 1000 if value >= 100 else value  # nobody waits for minutes
    session.dwell_s += value


def plane(session: Session, block: Block) -> None:
    code = block.groups.get("plane")
    if code in _PLANES:
        session.state.plane = _PLANES[code]


def units(session: Session, block: Block) -> None:
    code = block.groups.get("units")
    if code is None:
        return
    state = session.state
    changed = state.units is not None and state.units != code
    if changed or (state.units is None and len(session.log) > 0 and code == _INCH):
        session.note(rules.UNITS_CHANGED)
    state.units, state.units_settled, state.scale = code, True, _scale(code)


def distances(session: Session, block: Block) -> None:
    state = session.state
    distance = block.groups.get("distance")
    if distance is not None:
        state.absolute = distance == 900
    centres = block.groups.get("centres")
    if centres is not None:
        state.centres_absolute = centres == 901
    returning = block.groups.get("return")
    if returning is not None:
        state.return_to_start = returning == 980


def foreign(session: Session, block: Block) -> None:
    """What the controller refuses, and what it takes but is not followed here."""
    for rule, text in block.problems:
        session.refuse(rule, text)
    for rule, text in block.foreign:
        session.note(rule, text if rule is not rules.ROTARY_AXIS else session.text)


def end(session: Session, block: Block) -> None:
    """M0, M1 and M60 pause; M2 and M30 end the program."""
    state = session.state
    session.pause_count += sum(code in _PAUSES for code in block.m_codes)
    if not any(code in _ENDS for code in block.m_codes):
        return
    close(session)
    session.ended = True
    state.spindle_on = False
    state.absolute, state.plane, state.feed_mode, state.motion = True, 17, 940, 10


def close(session: Session) -> None:
    """What is still in force when the program ends."""
    state = session.state
    if not state.absolute:
        session.note(rules.INCREMENTAL_LEFT_ON)
    if state.offset_set and any(value != 0.0 for value in state.offset if not isnan(value)):
        session.note(rules.OFFSET_LEFT_ON)
    if state.spindle_on and not session.ended:
        session.note(rules.SPINDLE_LEFT_ON)


def _scale(units_code: int) -> float:
    return MM_PER_INCH if units_code == _INCH else 1.0
