"""Values worth keeping, up to a weight.

A page of a list looks up a hundred of them: what is found must cost no more than a dictionary does.
"""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ByteBudgetCache(dict[K, V], Generic[K, V]):
    """Values by their keys, to be added by `keep` alone; the oldest make room. Used from one thread."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._room = self._most = most
        self._weights: dict[K, int] = {}

    def keep(self, key: K, value: V, weight: int) -> None:
        """Cache a value, unless it alone weighs an eighth of the budget."""
        if weight > self._most // 8:
            return
        self.forget(key)
        while self._room < weight:
            self.forget(next(iter(self)))
        self[key] = value
        self._weights[key] = weight
        self._room -= weight

    def weight_of(self, key: K) -> int:
        """The weight of a cached value; 0 for one that is not cached."""
        return self._weights.get(key, 0)

    def forget(self, key: K) -> None:
        """Remove the value of a key, where there is one."""
        self._room += self._weights.pop(key, 0)
        self.pop(key, None)
