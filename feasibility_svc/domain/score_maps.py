"""From a ratio of demand to limit to a score from 0 to 100: piecewise linear, continuous, monotone, invertible."""

from bisect import bisect_right
from collections.abc import Sequence
from math import log

Node = tuple[float, float]

GREEN_EDGE = 0.8
"""Demand over limit at which ONE gives 80, the target of every closed-form recommendation."""

_ONE_SIDED: Sequence[Node] = ((0.0, 100.0), (0.6, 100.0), (0.8, 80.0), (1.0, 50.0), (1.5, 0.0))
_SAFETY: Sequence[Node] = ((0.0, 100.0), (0.85, 100.0), (0.95, 80.0), (1.0, 50.0))


def interpolate(x: float, nodes: Sequence[Node]) -> float:
    """Linear between nodes with ascending x, held beyond the ends."""
    if x <= nodes[0][0]:
        return nodes[0][1]
    if x >= nodes[-1][0]:
        return nodes[-1][1]
    right = bisect_right(nodes, x, key=lambda node: node[0])
    (x0, y0), (x1, y1) = nodes[right - 1], nodes[right]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


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
    return 0.0 if utilization > 1.0 else interpolate(utilization, _SAFETY)


def window(value: float, *, low: float, high: float) -> float:
    """Score of a value that should lie between two positive bounds (WIN), 80 at either bound.

    >>> window(0.05, low=0.05, high=0.1), window(0.1, low=0.05, high=0.1)
    (80.0, 80.0)
    """
    if low == high:
        low, high = low * 0.8, high * 1.2
    if value < low:
        ratio = value / low
        return 80 - 60 * (1 - ratio) if ratio >= 0.5 else 100 * ratio
    if value > high:
        ratio = value / high
        return 80 - 60 * (ratio - 1) if ratio <= 1.5 else max(0.0, 50 * (2.5 - ratio))
    position = log(value / low) / log(high / low)
    return 80 + 20 * min(1.0, 4 * min(position, 1 - position))
