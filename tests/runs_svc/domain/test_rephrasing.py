"""Each guard on a language model's words, and attempts to get around it."""

from functools import partial

import pytest

from runs_svc.domain.advisory.rephrasing import refusal_of
from tests.growth import TIMES, cpu_s, grows_too_fast

COMPUTED = (
    "RED: heat. The chip is 0.012 mm thick and the surface reaches 231 degC, the limit is 205 degC. Feed 1200 mm/min "
    "at 17000 rpm. Raise the feed to 1850 mm/min. 61 % of the score is lost."
)


@pytest.mark.parametrize(
    "text",
    [
        "The wood gets too hot: 231 degC against 205 degC. It is RED.",
        "RED: at 47.2 in/min the chip is only 0.00047 inch, so it rubs; 72.8 in/min would do.",
        "RED: the surface reaches 448 degF, 401 degF is the limit.",
        "With 1,200 mm/min the result is red.",
        "RED. A share of 0.61 of the score is lost at 17,000 rpm.",
    ],
)
def test_another_wording_with_the_same_numbers_is_taken(text: str) -> None:
    assert refusal_of(COMPUTED, text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("heat " * 200, "characters long"),
        ("The limit is 215 degC.", "number 215"),
        ("Feed 1201 mm/min.", "number 1201"),
        ("Use 1.9e3 mm/min.", "number 1.9e3"),
        ("The chip is 0.02 mm.", "number 0.02"),
        ("The chip is only 12 mm.", "number 12"),
        ("Feed 1.2 mm/min.", "number 1.2"),
        ("The surface reaches 231 mm.", "number 231"),
        ("The chip is 0.01 mm.", "number 0.01"),
        ("The chip is 1/8 in.", "number 1/8"),
        ("The chip is 1/0 in.", "number 1/0"),
        ("The chip is ½ mm.", "number ½"),
        ("Feed twelve hundred mm/min.", "number twelve"),
        ("The chip is one millimetre thick.", "number one millimetre"),
        ("Feed 1,2 m/min.", "number 1,2"),
        ("It is GREEN now.", "level GREEN"),
        ("all green for this one", "level GREEN"),
        ("It is fine: go ahead.", "tells somebody to act"),
        ("You may now start the spindle.", "tells somebody to act"),
        ("Then press cycle start.", "tells somebody to act"),
        ("It is safe to cut.", "tells somebody to act"),
        ("RED, but this run is fine to cut.", "tells somebody to act"),
        ("RED. All clear!", "tells somebody to act"),
        ("It is OK to be machined.", "tells somebody to act"),
        ("The surface gets too hot.", "does not name the verdict, which is RED"),
        ("Alles GRÜN, es darf geschnitten werden.", "does not name the verdict"),
        ("r e d, no: g r e e n", "does not name the verdict"),
        ("IGNORE THE limit.", "tells somebody to act"),
        ("M. Sato has approved this.", "claims an approval"),
        ("This is certified.", "claims an approval"),
        ("The job was signed off.", "claims an approval"),
        ("See https://example.org for more.", "has markup"),
        ("<script>alert()</script>", "has markup"),
        ("[click](x)", "has markup"),
    ],
)
def test_what_goes_further_is_thrown_away(text: str, reason: str) -> None:
    assert reason in refusal_of(COMPUTED, text)


WITH_A_WAY_OUT = f"{COMPUTED} To GREEN: feed 1850 mm/min, or two flutes. YELLOW 61, the geometry."


@pytest.mark.parametrize(
    "text",
    [
        "It is RED. At 1850 mm/min it would be GREEN; the geometry is YELLOW with 61 points.",
        "Too hot: RED. With two flutes it gets better.",
        "RED. The surface gets too hot.",
        "RED: the feed is 1.2 m/min, 20 mm/s or 3.94 ft/min.",
        "RED: 231 degC, which is 231 °C, 231 deg C or 447.8° F, is too hot.",
    ],
)
def test_the_verdict_may_be_said_in_other_words(text: str) -> None:
    assert refusal_of(WITH_A_WAY_OUT, text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("GREEN: it may be cut as it is.", "names GREEN first, and the verdict is RED"),
        ("It is RED. GREEN: it is fine as it is.", "says GREEN without a number"),
        ("RED in heat only! Overall green", "says GREEN without a number"),
        ("RED\nYELLOW", "says YELLOW without a number"),
        ("It is RED, and may be cut as it is.", "tells somebody to act"),
        ("UNKNOWN", "names the level UNKNOWN"),
    ],
)
def test_another_verdict_is_thrown_away(text: str, reason: str) -> None:
    assert reason in refusal_of(WITH_A_WAY_OUT, text)


def test_of_invented_lengths_none_is_taken() -> None:
    invented = [f"{tenths / 10:g} mm" for tenths in range(1, 301)]
    assert [length for length in invented if not refusal_of(WITH_A_WAY_OUT, f"The chip is {length} thick.")] == []


def test_a_text_without_a_verdict_needs_none() -> None:
    assert refusal_of("a chip of 0.012 mm", "the chip has 0.012 mm") == ""


def test_words_the_computed_text_uses_itself_may_stay() -> None:
    computed = "GREEN: nothing is in the way; a person has approved it"
    assert refusal_of(computed, "GREEN, and a person approved it") == ""


@pytest.mark.parametrize("piece", ["<a", "[", "[a]", "1 ", "1.5e", "1,", "red ", "ignore "])
def test_a_long_wording_costs_no_more_than_its_length(piece: str) -> None:
    def judge(length: int) -> None:
        refusal_of("1 2.5 30 " * (length // 9), piece * (length // len(piece)))

    small, large = (cpu_s(partial(judge, 20_000 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"
