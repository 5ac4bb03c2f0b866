"""From a ratio of demand to limit to a score from 0 to 100: piecewise linear, continuous, monotone, invertible."""

from collections.abc import Sequence

from feasibility_svc.domain.scoring.numeric import Node, interpolate, log, maximum, minimum, where

GREEN_EDGE = 0.8
"""Demand over limit at which ONE gives 80, the target of every closed-form recommendation."""
COMFORTABLE = 0.6
"""Demand over limit up to which ONE gives 100."""

_ONE_SIDED: Sequence[Node] = ((0.0, 100.0), (0.6, 100.0), (0.8, 80.0), (1.0, 50.0), (1.5, 0.0))
_SAFETY: Sequence[Node] = ((0.0, 100.0), (0.85, 100.0), (0.95, 80.0), (1.0, 50.0))


def one_sided(utilization: float) -> float:
    """Score of a demand against a limit (ONE).

    >>> [one_sided(u) for u in (0.6, 0.8, 1.0, 1.5)]
    [100.0, 80.0, 50.0, 0.0]
    """
    return interpolate(utilization, _ONE_SIDED)


def safety_limit(utilization: float) -> float:
    """Score of a demand against a limit that must not be passed (RIM): beyond 1 it is 0.

    >>> [safety_limit(u) for u in (0.85, 0.95, 1.0, 1.001)]
    [100.0, 80.0, 50.0, 0.0]
    """
    return where(utilization > 1.0, 0.0, interpolate(utilization, _SAFETY))


def window(value: float, *, low: float, high: float) -> float:
    """Score of a value that should lie between two positive bounds (WIN), 80 at either bound.

    >>> window(0.05, low=0.05, high=0.1), window(0.1, low=0.05, high=0.1)
    (80.0, 80.0)
    """
    narrow = low == high
    low, high = where(narrow, low * 0.8, low), where(narrow, high * 1.2, high)
    short, excess = value / low, value / high
    below = where(short >= 0.5, 80 - 60 * (1 - short), 100 * short)
    above = where(excess <= 1.5, 80 - 60 * (excess - 1), maximum(0.0, 50 * (2.5 - excess)))
    position = log(short) / log(high / low)
    inside = 80 + 20 * minimum(1.0, 4 * minimum(position, 1 - position))
    return where(value < low, below, where(value > high, above, inside))
