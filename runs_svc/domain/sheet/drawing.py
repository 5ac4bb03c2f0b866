"""Drawings of parts: lines, circles and texts on a canvas of fixed size, in black on white."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

WIDTH, HEIGHT = 180.0, 124.0
TEXT_HEIGHT = 6.5
"""Units of the canvas; at 88 mm of width a unit is half a millimetre."""
_TICK = 1.6
Point = tuple[float, float]


class Weight(StrEnum):
    """How a line is drawn: what is cut, what is there, what is hidden or measured."""

    CUT = "cut"
    EDGE = "edge"
    THIN = "thin"
    DASHED = "dashed"


@dataclass(frozen=True, slots=True)
class Path:
    """Straight pieces, one after another."""

    points: Sequence[Point]
    weight: Weight
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    centre: Point
    radius: float
    weight: Weight


@dataclass(frozen=True, slots=True)
class Label:
    """A text; `anchor` says which of its points lies at its place: start, middle or end of its line."""

    place: Point
    text: str
    anchor: str = "middle"


Shape = Path | Circle | Label


@dataclass(slots=True)
class Canvas:
    """What is drawn so far."""

    shapes: list[Shape] = field(default_factory=list)

    def path(self, *points: Point, weight: Weight = Weight.THIN, closed: bool = False) -> None:
        self.shapes.append(Path(points, weight, closed))

    def box(self, left: float, top: float, width: float, height: float, weight: Weight = Weight.EDGE) -> None:
        right, bottom = left + width, top + height
        self.path((left, top), (right, top), (right, bottom), (left, bottom), weight=weight, closed=True)

    def circle(self, centre: Point, radius: float, weight: Weight) -> None:
        self.shapes.append(Circle(centre, radius, weight))

    def label(self, x: float, y: float, text: str, anchor: str = "middle") -> None:
        self.shapes.append(Label((x, y), text, anchor))

    def across(self, left: float, right: float, y: float, text: str) -> None:
        """A dimension from left to right, with its text above the line."""
        self.path((left, y), (right, y))
        for x in (left, right):
            self.path((x - _TICK, y + _TICK), (x + _TICK, y - _TICK))
        self.label((left + right) / 2, y - 1.6, text)

    def down(self, top: float, bottom: float, x: float, text: str) -> None:
        """A dimension from top to bottom, with its text to the right of the line."""
        self.path((x, top), (x, bottom))
        for y in (top, bottom):
            self.path((x - _TICK, y + _TICK), (x + _TICK, y - _TICK))
        if text:
            self.label(x + 2.4, (top + bottom) / 2 + TEXT_HEIGHT / 3, text, "start")


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a part lies on the canvas: its lower left corner and how large a millimetre is."""

    left: float
    bottom: float
    scale: float

    def at(self, x_mm: float, y_mm: float) -> Point:
        return self.left + x_mm * self.scale, self.bottom - y_mm * self.scale


def fit(width_mm: float, height_mm: float, *, left: float, top: float, width: float, height: float) -> Fit:
    """The largest place in a box of the canvas for a part, in its middle."""
    scale = min(width / width_mm, height / height_mm)
    spare_x, spare_y = width - width_mm * scale, height - height_mm * scale
    return Fit(left + spare_x / 2, top + height - spare_y / 2, scale)
