"""What is to be checked before a run is started, and the digest of the sheet that asks it.

The digest covers what is asked and of which run in which state, in no language and no unit: a tick made on a German
sheet in inches stands on the English one, too. It changes with the gate, the programs and what was accepted of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from foundation.canonical_json import JsonObject
from foundation.json_members import children, number, text
from runs_svc.domain.runs.decision_errors import ChecksMissingError, OtherSheetError
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.gate_guard import refuse_closed_gate
from runs_svc.domain.runs.program_gate import ProgramRelease, ProgramVerdict, refuse_unreleased
from runs_svc.domain.runs.run import hash_json
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.marks import Marks, marks_of

SCHEMA = "rmos.sheet/1"
_MOST_ITEMS = 100
"""Tools and programs beyond are checked with the last one."""


class ItemKind(StrEnum):
    """What an item is about."""

    STOCK = "stock"
    TOOL = "tool"
    HOLDING = "holding"
    ZERO = "zero"
    EXTRACTION = "extraction"
    PROGRAM = "program"
    AIR_CUT = "air_cut"


@dataclass(frozen=True, slots=True)
class Item:
    """Something to check."""

    item_id: str
    kind: ItemKind
    required: bool = True
    takes_measure: bool = False
    place: int = 0
    """Of a program: among the programs, from 0. Of a tool: its number, or -1 where the programs name none."""


def tool_numbers(verdict: ProgramVerdict) -> Sequence[int]:
    """Numbers of the tools in the order the programs use them, each once; -1 for one without a number."""
    measured = children(verdict.audit.report, "programs") if verdict.audit is not None else []
    used = [item for measures in measured for item in _numbers(measures.get("tool_numbers"))]
    return list(dict.fromkeys(used))[:_MOST_ITEMS] or [-1]


def _numbers(value: object) -> Sequence[int]:
    return [int(item) for item in value if isinstance(item, int | float)] if isinstance(value, list) else []


def items_of(verdict: ProgramVerdict) -> Sequence[Item]:
    """What is to be checked, in order: first the wood, then the tool, then what moves."""
    tools = [Item("tool" if tool < 0 else f"tool_{tool}", ItemKind.TOOL, place=tool) for tool in tool_numbers(verdict)]
    programs = [
        Item(f"program_{place + 1}", ItemKind.PROGRAM, place=place)
        for place in range(min(len(verdict.programs), _MOST_ITEMS))
    ]
    dry = [Item("air_cut", ItemKind.AIR_CUT, required=False)] if programs else []
    return [
        Item("stock", ItemKind.STOCK, takes_measure=True),
        *tools,
        Item("holding", ItemKind.HOLDING),
        Item("zero", ItemKind.ZERO),
        Item("extraction", ItemKind.EXTRACTION),
        *programs,
        *dry,
    ]


def is_released(view: RunView, verdict: ProgramVerdict) -> bool:
    """Whether a run may be started, as far as gate and programs decide it."""
    open_gate = view.gate is not GateDecision.BLOCKED and view.later.tombstone is None
    return open_gate and verdict.release is ProgramRelease.RELEASED


def sheet_sha256(view: RunView, verdict: ProgramVerdict) -> str:
    """What ticks and signatures of the sheet of a run are bound to."""
    override, acceptance = view.later.override, verdict.acceptance
    asked: JsonObject = {
        "schema": SCHEMA,
        "run_id": view.run_id.text,
        "document_sha256": view.sha256,
        "gate": view.gate.value,
        "opened_at_utc": "" if override is None else text(override, "created_at_utc"),
        "programs": [{"name": item.name, "sha256": item.sha256} for item in verdict.programs],
        "release": verdict.release.value,
        "accepted_sha256": "" if acceptance is None else text(acceptance, "findings_sha256"),
        "items": [
            {"item_id": item.item_id, "required": item.required, "takes_measure": item.takes_measure}
            for item in items_of(verdict)
        ],
    }
    return hash_json(asked)


def check_sheet(view: RunView, given_sha256: str) -> tuple[Sequence[Item], Marks]:
    """What the sheet of a run asks, and what stands on it, for somebody who is about to mark it.

    Raises:
        RunWithdrawnError, GateClosedError, ProgramHeldBackError: The run may not be started, so its sheet has no list.
        OtherSheetError: The sheet is another one by now.
    """
    verdict = view.programs
    refuse_closed_gate(view.document, view.later)
    refuse_unreleased(str(view.run_id), verdict)
    current = sheet_sha256(view, verdict)
    if current != given_sha256:
        raise OtherSheetError(str(view.run_id), sheet_sha256=current)
    return items_of(verdict), marks_of(view.amendments, current)


def refuse_unchecked(view: RunView, given_sha256: str) -> None:
    """Refuse a signature while something required is not ticked.

    Raises:
        ChecksMissingError: Names each item that is missing.
        As `check_sheet`.
    """
    items, marks = check_sheet(view, given_sha256)
    missing = [item.item_id for item in items if item.required and not marks.is_done(item.item_id)]
    if missing:
        raise ChecksMissingError(str(view.run_id), missing)


def measured_mm(marks: Marks) -> float | None:
    """The thickness of the stock as it was measured."""
    mark = marks.newest.get("stock")
    return number(mark, "measured_mm") if mark is not None and marks.is_done("stock") else None
