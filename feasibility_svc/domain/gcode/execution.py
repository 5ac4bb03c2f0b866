"""Executes a block in the order of meaning.

1. feed mode, F, S, T and M6, spindle, dwell
2. plane, units, work coordinates, distance modes
3. codes of one line: G28, G30, G92, G52, G10
4. motion: G0 to G3, canned cycles, G53
5. pauses and the end of the program
"""

from math import nan

from feasibility_svc.domain.gcode import cycles, motion, offsets, settings
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.codes import CYCLES, MOTION_OFF, STRAIGHT_OR_ARC
from feasibility_svc.domain.gcode.controllers import Feature
from feasibility_svc.domain.gcode.session import Session
from feasibility_svc.domain.gcode.state import AXES, LOST

_TAKES_AXES = frozenset({100, 280, 300, 370, 520, 920})
_MAY_TAKE_AXES = frozenset({40, 281, 301})
"""GRBL and LinuxCNC leave the axis words of these lines to the motion."""
_CENTRES = frozenset("IJKR")
_CLEARED = 921


def execute(session: Session, block: Block) -> None:
    """Take a block's effect on the state, and its moves into the log."""
    settings.foreign(session, block)
    settings.feed_mode(session, block)
    settings.feed(session, block)
    settings.speed(session, block)
    settings.tool(session, block)
    settings.spindle(session, block)
    settings.dwell(session, block)
    settings.plane(session, block)
    settings.units(session, block)
    offsets.work_coordinates(session, block)
    offsets.tool_length(session, block)
    settings.distances(session, block)
    late = block.once == _CLEARED and session.controller.has(Feature.CLEARS_OFFSET_AFTER_MOTION)
    if not late:
        offsets.once(session, block)
    _follow_calls(session, block)
    _move(session, block)
    if late:
        offsets.once(session, block)
    settings.end(session, block)


def _follow_calls(session: Session, block: Block) -> None:
    """A subprogram may go anywhere."""
    if any(rule is rules.SUBPROGRAM for rule, _ in block.foreign):
        motion.away(session, AXES)


def _move(session: Session, block: Block) -> None:
    state = session.state
    code = block.groups.get("motion", state.motion)
    if "machine" in block.groups:
        offsets.machine_move(session, block, code)
        state.take_motion(code)
        return
    if _takes_axes(session, block):
        state.take_motion(code)
        if state.motion is None and session.controller.has(Feature.OFF_TAKES_NO_AXES):
            session.refuse(rules.NO_MOTION_MODE, session.text)
        return
    moves = block.names_axes or (code in {20, 30} and not _CENTRES.isdisjoint(block.values))
    if not moves and "motion" not in block.groups:
        return
    if code == 10 and not moves and session.controller.tested:
        motion.feed_rate(session, block, nan)
    if code is None:
        session.refuse(rules.NO_MOTION_MODE, session.text)
        return
    state.take_motion(code)
    if moves:
        _run(session, block, code)


def _takes_axes(session: Session, block: Block) -> bool:
    """Whether a code of the line that is no motion takes its axis words."""
    if offsets.takes_axes(session, block) or block.once in _TAKES_AXES:
        return True
    return block.once in _MAY_TAKE_AXES and not session.controller.tested


def _run(session: Session, block: Block, code: int) -> None:
    if code in STRAIGHT_OR_ARC:
        motion.move(session, block, code)
    elif code in CYCLES:
        cycles.drill(session, block, code)
    elif code != MOTION_OFF:
        session.state.motion = LOST
        motion.away(session, "".join(axis for axis in AXES if axis in block.values))
    else:
        session.refuse(rules.NO_MOTION_MODE, session.text)
