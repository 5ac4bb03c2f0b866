"""Does the operation lie within the piece it is cut from?"""

from collections.abc import Iterator

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, Question, must
from feasibility_svc.domain.inputs.design import Part


def fits(width_mm: float, length_mm: float, within_mm: tuple[float, float]) -> bool:
    """Whether a rectangle lies within another, in one of both orientations.

    >>> fits(290.0, 100.0, (190.0, 290.0)), fits(200.0, 200.0, (190.0, 290.0))
    (True, False)
    """
    (narrow, long), (least, most) = sorted((width_mm, length_mm)), sorted(within_mm)
    return narrow <= least + SAME_MM and long <= most + SAME_MM


def in_stock(situation: Situation, what: str, width_mm: float, length_mm: float) -> Iterator[Found]:
    """A rectangle that must lie within the stock, across or along it."""
    across_mm, along_mm = situation.find("stock.width_mm"), situation.find("stock.length_mm")
    for side, size_mm in (("width_mm", across_mm), ("length_mm", along_mm)):
        if size_mm is None:
            yield Question(f"context.stock.{side}", f"whether {what} lies within the stock")
    if across_mm is not None and along_mm is not None:
        yield _within("stock_outline", f"{what} in stock", (width_mm, length_mm), (across_mm, along_mm))
    else:  # one side alone still bounds the rectangle where it is the smaller one
        known_mm = across_mm if along_mm is None else along_mm
        if known_mm is not None and min(width_mm, length_mm) > known_mm + SAME_MM:
            yield _within("stock_outline", f"{what} in stock", (width_mm, length_mm), (known_mm, known_mm))


def in_part(situation: Situation, what: str, width_mm: float, length_mm: float) -> Iterator[Found]:
    """A rectangle that must lie within the part it belongs to."""
    part = situation.design.part
    size_mm = None if part is None else _size_mm(part)
    if size_mm is not None:
        yield _within("part_outline", f"{what} in a part", (width_mm, length_mm), size_mm)


def _within(name: str, what: str, size_mm: tuple[float, float], within_mm: tuple[float, float]) -> Found:
    width_mm, length_mm = size_mm
    across_mm, along_mm = within_mm
    return must(
        name,
        holds=fits(width_mm, length_mm, within_mm),
        value=max(size_mm),
        limit=max(within_mm),
        text=f"{what} of {across_mm:g} x {along_mm:g} mm: {width_mm:g} x {length_mm:g} mm do not fit",
    )


def _size_mm(part: Part) -> tuple[float, float] | None:
    """Width and length of the rectangle around a part; None while they are not known."""
    if part.outline is not None:
        across = [point.x_mm for point in part.outline.points]
        along = [point.y_mm for point in part.outline.points]
        return max(across) - min(across), max(along) - min(along)
    if part.ring is not None:
        outer_mm = part.ring.outer_radius_mm
        return None if outer_mm is None else (2 * outer_mm, 2 * outer_mm)
    rectangle = part.rectangle
    if rectangle is None or rectangle.width_mm is None or rectangle.length_mm is None:
        return None
    return rectangle.width_mm, rectangle.length_mm
