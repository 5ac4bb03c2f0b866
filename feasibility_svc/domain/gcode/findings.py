"""What was found in a program: which rule, how often, where first and where worst."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

MOST_PLACES = 20
_LONGEST_TEXT = 80


class Level(IntEnum):
    """How much a finding weighs; the larger, the worse."""

    INFORMATION = 1
    WARNING = 2
    NOT_VERIFIABLE = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule was broken."""

    line: int
    """Counted from 1. 0: the program as a whole."""
    value: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything one rule has to say about one program."""

    code: str
    level: Level
    count: int
    first: Place
    worst: Place
    places: tuple[Place, ...]
    """The first places, at most `MOST_PLACES`."""
    limit: float | None
    unit: str
    sentence: str
    program: int = 0
    """Which program of the setup, from 0."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule before it met a program."""

    code: str
    level: Level
    sentence: str
    unit: str = ""


@dataclass(slots=True)
class _Heap:
    rule: Rule
    level: Level
    limit: float | None
    places: list[Place] = field(default_factory=list)
    worst: Place | None = None
    most: float = -1.0
    """Weight of the worst place."""
    count: int = 0

    def keep(self, place: Place) -> None:
        if len(self.places) < MOST_PLACES:
            self.places.append(place)
        if self.worst is None or _weight(place) > _weight(self.worst):
            self.worst, self.most = place, _weight(place)


class Findings:
    """Collects what is found; its size is bounded by the number of rules, whatever the program says."""

    def __init__(self) -> None:
        self._heaps: dict[tuple[str, Level], _Heap] = {}

    def add(
        self,
        rule: Rule,
        line: int,
        text: str = "",
        *,
        value: float | None = None,
        limit: float | None = None,
        level: Level | None = None,
    ) -> None:
        """Note that a rule is broken on a line; `level` replaces the rule's own."""
        heap = self._heap(rule, limit, level)
        heap.count += 1
        if len(heap.places) < MOST_PLACES or (value is not None and abs(value) > heap.most):
            heap.keep(Place(line, value, shown(text)))

    def add_all(
        self,
        rule: Rule,
        first: Sequence[Place],
        count: int,
        worst: Place,
        *,
        limit: float | None = None,
        level: Level | None = None,
    ) -> None:
        """Note many at once: the first places, how many there are, and the worst of all."""
        heap = self._heap(rule, limit, level)
        heap.places.extend(first[: MOST_PLACES - len(heap.places)])
        heap.count += count
        if heap.worst is None or _weight(worst) > _weight(heap.worst):
            heap.worst, heap.limit = worst, limit

    def _heap(self, rule: Rule, limit: float | None, level: Level | None) -> _Heap:
        weight = rule.level if level is None else level
        heap = self._heaps.get((rule.code, weight))
        if heap is None:
            heap = self._heaps[rule.code, weight] = _Heap(rule, weight, limit)
        return heap

    def clear(self) -> None:
        """Forget everything: the file turned out to be something else."""
        self._heaps.clear()

    def listed(self) -> tuple[Finding, ...]:
        """Every finding, worst first, then in the order of their lines."""
        return ordered(_finding(heap) for heap in self._heaps.values())


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda item: (-item.level, item.program, item.first.line, item.code)))


def of_program(findings: Iterable[Finding], program: int) -> list[Finding]:
    """The same findings, said of a program of a setup."""
    return [replace(finding, program=program) for finding in findings]


def plain(value: float) -> str:
    """A number without an exponent, to a thousandth.

    >>> plain(2539974.6), plain(3.0), plain(-0.1234)
    ('2539974.6', '3', '-0.123')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def shown(text: str) -> str:
    """The text of a line as it may be printed: short, without control characters.

    >>> shown("G1 X1\\x07")
    'G1 X1?'
    """
    printable = "".join(character if character.isprintable() else "?" for character in text[: _LONGEST_TEXT + 1])
    return printable if len(printable) <= _LONGEST_TEXT else printable[: _LONGEST_TEXT - 1] + "…"


def _weight(place: Place) -> float:
    return abs(place.value) if place.value is not None else -1.0


def _finding(heap: _Heap) -> Finding:
    first = heap.places[0]
    worst = heap.worst if heap.worst is not None else first
    words: Mapping[str, str] = {
        "text": first.text,
        "value": "unknown" if worst.value is None else plain(worst.value),
        "limit": "unknown" if heap.limit is None else plain(heap.limit),
    }
    return Finding(
        code=heap.rule.code,
        level=heap.level,
        count=heap.count,
        first=first,
        worst=worst,
        places=tuple(heap.places),
        limit=heap.limit,
        unit=heap.rule.unit,
        sentence=heap.rule.sentence.format_map(words),
    )
