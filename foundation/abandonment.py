"""Work that ends when nobody waits for it any more.

A thread cannot be stopped from outside. What may take long asks between bounded pieces whether its caller has gone, and
ends itself then: the pieces follow what they cost, so that the end comes within a fraction of a second.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
_PIECE = 1_024
"""Items between two looks: a few milliseconds of plain Python."""


class AbandonedError(BaseException):
    """Nobody waits for this work. Like a cancellation it is no failure, and passes handlers of failures."""


abandoned: "ContextVar[Callable[[], bool]]" = ContextVar("abandoned")
"""Whether the caller of the work in progress has gone; set by who starts it."""


def checkpoint() -> None:
    """Go on, if somebody still waits.

    Raises:
        AbandonedError: Nobody does.
    """
    gone = abandoned.get(None)
    if gone is not None and gone():
        raise AbandonedError


def watched_each(items: Iterable[T]) -> Iterator[T]:
    """The items, each of which takes long by itself, with a checkpoint before each.

    Raises:
        AbandonedError: Nobody waits any more.
    """
    for item in items:
        checkpoint()
        yield item


def watched(items: Iterable[T]) -> Iterator[T]:
    """The items, with a checkpoint now and then.

    Raises:
        AbandonedError: Nobody waits any more.
    """
    iterator = iter(items)
    while piece := tuple(islice(iterator, _PIECE)):
        checkpoint()
        yield from piece
