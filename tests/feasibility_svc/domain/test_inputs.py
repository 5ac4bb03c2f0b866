"""What inputs may be together, each field being fine by itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from feasibility_svc.domain.inputs.context import ChipLoadWindow, Machine
from feasibility_svc.domain.inputs.design import Design
from tests import builders


@pytest.mark.parametrize("dial", [(10_000.0, 10_000.0), (30_000.0, 10_000.0)])
def test_the_speeds_of_a_dial_ascend(dial: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="dial_speeds_rpm must ascend"):
        Machine(dial_speeds_rpm=dial)


def test_a_window_has_its_ends_in_order() -> None:
    assert ChipLoadWindow(min_mm=0.02, max_mm=0.02).max_mm == 0.02
    with pytest.raises(ValidationError, match=r"max_mm 0\.01 is below min_mm 0\.02"):
        ChipLoadWindow(min_mm=0.02, max_mm=0.01)


@pytest.mark.parametrize("design", [{}, {**builders.rosette(), "saw_cut": {"depth_mm": 2.0, "length_mm": 9.0}}])
def test_a_design_is_one_operation(design: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one operation is required"):
        Design.model_validate(design)
