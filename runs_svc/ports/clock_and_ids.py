"""Time and chance."""

import datetime
from typing import Protocol

from runs_svc.domain.ids import RunId


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime.datetime: ...


class IdSource(Protocol):
    """Fresh ids."""

    def run_id(self) -> RunId: ...

    def fresh(self, prefix: str) -> str:
        """The prefix, an underscore and 12 hex digits."""
        ...
