"""A setup sheet as typed values, in one language and one unit. Everything on it stands in records."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.sheet.drawing import Shape
from runs_svc.domain.sheet.items import Item
from runs_svc.domain.sheet.texts import Said, Texts


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    row_id: str
    label: str
    said: Said


@dataclass(frozen=True, slots=True)
class Group:
    """A titled list of texts."""

    group_id: str
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class SheetTool:
    """A tool of the setup."""

    number: int | None
    name: str
    kind: str
    text: str
    wear: str = ""
    diameter_mm: float | None = None
    flute_count: int | None = None
    stickout_mm: float | None = None
    flute_length_mm: float | None = None
    outline: str = ""
    """What it looks like: a ToolKind."""


@dataclass(frozen=True, slots=True)
class SheetProgram:
    """A program of the setup."""

    name: str
    sha256: str
    time_text: str
    lowest_z_text: str
    extent_text: str
    shortest_s: float | None = None
    longest_s: float | None = None
    lowest_z_mm: float | None = None
    reach: JsonMapping | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to know before the start: of the run with a level, or of a program with another one."""

    text: str
    risk_level: str = ""
    finding_level: str = ""
    accepted_by: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is different from an earlier run of the same part."""

    run_id: str
    instrument_serial: str
    finished_at_utc: str
    changes: Sequence[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class SheetItem:
    """Something to check, and its newest mark."""

    item: Item
    text: str
    done: bool
    mark: JsonMapping | None


@dataclass(frozen=True, slots=True)
class SetupSheet:
    """A sheet, ready to be sent or laid out."""

    texts: Texts
    run_id: str
    sha256: str
    document_sha256: str
    title: str
    instrument_serial: str
    operator: str
    recorded_at_utc: str
    risk_level: RiskLevel
    score: float | None
    finding: str
    gate: GateDecision
    released: bool
    not_released: str
    override: JsonMapping | None
    groups: Sequence[Group]
    tools: Sequence[SheetTool]
    programs: Sequence[SheetProgram]
    warnings: Sequence[Warned]
    acceptance: JsonMapping | None
    compared: Compared | None
    items: Sequence[SheetItem]
    signature: JsonMapping | None
    last_execution: JsonMapping | None
    drawing: Sequence[Shape] = ()
    """The part with its dimensions; empty where too little is known."""

    @property
    def code(self) -> str:
        """What the QR code holds: run id and digest of the run."""
        return f"{self.run_id} {self.document_sha256}"

    @property
    def checks_missing(self) -> bool:
        """Whether something required is not ticked."""
        return any(item.item.required and not item.done for item in self.items)
