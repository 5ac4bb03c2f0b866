"""Whether text can be seen as it is written, and how to show it where it cannot."""

import re
import unicodedata

_JOINERS = "\u200c\u200d"
"""Within words of Persian and Indic scripts, and within emoji."""
SHOWS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that show nothing though they count as letters, marks or symbols."""


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
    if line and not any(unicodedata.category(character)[0] in "LNPS" for character in SHOWS_NOTHING.sub("", line)):
        return "nothing of it is visible"
    return ""


def visible_length(text: str) -> int:
    r"""How many characters a reader sees of a text, with the blanks between them.

    >>> visible_length("  a worn cutter\u200b\n"), visible_length("\u200b\u3164 \u00ad")
    (13, 0)
    """
    if text.isascii() and text.isprintable():
        return len(text.strip())
    counted = SHOWS_NOTHING.sub("", text)
    seen = (character for character in counted if character in "\n\t" or unicodedata.category(character)[0] != "C")
    return len("".join(seen).strip())


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


def shown_line(text: str) -> str:
    r"""As `shown`, with the codes of line ends, too: no part of it can pretend to be a line of its own.

    >>> print(shown_line("a\x1b[2J\nb"))
    a\x1b[2J\nb
    """
    return shown(text).replace("\n", "\\n")


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] == "C" and character not in _JOINERS) or category in {"Zl", "Zp"}
