"""Whether the cost of something grows with its size, or faster."""

import time
from collections.abc import Callable

TIMES = 4
"""How much larger the larger of two sizes is."""
_MOST_TIMES = 10.0
"""Linear cost gives 4 and a little more for what no longer fits into caches; quadratic cost gives 16."""
_TOO_SHORT_S = 0.1
"""Below this the clock and the machine say more than the code."""
_TRIES = 3


def cpu_s(act: Callable[[], object]) -> float:
    """The least CPU time of a few tries: whatever else the machine does only adds."""
    return min(_once_s(act) for _ in range(_TRIES))


def _once_s(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def grows_too_fast(small_s: float, large_s: float) -> bool:
    """Whether `TIMES` the size cost more than a linear cost explains.

    >>> grows_too_fast(0.5, 2.1), grows_too_fast(0.5, 8.0), grows_too_fast(0.0001, 0.08)
    (False, True, False)
    """
    return large_s > _TOO_SHORT_S and large_s > _MOST_TIMES * max(small_s, _TOO_SHORT_S / _MOST_TIMES)
