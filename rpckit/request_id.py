"""The correlation id of a call: accepted or minted, echoed, logged, forwarded."""

import re
import secrets
from collections.abc import Iterable

METADATA_KEY = "x-request-id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")


def mint() -> str:
    return f"req_{secrets.token_hex(16)}"


def accept(metadata: Iterable[tuple[str, str | bytes]] | None) -> str | None:
    """The caller's id: the first value, if it is well formed; None otherwise."""
    for key, value in metadata or ():
        if key == METADATA_KEY:
            return value if isinstance(value, str) and _ACCEPTED.fullmatch(value) else None
    return None
