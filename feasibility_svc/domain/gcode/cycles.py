"""Canned cycles in XY: G73, G74, G81 to G86 and G89, as the moves they are."""

from dataclasses import dataclass
from math import isnan, nan

from feasibility_svc.domain.gcode import motion
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.session import Session

_LIFT_MM = 0.254
"""How far LinuxCNC backs off between pecks. [mm]"""
_WORDS = "RZQP"
_PECKING = frozenset({730, 830})
_DWELLING = frozenset({820, 890, 860})
_FEEDS_OUT = frozenset({740, 840, 850, 890})


@dataclass(frozen=True, slots=True)
class _Hole:
    retract_mm: float
    bottom_mm: float
    peck_mm: float
    dwell_s: float
    clear_mm: float
    """Where the tool ends."""


def drill(session: Session, block: Block, code: int) -> None:
    """One line of a canned cycle: a hole, or as many as L says."""
    state = session.state
    motion.settle_units(session)
    if state.plane != 17 or state.feed_mode == 930:
        session.note(rules.CODE_NOT_UNDERSTOOD)
        motion.away(session, "XYZ")
        return
    _keep_words(session, block, code)
    hole = _hole(session, code)
    count = block.values.get("L", block.values.get("K", 1.0))
    if hole is None or (session.controller.tested and (count < 1 or count != int(count))):
        session.refuse(rules.CYCLE_INCOMPLETE, session.text)
        motion.away(session, "XYZ")
        return
    rate = motion.feed_rate(session, block, nan)
    for _ in range(int(min(max(count, 0.0), session.most_moves))):
        place = state.target(block.values)
        if isnan(place[0]) or isnan(place[1]):
            session.note(rules.CYCLE_FROM_NOWHERE)
        _one(session, code, hole, place, rate)
        if len(session.log) > session.most_moves:
            return


def _keep_words(session: Session, block: Block, code: int) -> None:
    """R, Z, Q and P hold from hole to hole, in millimetres and work coordinates; LinuxCNC wants them for each code."""
    state, values = session.state, block.values
    frame = state.absolute, state.offset[2]
    if state.cycle_code is None:
        state.cycle_start_z = state.position[2]
    elif state.cycle_code != code and session.controller.tested:
        state.cycle.clear()
    elif state.cycle_frame != frame:
        session.note(rules.CYCLE_FROM_NOWHERE)  # levels that go on mean others now
    state.cycle_code, state.cycle_frame = code, frame
    for letter in _WORDS:
        if letter in values:
            state.cycle[letter] = values[letter] * (1.0 if letter == "P" else state.scale)
    if "R" in values:
        base = state.cycle_start_z if not state.absolute else state.offset[2]
        state.cycle["R"] = values["R"] * state.scale + base
    if "Z" in values:
        base = state.cycle.get("R", nan) if not state.absolute else state.offset[2]
        state.cycle["Z"] = values.pop("Z") * state.scale + base


def _hole(session: Session, code: int) -> _Hole | None:
    state = session.state
    retract, bottom = state.cycle.get("R", nan), state.cycle.get("Z", nan)
    peck = state.cycle.get("Q", 0.0)
    if isnan(retract) or isnan(bottom) or bottom > retract or (code in _PECKING and peck <= 0):
        return None
    if code in _DWELLING and "P" not in state.cycle and session.controller.tested:
        return None
    clear = max(state.cycle_start_z, retract) if state.return_to_start else retract
    if state.return_to_start and isnan(state.cycle_start_z):
        clear = nan
    dwell = state.cycle.get("P", 0.0) if code in _DWELLING else 0.0
    return _Hole(retract, bottom, peck, dwell, clear)


def _one(session: Session, code: int, hole: _Hole, place: list[float], rate: float) -> None:
    state = session.state
    if isnan(state.position[2]) or state.position[2] < hole.retract_mm:
        motion.rapid(session, [*state.position[:2], hole.retract_mm])
    motion.rapid(session, [*place[:2], state.position[2]])
    motion.rapid(session, [*place[:2], hole.retract_mm])
    if code in _PECKING:
        _peck(session, code, hole, place, rate)
    else:
        motion.record(session, Kind.LINE, [*place[:2], hole.bottom_mm], rate)
    if hole.dwell_s > 0:
        session.log.stop()
        session.dwell_s += hole.dwell_s
    if code in _FEEDS_OUT:
        motion.record(session, Kind.LINE, [*place[:2], hole.retract_mm], rate)
    if isnan(hole.clear_mm):
        motion.rapid(session, [*place[:2], hole.retract_mm])
        motion.away(session, "Z")
    else:
        motion.rapid(session, [*place[:2], hole.clear_mm])


def _peck(session: Session, code: int, hole: _Hole, place: list[float], rate: float) -> None:
    """G73 backs off a little between pecks, G83 out of the hole."""
    depth = hole.retract_mm
    while depth > hole.bottom_mm and len(session.log) <= session.most_moves:
        if depth < hole.retract_mm:
            lifted = depth + _LIFT_MM if code == 730 else hole.retract_mm
            motion.rapid(session, [*place[:2], lifted])
            motion.rapid(session, [*place[:2], min(depth + _LIFT_MM, hole.retract_mm)])
        depth = max(depth - hole.peck_mm, hole.bottom_mm)
        motion.record(session, Kind.LINE, [*place[:2], depth], rate)
