"""Which codes exclude each other, which are understood, and why the others are not. Codes stand in tenths."""

from collections.abc import Mapping
from types import MappingProxyType

from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.controllers import codes
from feasibility_svc.domain.gcode.findings import Rule

_GROUPS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "motion": codes("0-3 5 5.1 5.2 5.3 31 33 33.1 38.2 38.3 38.4 38.5 70-74 71.1 71.2 72.1 72.2 76 80-89"),
        "once": codes("4 9 10 28 28.1 29 30 30.1 37 52 92 92.1 92.2 92.3"),
        "machine": codes("53"),
        "plane": codes("17-19 17.1 18.1 19.1"),
        "units": codes("20 21"),
        "distance": codes("90 91"),
        "centres": codes("90.1 91.1"),
        "feed mode": codes("93-95"),
        "compensation": codes("40-42 41.1 42.1"),
        "length": codes("43 43.1 43.2 49"),
        "work": codes("54-59 54.1 59.1 59.2 59.3"),
        "path": codes("61 61.1 64"),
        "return": codes("98 99"),
        "spindle mode": codes("96 97"),
    }
)
GROUP_OF: Mapping[int, str] = MappingProxyType({code: name for name, members in _GROUPS.items() for code in members})
GROUP_OF_M: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys(codes("0-2 30 60 98 99"), "end"),
        **dict.fromkeys(codes("3-5 19"), "spindle"),
        **dict.fromkeys(codes("6 61"), "tool"),
        **dict.fromkeys(codes("7-9"), "coolant"),
        **dict.fromkeys(codes("48-53"), "overrides"),
        **dict.fromkeys(codes("62-68"), "signals"),
        **dict.fromkeys(codes("70-73"), "stored state"),
        **dict.fromkeys(codes("100-199"), "own"),
    }
)
LOOSE_GROUPS_OF_M = frozenset({"coolant", "overrides", "signals", "stored state", "own"})
"""Only controllers that were compared with the programs themselves are known to refuse two of these on a line."""

MOTION_OFF = 800
CYCLES = codes("73 74 81-86 89")
STRAIGHT_OR_ARC = codes("0-3")
UNDERSTOOD = (
    STRAIGHT_OR_ARC
    | CYCLES
    | codes("4 8 9 10 15 17-21 28 28.1 30 30.1 40 43 43.1 49 50 52-59 59.1 59.2 59.3 61 61.1 64 69 80 90-95 97-99")
    | codes("90.1 91.1 92.1 92.2 92.3")
)
UNDERSTOOD_M = codes("0-9 30 48-50 53 60")

_CAUSES: Mapping[int, Rule] = MappingProxyType(
    {
        **dict.fromkeys(codes("41 42 41.1 42.1"), rules.CUTTER_COMPENSATION),
        **dict.fromkeys(codes("31 37 38.2 38.3 38.4 38.5"), rules.PROBING),
        **dict.fromkeys(codes("7 33 33.1 70-72 71.1 71.2 72.1 72.2 76 96"), rules.LATHE_CODE),
        **dict.fromkeys(codes("65-67"), rules.SUBPROGRAM),
        **dict.fromkeys(codes("54.1"), rules.WORK_COORDINATES_CHANGED),
    }
)
_CAUSES_M: Mapping[int, Rule] = MappingProxyType(dict.fromkeys(codes("98 99"), rules.SUBPROGRAM))


def cause(letter: str, code: int) -> Rule:
    """Why a code that is not understood is not."""
    return (_CAUSES if letter == "G" else _CAUSES_M).get(code, rules.CODE_NOT_UNDERSTOOD)


def spelled(letter: str, code: int) -> str:
    """A code as it is written.

    >>> spelled("G", 382), spelled("M", 30)
    ('G38.2', 'M3')
    """
    return f"{letter}{code / 10:g}"
