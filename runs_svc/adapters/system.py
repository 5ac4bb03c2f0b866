"""Time and randomness of this machine."""

import datetime
import random
import time
from collections.abc import Callable

from runs_svc.domain.ids import RunId

_TICKS_PER_S = 1 << 16
_LARGEST_STEP = 16
_BITS = 48


class SystemClock:
    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)


class SystemIds:
    """Ids that begin with the time: what is recorded together stands together in every index.

    48 bits: seconds since 1970, and a fraction of 1/65536 s. Each is larger than the one before, by a random step where
    the clock stands still or was set back: ids of a burst then leave gaps, so that another process, or the same one
    after a restart, finds a free one in few draws. An id is no secret.
    """

    def __init__(self, *, time_ns: Callable[[], int] = time.time_ns) -> None:
        self._time_ns = time_ns
        self._last = 0
        self._dice = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  an id is unique, no secret

    def run_id(self) -> RunId:
        return RunId(self.fresh("run"))

    def fresh(self, prefix: str) -> str:
        now = self._time_ns() * _TICKS_PER_S // 1_000_000_000
        self._last = max(self._last + self._dice.randint(1, _LARGEST_STEP), now)
        return f"{prefix}_{self._last % (1 << _BITS):012x}"
