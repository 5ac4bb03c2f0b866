"""Which planned tool each tool of a program is."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.gcode import audit_rules as rules
from feasibility_svc.domain.gcode.envelope import PlannedTool
from feasibility_svc.domain.gcode.findings import Findings, Level, Rule
from feasibility_svc.domain.gcode.moves import Kind
from feasibility_svc.domain.gcode.program import Program


@dataclass(frozen=True, slots=True)
class Use:
    """A tool that cuts."""

    program: int
    slot: int
    """Number of tool changes of the program before it."""
    number: int | None
    line: int


def uses(programs: Sequence[Program]) -> list[Use]:
    """The tools that move with a feed, in order; the same one going on is one use per program."""
    found: list[Use] = []
    for index, program in enumerate(programs):
        moves = program.moves
        feeding = (moves.kind != Kind.RAPID) & (moves.kind != Kind.AWAY)
        for slot in sorted(set(moves.tool[feeding].tolist())):
            change = program.tools[slot - 1] if slot else None
            number = program.first_tool if change is None else change.number
            found.append(Use(index, slot, number, change.line if change else 0))
    return found


def planned_tools(
    used: Sequence[Use], planned: Sequence[PlannedTool], findings: Sequence[Findings], *, doubtful: bool
) -> dict[tuple[int, int], PlannedTool]:
    """The planned tool of each use, by program and slot; what does not fit is a finding of the use's program.

    Args:
        used: The tools that cut.
        planned: The plan.
        findings: Of each program.
        doubtful: Whether something was not understood, so that tools may be missing here.
    """
    if not planned:
        return {}  # that the plan is missing is said once, of the envelope
    sequence: list[int | None] = []
    for use in used:
        if not sequence or use.number is None or sequence[-1] != use.number:
            sequence.append(use.number)
    wanted = [tool.number for tool in planned]
    in_order = len(sequence) == len(planned)
    deviation = _deviation(used, sequence, wanted)
    if deviation is not None:
        level = min(deviation.level, Level.NOT_VERIFIABLE) if doubtful else None
        text = f"{_listed(sequence)} instead of {_listed(wanted)}"
        findings[used[0].program].add(deviation, used[0].line, text, level=level)
    chosen: dict[tuple[int, int], PlannedTool] = {}
    position, last = -1, object()
    for use in used:
        if use.number is None or use.number != last:
            position += 1
            last = use.number if use.number is not None else object()
        tool = _match(use, planned, position if in_order else None)
        if tool is None:
            findings[use.program].add(rules.TOOL_UNKNOWN, use.line, _called(use.number))
        else:
            chosen[use.program, use.slot] = tool
    return chosen


def _match(use: Use, planned: Sequence[PlannedTool], position: int | None) -> PlannedTool | None:
    for tool in planned:
        if use.number is not None and tool.number == use.number:
            return tool
    if position is not None:
        return planned[position]
    return planned[0] if use.number is None and len(planned) == 1 else None


def _deviation(used: Sequence[Use], sequence: Sequence[int | None], wanted: Sequence[int | None]) -> Rule | None:
    """The order of the program against that of the plan; tools without a number fit any."""
    if not used or (len(sequence) != len(wanted) and all(number is None for number in sequence)):
        return None
    if len(sequence) != len(wanted):
        return rules.TOOL_ORDER
    differing = [
        number
        for number, plan in zip(sequence, wanted, strict=True)
        if number is not None and plan is not None and number != plan
    ]
    if not differing:
        return None
    return rules.TOOL_ORDER if any(number in wanted for number in differing) else rules.TOOL_NUMBERING


def _listed(numbers: Sequence[int | None]) -> str:
    return ", ".join(_called(number) for number in numbers)


def _called(number: int | None) -> str:
    return "a tool without a number" if number is None else f"T{number}"
