"""Reads G-code with the semantics of a controller.

1. bytes become lines, lines words, words a block of codes and values
2. a block is executed in the order of meaning, not of writing
3. what is not understood is noted with its line, and reading goes on with what is known

Time is linear in the bytes and memory bounded: at most `MOST_MOVES` moves of 48 bytes, and findings by rule. What else
could take long is bounded too: lines without moves, and the chords of arcs.
"""

from collections.abc import Callable, Iterable, Iterator

from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode import sniffing
from feasibility_svc.domain.gcode.controllers import Controller, Feature
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.interpreter import Interpreter
from feasibility_svc.domain.gcode.lines import lines_of
from feasibility_svc.domain.gcode.moves import MOST_MOVES
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.session import Session
from feasibility_svc.domain.gcode.settings import close

MOST_LINES = 3_000_000
"""More than a program of `MOST_MOVES` moves has; reading them takes some seconds."""
_BETWEEN_CHECKS = 1 << 16
_LINE_COST = 24
"""What a line costs besides its characters. [characters]"""
_PIECE_BYTES = 1 << 18
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UNITS = {200: "inch", 210: "mm"}


def read_program(
    chunks: Iterable[bytes],
    controller: Controller,
    *,
    checkpoint: Callable[[], None] = lambda: None,
    most_moves: int = MOST_MOVES,
) -> Program:
    """The moves of a program and everything that can be said about it without knowing what was approved.

    Args:
        chunks: Its bytes, in pieces of any size.
        checkpoint: Called every thousand lines or so; what it raises ends the reading.
        most_moves: More are not read, and that is a finding.
    """
    session = Session(controller, most_moves)
    pieces = _pieces(chunks)
    head = _head(pieces)
    reason = sniffing.why_not_gcode(head)
    if not reason:
        _read(session, lines_of(_all(head, pieces), cr_ends=controller.has(Feature.CR_ENDS_LINES)), checkpoint)
        if session.printer_signs >= sniffing.ENOUGH_SIGNS:
            reason = "it is for a 3D printer"
        elif len(session.log) == 0 and not session.state.doubt:
            reason = "it moves nothing"
    if reason:
        session.findings.clear()
        session.line = 0
        session.note(rules.NOT_A_MILLING_PROGRAM, reason)
    else:
        _finish(session)
    return _program(session, is_milling=not reason)


def _read(session: Session, lines: Iterable[str], checkpoint: Callable[[], None]) -> None:
    take = Interpreter(session).take
    taken = 0
    for line in lines:
        take(line)
        taken += len(line) + _LINE_COST
        if taken > _BETWEEN_CHECKS:
            taken = 0
            checkpoint()
            _bound(session)
        if session.exhausted or session.printer_signs >= sniffing.ENOUGH_SIGNS:
            return
    _bound(session)


def _bound(session: Session) -> None:
    if len(session.log) > session.most_moves:
        session.note(rules.TOO_MANY_MOVES, "", limit=session.most_moves)
        session.exhausted = True
    elif session.line > MOST_LINES:
        session.note(rules.TOO_MANY_LINES, "", limit=MOST_LINES)
        session.exhausted = True


def _finish(session: Session) -> None:
    """What can only be said at the end."""
    if session.ended or session.exhausted:
        return
    close(session)
    controller = session.controller
    if not session.percent_closed and controller.has(Feature.NEEDS_END):
        session.note(rules.NO_END, "", level=Level.NOT_VERIFIABLE if session.state.doubt else Level.ERROR)
    elif not controller.tested:
        session.note(rules.NO_END, "")


def _program(session: Session, *, is_milling: bool) -> Program:
    return Program(
        controller=session.controller,
        is_milling=is_milling,
        moves=session.log.moves(),
        tools=tuple(session.tools),
        first_tool=session.state.next_tool if not session.tools else None,
        findings=session.findings.listed(),
        line_count=session.line,
        units=_UNITS.get(session.state.units or 0, ""),
        dwell_s=session.dwell_s,
        pause_count=session.pause_count,
        doubt=session.state.doubt,
    )


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, none larger than bounds the memory that splitting one takes."""
    for chunk in chunks:
        for start in range(0, len(chunk), _PIECE_BYTES):
            yield chunk[start : start + _PIECE_BYTES]


def _head(pieces: Iterator[bytes]) -> bytes:
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= sniffing.HEAD_BYTES:
            break
    return bytes(head)


def _all(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head.removeprefix(_BYTE_ORDER_MARK)
    yield from pieces
