"""What executing a line needs at hand: the state, the log, the findings, and the line itself."""

from dataclasses import dataclass, field

from feasibility_svc.domain.gcode.controllers import Controller, Feature
from feasibility_svc.domain.gcode.findings import Findings, Level, Rule
from feasibility_svc.domain.gcode.moves import MoveLog
from feasibility_svc.domain.gcode.state import State


@dataclass(frozen=True, slots=True)
class ToolChange:
    """A tool put into the spindle."""

    line: int
    number: int | None
    """None: the program did not say which."""


@dataclass(slots=True)
class Session:
    """One reading of one program."""

    controller: Controller
    most_moves: int
    state: State = field(init=False)
    log: MoveLog = field(default_factory=MoveLog)
    findings: Findings = field(default_factory=Findings)
    tools: list[ToolChange] = field(default_factory=list)
    line: int = 0
    text: str = ""
    feed_stated: bool = False
    """Whether the line has an F."""
    dwell_s: float = 0.0
    pause_count: int = 0
    printer_signs: int = 0
    """Lines only a 3D printer would have."""
    ended: bool = False
    words_seen: bool = False
    percent_opened: bool = False
    percent_closed: bool = False
    """A % came after words, and nothing since."""
    percent_line: int = 0
    exhausted: bool = False
    """Whether reading stops because a bound was reached."""

    def __post_init__(self) -> None:
        self.state = State(
            return_to_start=not self.controller.has(Feature.CYCLES_END_AT_R),
            motion=None if self.controller.has(Feature.STARTS_WITHOUT_MOTION) else 0,
        )

    def note(
        self,
        rule: Rule,
        text: str | None = None,
        *,
        value: float | None = None,
        limit: float | None = None,
        level: Level | None = None,
    ) -> None:
        """Something is found on this line."""
        weight = rule.level if level is None else level
        if weight is Level.NOT_VERIFIABLE:
            self.state.doubt = self.state.doubt or rule.code
        self.findings.add(rule, self.line, self.text if text is None else text, value=value, limit=limit, level=level)

    def refuse(self, rule: Rule, text: str) -> None:
        """What a controller would refuse: an error where its reading was tested, otherwise a warning."""
        self.note(rule, text, level=rule.level if self.controller.tested else min(rule.level, Level.WARNING))

    def lack(self, rule: Rule) -> None:
        """Something is missing; after a line that was not understood nobody can say so for certain."""
        doubtful = bool(self.state.doubt) and rule.level > Level.NOT_VERIFIABLE
        self.note(rule, level=Level.NOT_VERIFIABLE if doubtful else None)
