"""Whether two pictures show the same, from small copies of both."""

from operator import sub

_SIDE = 24
_ROW_BYTES = 3 * _SIDE
_SAME_SHADES = 6
"""So far a colour of a cell may move when a picture is stored anew or scaled; a ring of 3 mm moves it further."""
_ROWS = sorted(range(_SIDE), key=lambda row: abs(2 * row + 1 - _SIDE))
"""From the middle outwards: a row through the centre crosses every ring of a rosette."""


def looks_alike(first: str, second: str) -> bool:
    """Whether each of 24 x 24 cells has the same colour in both; not where one of them has no such copy."""
    if not first or not second:
        return False
    one, other = bytes.fromhex(first), bytes.fromhex(second)
    return all(_same(one, other, row * _ROW_BYTES) for row in _ROWS)


def _same(one: bytes, other: bytes, start: int) -> bool:
    end = start + _ROW_BYTES
    return max(map(abs, map(sub, one[start:end], other[start:end])), default=0) <= _SAME_SHADES
