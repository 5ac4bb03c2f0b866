"""Texts of requests: how long they may be."""

from foundation.errors import InvalidFieldsError
from foundation.visible_text import unseen_in, visible_length


def read_text(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """The text without blanks around it.

    Raises:
        InvalidFieldsError: Too short or too long.
    """
    if visible_length(text) < shortest or len(text) > longest:
        allowed = f"{shortest} to {longest} visible characters" if shortest else f"at most {longest} characters"
        raise InvalidFieldsError.one(field, f"{allowed} are allowed")
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


def read_label(field: str, text: str, longest: int) -> str:
    """A name or a number that may be absent, with the blanks it was given.

    Raises:
        InvalidFieldsError: It is too long, or a character of it cannot be seen, as in `read_line`.
    """
    if len(text) > longest:
        raise InvalidFieldsError.one(field, f"is longer than {longest} characters")
    if unseen := unseen_in(text.strip()):
        raise InvalidFieldsError.one(field, f"{ascii(text)[:80]}: {unseen}")
    return text
