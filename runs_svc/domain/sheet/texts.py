"""Numbers of a sheet as texts: in the shop's units, written as its language writes them."""

from dataclasses import dataclass
from enum import StrEnum

from runs_svc.domain.sheet.words import Language, known_word, word

_MM_PER_INCH = 25.4
_BLANK = "\u202f"
"""Between a number and its unit."""


class Units(StrEnum):
    """In which unit lengths are written first."""

    MM = "mm"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the same in the other units."""

    text: str
    other: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Texts:
    """How a sheet writes."""

    language: Language
    units: Units

    def word(self, key: str, **values: object) -> str:
        return word(self.language, key, **values)

    def known_word(self, key: str) -> str:
        return known_word(self.language, key)

    @property
    def unknown(self) -> Said:
        return Said(self.word("not_known"), known=False)

    def number(self, value: float, digits: int = 3, *, fixed: bool = False) -> str:
        """A number with at most so many digits behind the point, or exactly so many.

        >>> Texts(Language.DE, Units.MM).number(1234.5), Texts(Language.EN, Units.MM).number(-0.0001)
        ('1234,5', '0')
        """
        text = f"{value:.{digits}f}"
        if not fixed and "." in text:
            text = text.rstrip("0").rstrip(".")
        text = "0" if text == "-0" else text.replace("-", "\u2212")
        return text.replace(".", ",") if self.language is Language.DE else text

    def whole(self, value: float) -> str:
        """A large number without digits behind the point.

        >>> Texts(Language.EN, Units.MM).whole(17000), Texts(Language.DE, Units.MM).whole(17000)
        ('17,000', '17.000')
        """
        text = f"{value:,.0f}"
        return text.replace(",", ".") if self.language is Language.DE else text

    def quantity(self, value: float, unit: str, digits: int = 3) -> str:
        """
        >>> Texts(Language.EN, Units.MM).quantity(400.0, "N")
        '400\\u202fN'
        """
        return f"{self.number(value, digits)}{_BLANK}{unit}"

    def length(self, value_mm: float | None) -> Said:
        """A length in both units.

        >>> Texts(Language.EN, Units.IN).length(25.4)
        Said(text='1\\u202fin', other='25.4\\u202fmm', known=True)
        """
        if value_mm is None:
            return self.unknown
        return self._both(f"{self.number(value_mm)}{_BLANK}mm", f"{self._inches(value_mm)}{_BLANK}in")

    def lengths(self, *values_mm: float | None) -> Said:
        """Lengths that belong together: length, width, thickness.

        >>> Texts(Language.EN, Units.MM).lengths(410.0, 2.6).text
        '410 × 2.6\\u202fmm'
        """
        if all(value is None for value in values_mm):
            return self.unknown
        mm = " × ".join("?" if value is None else self.number(value) for value in values_mm)
        inches = " × ".join("?" if value is None else self._inches(value) for value in values_mm)
        return self._both(f"{mm}{_BLANK}mm", f"{inches}{_BLANK}in")

    def plain_length(self, value_mm: float) -> str:
        """A length in the first unit alone, with its unit."""
        return self.length(value_mm).text

    def feed(self, value_mm_per_min: float | None) -> Said:
        """A feed in both units.

        >>> Texts(Language.EN, Units.MM).feed(1500.0).other
        '59.1\\u202fin/min'
        """
        if value_mm_per_min is None:
            return self.unknown
        inches = self.number(value_mm_per_min / _MM_PER_INCH, 1)
        return self._both(f"{self.number(value_mm_per_min, 1)}{_BLANK}mm/min", f"{inches}{_BLANK}in/min")

    def speed(self, value_rpm: float | None) -> Said:
        """A speed of the spindle."""
        if value_rpm is None:
            return self.unknown
        return Said(f"{self.whole(value_rpm)}{_BLANK}{self.word('rpm')}")

    def time(self, shortest_s: float | None, longest_s: float | None = None) -> Said:
        """How long something takes, to the second; a range where both ends differ.

        >>> Texts(Language.EN, Units.MM).time(54.2).text, Texts(Language.EN, Units.MM).time(59.0, 91.24).text
        ('54\\u202fs', '59\\u202fs – 1\\u202fmin 31\\u202fs')
        """
        if shortest_s is None:
            return self.unknown
        first = _time(shortest_s)
        last = first if longest_s is None else _time(longest_s)
        return Said(first if first == last else f"{first} – {last}")

    def span(self, low_mm: float, high_mm: float) -> str:
        """From where to where, in the first unit; ± where both ends are as far from zero.

        >>> Texts(Language.EN, Units.MM).span(-56.41, 56.41), Texts(Language.EN, Units.MM).span(-2.0, 5.0)
        ('±56.41', '−2 to 5')
        """
        low, high = self.coordinate(low_mm), self.coordinate(high_mm)
        if high_mm > 0 and high == low.removeprefix("\u2212") and low != high:
            return f"±{high}"
        return self.word("span", low=low, high=high)

    def coordinate(self, value_mm: float) -> str:
        """A place on an axis, in the first unit, without the unit."""
        return self.number(value_mm) if self.units is Units.MM else self.number(value_mm / _MM_PER_INCH, 4)

    @property
    def unit(self) -> str:
        return self.units.value

    def moment(self, created_at_utc: str) -> str:
        """
        >>> Texts(Language.DE, Units.MM).moment("2026-11-29T14:31:07.123456Z")
        '29.11.2026, 14:31'
        """
        day, clock = created_at_utc[:10], created_at_utc[11:16]
        if self.language is Language.DE:
            year, month, number = [*day.split("-"), "", ""][:3]
            day = f"{number}.{month}.{year}"
        return f"{day}, {clock}"

    def _inches(self, value_mm: float) -> str:
        return self.number(value_mm / _MM_PER_INCH, 2 if abs(value_mm) >= 10 * _MM_PER_INCH else 3)

    def _both(self, mm: str, inches: str) -> Said:
        return Said(mm, inches) if self.units is Units.MM else Said(inches, mm)


def _time(value_s: float) -> str:
    minutes, seconds = divmod(round(value_s), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    shown = [f"{number}{_BLANK}{unit}" for number, unit in parts if number]
    return " ".join(shown) or f"0{_BLANK}s"


def short_digest(sha256: str) -> str:
    """A digest as it is compared by eye: its beginning and its end.

    >>> short_digest("c41e07ab92d5" + "0" * 48 + "6f30")
    'c41e 07ab 92d5 … 6f30'
    """
    return f"{sha256[:4]} {sha256[4:8]} {sha256[8:12]} … {sha256[-4:]}"
