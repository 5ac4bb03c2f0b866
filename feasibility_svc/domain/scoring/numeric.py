"""Arithmetic that treats a float and an array of floats alike, and gives every element the bits a float would get.

A formula written with these runs once for a single cut and once for ten thousand points of a sweep. Sums, products and
square roots are exact in both cases; everything else goes through NumPy's loops in both cases, because the C library's
functions may differ from them in the last bit. Arrays are annotated as `float`: they behave as one.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import fsum
from math import sqrt as float_sqrt
from typing import Any, TypeAlias

import numpy as np

Node = tuple[float, float]

Columns: TypeAlias = dict[str, Any]
"""Numbers by the names of their fields, each a float or an array of one per point: formulas take both."""


def is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def where(condition: Any, yes: float, no: float) -> float:
    """`yes` where the condition holds, `no` elsewhere.

    >>> where(True, 1.0, 2.0)
    1.0
    """
    if isinstance(condition, np.ndarray):
        chosen: float = np.where(condition, yes, no)  # type: ignore[assignment]
        return chosen
    return yes if condition else no


def minimum(first: float, second: float) -> float:
    """The smaller one, element by element."""
    return where(second < first, second, first)


def maximum(first: float, second: float) -> float:
    """The larger one, element by element."""
    return where(second > first, second, first)


def smallest(values: Sequence[float]) -> float:
    """The smallest of several, element by element."""
    result = values[0]
    for value in values[1:]:
        result = minimum(result, value)
    return result


def exact_sum(values: Iterable[float]) -> float:
    """The sum, rounded once, element by element.

    >>> exact_sum([0.1] * 10)
    1.0
    """
    listed = list(values)
    if not any(isinstance(value, np.ndarray) for value in listed):
        return fsum(listed)
    columns = np.stack(np.broadcast_arrays(*listed), axis=-1)
    total: float = np.array([fsum(column) for column in columns.tolist()])  # type: ignore[assignment]
    return total


def clip(value: float, low: float, high: float) -> float:
    """`value` held between two bounds."""
    return minimum(maximum(value, low), high)


def sqrt(value: float) -> float:
    """Square root, correctly rounded in both cases."""
    if isinstance(value, np.ndarray):
        root: float = np.sqrt(value)
        return root
    return float_sqrt(value)


def _elementwise(function: Callable[[Any], Any]) -> Callable[[float], float]:
    def apply(value: float) -> float:
        result = function(value)
        return result if isinstance(result, np.ndarray) else float(result)  # type: ignore[return-value]

    return apply


exp = _elementwise(np.exp)
log = _elementwise(np.log)
sin = _elementwise(np.sin)
cos = _elementwise(np.cos)
tan = _elementwise(np.tan)
acos = _elementwise(np.arccos)
ceil = _elementwise(np.ceil)


def power(value: float, exponent: float) -> float:
    """`value` to a broken power."""
    return _elementwise(lambda base: np.power(base, exponent))(value)


def interpolate(x: float, nodes: Sequence[Node]) -> float:
    """Linear between two nodes or more with ascending x, held beyond the ends.

    >>> interpolate(2.5, ((1.0, 1.0), (2.0, 0.75), (3.0, 0.5)))
    0.625
    """
    if isinstance(x, np.ndarray):
        return _interpolate_array(x, nodes)
    if x <= nodes[0][0]:
        return nodes[0][1]
    for (x0, y0), (x1, y1) in pairwise(nodes):
        if x < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return nodes[-1][1]


def _interpolate_array(x: np.ndarray, nodes: Sequence[Node]) -> np.ndarray:
    xs, ys = (np.array(column) for column in zip(*nodes, strict=True))
    right = np.clip(np.searchsorted(xs, x, side="right"), 1, len(nodes) - 1)
    x0, y0, x1, y1 = xs[right - 1], ys[right - 1], xs[right], ys[right]
    between = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    held: np.ndarray = np.where(x <= xs[0], ys[0], np.where(x >= xs[-1], ys[-1], between))
    return held
