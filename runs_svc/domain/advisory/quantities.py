"""Numbers in a text with their units, and which numbers of another text they are the same as.

A number stands in a text when it is there in a unit of the same kind, rounded as it is printed and by no more than a
hundredth. One without a unit stands for itself.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_ROUNDED = 0.01
_EXACT = 1e-9
_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?P<digits>\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?)(?:/(?P<parts>\d+))?"
    r"\s?(?P<unit>mm/min|mm/s|m/min|m/s|in/min|ipm|ft/min|sfm|mm\b|millimet\w*|cm\b|µm|um\b|micron\w*|m\b|inch\w*|in\b|"
    r"\"|thou\b|mils?\b|ft\b|feet\b|deg ?[CF]\b|° ?[CF]\b|%|percent|lbf\b|pounds?\b|kN\b|N\b|newtons?|kW\b|W\b|"
    r"watts?\b|hp\b|s\b|sec\w*|min\b|minutes?|h\b|hours?)?"
)
_UNITS: Mapping[str, tuple[str, float, float]] = {
    "mm/min": ("speed", 1.0, 0.0),
    "mm/s": ("speed", 60.0, 0.0),
    "m/min": ("speed", 1000.0, 0.0),
    "m/s": ("speed", 60_000.0, 0.0),
    "in/min": ("speed", 25.4, 0.0),
    "ipm": ("speed", 25.4, 0.0),
    "ft/min": ("speed", 304.8, 0.0),
    "sfm": ("speed", 304.8, 0.0),
    "mm": ("length", 1.0, 0.0),
    "millimet": ("length", 1.0, 0.0),
    "cm": ("length", 10.0, 0.0),
    "µm": ("length", 0.001, 0.0),
    "um": ("length", 0.001, 0.0),
    "micron": ("length", 0.001, 0.0),
    "m": ("length", 1000.0, 0.0),
    "inch": ("length", 25.4, 0.0),
    "in": ("length", 25.4, 0.0),
    '"': ("length", 25.4, 0.0),
    "thou": ("length", 0.0254, 0.0),
    "mil": ("length", 0.0254, 0.0),
    "ft": ("length", 304.8, 0.0),
    "feet": ("length", 304.8, 0.0),
    "degc": ("temperature", 1.0, 0.0),
    "degf": ("temperature", 5 / 9, -160 / 9),
    "%": ("share", 0.01, 0.0),
    "percent": ("share", 0.01, 0.0),
    "lbf": ("force", 4.4482216, 0.0),
    "pound": ("force", 4.4482216, 0.0),
    "n": ("force", 1.0, 0.0),
    "newton": ("force", 1.0, 0.0),
    "kn": ("force", 1000.0, 0.0),
    "w": ("power", 1.0, 0.0),
    "watt": ("power", 1.0, 0.0),
    "kw": ("power", 1000.0, 0.0),
    "hp": ("power", 745.69987, 0.0),
    "s": ("time", 1.0, 0.0),
    "sec": ("time", 1.0, 0.0),
    "min": ("time", 60.0, 0.0),
    "minute": ("time", 60.0, 0.0),
    "h": ("time", 3600.0, 0.0),
    "hour": ("time", 3600.0, 0.0),
}
"""Kind of each unit, and the factor and offset that take a value to the kind's first unit."""
_BARE = ("share", 1.0, 0.0)
_BY_LENGTH = sorted((name for name in _UNITS if len(name) > 1), key=len, reverse=True)
_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half|halve|"
    r"halves|quarters?|twice|doubles?|triples?|one (?:mm|millimet\w+|inch|percent|degree|newton|second|minute))\b|"
    r"[¼-¾⅐-⅞]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is printed."""

    text: str
    value: float
    half_step: float
    """Half of its last digit."""
    kind: str
    factor: float
    offset: float
    bare: bool

    @property
    def base(self) -> float:
        """Its value in the first unit of its kind."""
        return self.value * self.factor + self.offset


@dataclass(slots=True)
class Standing:
    """The numbers of a text, for looking others up in them."""

    bare: set[float] = field(default_factory=set)
    every: set[float] = field(default_factory=set)
    by_kind: dict[str, Sequence[float]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


def standing_in(text: str) -> Standing:
    """What stands in a text."""
    standing = Standing(words={word.lower() for word in _WORDS.findall(text)})
    kinds: dict[str, list[float]] = {}
    for quantity in quantities_in(text):
        standing.every.add(quantity.value)
        if quantity.bare:
            standing.bare.add(quantity.value)
        kinds.setdefault(quantity.kind, []).append(quantity.base)
    standing.by_kind = {kind: sorted(values) for kind, values in kinds.items()}
    return standing


def strangers(standing: Standing, text: str) -> Iterator[str]:
    """The numbers of a text that do not stand in another, as they are printed."""
    for word in _WORDS.findall(text):
        if word.lower() not in standing.words:
            yield word
    for quantity in quantities_in(text):
        if not _stands(quantity, standing):
            yield quantity.text


def quantities_in(text: str) -> Iterator[Quantity]:
    """The numbers of a text.

    >>> [(item.value, item.kind) for item in quantities_in("1,200 mm/min, 1/8 in, 0.61")]
    [(1200.0, 'speed'), (0.125, 'length'), (0.61, 'share')]
    """
    for found in _NUMBER.finditer(text):
        digits, unit = found["digits"].replace(",", ""), found["unit"]
        value, parts = float(digits), float(found["parts"] or 1)
        mantissa, _, exponent = digits.lower().partition("e")
        places = len(mantissa.partition(".")[2]) - int(exponent or 0)
        kind, factor, offset = _unit(unit) if unit else _BARE
        yield Quantity(
            text=found["digits"] if parts == 1 else f"{found['digits']}/{found['parts']}",
            value=value / parts if parts else float("inf"),
            half_step=0.5 * 10.0 ** -min(max(places, -300), 300),
            kind=kind,
            factor=factor,
            offset=offset,
            bare=not unit,
        )


def _unit(text: str) -> tuple[str, float, float]:
    plain = text.lower().replace("° ", "deg").replace("°", "deg").replace(" ", "")
    return _UNITS.get(plain) or next(_UNITS[name] for name in _BY_LENGTH if plain.startswith(name))


def _stands(quantity: Quantity, standing: Standing) -> bool:
    if quantity.value in (standing.every if quantity.bare else standing.bare):
        return True
    known = standing.by_kind.get(quantity.kind, ())
    nearest = bisect_left(known, quantity.base)
    near = [(base - quantity.offset) / quantity.factor for base in known[max(nearest - 1, 0) : nearest + 1]]
    return any(
        abs(value - quantity.value) <= min(quantity.half_step, _ROUNDED * abs(value)) + _EXACT * abs(value)
        for value in near
    )
