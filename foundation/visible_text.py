"""Whether one line of text can be seen as it is written."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Within words of Persian and Indic scripts, and within emoji."""


def unseen_in(line: str) -> str:
    r"""What is wrong with a line for people to read; "" when nothing is.

    Line ends, controls, zero width, and what turns the direction of writing are not seen, and a line needs something
    that is.

    >>> unseen_in("Anna-Lena M\u00fcller"), unseen_in("\u202eannA")
    ('', 'U+202E is not visible')
    """
    for character in line:
        category = unicodedata.category(character)
        if (category[0] == "C" and character not in _JOINERS) or category in {"Zl", "Zp"}:
            return f"U+{ord(character):04X} is not visible"
    if line and not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return "nothing of it is visible"
    return ""
