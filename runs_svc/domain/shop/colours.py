"""How far two colours lie apart to the eye, and colours moved until they do.

Source: Sharma, Wu and Dalal, The CIEDE2000 color-difference formula, Color Research and Application 30 (2005), with
sRGB of IEC 61966-2-1 and the white of D65.
"""

from collections.abc import Sequence
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

_WHITE = (0.95047, 1.0, 1.08883)
_STEP = 0.5
"""Steps of lightness. [L*]"""
_REDDER = 0.25
"""a* that a wood gains with each L* that it darkens."""

Lab = tuple[float, float, float]


def lab(colour: str) -> Lab:
    """L*, a*, b* of a text such as "#ecd3a4"."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    x = 0.4124564 * red + 0.3575761 * green + 0.1804375 * blue
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = 0.0193339 * red + 0.1191920 * green + 0.9503041 * blue
    fx, fy, fz = (_root(value / white) for value, white in zip((x, y, z), _WHITE, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def with_lightness(colour: str, lightness: float) -> str:
    """The colour, lighter or darker, within what a screen can show; a darker one is a little redder, as woods are."""
    before, a, b = lab(colour)
    a += max(before - lightness, 0.0) * _REDDER
    fy = (lightness + 16) / 116
    x, y, z = (_cube(f) * white for f, white in zip((fy + a / 500, fy, fy - b / 200), _WHITE, strict=True))
    red = 3.2404542 * x - 1.5371385 * y - 0.4985314 * z
    green = -0.9692660 * x + 1.8760108 * y + 0.0415560 * z
    blue = 0.0556434 * x - 0.2040259 * y + 1.0572252 * z
    return "#" + "".join(f"{round(255 * _display(value)):02x}" for value in (red, green, blue))


def difference(first: str, second: str) -> float:
    """CIEDE2000 of two colours; about 1 can just be seen."""
    return difference_of_lab(lab(first), lab(second))


def told_apart(colour: str, neighbours: Sequence[str], *, least: float) -> str:
    """The colour, made as little lighter or darker as sets it off from its neighbours.

    >>> told_apart("#f0dcb9", ["#4a2c2a"], least=15)
    '#f0dcb9'
    >>> difference(told_apart("#f0dcb9", ["#f0d9ab"], least=15), "#f0d9ab") >= 15
    True
    """
    if _apart(colour, neighbours, least):
        return colour
    lightness, _, _ = lab(colour)
    for step in range(1, round(100 / _STEP)):
        for way in (-1, 1):
            moved = lightness + way * step * _STEP
            if 0 <= moved <= 100 and _apart(with_lightness(colour, moved), neighbours, least):
                return with_lightness(colour, moved)
    return colour


def difference_of_lab(first: Lab, second: Lab) -> float:
    """CIEDE2000 of two colours given as L*, a*, b*."""
    l1, a1, b1 = first
    l2, a2, b2 = second
    mean_c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - sqrt(mean_c7 / (mean_c7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = _hue(a1, b1), _hue(a2, b2)
    turned = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    hue = 2 * sqrt(c1 * c2) * sin(radians(turned) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + turned / 2) % 360
    t = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    r_c = 2 * sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    r_t = -r_c * sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    parts = ((l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h)
    return sqrt(sum(part**2 for part in parts) + r_t * parts[1] * parts[2])


def _apart(colour: str, neighbours: Sequence[str], least: float) -> bool:
    return all(difference(colour, neighbour) >= least for neighbour in neighbours)


def _hue(a: float, b: float) -> float:
    return degrees(atan2(b, a)) % 360


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _display(value: float) -> float:
    shown = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return min(max(shown, 0.0), 1.0)


def _root(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29


def _cube(value: float) -> float:
    return value**3 if value > 6 / 29 else 3 * (6 / 29) ** 2 * (value - 4 / 29)
