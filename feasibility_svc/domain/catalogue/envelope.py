"""Bites that are known to work, by class of material and family of tool, whatever the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feasibility_svc.domain.inputs.context import SAWS
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.levels import Grade
from feasibility_svc.domain.scoring.numeric import minimum


class ToolFamily(StrEnum):
    """Tools that share a row of the envelope."""

    MILLING = "milling"
    V_BIT = "v_bit"
    """V-bits and engraving cutters: their charts do not depend on the diameter."""
    SAW = "saw"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """The published bites of one class and family, as a line over the diameter."""

    material_class: MaterialClass
    tool_family: ToolFamily
    low_per_diameter: float
    """Lowest published bite over the diameter; 0: the low edge does not depend on it. [-]"""
    low_mm: float
    """Low edge of large tools, or of all where it does not depend on the diameter. [mm]"""
    high_per_diameter: float
    """Highest published bite over the diameter. [-]"""
    high_mm: float
    """Bite at the high edge beside what grows with the diameter. [mm]"""
    low_source: str
    high_source: str
    grade: Grade

    def low_edge_mm(self, diameter_mm: float) -> float:
        """Lowest bite per tooth that is published. [mm]"""
        return minimum(self.low_per_diameter * diameter_mm, self.low_mm) if self.low_per_diameter else self.low_mm

    def high_edge_mm(self, diameter_mm: float) -> float:
        """Highest bite per tooth that is published. [mm]"""
        return self.high_per_diameter * diameter_mm + self.high_mm


class Envelope:
    """All rows."""

    def __init__(self, rows: Sequence[EnvelopeRow]) -> None:
        self._rows: Mapping[tuple[MaterialClass, ToolFamily], EnvelopeRow] = {
            (row.material_class, row.tool_family): row for row in rows
        }

    def row(self, material_class: MaterialClass, tool_family: ToolFamily) -> EnvelopeRow:
        """The row of a class and a family; the table that ships has one for each."""
        return self._rows[material_class, tool_family]


def tool_family(tool_kind: str) -> ToolFamily:
    """The family of a kind of tool.

    >>> tool_family("ENGRAVING").value, tool_family("O_FLUTE").value
    ('v_bit', 'milling')
    """
    if tool_kind in SAWS:
        return ToolFamily.SAW
    if tool_kind == "DRILL":
        return ToolFamily.DRILL
    return ToolFamily.V_BIT if tool_kind in {"V_BIT", "ENGRAVING"} else ToolFamily.MILLING
