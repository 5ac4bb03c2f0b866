"""Numbers as a sheet writes them."""

import pytest

from runs_svc.domain.sheet.program_text import unclosed_comments, work_offsets
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.words import Language

MM, INCH = Texts(Language.EN, Units.MM), Texts(Language.EN, Units.IN)


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_the_first_unit_is_the_shops_and_the_other_stands_beside() -> None:
    length, feed = INCH.length(2.6), INCH.feed(1750.0)
    assert (plain(length.text), plain(length.other)) == ("0.102 in", "2.6 mm")
    assert (plain(feed.text), plain(feed.other)) == ("68.9 in/min", "1750 mm/min")
    assert plain(INCH.lengths(410.0, None).text) == "16.14 × ? in"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-2.0, 2.0, "±2"), (0.0, 0.0, "0 to 0"), (-2.0, 5.0, "\u22122 to 5"), (1.0, 2.0, "1 to 2")],
)
def test_spans_are_written_with_a_sign_for_both_where_they_are_even(low: float, high: float, said: str) -> None:
    assert MM.span(low, high) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.2, "0 s"), (59.6, "1 min"), (3_600.2, "1 h"), (3_725.0, "1 h 2 min 5 s")]
)
def test_times_are_whole_seconds(value: float, said: str) -> None:
    assert plain(MM.time(value).text) == said


def test_numbers_keep_their_digits_where_that_is_asked() -> None:
    assert MM.number(1.3, fixed=True) == "1.300"
    assert MM.number(12.0, 0) == "12"


def test_what_is_not_known_is_said() -> None:
    assert not MM.length(None).known
    assert not MM.lengths(None, None).known
    assert not MM.feed(None).known
    assert not MM.speed(None).known
    assert not MM.time(None).known


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_comment_that_is_not_closed_ends_with_its_line(line_end: str) -> None:
    program = "G54\n(roughing\nT2 M6\nG55\nG0 X5\n(finishing)\nT3 M6\n".replace("\n", line_end)
    assert work_offsets(program) == ["G54", "G55"]
    assert unclosed_comments(program) == [2]


def test_moments_are_written_to_the_minute() -> None:
    moment = "2026-11-29T14:31:07.123456Z"
    assert MM.moment(moment) == "2026-11-29, 14:31"
    assert Texts(Language.DE, Units.MM).moment(moment) == "29.11.2026, 14:31"
