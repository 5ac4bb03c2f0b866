"""A program with everything that was measured of it, ready to be judged."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

import numpy as np

from feasibility_svc.domain.gcode.envelope import Envelope, PlannedTool
from feasibility_svc.domain.gcode.findings import MOST_PLACES, Findings, Level, Place, Rule
from feasibility_svc.domain.gcode.geometry import Shape
from feasibility_svc.domain.gcode.moves import Flags, Floats, Kind, Moves
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.sweep import MATERIAL_MM, Cuts

_STEPS = 256
_ANY_MM = 5e-5
"""More than the height map's rounding. [mm]"""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One program of a setup under its envelope."""

    program: Program
    envelope: Envelope
    shape: Shape
    cuts: Cuts | None
    """None: no tool's diameter is known, so nothing was swept."""
    tools: dict[int, PlannedTool]
    """By number of tool changes."""
    cleared_before: bool
    """Whether programs nobody has shown came before."""
    findings: Findings
    checkpoint: Callable[[], None]
    """Called now and then by what takes long; what it raises ends the audit."""

    @property
    def moves(self) -> Moves:
        return self.program.moves

    @property
    def feeding(self) -> Flags:
        kind = self.moves.kind
        feeding: Flags = (kind != Kind.RAPID) & (kind != Kind.AWAY)
        return feeding

    @property
    def swept(self) -> Flags:
        """Moves whose tool has a known diameter, on a path that was followed to its end."""
        if self.cuts is None or not self.cuts.is_complete:
            return np.zeros(len(self.moves), dtype=bool)
        known = [slot for slot, tool in self.tools.items() if tool.diameter_mm is not None]
        swept: Flags = np.isin(self.moves.tool, known) & self.shape.ends_known
        return swept

    @property
    def cutting(self) -> Flags:
        """Feed moves in material; where that was not followed, those below the top, and those at unknown heights."""
        return self._meeting(MATERIAL_MM)

    @property
    def removing(self) -> Flags:
        """The same with moves that take so little that they load no tool: many of them go deep, too."""
        return self._meeting(_ANY_MM)

    def _meeting(self, least_mm: float) -> Flags:
        below = ~(self.shape.lowest_mm >= self.envelope.top_mm)
        met = below if self.cuts is None else np.where(self.swept, self.cuts.met_mm > least_mm, below)
        meeting: Flags = self.feeding & met
        return meeting

    def per_tool(self, name: str) -> Floats:
        """A number of the planned tool for every move; NaN where the plan does not say."""
        values = np.full(len(self.program.tools) + 1, np.nan)
        for slot, tool in self.tools.items():
            value = getattr(tool, name)
            if value is not None:
                values[slot] = value
        column: Floats = values[self.moves.tool]
        return column

    def touching_mm(self) -> Floats:
        """Radius of the tool of every move where it stands out of the material; NaN where it is not known."""
        radius = np.full(len(self.moves), np.nan)
        depth = self.envelope.top_mm - self.shape.lowest_mm
        for slot, tool in self.tools.items():
            cutter, own = tool.cutter, self.moves.tool == slot
            if cutter is None:
                continue
            radius[own] = cutter.diameter_mm / 2
            if not cutter.is_flat:
                steps = np.linspace(0.0, max(float(np.nanmax(depth[own], initial=0.0)), _ANY_MM), _STEPS)
                reach = [cutter.radius_at(step) for step in steps.tolist()]
                radius[own] = np.interp(np.nan_to_num(depth[own], nan=np.inf), steps, reach)
        return radius

    def note(
        self,
        rule: Rule,
        broken: Flags,
        values: Floats,
        *,
        limit: float | None = None,
        level: Level | None = None,
        text: str = "",
    ) -> None:
        """A rule is broken by these moves, with these values."""
        rows = np.flatnonzero(broken)
        if not len(rows):
            return
        worst = rows[np.argmax(np.nan_to_num(np.abs(values[rows]), nan=-1.0))]
        shown = [self._place(row, values, text) for row in rows[:MOST_PLACES].tolist()]
        self.findings.add_all(rule, shown, len(rows), self._place(int(worst), values, text), limit=limit, level=level)

    def _place(self, row: int, values: Floats, text: str) -> Place:
        value = float(values[row])
        return Place(int(self.moves.line[row]), None if isnan(value) else value, text)
