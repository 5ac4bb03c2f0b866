"""What is said of feed, force and plunge. Limits come from the physics specification."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.feed_limits import FeedLimits
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, assess, situation


@pytest.mark.parametrize(
    ("context", "risk"),
    [
        ({}, RiskLevel.GREEN),
        ({"cut.feed_rate_mm_per_min": 6_000.0}, RiskLevel.YELLOW),
        ({"cut.feed_rate_mm_per_min": 10_000.0}, RiskLevel.RED),
        ({"machine.lateral_force_limit_n": 1.0}, RiskLevel.RED),
        ({"cut.plunge_rate_mm_per_min": 800.0}, RiskLevel.YELLOW),
        ({"cut.plunge_rate_mm_per_min": 9_000.0}, RiskLevel.YELLOW),
        ({"tool.center_cutting": False}, RiskLevel.RED),
        ({"material.material_id": "acrylic"}, RiskLevel.YELLOW),
    ],
)
def test_feed_force_and_plunge_have_their_limits(
    catalogue: Catalogue, context: dict[str, Any], risk: RiskLevel
) -> None:
    assert assess(FeedLimits(), situation(catalogue, context)).risk is risk


def test_the_advised_plunge_is_green(catalogue: Catalogue) -> None:
    fast = assess(FeedLimits(), situation(catalogue, {"cut.plunge_rate_mm_per_min": 900.0}))
    plunge = fast.recommendations[0].suggested_value
    again = assess(FeedLimits(), situation(catalogue, {"cut.plunge_rate_mm_per_min": plunge}))
    assert again.risk is RiskLevel.GREEN


def test_work_fed_by_hand_has_no_axes_to_overrun(catalogue: Catalogue) -> None:
    assert assess(FeedLimits(), situation(catalogue, SAW, design=SAW_CUT)).risk is RiskLevel.GREEN
    driven = {**SAW, "machine.hand_feed": False, "machine.lateral_force_limit_n": 5_000.0}
    assert assess(FeedLimits(), situation(catalogue, driven, design=SAW_CUT)).score is not None
