"""From a ratio of demand to limit to a score from 0 to 100: piecewise linear, continuous, monotone, invertible."""

from collections.abc import Sequence

from feasibility_svc.domain.scoring.numeric import Node, interpolate, maximum

GREEN_EDGE = 0.8
"""Demand over limit at which ONE gives 80, the target of every closed-form recommendation."""
JUST_INSIDE = 0.999
"""Share of a limit that advice aims at, so that the last bit does not cross the edge of GREEN. [-]"""

_ONE_SIDED: Sequence[Node] = ((0.0, 100.0), (0.6, 100.0), (0.8, 80.0), (1.0, 50.0), (1.5, 0.0))
_SPEED: Sequence[Node] = ((0.0, 100.0), (0.85, 100.0), (0.95, 80.0), (1.0, 50.0), (1.05, 0.0))
_WHIRL: Sequence[Node] = ((0.0, 0.0), (0.5, 0.85), (0.6, 0.95), (0.75, 1.0), (0.9, 1.1))
_LEAST_ADVISORY = 50.0


def one_sided(utilization: float) -> float:
    """Score of a demand against a limit (ONE).

    >>> [one_sided(u) for u in (0.6, 0.8, 1.0, 1.5)]
    [100.0, 80.0, 50.0, 0.0]
    """
    return interpolate(utilization, _ONE_SIDED)


def with_spread(utilization: float, *, spread: float) -> float:
    """Score of a demand against a limit, where the demand is known to within a factor (IV): GREEN only if the limit is
    kept at the unfavourable end, RED only if it is passed at the favourable end.

    Args:
        utilization: Demand over limit. [-]
        spread: w, the factor; 1 gives `one_sided`. [-]

    >>> [round(with_spread(u, spread=1.6), 9) for u in (0.375, 0.5, 1.6, 2.4)]
    [100.0, 80.0, 50.0, 0.0]
    """
    nodes = ((0.0, 100.0), (0.6 / spread, 100.0), (0.8 / spread, 80.0), (spread, 50.0), (1.5 * spread, 0.0))
    return interpolate(utilization, nodes)


def advisory(utilization: float) -> float:
    """Score of a demand against a limit of quality, which never makes a cut RED (SOFT).

    >>> [advisory(u) for u in (0.6, 0.8, 1.0, 9.0)]
    [100.0, 80.0, 50.0, 50.0]
    """
    return maximum(_LEAST_ADVISORY, one_sided(utilization))


def speed_limit(utilization: float) -> float:
    """Score of a speed against a limit, without a step at the limit itself (RIM2).

    >>> [speed_limit(u) for u in (0.85, 0.95, 1.0, 1.05)]
    [100.0, 80.0, 50.0, 0.0]
    """
    return interpolate(utilization, _SPEED)


def whirl(ratio: float) -> float:
    """Utilization, for `speed_limit`, of a speed over the tool's first critical speed (WHIRL): imbalance is amplified
    1.6 times at 0.6 and 2.3 times at 0.75. [-]

    >>> [whirl(ratio) for ratio in (0.5, 0.6, 0.75, 2.0)]
    [0.85, 0.95, 1.0, 1.1]
    """
    return interpolate(ratio, _WHIRL)
