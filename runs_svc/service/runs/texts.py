"""Texts of requests: how long they may be."""

from foundation.errors import InvalidFieldsError


def read_text(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """The text without blanks around it.

    Raises:
        InvalidFieldsError: Too short or too long.
    """
    if not shortest <= len(text.strip()) or len(text) > longest:
        raise InvalidFieldsError.one(field, f"{shortest} to {longest} characters are allowed")
    return text.strip()
