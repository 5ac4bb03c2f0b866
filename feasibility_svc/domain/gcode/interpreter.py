"""Takes a program line by line: a short way for plain lines, the full one for all others."""

import re

from feasibility_svc.domain.gcode import motion, sniffing
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block, block_of
from feasibility_svc.domain.gcode.codes import STRAIGHT_OR_ARC
from feasibility_svc.domain.gcode.controllers import Feature
from feasibility_svc.domain.gcode.execution import execute
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.lines import LONGEST_LINE
from feasibility_svc.domain.gcode.moves import FEED_OF_OTHER_TOOL, FEED_STATED, Kind, packed
from feasibility_svc.domain.gcode.session import Session
from feasibility_svc.domain.gcode.state import AXES
from feasibility_svc.domain.gcode.words import Words, words_of

_NUMBER = r"([-+]?(?:\d{1,6}(?:\.\d*)?|\.\d+)) *"  # six digits keep it under LARGEST_NUMBER
_FEED = r"(\d{1,6}(?:\.\d*)?|\.\d+) *"
_PLAIN = re.compile(
    rf" *(?:N\d{{1,6}} *)?(?:G0?([01]) *)?(?:X{_NUMBER})?(?:Y{_NUMBER})?(?:Z{_NUMBER})?(?:F{_FEED})?", re.ASCII
)
_ARC = re.compile(
    rf" *(?:N\d{{1,6}} *)?(?:G0?([23]) *)?(?:X{_NUMBER})?(?:Y{_NUMBER})?(?:Z{_NUMBER})?"
    rf"(?:I{_NUMBER})?(?:J{_NUMBER})?(?:F{_FEED})?",
    re.ASCII,
)
_ARC_WORDS = "XYZIJ"
_LABEL = re.compile(r"N\d")
_LONGEST_PLAIN = 79  # what every controller takes
_LONGEST_USUAL = 255
_REFUSED_BY = {
    rules.UNCLOSED_COMMENT: Feature.REFUSES_UNCLOSED_COMMENT,
    rules.DOUBLE_SLASH: Feature.DROPS_SLASHES,
}
_RAPID = packed(Kind.RAPID, 0, 0)
_TOOL = packed(Kind.RAPID, 0, 1)


class Interpreter:
    """Executes lines into a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._append_floats = session.log.floats.extend
        self._append_integers = session.log.integers.extend

    def take(self, line: str) -> None:
        """Execute the next line."""
        session = self._session
        session.line += 1
        session.text = line
        state = session.state
        if len(line) <= _LONGEST_PLAIN and state.units_settled and state.feed_mode == 940 and not session.ended:
            match = _PLAIN.fullmatch(line)
            if match is not None:
                if self._plain(*match.groups()):
                    return
            else:
                match = _ARC.fullmatch(line)
                if match is not None and self._arc(*match.groups()):
                    return
        self._any(line)

    def _plain(self, code: str | None, x: str | None, y: str | None, z: str | None, f: str | None) -> bool:
        """G0 and G1 with coordinates and a feed; False where it takes the full way."""
        session = self._session
        state = session.state
        mode = state.motion if code is None else 10 if code == "1" else 0
        if mode not in {0, 10} or session.percent_closed:
            return False
        if code is not None:
            state.motion = mode
            if state.cycle_code is not None:
                state.leave_cycle()
        scale = state.scale
        if f is not None:
            state.feed = float(f) * scale
            state.feed_of_tool = state.tool
        if x is None and y is None and z is None:
            return state.feed > 0.0  # some refuse G1 without one
        before = state.position
        if state.absolute:
            shift = state.offset
            target = [
                before[0] if x is None else float(x) * scale + shift[0],
                before[1] if y is None else float(y) * scale + shift[1],
                before[2] if z is None else float(z) * scale + shift[2],
            ]
        else:
            target = [
                before[0] if x is None else float(x) * scale + before[0],
                before[1] if y is None else float(y) * scale + before[1],
                before[2] if z is None else float(z) * scale + before[2],
            ]
        if mode == 0:
            feed, integer = 0.0, _RAPID
        else:
            feed = state.feed
            if feed <= 0.0:
                session.lack(rules.NO_FEED)
            stated = FEED_STATED if f is not None else 0
            integer = packed(Kind.LINE, stated | (FEED_OF_OTHER_TOOL if state.feed_of_tool != state.tool else 0), 0)
        if target != before:
            state.position = target
            self._append_floats((*target, feed, state.speed if state.spindle_on else 0.0))
            self._append_integers((session.line, integer + _TOOL * state.tool))
        return True

    def _arc(self, code: str | None, *words: str | None) -> bool:
        """G2 and G3 with a centre and a feed; False where it takes the full way."""
        session = self._session
        state = session.state
        mode = state.motion if code is None else 20 if code == "2" else 30
        if mode not in {20, 30} or session.percent_closed:
            return False
        if not any(words[:-1]):
            return False
        if code is not None:
            state.motion = mode
            if state.cycle_code is not None:
                state.leave_cycle()
        feed = words[-1]
        session.feed_stated = feed is not None
        if feed is not None:
            state.feed = float(feed) * state.scale
            state.feed_of_tool = state.tool
        values = {letter: float(word) for letter, word in zip(_ARC_WORDS, words, strict=False) if word is not None}
        motion.move(session, Block(values=values), mode)
        return True

    def _any(self, line: str) -> None:
        session = self._session
        session.feed_stated = False
        if len(line) > LONGEST_LINE:
            session.note(rules.LINE_UNREADABLY_LONG, "", limit=LONGEST_LINE)
            motion.away(session, AXES)
            return
        if "\r" in line and not session.controller.tested:
            self._parts(line)
            return
        stripped = line.strip()
        alone = stripped == "%" or (stripped.startswith("%") and not session.controller.tested)
        if alone and self._percent():
            return
        words = words_of(line, session.controller.features)
        if session.ended or session.percent_closed:
            if not words.words and words.problem is None:
                return
            self._after_end()
            if session.ended and not session.controller.has(Feature.READS_PAST_END):
                return
        self._remark(words, line)
        if words.problem is not None:
            self._broken(words)
        elif words.words:
            self._execute(words)

    def _parts(self, line: str) -> None:
        """A line with carriage returns, as those read it for which each of them ends one."""
        self._session.note(rules.LINE_END_AMBIGUOUS)
        for part in line.split("\r"):
            self._any(part)

    def _execute(self, words: Words) -> None:
        session = self._session
        first = not session.words_seen
        session.words_seen = True
        if first and not session.controller.tested and len(words.words) == 1 and words.words[0][0] == "O":
            return  # the number of a program, as Fanuc writes it
        block = block_of(words.words, session.controller, session.state.motion)
        labelled = words.words[0][0] == "N" and session.controller.has(Feature.LABELS_COME_FIRST)
        if labelled and not _LABEL.match(words.bare):  # a comment stands before it, or its number has a sign
            session.refuse(rules.LABEL_MISPLACED, session.text)
        session.printer_signs += sniffing.printer_sign(block)
        execute(session, block)

    def _remark(self, words: Words, line: str) -> None:
        session = self._session
        for rule, text in words.remarks:
            level = rule.level
            refused_by = _REFUSED_BY.get(rule)
            if refused_by is not None and session.controller.has(refused_by):
                level = Level.ERROR
            session.note(rule, text, level=level if session.controller.tested else min(level, Level.WARNING))
        longest = session.controller.longest_line
        if longest is not None and words.length > longest:
            session.note(rules.LONG_LINE, "", value=words.length, limit=longest, level=Level.ERROR)
        elif len(line) > _LONGEST_USUAL:
            session.note(rules.LONG_LINE, "", value=len(line), limit=_LONGEST_USUAL)

    def _broken(self, words: Words) -> None:
        """A line that cannot be read to its end is not executed; what it might have changed is not known any more."""
        session, problem = self._session, words.problem
        assert problem is not None
        session.words_seen = True
        if problem.level is Level.NOT_VERIFIABLE:
            session.note(problem)
        else:
            session.refuse(problem, words.problem_text)
        for letter, value in words.words:
            if letter == "G" and round(value * 10) in STRAIGHT_OR_ARC:
                session.state.take_motion(round(value * 10))
        if problem is rules.SUBPROGRAM:
            motion.away(session, AXES)
        elif not words.bare.startswith("#"):
            if "F" in words.bare:
                session.state.feed = 0.0
            axes = "".join(axis for axis in AXES if axis in words.bare)
            if axes:
                motion.away(session, axes)

    def _percent(self) -> bool:
        """A % on a line of its own begins or ends the program; False where it may not stand."""
        session = self._session
        if session.words_seen and not session.percent_opened and session.controller.has(Feature.NEEDS_END):
            return session.ended  # what follows an end is not read
        if session.words_seen:
            session.percent_closed = True
            session.percent_line = session.line
        else:
            session.percent_opened = True
        return True

    def _after_end(self) -> None:
        """Text follows the end."""
        session = self._session
        if session.ended:
            session.note(rules.TEXT_AFTER_END)
            return
        session.findings.add(rules.PERCENT_INSIDE, session.percent_line)
        session.percent_closed = False
        session.ended = session.percent_opened and session.controller.has(Feature.NEEDS_END)
