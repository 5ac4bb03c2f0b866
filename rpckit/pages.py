"""Page tokens: opaque to callers, bound to their query, carrying the key of the last row (keyset paging)."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from rpckit.failure import InvalidFieldsError, InvalidPageTokenError

T = TypeVar("T")
LARGEST_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_token: str


def page_size(requested: int, *, default: int) -> int:
    """The size to use.

    Raises:
        InvalidFieldsError: Not within 0 to 1000.
    """
    if not 0 <= requested <= LARGEST_PAGE:
        raise InvalidFieldsError.one("page_size", f"{requested} is not within 1 to {LARGEST_PAGE} (or absent)")
    return requested or default


def write_token(query: str, position: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([_digest(query), *position])).decode()


def read_token(token: str, query: str, *, field: str = "page_token") -> list[str] | None:
    """The position to go on after; None for the first page.

    Raises:
        InvalidPageTokenError: The token is damaged or belongs to another query.
    """
    if not token:
        return None
    try:
        parts = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidPageTokenError(field) from error
    texts = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
    if not texts or len(parts) < 2 or parts[0] != _digest(query):
        raise InvalidPageTokenError(field)
    return list(parts[1:])


def page_of(entries: Sequence[T], *, key: Callable[[T], str], query: str, requested_size: int, token: str) -> Page[T]:
    """A page of a short list in fixed order, where each entry has a key of its own."""
    size = page_size(requested_size, default=100)
    position = read_token(token, query)
    start = 0
    if position is not None:
        keys = [key(entry) for entry in entries]
        if position[0] not in keys:
            raise InvalidPageTokenError
        start = keys.index(position[0]) + 1
    items = entries[start : start + size]
    more = start + size < len(entries)
    return Page(items, write_token(query, [key(items[-1])]) if more else "")


def _digest(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()[:16]
