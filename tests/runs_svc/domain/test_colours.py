"""Differences of colours, against the published ones of Sharma, Wu and Dalal (2005), table 1."""

import pytest

from runs_svc.domain.shop.colours import Lab, difference, difference_of_lab, lab, told_apart, with_lightness


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, -0.001, 2.49), (50.0, 0.0009, -2.49), 4.8045),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_published_differences(first: Lab, second: Lab, published: float) -> None:
    assert difference_of_lab(first, second) == pytest.approx(published, abs=1e-4)
    assert difference_of_lab(second, first) == pytest.approx(published, abs=1e-4)


def test_white_and_black() -> None:
    assert lab("#ffffff") == pytest.approx((100.0, 0.0, 0.0), abs=0.02)
    assert lab("#000000") == (0.0, 0.0, 0.0)
    assert difference("#ffffff", "#000000") == pytest.approx(100.0, abs=0.01)


@pytest.mark.parametrize("colour", ["#f0dcb9", "#1d1816", "#5aa39b"])
def test_a_colour_of_its_own_lightness_is_itself(colour: str) -> None:
    assert difference(with_lightness(colour, lab(colour)[0]), colour) < 0.5


def test_a_darker_wood_is_redder() -> None:
    light, dark = lab("#f0dcb9"), lab(with_lightness("#f0dcb9", 60.0))
    assert dark[0] == pytest.approx(60.0, abs=1.0)
    assert dark[1] > light[1]


def test_between_black_and_white_the_nearer_way_is_taken() -> None:
    assert lab(told_apart("#202020", ["#1d1816"], least=15.0))[0] > 20.0
    assert lab(told_apart("#fdfdfd", ["#ffffff"], least=15.0))[0] < 95.0


def test_a_colour_that_nothing_sets_off_stays() -> None:
    greys = [f"#{value:02x}{value:02x}{value:02x}" for value in range(0, 256, 16)]
    assert told_apart("#808080", greys, least=15.0) == "#808080"
