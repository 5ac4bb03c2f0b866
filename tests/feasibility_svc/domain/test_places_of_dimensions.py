"""What each dimension weighs, and what counts while it is UNKNOWN, by sections 1.3 and 1.6 of the specification."""

import pytest

from feasibility_svc.domain.dimensions.chatter import Chatter
from feasibility_svc.domain.dimensions.chip_clearance import ChipClearance
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.cut_time import CutTime
from feasibility_svc.domain.dimensions.dimension import Dimension, Profile
from feasibility_svc.domain.dimensions.feed_limits import FeedLimits
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.dimensions.hand import Hand
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency
from feasibility_svc.domain.dimensions.precedent import Precedent
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower
from feasibility_svc.domain.dimensions.tabs import HeldPart
from feasibility_svc.domain.dimensions.tear_out import TearOut
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.dimensions.workholding import WorkHolding
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category, RiskLevel

DIMENSIONS: list[tuple[Dimension, float, str]] = [
    (ChipLoad(), 0.30, "mandatory"),
    (Heat(), 0.25, "mandatory"),
    (ToolDeflection(), 0.20, "mandatory"),
    (RimSpeed(), 0.15, "mandatory"),
    (MaterialEfficiency(), 0.10, "information"),
    (Geometry(), 0.0, "mandatory"),
    (SafetyLimits(), 0.0, "information"),
    (SpindlePower(), 0.0, "mandatory"),
    (Chatter(), 0.0, ""),
    (TearOut(), 0.0, ""),
    (WorkHolding(), 0.0, "needs_review"),
    (FeedLimits(), 0.0, "mandatory"),
    (CutTime(), 0.0, "information"),
    (ChipClearance(), 0.0, ""),
    (Hand(), 0.0, ""),
    (HeldPart(), 0.0, ""),
    (Precedent(), 0.0, ""),
]


@pytest.mark.parametrize(
    ("dimension", "weight", "kind"), DIMENSIONS, ids=[one.profile.category.value for one, _, _ in DIMENSIONS]
)
def test_what_a_dimension_weighs_and_whether_a_verdict_needs_it(dimension: Dimension, weight: float, kind: str) -> None:
    profile = dimension.profile
    kinds = [name for name in ("mandatory", "needs_review", "information") if getattr(profile, name)]
    assert (profile.weight, kinds) == (weight, [kind] if kind else [])


def test_every_dimension_has_its_place() -> None:
    places = [dimension.profile.category for dimension, _, _ in DIMENSIONS]
    assert [profile.category for profile in baseline_engine().profiles] == places


@pytest.mark.parametrize(
    ("profile", "level"),
    [
        (Profile(Category.HEAT, 1.0, mandatory=True, description=""), RiskLevel.UNKNOWN),
        (Profile(Category.HEAT, 1.0, mandatory=False, description="", needs_review=True), RiskLevel.YELLOW),
        (Profile(Category.HEAT, 1.0, mandatory=False, description=""), RiskLevel.GREEN),
    ],
    ids=["mandatory", "to be reviewed", "any other"],
)
def test_what_counts_while_an_input_is_missing(profile: Profile, level: RiskLevel) -> None:
    assert profile.unknown_counts_as is level
