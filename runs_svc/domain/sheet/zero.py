"""Where zero is: what programs call it, and where the stock lies from it."""

from collections.abc import Sequence
from math import isclose

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, number
from runs_svc.domain.sheet.texts import Said, Texts

_CLOSE_MM = 0.001


def zero_text(stock: JsonMapping, offsets: Sequence[str], texts: Texts) -> Said:
    """Zero in words; not known where neither programs nor the envelope say it.

    Args:
        stock: The stock in work coordinates, as the envelope of the programs has it.
        offsets: Work offsets that the programs name.
        texts: How the sheet writes.
    """
    parts = [_in_plane(stock, texts), _height(stock, texts)]
    place = ", ".join(part for part in parts if part)
    named = ", ".join(offsets)
    said = ": ".join(part for part in (named, place) if part)
    return Said(said) if said else Said(f"{texts.word('not_known')}: {texts.word('see_program')}", known=False)


def _in_plane(stock: JsonMapping, texts: Texts) -> str:
    sides = [number(child(stock, axis), end) for axis in ("x", "y") for end in ("min_mm", "max_mm")]
    if any(side is None for side in sides):
        return ""
    x_low, x_high, y_low, y_high = (float(side or 0.0) for side in sides)
    if _same(x_low, -x_high) and _same(y_low, -y_high):
        return texts.word("stock_centre")
    if _same(x_low, 0.0) and _same(y_low, 0.0):
        return texts.word("stock_corner")
    named = {"x_low": x_low, "x_high": x_high, "y_low": y_low, "y_high": y_high}
    return texts.word("stock_xy", **{name: texts.coordinate(value) for name, value in named.items()})


def _height(stock: JsonMapping, texts: Texts) -> str:
    low, high = number(child(stock, "z"), "min_mm"), number(child(stock, "z"), "max_mm")
    if low is None or high is None:
        return ""
    if _same(high, 0.0):
        return texts.word("stock_top")
    if _same(low, 0.0):
        return texts.word("stock_bottom")
    return texts.word("stock_z", low=texts.coordinate(low), high=texts.coordinate(high))


def _same(one: float, other: float) -> bool:
    return isclose(one, other, abs_tol=_CLOSE_MM)
