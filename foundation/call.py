"""The call being served, for servicers and for the clients they use on its behalf."""

import time
from contextvars import ContextVar
from typing import NamedTuple

from foundation.identity import Identity
from foundation.recorded_runs import RecordedRuns


class Call(NamedTuple):
    """Correlation id, deadline and caller of the call in progress."""

    request_id: str
    deadline_at: float | None
    """`time.monotonic()` at which the caller gives up; None when it waits for ever. [s]"""
    identity: Identity | None = None
    """Who calls; None where the server asks nobody."""
    recorded: RecordedRuns | None = None
    """Told of each run that the call records; None where nobody wants to know."""

    def remaining_s(self) -> float | None:
        return None if self.deadline_at is None else self.deadline_at - time.monotonic()


current_call: ContextVar[Call] = ContextVar("current_call")


def caller_name() -> str:
    """Who made the call in progress; empty outside of calls, and where nobody is asked who calls."""
    call = current_call.get(None)
    return "" if call is None or call.identity is None else call.identity.name
