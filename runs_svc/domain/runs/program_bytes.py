"""Whether bytes are a program that a machine could run, whatever they are called.

Lines of letters with numbers behind them decide. Comments, blank lines and marks say nothing either way, so that a
program is not hidden behind a long heading.
"""

import re

_ENOUGH_BLOCKS, _MOST_BYTES = 200, 4 * 1024**2
_LONGEST_LINE = 4_096
_BLANKS = b" \t\0\x1a"
_NEUTRAL = re.compile(rb"\([^()]*\)|;.*", re.DOTALL)
_MARKS = frozenset({b"%", b"/"})
_BLOCK = re.compile(
    rb"/?(?:[A-Z][-+]?[\d.]+)*(?:[A-Z][-+]?[#\[].*)?|/?(?:N\d+)?(?:O[\d<]|#[\d<\[]).*", re.IGNORECASE | re.DOTALL
)
"""A line without blanks: words, and behind them whatever begins as an expression."""
_ACTION = re.compile(rb"[GM]\d|[XYZ][-+.\d#\[]", re.IGNORECASE)
_CUT_OFF = re.compile(rb"[A-Z][-+]?$", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ProgramSniffer:
    """Looks at bytes as they come, until they have shown what they are."""

    __slots__ = ("_blocks", "_lines", "_motions", "_rest", "_seen")

    def __init__(self) -> None:
        self._rest = b""
        self._seen = self._lines = self._blocks = self._motions = 0

    def take(self, piece: bytes) -> bool:
        """Look at the next bytes; whether more are wanted."""
        self._seen += len(piece)
        *lines, self._rest = re.split(rb"[\r\n]", self._rest + piece)
        for line in lines:
            self._look_at(line)
        if len(self._rest) > _LONGEST_LINE:
            self._look_at(self._rest)
            self._rest = self._rest[-1:]
        return self._blocks < _ENOUGH_BLOCKS and self._seen < _MOST_BYTES

    @property
    def is_program(self) -> bool:
        """Whether half of the lines or more, or very many, are blocks of a program, and some move or switch something.

        What has said nothing of itself within 4 MiB may still be one.
        """
        self._look_at(self._rest)
        self._rest = b""
        if self._seen >= _MOST_BYTES and not self._lines:
            return True
        return self._motions > 0 and (self._blocks * 2 >= self._lines or self._blocks >= _ENOUGH_BLOCKS)

    def _look_at(self, line: bytes) -> None:
        words = _NEUTRAL.sub(b"", line[:_LONGEST_LINE].removeprefix(_BYTE_ORDER_MARK)).translate(None, _BLANKS)
        if len(line) > _LONGEST_LINE:
            words = _CUT_OFF.sub(b"", words)
        if not words or words in _MARKS:
            return
        self._lines += 1
        if _BLOCK.fullmatch(words):
            self._blocks += 1
            self._motions += _ACTION.search(words) is not None


def looks_like_program(data: bytes) -> bool:
    """Whether bytes are a program.

    >>> looks_like_program(b"(ring)\\nG21 G90\\nG1 X10 F300\\n"), looks_like_program(b"a note\\nfor G1\\n")
    (True, False)
    """
    sniffer = ProgramSniffer()
    sniffer.take(data)
    return sniffer.is_program
