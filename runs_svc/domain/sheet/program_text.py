"""What the text of a program says to whoever sets up: its work offsets, and comments that are not closed."""

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"\([^)\r\n]*\)?|;[^\r\n]*")
"""A comment ends with its line on every controller, also when it is not closed."""
_LINE_END = re.compile(r"\r\n?|\n")
_WORK_OFFSET = re.compile(r"(?<![\w.])G0*(5[4-9](?:\.[1-3])?)(?![\d.])", re.IGNORECASE)
_MOST_OFFSETS = 9


def unclosed_comments(program: str) -> Sequence[int]:
    """Numbers of the lines with a comment that is opened and not closed.

    >>> unclosed_comments("G54\\n(roughing\\nT2 M6 (drill) ; (9")
    [2]
    """
    lines = _LINE_END.split(program)
    return [
        number
        for number, line in enumerate(lines, start=1)
        if "(" in line and any(text[0] == "(" and text[-1] != ")" for text in _COMMENT.findall(line))
    ]


def work_offsets(program: str) -> Sequence[str]:
    """Work offsets in the order a program first names them.

    >>> work_offsets("G21 G54 (not G55)\\nG0 G59.1 X5")
    ['G54', 'G59.1']
    """
    found = dict.fromkeys(_WORK_OFFSET.findall(_COMMENT.sub("", program)))
    return [f"G{offset}" for offset in found][:_MOST_OFFSETS]
