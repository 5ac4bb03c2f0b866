"""A program as it was read."""

from dataclasses import dataclass

from feasibility_svc.domain.gcode.controllers import Controller
from feasibility_svc.domain.gcode.findings import Finding
from feasibility_svc.domain.gcode.moves import Moves
from feasibility_svc.domain.gcode.session import ToolChange


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Moves, tools, and what was found on the way."""

    controller: Controller
    is_milling: bool
    """False: it is something else, and `findings` says what."""
    moves: Moves
    tools: tuple[ToolChange, ...]
    first_tool: int | None
    """Number of the tool before the first change, where a T without M6 names it."""
    findings: tuple[Finding, ...]
    line_count: int
    units: str
    """"mm", "inch", or "" where the program does not say."""
    dwell_s: float
    pause_count: int
    doubt: str
    """Code of the first thing that was not understood; empty where everything was."""
