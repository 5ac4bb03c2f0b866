"""Whether a file is a milling program at all."""

from itertools import islice

from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.blocks import Block
from feasibility_svc.domain.gcode.lines import lines_of
from feasibility_svc.domain.gcode.words import words_of

HEAD_BYTES = 65_536
ENOUGH_SIGNS = 3
"""Lines only a 3D printer would have, until it is one."""
_LINES_TRIED = 200
_LINES_SEEN = 4_000
_READABLE = frozenset({rules.EXPRESSION, rules.SUBPROGRAM, rules.EXECUTABLE_AFTER_SLASHES, rules.BAD_NUMBER})
_HEATING = frozenset({820, 830, 1040, 1090, 1400, 1900})
_KNOWN_BEGINNINGS = (
    (b"\x7fELF", "it is an executable (ELF)"),
    (b"%PDF", "it is a PDF"),
    (b"PK\x03\x04", "it is a zip archive"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xfe", "it is text in UTF-16"),
    (b"\xfe\xff", "it is text in UTF-16"),
)


def why_not_gcode(head: bytes) -> str:
    """Why these first bytes are not those of a G-code program; empty where they may be.

    >>> why_not_gcode(b"\\x7fELF\\x02\\x01")
    'it is an executable (ELF)'
    """
    for beginning, reason in _KNOWN_BEGINNINGS:
        if head.startswith(beginning):
            return reason
    if not head.strip():
        return "it is empty"
    if b"\0" in head:
        return "it is a binary file"
    return _mostly_prose(head)


def printer_sign(block: Block) -> bool:
    """Whether a line extrudes or heats."""
    extrudes = block.extrudes and block.groups.get("motion", 0) in {0, 10}
    return extrudes or any(code in _HEATING for code in block.m_codes)


def _mostly_prose(head: bytes) -> str:
    tried = readable = 0
    for line in islice(lines_of([head]), _LINES_SEEN):
        words = words_of(line)
        if not words.words and words.problem is None:
            continue
        tried += 1
        readable += words.problem is None or words.problem in _READABLE
        if tried == _LINES_TRIED:
            break
    return "it is not G-code" if readable * 2 < tried else ""
