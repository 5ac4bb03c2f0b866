"""SVG, written by hand: paths in polar coordinates around the sound hole. [mm, rad]

Coordinates are rounded to a hundredth of a millimetre, so the same design gives the same bytes on any machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, sin

from runs_svc.adapters.rendering.picture.layout import TURN


def number(value: float) -> str:
    """A coordinate as text.

    >>> number(1.0), number(-0.004), number(2.346)
    ('1', '0', '2.35')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def point(radius: float, angle: float) -> str:
    return f"{number(radius * cos(angle))} {number(radius * sin(angle))}"


def annulus(inner: float, outer: float) -> str:
    """A path between two circles, for the even-odd rule."""
    return circle(outer) + circle(inner)


def circle(radius: float) -> str:
    r = number(radius)
    return f"M{r} 0A{r} {r} 0 1 1 -{r} 0A{r} {r} 0 1 1 {r} 0Z"


def square(half_width: float) -> str:
    corner, side = number(-half_width), number(2 * half_width)
    return f"M{corner} {corner}h{side}v{side}h-{side}Z"


def polygon(corners: Sequence[tuple[float, float]]) -> str:
    """A closed path through corners given as radius and angle."""
    return "M" + "L".join(point(radius, angle) for radius, angle in corners) + "Z"


def rounded(corners: Sequence[tuple[float, float]]) -> str:
    """A closed path without corners, drawn towards points given as radius and angle."""
    points = [(radius * cos(angle), radius * sin(angle)) for radius, angle in corners]
    middles = [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in zip(points, [*points[1:], points[0]], strict=True)]
    curves = [
        f"Q{number(x)} {number(y)} {number(u)} {number(v)}"
        for (x, y), (u, v) in zip([*points[1:], points[0]], [*middles[1:], middles[0]], strict=True)
    ]
    return f"M{number(middles[0][0])} {number(middles[0][1])}{''.join(curves)}Z"


def arc(radius: float, start: float, end: float) -> str:
    """An open path along a circle, of less than half a turn."""
    r = number(radius)
    return f"M{point(radius, start)}A{r} {r} 0 0 1 {point(radius, end)}"


@dataclass(frozen=True, slots=True)
class Window:
    """A square of the plane: left and upper edge, and side. [mm]"""

    left: float
    top: float
    side: float


class Noise:
    """Numbers that look random and are always the same: a linear congruential generator (Knuth, MMIX)."""

    def __init__(self, seed: int) -> None:
        self._state = (seed * 2_654_435_761 + 1) % 2**64

    def between(self, low: float, high: float) -> float:
        self._state = (self._state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return low + (high - low) * (self._state >> 11) / 2**53


@dataclass(slots=True)
class Drawing:
    """Elements in the order they are painted, and what they refer to."""

    elements: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)

    def fill(self, path: str, colour: str, *, opacity: float = 1.0) -> None:
        """A filled path."""
        seen = "" if opacity == 1.0 else f' fill-opacity="{number(opacity)}"'
        self.elements.append(f'<path d="{path}" fill="{colour}"{seen} fill-rule="evenodd"/>')

    def stroke(self, path: str, colour: str, width: float, *, opacity: float = 1.0) -> None:
        """A line along a path."""
        seen = "" if opacity == 1.0 else f' stroke-opacity="{number(opacity)}"'
        line = f'stroke="{colour}" stroke-width="{number(width)}"{seen}'
        self.elements.append(f'<path d="{path}" fill="none" {line}/>')

    def repeat(self, elements: Sequence[str], count: int) -> None:
        """A group of elements, `count` times around."""
        name = f"g{len(self.definitions)}"
        self.definitions.append(f'<g id="{name}">{"".join(elements)}</g>')
        self.elements.extend(
            f'<use href="#{name}" transform="rotate({number(360 * index / count)})"/>' for index in range(count)
        )

    def mirrored(self, elements: Sequence[str]) -> None:
        """A group of elements on the right, and its mirror image on the left."""
        name = f"g{len(self.definitions)}"
        self.definitions.append(f'<g id="{name}">{"".join(elements)}</g>')
        self.elements.append(f'<use href="#{name}"/><use href="#{name}" transform="scale(-1 1)"/>')

    def gradient(self, stops: Sequence[tuple[float, str, float]], *, cx: float, cy: float, radius: float) -> str:
        """The id of a radial gradient. Stops are offset, colour and opacity."""
        name = f"r{len(self.definitions)}"
        inner = "".join(
            f'<stop offset="{number(offset)}" stop-color="{colour}" stop-opacity="{number(opacity)}"/>'
            for offset, colour, opacity in stops
        )
        self.definitions.append(
            f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="{number(cx)}" cy="{number(cy)}" '
            f'r="{number(radius)}">{inner}</radialGradient>'
        )
        return f"url(#{name})"

    def sheen(self, first: str, second: str, angle: float) -> str:
        """The id of a gradient from one colour to another across whatever is filled with it."""
        name = f"l{len(self.definitions)}"
        x, y = cos(angle) / 2, sin(angle) / 2
        ends = f'x1="{number(0.5 - x)}" y1="{number(0.5 - y)}" x2="{number(0.5 + x)}" y2="{number(0.5 + y)}"'
        self.definitions.append(
            f'<linearGradient id="{name}" {ends}><stop offset="0" stop-color="{first}"/>'
            f'<stop offset="1" stop-color="{second}"/></linearGradient>'
        )
        return f"url(#{name})"

    def svg(self, window: Window, size_px: int, title: str) -> str:
        """What a window shows of it."""
        left, top, side = (number(value) for value in (window.left, window.top, window.side))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px}" height="{size_px}" '
            f'viewBox="{left} {top} {side} {side}"><title>{title}</title>'
            f"<defs>{''.join(self.definitions)}</defs>{''.join(self.elements)}</svg>\n"
        )


def around(count: int) -> Iterator[tuple[float, float]]:
    """Start and end of each of `count` equal parts of a turn."""
    for index in range(count):
        yield TURN * index / count, TURN * (index + 1) / count
