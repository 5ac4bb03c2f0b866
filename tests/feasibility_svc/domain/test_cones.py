"""Pointed tools as beams, each value computed by hand."""

from math import pi, radians, tan

import pytest

from feasibility_svc.domain.physics import cones


@pytest.mark.parametrize(
    ("tip_mm", "length_mm"),
    [(3.0, 0.0875), (3.175, 0.0), (4.0, 0.0)],
    ids=["a little thinner", "as thick", "thicker"],
)
def test_a_cone_is_as_long_as_its_tip_is_thinner_than_its_shank(tip_mm: float, length_mm: float) -> None:
    found = cones.cone_length_mm(
        tip_diameter_mm=tip_mm, half_angle_deg=45.0, shank_diameter_mm=3.175, flute_length_mm=20.0
    )
    assert found == pytest.approx(length_mm, rel=1e-9)


def test_a_sharp_cone_is_stressed_most_close_to_its_tip() -> None:
    """A fortieth of 5 mm up it is 0.25 mm thick, and the force 0.05 mm up bends it over 0.075 mm."""
    found = cones.cone_stress_mpa(
        force_n=1.0,
        axial_depth_mm=0.1,
        tip_diameter_mm=0.0,
        half_angle_deg=45.0,
        shank_diameter_mm=10.0,
        length_mm=5.0,
        core_factor=0.8,
    )
    assert found == pytest.approx(0.075 / (pi * 0.2**3 / 32), rel=1e-9)


def test_a_blunt_cone_is_stressed_most_where_it_ends() -> None:
    found = cones.cone_stress_mpa(
        force_n=10.0,
        axial_depth_mm=1.0,
        tip_diameter_mm=3.0,
        half_angle_deg=1.0,
        shank_diameter_mm=6.0,
        length_mm=20.0,
        core_factor=0.8,
    )
    thickness_mm = 0.8 * (3.0 + 2 * 20.0 * tan(radians(1.0)))
    assert found == pytest.approx(10.0 * 19.5 / (pi * thickness_mm**3 / 32), rel=1e-9)


def test_a_force_above_the_whole_cone_does_not_stress_it() -> None:
    found = cones.cone_stress_mpa(
        force_n=10.0,
        axial_depth_mm=10.0,
        tip_diameter_mm=0.5,
        half_angle_deg=45.0,
        shank_diameter_mm=6.0,
        length_mm=2.75,
        core_factor=0.8,
    )
    assert found == 0.0
