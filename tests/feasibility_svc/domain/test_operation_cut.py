"""What an operation says of its own cut: depths of lettering, and what a rounded board takes off at its edge."""

from math import radians, tan

import pytest

from feasibility_svc.domain.cut.operation_cut import board_sagitta_mm, steepest_deg, v_carve_depth_mm
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.inputs.design import Pocket
from feasibility_svc.domain.inputs.surfaces import Contour3d, RadiusBoard, VCarve
from feasibility_svc.domain.scoring.assessment import NotAssessedError


def test_a_v_bit_whose_tip_nobody_states_has_one_of_0_2_mm() -> None:
    bit = Tool(kind="V_BIT", tip_angle_deg=60.0)
    depth_mm = v_carve_depth_mm(VCarve(widest_line_mm=3.0), bit)
    assert depth_mm == pytest.approx((3.0 - 0.2) / (2 * tan(radians(30.0))), rel=1e-12)


def test_a_line_as_narrow_as_the_tip_has_no_depth() -> None:
    bit = Tool(kind="V_BIT", tip_angle_deg=60.0, tip_diameter_mm=0.5)
    with pytest.raises(NotAssessedError, match="cuts no line"):
        v_carve_depth_mm(VCarve(widest_line_mm=0.5), bit)


def test_a_half_round_board_takes_its_radius_off_at_the_edge() -> None:
    assert board_sagitta_mm(RadiusBoard(board_radius_mm=30.0, width_mm=60.0)) == 30.0


def test_a_board_wider_than_its_circle_is_told_which_radius_would_do() -> None:
    with pytest.raises(NotAssessedError) as gap:
        board_sagitta_mm(RadiusBoard(board_radius_mm=20.0, width_mm=60.0))
    assert gap.value.reasons[0].cures[0].text == "state a radius of at least 30 mm"


@pytest.mark.parametrize("operation", [Contour3d(), Pocket()])
def test_what_states_no_slope_is_flat(operation: object) -> None:
    assert steepest_deg(operation) == 0.0
