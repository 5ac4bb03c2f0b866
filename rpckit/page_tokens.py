"""Pages of lists: their tokens, and where they end.

Tokens are opaque to callers, bound to their query, and carry the key of the last row (keyset paging). A page ends at
its size or at a budget of bytes, whichever comes first, so that every client can receive it.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import orjson

from foundation.errors import InvalidFieldsError, InvalidPageTokenError
from foundation.message_size import FRAME_BYTES, PAGE_BUDGET

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
LARGEST_PAGE = 1_000


class Message(Protocol):
    def ByteSize(self) -> int: ...


M = TypeVar("M", bound=Message)


class Room(Protocol[T_contra]):
    """What a page has left."""

    def take(self, entry: T_contra) -> bool:
        """Whether an entry is still on the page. The first always is."""
        ...


class Unlimited:
    """The room of a page that never leaves the process."""

    def take(self, entry: object) -> bool:
        return True


NO_END = Unlimited()


class Fitting(Generic[T, M]):
    """The messages of a page, written one by one, as long as they fit into its budget."""

    def __init__(self, write: Callable[[T], M], *, budget: int = PAGE_BUDGET) -> None:
        self.messages: list[M] = []
        self._write = write
        self._left = budget

    def take(self, entry: T) -> bool:
        message = self._write(entry)
        self._left -= message.ByteSize() + FRAME_BYTES
        if self._left < 0 and self.messages:
            return False
        self.messages.append(message)
        return True


def fitting(entries: Sequence[T], write: Callable[[T], M], *, budget: int = PAGE_BUDGET) -> list[M]:
    """The messages of the first entries, as many as fit, and of one at least."""
    room = Fitting(write, budget=budget)
    for entry in entries:
        if not room.take(entry):
            break
    return room.messages


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_token: str


class PageRequest(Protocol):
    """The part of a list request that every one has."""

    @property
    def page_size(self) -> int: ...
    @property
    def page_token(self) -> str: ...


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


def page_of(
    entries: Sequence[T], write: Callable[[T], M], *, key: Callable[[T], str], query: str, request: "PageRequest"
) -> Page[M]:
    """A page of a short list in fixed order, as messages; each entry has a key of its own."""
    size = page_size(request.page_size, default=100)
    position = read_token(request.page_token, query)
    start = 0
    if position is not None:
        keys = [key(entry) for entry in entries]
        if position[0] not in keys:
            raise InvalidPageTokenError
        start = keys.index(position[0]) + 1
    messages = fitting(entries[start : start + size], write)
    end = start + len(messages)
    return Page(messages, write_token(query, [key(entries[end - 1])]) if end < len(entries) else "")


def _digest(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()[:16]
