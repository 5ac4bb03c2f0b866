"""The call being served, for servicers and for the clients they use on its behalf."""

import time
from contextvars import ContextVar
from typing import NamedTuple


class Call(NamedTuple):
    """Correlation id and deadline of the call in progress."""

    request_id: str
    deadline_at: float | None
    """`time.monotonic()` at which the caller gives up; None when it waits for ever. [s]"""

    def remaining_s(self) -> float | None:
        return None if self.deadline_at is None else self.deadline_at - time.monotonic()


current_call: ContextVar[Call] = ContextVar("current_call")
