"""The correlation id of a call: accepted or minted, echoed, logged, forwarded."""

import random
import re
from collections.abc import Iterable

METADATA_KEY = "x-request-id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")


_numbers = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  an id is unique, no secret


def mint() -> str:
    """A fresh id. Asking the system for each number would cost more than the rest of the interceptor."""
    return f"req_{_numbers.getrandbits(128):032x}"


def accept(metadata: Iterable[tuple[str, str | bytes]] | None) -> str | None:
    """The caller's id: the first value, if it is well formed; None otherwise."""
    for key, value in metadata or ():
        if key == METADATA_KEY:
            return well_formed(value)
    return None


def well_formed(value: str | bytes) -> str | None:
    """An id as a caller may give it; None otherwise."""
    return value if isinstance(value, str) and _ACCEPTED.fullmatch(value) else None
