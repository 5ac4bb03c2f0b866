"""The words of a line into codes by group and values by letter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from feasibility_svc.domain.gcode import codes
from feasibility_svc.domain.gcode import reading_rules as rules
from feasibility_svc.domain.gcode.controllers import GRBL, Controller, Feature
from feasibility_svc.domain.gcode.controllers import codes as tenths
from feasibility_svc.domain.gcode.findings import Rule
from feasibility_svc.domain.gcode.state import LOST
from feasibility_svc.domain.gcode.words import Word

ROTARY = "ABCUVW"
_FREE = frozenset("FSTNO")
_CONSUMERS: Sequence[tuple[frozenset[int], str]] = (
    (tenths("2 3"), "IJKR"),
    (codes.CYCLES, "RL"),
    (tenths("73 83"), "Q"),
    (tenths("82 86 89"), "P"),
    (tenths("4"), "PXU"),
    (tenths("10"), "LPRIJQ"),
    (tenths("43 43.1 43.2"), "H"),
    (tenths("64"), "PQ"),
    (tenths("28.1 30.1"), "P"),
)
_ARCS = tenths("2 3")
_OVERRIDES = tenths("50 53")
_CENTRES = frozenset("IJKR")
_TABLES = (0.0, 1.0, 2.0, 10.0, 11.0, 20.0)
_GRBL_TABLES = (2.0, 20.0)
_TOOL_TABLES = (1.0, 10.0, 11.0)
_AXIS_TAKERS = tenths("10 28 30 52 92")
_GRBL_AXIS_TAKERS = tenths("43.1 49")
_WORK_OFFSETS = (2.0, 20.0)
_EXACT, _EXACT_GRBL = 1e-3, 0.05
"""How far a number may be from the code it means: LinuxCNC's read_g, GRBL's two decimals. [tenths]"""


@dataclass(slots=True)
class Block:
    """One line, ready to be executed in the order of meaning."""

    groups: dict[str, int] = field(default_factory=dict)
    """G codes by group. [tenths]"""
    m_codes: list[int] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    problems: list[tuple[Rule, str]] = field(default_factory=list)
    foreign: list[tuple[Rule, str]] = field(default_factory=list)
    """Codes and words the controller takes and this reader does not follow."""
    other_codes: list[int] = field(default_factory=list)
    """G codes that are in no group, or not understood."""
    extrudes: bool = False
    """Whether the line has an E, as those of 3D printers have."""

    @property
    def once(self) -> int | None:
        return self.groups.get("once")

    @property
    def names_axes(self) -> bool:
        values = self.values
        return "X" in values or "Y" in values or "Z" in values


def block_of(words: Sequence[Word], controller: Controller, motion: int | None) -> Block:
    """The codes and values of a line, and everything in them that is refused or not followed."""
    block = Block()
    groups_of_m: set[str] = set()
    exact = _EXACT_GRBL if controller is GRBL else _EXACT
    for place, (letter, value) in enumerate(words):
        if letter in "GM" and abs(value * 10 - round(value * 10)) > exact:
            block.problems.append((rules.CODE_NOT_ACCEPTED, f"{letter}{value:.10g}"))
        elif letter == "G":
            _take_g(block, round(value * 10), controller)
        elif letter == "M":
            _take_m(block, groups_of_m, round(value * 10), controller)
        elif letter not in controller.letters:
            block.problems.append((rules.CODE_NOT_ACCEPTED, f"{letter}{value:g}"))
            block.extrudes |= letter == "E"
        elif letter == "O":
            block.foreign.append((rules.SUBPROGRAM, f"O{value:g}"))
        elif value > controller.largest.get(letter, value):
            block.problems.append((rules.BAD_NUMBER, f"{letter}{value:g}"))
        elif letter in block.values:
            block.problems.append((rules.WORD_REPEATED, letter))
        elif letter == "N" and (value < 0 or (place > 0 and controller.has(Feature.LABELS_COME_FIRST))):
            block.problems.append((rules.LABEL_MISPLACED, f"N{value:g}"))
        else:
            if letter in ROTARY:
                block.foreign.append((rules.ROTARY_AXIS, f"{letter}{value:g}"))
            block.values[letter] = value
            block.extrudes |= letter == "E"
    if controller.tested:
        block.problems.extend(_unused(block, motion, controller))
        block.problems.extend((rules.WORD_MISSING, text) for text in missing(block, controller))
    return block


def _take_g(block: Block, code: int, controller: Controller) -> None:
    text = codes.spelled("G", code)
    if code not in controller.g_codes:
        known = controller.name != "unknown"
        (block.problems if known else block.foreign).append(
            (rules.CODE_NOT_ACCEPTED if known else rules.CODE_NOT_UNDERSTOOD, text)
        )
    code = controller.aliases.get(code, code)
    group = codes.GROUP_OF.get(code)
    if code not in codes.UNDERSTOOD:
        if code in controller.g_codes:
            block.foreign.append((codes.cause("G", code), text))
        block.other_codes.append(code)
    if group is None:
        return
    if group in block.groups and not _cancels(block.groups[group], code, controller):
        block.problems.append((rules.CODES_CONFLICT, f"{codes.spelled('G', block.groups[group])} {text}"))
    if not (code == codes.MOTION_OFF and group in block.groups):
        block.groups[group] = code


def _cancels(one: int, other: int, controller: Controller) -> bool:
    """G80 beside another motion only cancels a canned cycle, except for GRBL."""
    return codes.MOTION_OFF in {one, other} and controller.name != "grbl"


def _take_m(block: Block, groups: set[str], code: int, controller: Controller) -> None:
    text = codes.spelled("M", code)
    group = codes.GROUP_OF_M.get(code)
    if code not in controller.m_codes and controller.name != "unknown":
        block.problems.append((rules.CODE_NOT_ACCEPTED, text))
    elif code not in codes.UNDERSTOOD_M:
        block.foreign.append((codes.cause("M", code), text))
    if group in groups and (controller.tested or group not in codes.LOOSE_GROUPS_OF_M):
        block.problems.append((rules.CODES_CONFLICT, text))
    if group is not None:
        groups.add(group)
    block.m_codes.append(code)


def _unused(block: Block, motion: int | None, controller: Controller) -> Iterator[tuple[Rule, str]]:
    """Words that neither a code of the line nor the motion that goes on takes."""
    if block.other_codes or block.foreign or motion == LOST:
        return
    present = set(block.groups.values())
    if "motion" not in block.groups and motion is not None:
        present.add(motion)
    wanted = set("XYZ").union(*(letters for takers, letters in _CONSUMERS if takers & present))
    if (_ARCS & present and controller.has(Feature.ARCS_TAKE_TURNS)) or not _OVERRIDES.isdisjoint(block.m_codes):
        wanted.add("P")
    for letter in block.values:
        if letter not in wanted and letter not in _FREE:
            yield rules.WORD_UNUSED, letter
    takers = _AXIS_TAKERS | _GRBL_AXIS_TAKERS if controller is GRBL else _AXIS_TAKERS
    for taker in takers.intersection(block.groups.values()):
        if _moves(block) or (block.once in _AXIS_TAKERS and taker != block.once):
            yield rules.CODES_CONFLICT, codes.spelled("G", taker)


def _moves(block: Block) -> bool:
    return block.groups.get("motion", codes.MOTION_OFF) != codes.MOTION_OFF


def missing(block: Block, controller: Controller) -> Iterator[str]:
    """Codes of the line that lack a word they need."""
    motion, once, values = block.groups.get("motion"), block.once, block.values
    bare = not block.names_axes and values.keys().isdisjoint(ROTARY)
    full_circle = controller is not GRBL and not _CENTRES.isdisjoint(values)
    if motion is not None and bare and (motion in codes.CYCLES or (motion in {20, 30} and not full_circle)):
        yield codes.spelled("G", motion)
    if once in {520, 920} and bare:
        yield codes.spelled("G", once)
    if once == 100 and values.get("L") not in (_GRBL_TABLES if controller is GRBL else _TABLES):
        yield "G10"
    if once == 100 and values.get("L") in _TOOL_TABLES and values.get("P", 0.0) < 1:
        yield "G10"
    if once == 100 and values.get("L") in _WORK_OFFSETS and not _names_work_coordinates(block, controller):
        yield "G10"
    if block.groups.get("length") == 431 and controller is GRBL and {"X", "Y", "Z"} & values.keys() != {"Z"}:
        yield "G43.1"
    if "machine" in block.groups and bare and motion not in {0, 10} and controller is not GRBL:
        yield "G53"


def _names_work_coordinates(block: Block, controller: Controller) -> bool:
    """Whether G10 says which work coordinates it moves; GRBL wants to know along which axes, too, and turns none."""
    number = block.values.get("P", 0.0 if controller is GRBL else -1.0)
    fits = 0 <= number <= (controller.most_work_coordinates or 0)
    if controller is GRBL:  # which drops decimals
        return fits and block.names_axes and "R" not in block.values
    return fits and number == int(number)
