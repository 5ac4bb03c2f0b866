"""What the rules of the reference implementation look at, taken from a situation."""

from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.inputs.design import FretSlots, Pocket, Profile, RosetteChannel
from feasibility_svc.domain.scoring.assessment import NotAssessedError

HARD_LBF, VERY_HARD_LBF = 1_000.0, 2_000.0
"""Janka hardness from which wood counts as hard, and as very hard [A]. [lbf]"""
_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})


@dataclass(frozen=True, slots=True)
class RuleInputs:
    """The numbers of the rules; None where they are not known. Lengths in mm, feeds in mm/min."""

    tool_mm: float | None
    stepover: float | None
    """Over the tool's diameter. [-]"""
    stepdown_mm: float | None
    depth_mm: float | None
    stock_mm: float | None
    flute_mm: float | None
    stickout_mm: float | None
    wall_mm: float | None
    pocket_width_mm: float | None
    slot_width_mm: float | None
    feed: float | None
    plunge: float | None
    janka_lbf: float | None
    is_wood: bool
    resinous: bool
    is_dry: bool
    is_slot: bool
    through: bool
    safe_height_mm: float | None
    loop_count: int | None
    closed_path_count: int | None
    smallest_feature_mm: float | None
    complex_geometry: bool
    feed_override_percent: float | None

    @property
    def is_hard(self) -> bool:
        return self.janka_lbf is not None and self.janka_lbf >= HARD_LBF

    @property
    def is_very_hard(self) -> bool:
        return self.janka_lbf is not None and self.janka_lbf >= VERY_HARD_LBF

    @property
    def floor_mm(self) -> float | None:
        """What remains under the cut; None for cuts that go through."""
        if self.depth_mm is None or self.stock_mm is None or self.through:
            return None
        return self.stock_mm - self.depth_mm


def rule_inputs(situation: Situation) -> RuleInputs:
    """The numbers of the rules in a situation."""
    operation, context = situation.operation, situation.context
    tool_mm, radial_mm = situation.find("tool.diameter_mm"), situation.known("cut.radial_width_mm")
    known = tool_mm is not None and radial_mm is not None and not situation.is_saw
    paths = context.toolpaths
    return RuleInputs(
        tool_mm=tool_mm,
        stepover=radial_mm / tool_mm if known and radial_mm is not None and tool_mm is not None else None,
        stepdown_mm=situation.find("cut.axial_depth_mm"),
        depth_mm=_depth_mm(situation),
        stock_mm=situation.find("stock.thickness_mm"),
        flute_mm=None if situation.is_saw else situation.known("tool.flute_length_mm"),
        stickout_mm=None if situation.is_saw else situation.known("tool.stickout_mm"),
        wall_mm=operation.wall_thickness_mm if isinstance(operation, Pocket | Profile) else None,
        pocket_width_mm=operation.width_mm if isinstance(operation, Pocket) else None,
        slot_width_mm=_slot_width_mm(situation),
        feed=situation.find("cut.feed_rate_mm_per_min"),
        plunge=None if situation.is_saw else situation.find("cut.plunge_rate_mm_per_min"),
        janka_lbf=situation.find("material.janka_hardness_lbf"),
        is_wood=context.material.kind in _WOOD,
        resinous=bool(context.material.resinous),
        is_dry=context.cut.cooling in {None, "NONE"},
        is_slot=not isinstance(operation, Pocket),
        through=bool(getattr(operation, "through", False)),
        safe_height_mm=paths.safe_height_mm,
        loop_count=paths.loop_count,
        closed_path_count=paths.closed_path_count,
        smallest_feature_mm=paths.smallest_feature_mm,
        complex_geometry=paths.complex_geometry,
        feed_override_percent=paths.feed_override_percent,
    )


def _depth_mm(situation: Situation) -> float | None:
    try:
        return situation.operation_depth_mm
    except NotAssessedError:
        return None


def _slot_width_mm(situation: Situation) -> float | None:
    match situation.operation:
        case FretSlots(slot_width_mm=width_mm):
            return width_mm
        case RosetteChannel(inner_radius_mm=float(inner_mm), outer_radius_mm=float(outer_mm)):
            return outer_mm - inner_mm
        case _:
            return None
