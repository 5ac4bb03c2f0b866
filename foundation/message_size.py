"""How large messages are. Everything here is in bytes.

A request is checked by us, so that it is refused with a reason; what the transport refuses has none. Answers are kept
to what every gRPC client receives by default. What the transport carries lies above both: a record that an
earlier version let grow beyond is still sent, to clients that receive as much.
"""

from collections.abc import Mapping
from typing import Any

LARGEST_REQUEST = 4 * 1024**2
LARGEST_ANSWER = 4 * 1024**2
"""What gRPC clients receive by default."""
PAGE_BUDGET = 3 * 1024**2
"""Where the page of a list ends. Tokens, names of what cannot be read and the last entry have room above it."""
LARGEST_CARRIED = 16 * 1024**2
"""What the transport carries; clients of ours receive as much."""
FRAME_BYTES = 8
"""What an entry of a list adds to its own bytes, at most: the number of its field and its length."""


def weight(value: Any) -> int:
    """What a JSON value takes in a message, at most.

    >>> weight([1, "two", None, {"a": True}])
    55
    """
    match value:
        case str():
            return len(value.encode("utf-8", "surrogatepass")) + FRAME_BYTES
        case Mapping():
            return FRAME_BYTES + sum(weight(key) + weight(item) for key, item in value.items())
        case list() | tuple():
            return FRAME_BYTES + sum(map(weight, value))
        case None | bool():
            return 4
        case _:
            return 11
