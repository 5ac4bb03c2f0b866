"""Which bites per tooth are known to work in the cut at hand."""

from dataclasses import dataclass

from feasibility_svc.domain.catalogue.envelope import EnvelopeRow, ToolFamily, tool_family
from feasibility_svc.domain.cut.effective_width import effective_diameter_mm
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.levels import Grade
from feasibility_svc.domain.scoring.numeric import maximum, minimum

_CONES = frozenset({"V_BIT", "ENGRAVING", "TAPERED_BALL"})
_BALLS = frozenset({"BALL_NOSE", "TAPERED_BALL"})
_NARROW_SHARE, _NARROW_UP_TO_MM = 0.25, 2.0
"""The window diameter is at least this share of the tool, counted up to 2 mm."""
_BALL_LOW_MM, _BALL_LOW_FINE_MM = 0.010, 0.003
"""Highest low edge of balls, whose finishing passes are fed slowly; the finer in metal, bone and shell. [mm]"""
_FINE = frozenset({MaterialClass.METAL, MaterialClass.BRITTLE})
_SURFACING_HIGH_MM = 0.6
"""Highest bite of surfacing cutters, however wide they are. [mm]"""


@dataclass(frozen=True, slots=True)
class BiteWindow:
    """Bites per tooth of a pass one diameter deep. Lengths in mm."""

    low_mm: float
    high_mm: float
    diameter_mm: float
    """The diameter the window is taken for: of balls and cones the one that cuts."""
    source: str
    grade: Grade


def window_of(situation: Situation) -> BiteWindow:
    """The window of a situation; one that the request states replaces its edges.

    Raises:
        NotAssessedError: Kind of material or tool, diameter, or what a ball or cone needs is not known.
    """
    if "window" not in situation.memo:
        situation.memo["window"] = _window_of(situation)
    window: BiteWindow = situation.memo["window"]
    return window


def _window_of(situation: Situation) -> BiteWindow:
    kind, material = situation.need_word("tool.kind"), situation.material_class
    (diameter_mm,) = situation.need("tool.diameter_mm")
    family = ToolFamily.DRILL if situation.cut_kind == "DRILLING" else tool_family(kind)
    width_mm = diameter_mm
    if situation.cut_kind == "MILLING" and kind in _CONES | _BALLS:
        (depth_mm,) = situation.need("cut.axial_depth_mm")
        least_mm = _NARROW_SHARE * minimum(diameter_mm, _NARROW_UP_TO_MM)
        width_mm = maximum(effective_diameter_mm(situation, diameter_mm, depth_mm), least_mm)
    own = situation.context.physics.chip_load_window
    if own is not None:
        return BiteWindow(own.min_mm, own.max_mm, width_mm, own.source or "stated in the request", Grade.A)
    row = situation.catalogue.envelope.row(material, family)
    low_mm, high_mm = row.low_edge_mm(width_mm), row.high_edge_mm(width_mm)
    if kind in _BALLS:
        low_mm = minimum(low_mm, _BALL_LOW_FINE_MM if material in _FINE else _BALL_LOW_MM)
    if kind == "SURFACING":
        high_mm = minimum(high_mm, _SURFACING_HIGH_MM)
    return BiteWindow(low_mm, high_mm, width_mm, _source(row), row.grade)


def _source(row: EnvelopeRow) -> str:
    return f"{row.low_source}; {row.high_source}"
