"""What each controller accepts, and where the same text means different things to them.

GRBL 1.1h and LinuxCNC were compared with the programs themselves. Mach3, Mach4 and Fanuc are declared from their
manuals and marked untested: what they refuse is told as a warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Feature(Enum):
    """A way of reading in which controllers differ."""

    FEED_IN_OLD_UNITS = "F beside G20 or G21 is in the units before them"
    REFUSES_OFFSET_OUTSIDE_PLANE = "K on an arc in XY is refused, not ignored"
    REFUSES_UNCLOSED_COMMENT = "a comment must be closed on its line"
    NEEDS_END = "a program without M2, M30 or % is refused"
    READS_PAST_END = "what follows M2 or M30 is executed"
    STOPS_FOR_SPEED = "motion stops for each new spindle speed"
    DWELL_IN_MILLISECONDS = "P of G4 may be milliseconds"
    CHANGE_STOPS_SPINDLE = "M6 stops the spindle"
    LABELS_COME_FIRST = "N is the first word of its line"
    FEED_MODE_FORGETS_FEED = "G94 forgets the feed, even where it was in force"
    REPEATS_TURNS = "P of an arc is a number of turns"
    DROPS_SLASHES = "a slash anywhere is dropped, and what follows it is always executed"
    DELETES_BLOCKS_ANYWHERE = "a slash inside a line may begin a block that a switch deletes, /2 one of another switch"
    DROPS_CONTROL_CHARACTERS = "control characters are dropped, and ? ! ~ and bytes over 127 are orders, not text"
    COMMENT_ENDS_WORD = "a comment between a letter and its number, or inside a number, is refused"
    ARCS_TAKE_TURNS = "an arc takes a P, whatever it means"
    STARTS_WITHOUT_MOTION = "axis words before the first motion code are refused"
    CYCLES_END_AT_R = "canned cycles end at R until G98 is stated"
    CR_ENDS_LINES = "a carriage return alone ends a line"
    CLEARS_OFFSET_AFTER_MOTION = "G92.1 holds from the next line on"
    OFF_TAKES_NO_AXES = "after G80 no line may name an axis, whatever takes it"
    NO_INCREMENTAL_MACHINE_MOVES = "G53 is refused in incremental mode"


def codes(text: str) -> frozenset[int]:
    """Codes in tenths, from "0-3 28.1".

    >>> sorted(codes("0-2 28.1"))
    [0, 10, 20, 281]
    """
    found: set[int] = set()
    for part in text.split():
        if "-" in part:
            first, last = part.split("-")
            found.update(range(int(first) * 10, int(last) * 10 + 1, 10))
        else:
            found.add(round(float(part) * 10))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller as its manual, or the program itself, says it reads."""

    name: str
    title: str
    tested: bool
    g_codes: frozenset[int]
    m_codes: frozenset[int]
    letters: frozenset[str]
    features: frozenset[Feature] = frozenset()
    aliases: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """G codes that mean another one here."""
    largest: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Largest number it takes after a letter."""
    most_work_coordinates: int | None = None
    """Largest P of G10 L2 and L20."""
    longest_line: int | None = None
    """Characters of a line without comments and spaces that still fit."""

    def has(self, feature: Feature) -> bool:
        return feature in self.features


_MILL = "0-4 10 17-21 28 30 40 49 53-59 61 80 90-94"
_CYCLES = "73 76 80-89 98 99"
_UNTESTED = frozenset({Feature.DWELL_IN_MILLISECONDS, Feature.DELETES_BLOCKS_ANYWHERE, Feature.ARCS_TAKE_TURNS})

GRBL = Controller(
    name="grbl",
    title="GRBL 1.1h",
    tested=True,
    g_codes=codes("0-4 10 17-21 28 28.1 30 30.1 38.2 38.3 38.4 38.5 40 43.1 49 53-59 61 80 90 91 91.1 92 92.1 93 94"),
    m_codes=codes("0-5 8 9 30"),
    letters=frozenset("FGIJKLMNPRSTXYZ"),
    features=frozenset(
        {
            Feature.READS_PAST_END,
            Feature.STOPS_FOR_SPEED,
            Feature.DROPS_SLASHES,
            Feature.DROPS_CONTROL_CHARACTERS,
            Feature.CR_ENDS_LINES,
            Feature.CLEARS_OFFSET_AFTER_MOTION,
            Feature.OFF_TAKES_NO_AXES,
        }
    ),
    largest=MappingProxyType({"N": 10_000_000, "T": 255}),
    most_work_coordinates=6,
    longest_line=79,
)
LINUXCNC = Controller(
    name="linuxcnc",
    title="LinuxCNC 2.9",
    tested=True,
    g_codes=codes(
        "0-5 5.1 5.2 5.3 6 7 8 10 17-21 17.1 18.1 19.1 28 28.1 30 30.1 33 33.1 38.2 38.3 38.4 38.5 40-43 41.1 42.1 43.1"
        " 43.2 49 52-59 59.1 59.2 59.3 61 61.1 64 70-74 71.1 71.2 72.1 72.2 76 80-99 90.1 91.1 92.1 92.2 92.3"
    ),
    m_codes=codes("0-9 19 30 48-53 60-68 70-73 98-199"),
    letters=frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ@^"),
    features=frozenset(
        {
            Feature.FEED_IN_OLD_UNITS,
            Feature.REFUSES_OFFSET_OUTSIDE_PLANE,
            Feature.REFUSES_UNCLOSED_COMMENT,
            Feature.NEEDS_END,
            Feature.CHANGE_STOPS_SPINDLE,
            Feature.LABELS_COME_FIRST,
            Feature.FEED_MODE_FORGETS_FEED,
            Feature.REPEATS_TURNS,
            Feature.ARCS_TAKE_TURNS,
            Feature.COMMENT_ENDS_WORD,
            Feature.CYCLES_END_AT_R,
            Feature.STARTS_WITHOUT_MOTION,
            Feature.NO_INCREMENTAL_MACHINE_MOVES,
        }
    ),
    most_work_coordinates=9,
    longest_line=255,
)
MACH3 = Controller(
    name="mach3",
    title="Mach3",
    tested=False,
    g_codes=codes(
        f"{_MILL} 12 13 15 16 28.1 31 40-43 50-52 61 64 68-73 {_CYCLES} 59.1 59.2 59.3 90.1 91.1 92.1 92.2 92.3 95"
    ),
    m_codes=codes("0-9 30 47-49 60 98 99"),
    letters=frozenset("ABCDFGHIJKLMNOPQRSTUVWXYZ"),
    features=_UNTESTED,
    aliases=MappingProxyType({700: 200, 710: 210}),
)
MACH4 = Controller(
    name="mach4",
    title="Mach4",
    tested=False,
    g_codes=codes(f"{_MILL} 9 12 13 15 16 28.1 31 40-44 50-52 60-69 54.1 {_CYCLES} 90.1 91.1 92.1 92.2 92.3 95 96 97"),
    m_codes=codes("0-9 19 30 47-49 60 98 99"),
    letters=frozenset("ABCDFGHIJKLMNOPQRSTUVWXYZ"),
    features=_UNTESTED,
)
FANUC = Controller(
    name="fanuc",
    title="Fanuc",
    tested=False,
    g_codes=codes(f"{_MILL} 9 11 15 16 27-31 33 37 39-54 43.4 45-48 50-52 54.1 60-69 {_CYCLES} 95 96 97"),
    m_codes=codes("0-9 19 29 30 48 49 60 98 99"),
    letters=frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    features=_UNTESTED,
)
_NAMED = (GRBL, LINUXCNC, MACH3, MACH4, FANUC)
UNKNOWN = Controller(
    name="unknown",
    title="an unknown controller",
    tested=False,
    g_codes=frozenset().union(*(each.g_codes for each in _NAMED)),
    m_codes=frozenset().union(*(each.m_codes for each in _NAMED)),
    letters=LINUXCNC.letters,
    features=_UNTESTED,
)
CONTROLLERS: Mapping[str, Controller] = MappingProxyType({each.name: each for each in (*_NAMED, UNKNOWN)})
