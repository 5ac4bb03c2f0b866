"""What is advised of the tool itself."""

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.tool_advice import fewer_flutes, shorter_stickout
from feasibility_svc.domain.scoring.levels import Category
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import situation

PROFILE = {"profile": {"length_mm": 100.0, "depth_mm": 9.0}}


@pytest.mark.parametrize(
    ("present", "times", "fewer"), [(4, 1.2, 3), (4, 2.0, 2), (3, 3.0, 1), (8, 1.5, 5), (4, 5.0, None), (2, 1.0, None)]
)
def test_as_many_flutes_as_leave_each_enough(present: int, times: float, fewer: int | None) -> None:
    assert [advice.suggested_value for advice in fewer_flutes(present, times, Category.HEAT)] == (
        [] if fewer is None else [fewer]
    )


@pytest.mark.parametrize(
    ("flutes_mm", "stickout_mm", "least_mm"), [(8.0, 40.0, 12.0), (25.0, 40.0, 25.0), (8.0, 12.0, None)]
)
def test_a_tool_sticks_out_as_little_as_its_flutes_and_the_nut_allow(
    catalogue: Catalogue, flutes_mm: float, stickout_mm: float, least_mm: float | None
) -> None:
    tool = {"tool.flute_length_mm": flutes_mm, "tool.stickout_mm": stickout_mm}
    advised = shorter_stickout(situation(catalogue, tool, design=PROFILE), Category.RIMSPEED)
    assert [advice.suggested_value for advice in advised] == ([] if least_mm is None else [least_mm])


@pytest.mark.parametrize(
    ("context", "design"),
    [({}, {"profile": {"length_mm": 100.0}}), ({"tool": {"kind": "END_MILL", "diameter_mm": 6.0}}, PROFILE)],
)
def test_nothing_is_advised_of_a_depth_or_a_stick_out_nobody_states(
    catalogue: Catalogue, context: dict[str, object], design: dict[str, object]
) -> None:
    long = context or {"tool.stickout_mm": 90.0, "tool.tool_id": REMOVED}
    assert list(shorter_stickout(situation(catalogue, long, design=design), Category.RIMSPEED)) == []
