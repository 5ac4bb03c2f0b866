"""Sums of money in whole micro-dollars: what a person adds up by hand comes out the same."""

from collections.abc import Sequence

_MICRO = 1_000_000


def micro_usd(usd: float) -> int:
    """A sum in whole micro-dollars.

    >>> 0.1 + 0.1 + 0.1 > 0.3, micro_usd(0.1 + 0.1 + 0.1) > micro_usd(0.3)
    (True, False)
    """
    return round(usd * _MICRO)


def whole_usd(usd: float) -> float:
    """A sum without what is less than a micro-dollar."""
    return micro_usd(usd) / _MICRO


def shares_usd(usd: float, count: int) -> Sequence[float]:
    """A sum in equal parts that add up to it; what cannot be divided goes to the first.

    >>> shares_usd(0.1, 3)
    [0.033334, 0.033333, 0.033333]
    """
    each, rest = divmod(micro_usd(usd), count)
    return [(each + (1 if place < rest else 0)) / _MICRO for place in range(count)]
