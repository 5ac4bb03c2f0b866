"""How large a versioned entity may become: whatever is stored can be read again by every client."""

from collections.abc import Callable

from foundation.message_size import LARGEST_ANSWER, LARGEST_CARRIED
from runs_svc.domain.errors import RecordTooLargeError

_RESERVE_BYTES = 64 * 1024
_SMALL_STEP = 16 * 1024
LARGEST_THING = LARGEST_ANSWER - _RESERVE_BYTES
_GROWTH = 6
"""A message has at most so many times the bytes of its JSON: `0,` in a list of open JSON becomes 11."""


def check_thing(name: str, json_bytes: int, *, before: Callable[[], int], weigh: Callable[[], int]) -> None:
    """Refuse a version that could not be read. A step that adds little, as decisions do, has a reserve.

    Args:
        name: The entity.
        json_bytes: How large its JSON is.
        before: How large it was; asked only where it matters.
        weigh: The bytes of its message; so is this.

    Raises:
        RecordTooLargeError: It could not be read.
    """
    if json_bytes * _GROWTH <= LARGEST_THING:
        return
    size = weigh()
    if size <= LARGEST_THING:
        return
    if json_bytes - before() > _SMALL_STEP or size > LARGEST_CARRIED - _RESERVE_BYTES:
        raise RecordTooLargeError(name, size, LARGEST_THING)
