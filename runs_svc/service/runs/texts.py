"""Texts of requests: how long they may be."""

import unicodedata

from foundation.errors import InvalidFieldsError

_JOINERS = "\u200c\u200d"
"""Within words of Persian and Indic scripts, and within emoji."""


def read_text(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """The text without blanks around it.

    Raises:
        InvalidFieldsError: Too short or too long.
    """
    if not shortest <= len(text.strip()) or len(text) > longest:
        raise InvalidFieldsError.one(field, f"{shortest} to {longest} characters are allowed")
    return text.strip()


def read_line(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """One line of visible text, for names and whatever is printed in one: tabs are blanks.

    Raises:
        InvalidFieldsError: Too short or too long, or a character is none that is seen: line ends, controls, zero width,
            and what turns the direction of writing.
    """
    line = read_text(field, text, longest, shortest=shortest).replace("\t", " ")
    for character in line:
        if _unseen(character):
            raise InvalidFieldsError.one(field, f"{ascii(line)[:80]}: U+{ord(character):04X} is not visible")
    if line and not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        raise InvalidFieldsError.one(field, f"{ascii(line)[:80]} shows nothing")
    return line


def _unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] == "C" and character not in _JOINERS) or category in {"Zl", "Zp"}
