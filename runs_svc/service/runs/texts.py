"""Texts of requests: how long they may be."""

from foundation.errors import InvalidFieldsError
from foundation.visible_text import unseen_in


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
    unseen = unseen_in(line)
    if unseen:
        raise InvalidFieldsError.one(field, f"{ascii(line)[:80]}: {unseen}")
    return line
