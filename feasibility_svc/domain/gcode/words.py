"""A line of text into words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.controllers import Feature
from feasibility_svc.domain.gcode.findings import Rule

LARGEST_NUMBER = 1e6
"""No word of a milling program is larger, except N and T. [mm, mm/min, rpm]"""

Word = tuple[str, float]

_WORD = re.compile(r"([A-Z@^])([-+]?(?:\d+\.?\d*|\.\d+))", re.ASCII)
_PARENTHESIS = re.compile(r"[()]")
_BRANCH = re.compile(r"(?:IF|GOTO|WHILE|END|DO|THEN)(?![-+.0-9]*$)|GOTO|END\d")
_BLANKS = dict.fromkeys(map(ord, " \t\r"))
_REALTIME = "?!~"
_DROPPED = dict.fromkeys([*range(0x21), *map(ord, _REALTIME), *range(0x80, 0x100)])
"""What GRBL's protocol.c and serial.c keep from its parser."""
_ORDERS = frozenset(map(chr, [0x18, 0x84, *range(0x90, 0x9F), 0xA0, 0xA1]))
"""Reset, safety door, overrides and coolant of GRBL's config.h; they change what the program cuts with, or end it."""
_ENDING_BLANKS = " \t\v\f"
_SWITCH = re.compile(r"/[1-9]?")
_APART = "\u2063"
"""Where a comment was; no character of a program, whose bytes are read as Latin-1."""
_UNBOUNDED = "NTO"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a line outside comments."""

    words: tuple[Word, ...] = ()
    problem: Rule | None = None
    """Why the line was not read to its end; its words are then not to be executed."""
    problem_text: str = ""
    remarks: tuple[tuple[Rule, str], ...] = ()
    """What else is worth saying about its text."""
    length: int = 0
    """Characters outside comments and blanks."""
    bare: str = ""


def words_of(line: str, features: frozenset[Feature] = frozenset()) -> Words:
    """The words of a line as a controller with these features reads it; blanks count for nothing, letters are capital.

    >>> words_of("g1 x 1.5 (slow) y-.5 ; end").words
    (('G', 1.0), ('X', 1.5), ('Y', -0.5))
    """
    remarks: list[tuple[Rule, str]] = list(_characters(line))
    bare, comments = _without_comments(line, _APART if Feature.COMMENT_ENDS_WORD in features else "")
    remarks += comments
    if Feature.DROPS_CONTROL_CHARACTERS in features:
        if any(character in bare for character in _REALTIME):
            remarks.append((rules.CONTROL_CHARACTER, line))
        if not _ORDERS.isdisjoint(line):
            remarks.append((rules.REALTIME_ORDER, line))
        bare = bare.translate(_DROPPED).upper()
    else:
        bare = bare.rstrip(_ENDING_BLANKS).translate(_BLANKS).upper()
    length = len(bare) - bare.count(_APART)
    if bare.startswith("//"):
        return _after_slashes(bare.lstrip("/"), line, remarks, features)
    undeleted = _without_slashes(bare, features)
    if len(undeleted) < len(bare):
        remarks.append((rules.BLOCK_DELETE, line))
    words, problem, text = _scan(undeleted)
    return Words(tuple(words), problem, text, tuple(remarks), length, undeleted)


def _without_slashes(bare: str, features: frozenset[Feature]) -> str:
    """The text as it is read where no switch deletes it."""
    if Feature.DROPS_SLASHES in features:
        return bare.replace("/", "")
    if Feature.DELETES_BLOCKS_ANYWHERE in features and "[" not in bare:  # there it would divide
        return _SWITCH.sub("", bare)
    return bare.removeprefix("/")


def _after_slashes(bare: str, line: str, remarks: list[tuple[Rule, str]], features: frozenset[Feature]) -> Words:
    """Some controllers skip slashes and execute what follows; where nothing could be executed it is a remark."""
    drops = Feature.DROPS_SLASHES in features
    words, problem, _ = _scan(bare.replace("/", "") if drops else bare)
    if words and problem is None and drops:
        return Words(tuple(words), None, "", (*remarks, (rules.BLOCK_DELETE, line)), len(bare), bare)
    if words and problem is None:
        return Words((), rules.EXECUTABLE_AFTER_SLASHES, line, tuple(remarks), len(bare), bare)
    remark = [(rules.DOUBLE_SLASH, line)] if bare or not drops else []
    return Words((), None, "", (*remarks, *remark), 0, "")


def _scan(bare: str) -> tuple[list[Word], Rule | None, str]:
    words: list[Word] = []
    position = 0
    while position < len(bare):
        if bare[position] == _APART:
            position += 1
            continue
        match = _WORD.match(bare, position)
        if match is None:
            return words, _problem(bare, position), bare[position : position + 40]
        value = float(match[2])
        if not isfinite(value) or (abs(value) > LARGEST_NUMBER and match[1] not in _UNBOUNDED):
            return words, rules.BAD_NUMBER, match[0]
        words.append((match[1], value))
        position = match.end()
    return words, None, ""


def _problem(bare: str, position: int) -> Rule:
    """Why no word begins here."""
    here, following = bare[position], bare[position + 1 : position + 2]
    if bare[0] == "O" and (position > 0 or following in {"<", "[", "#"}):
        return rules.SUBPROGRAM
    if "#" in bare or "[" in bare or _BRANCH.match(bare, position):
        return rules.EXPRESSION
    if here == "$":
        return rules.CODE_NOT_UNDERSTOOD
    if not here.isascii() or not here.isalpha():
        return rules.UNEXPECTED_CHARACTER
    return rules.BAD_NUMBER if following and following in "+-." else rules.LETTER_WITHOUT_NUMBER


def _characters(line: str) -> Iterator[tuple[Rule, str]]:
    if line.isascii() and line.isprintable():
        return
    if not line.isascii():
        yield rules.NON_ASCII, line
    if any(character < " " and character != "\t" for character in line) or "\x7f" in line:
        yield rules.CONTROL_CHARACTER, line


def _without_comments(line: str, apart: str) -> tuple[str, list[tuple[Rule, str]]]:
    """The line without `( … )` and `; …`, and what is wrong with its comments. Linear, whatever the nesting.

    Where a parenthesis stood, `apart` stands.
    """
    if "(" not in line and ")" not in line:
        return line.split(";", 1)[0], []
    kept: list[str] = []
    position, depth, deepest = 0, 0, 0
    for match in _PARENTHESIS.finditer(line):
        if depth == 0:
            text, semicolon, _ = line[position : match.start()].partition(";")
            kept.append(text)
            if semicolon:
                return apart.join(kept), _nested(deepest, line)
            if match[0] == ")":
                kept.append(")")
        depth = depth + 1 if match[0] == "(" else max(depth - 1, 0)
        deepest = max(deepest, depth)
        position = match.end()
    if depth:
        return apart.join(kept), [*_nested(deepest, line), (rules.UNCLOSED_COMMENT, line)]
    kept.append(line[position:].split(";", 1)[0])
    return apart.join(kept), _nested(deepest, line)


def _nested(deepest: int, line: str) -> list[tuple[Rule, str]]:
    return [(rules.NESTED_COMMENT, line)] if deepest > 1 else []
