"""G92, G52, G10, work coordinates, and moves to where work coordinates do not reach."""

from math import isnan, nan

from feasibility_svc.domain.gcode import motion
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.controllers import GRBL, Feature
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.session import Session
from feasibility_svc.domain.gcode.state import AXES

_LENGTH_OF_TABLE, _LENGTH_GIVEN, _NO_LENGTH = 430, 431, 490


def work_coordinates(session: Session, block: Block) -> None:
    """G54 to G59.3. What was cut in one cannot be laid beside what is cut in another."""
    code, state = block.groups.get("work"), session.state
    if code is None or code == state.work:
        return
    state.work = code
    _lose_frame(session, AXES)


def tool_length(session: Session, block: Block) -> None:
    """G43.1 and G49 change how long the tool is taken to be: its tip is elsewhere, though nothing moved.

    G43 takes the length from a table: where the tip is then nobody knows before the next Z.
    """
    code, state = block.groups.get("length"), session.state
    if code is None:
        return
    unknown = code == _LENGTH_OF_TABLE or state.length_of_table
    state.length_of_table = code == _LENGTH_OF_TABLE
    before = state.tool_length
    state.tool_length = before.copy() if code == _LENGTH_GIVEN else [0.0, 0.0, 0.0]
    for index, axis in enumerate(AXES):
        if code == _LENGTH_GIVEN and axis in block.values:
            state.tool_length[index] = block.values[axis] * state.scale
        change = state.tool_length[index] - before[index]
        if change != 0.0:
            _place(session, index, state.position[index] - change)
    if unknown and not isnan(state.position[2]):
        motion.away(session, "Z")


def takes_axes(session: Session, block: Block) -> bool:
    """Whether G43.1 or G49 takes the axis words. Beside a motion LinuxCNC moves, too; GRBL refuses that."""
    code = block.groups.get("length")
    if code == _LENGTH_GIVEN:
        return "motion" not in block.groups
    return code == _NO_LENGTH and session.controller is GRBL and "motion" not in block.groups


def once(session: Session, block: Block) -> None:
    """Codes that work on their own line only; those that take the axis words consume them."""
    code = block.once
    if code in {280, 300}:
        _home(session, block)
    elif code == 370:
        motion.away(session, "".join(axis for axis in AXES if axis in block.values))
    elif code in {920, 520}:
        _shift(session, block, is_set=code == 520)
    elif code in {921, 922}:
        session.state.held_offset = session.state.offset.copy() if code == 922 else None
        session.state.offset = [0.0, 0.0, 0.0]
    elif code == 923 and session.state.held_offset is not None:
        session.state.offset = session.state.held_offset
    elif code == 100:
        _work_offset(session, block)


def machine_move(session: Session, block: Block, code: int | None) -> None:
    """G53 with G0 or G1: the axes go to machine coordinates."""
    if code not in {0, 10}:
        session.refuse(rules.WORD_MISSING, "G53 without G0 or G1")
    if not session.state.absolute and session.controller.has(Feature.NO_INCREMENTAL_MACHINE_MOVES):
        session.refuse(rules.CODES_CONFLICT, "G53 G91")
    motion.settle_units(session)
    axes = "".join(axis for axis in AXES if axis in block.values)
    if axes:
        if code == 10:
            motion.feed_rate(session, block, nan)
        motion.away(session, axes)


def _home(session: Session, block: Block) -> None:
    """G28 and G30: through the point named, if any, then away."""
    named = "".join(axis for axis in AXES if axis in block.values)
    if named:
        motion.settle_units(session)
        motion.rapid(session, session.state.target(block.values))
    motion.away(session, named or AXES)


def _shift(session: Session, block: Block, *, is_set: bool) -> None:
    """G92 calls the place it is at by other numbers; G52 shifts the numbers themselves.

    Where the place was not known, G92 only says where the work is.
    """
    state = session.state
    state.offset_set = True
    moved = len(session.log) > 0
    for index, axis in enumerate(AXES):
        value = block.values.get(axis)
        if value is None:
            continue
        value *= state.scale
        if is_set:
            state.offset[index] = value
        elif not isnan(state.position[index]):
            state.offset[index] = state.position[index] - value
        else:
            if moved:
                session.note(rules.WORK_COORDINATES_CHANGED)
            state.offset[index] = 0.0
            _place(session, index, value)


def _work_offset(session: Session, block: Block) -> None:
    """G10 L2 and L20 move the work coordinates; other L are tool tables."""
    state, kind, number = session.state, block.values.get("L"), block.values.get("P", 0.0)
    if kind not in {2.0, 20.0}:
        return
    if int(number) not in {0, (state.work - 530) / 10}:
        return
    named = "".join(axis for axis in AXES if axis in block.values)
    _lose_frame(session, named)
    if kind == 20.0:
        for index, axis in enumerate(AXES):
            if axis in block.values:
                _place(session, index, block.values[axis] * state.scale)


def _place(session: Session, index: int, value_mm: float) -> None:
    """The axis is where the program says, without a move."""
    target = session.state.position.copy()
    target[index] = value_mm
    motion.record(session, Kind.AWAY, target, 0.0)


def _lose_frame(session: Session, axes: str) -> None:
    if len(session.log) > 0:
        session.note(rules.WORK_COORDINATES_CHANGED)
        motion.away(session, axes)
    for index, axis in enumerate(AXES):
        if axis in axes:
            session.state.position[index] = nan
            session.state.offset[index] = 0.0
