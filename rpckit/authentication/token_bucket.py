"""How often each caller may call: a bucket each, that fills with time."""

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_BUCKETS = 10_000


class TokenBuckets:
    """Buckets by caller. Those that nobody used for longest are forgotten first, when there are too many."""

    def __init__(self, *, per_s: float, burst: float, stopwatch: Callable[[], float] = time.monotonic) -> None:
        """Empty of callers.

        Args:
            per_s: What fills a bucket. [1/s]
            burst: What a full bucket holds.
            stopwatch: Tells the time. [s]
        """
        self.per_s = per_s
        self._burst = burst
        self._stopwatch = stopwatch
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> float:
        """Take one; 0 if there was one, else the time until there is. [s]"""
        now = self._stopwatch()
        level, since = self._levels.pop(caller, (self._burst, now))
        level = min(self._burst, level + (now - since) * self.per_s)
        taken = level >= 1.0
        self._levels[caller] = (level - taken, now)
        if len(self._levels) > _MOST_BUCKETS:
            self._levels.popitem(last=False)
        return 0.0 if taken else (1.0 - level) / self.per_s

    def left(self, caller: str) -> int:
        """How many may be taken now."""
        now = self._stopwatch()
        level, since = self._levels.get(caller, (self._burst, now))
        return int(min(self._burst, level + (now - since) * self.per_s))

    def give_back(self, caller: str) -> None:
        """What was taken does not count after all."""
        level, since = self._levels.get(caller, (self._burst, self._stopwatch()))
        self._levels[caller] = (min(self._burst, level + 1.0), since)
