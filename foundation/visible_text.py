"""Whether text can be seen as it is written, and how to show it where it cannot."""

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
        if _is_unseen(character):
            return f"U+{ord(character):04X} is not visible"
    if line and not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return "nothing of it is visible"
    return ""


def shown(text: str) -> str:
    r"""The text with the codes of characters that are obeyed or not seen in their place; line ends and tabs stay.

    >>> print(shown("a\x1b[2Jb \u202ecn.exe é"))
    a\x1b[2Jb \u202ecn.exe é
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode() if _is_unseen(character) and character not in "\n\t" else character
        for character in text
    )


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] == "C" and character not in _JOINERS) or category in {"Zl", "Zp"}
