"""Sections fitted into a screen."""

import pytest

from feasibility_svc.domain.advice.screen import fitted, paragraph


def test_what_does_not_fit_is_counted() -> None:
    section = fitted("Assumed", ["one", "two", "three"], 2)
    assert section is not None
    assert section.lines == ["one", "… and 2 more"]
    assert section.on_screen == ["Assumed", "  one", "  … and 2 more"]


def test_what_fits_is_told_in_full() -> None:
    section = fitted("Assumed", ["one", "", "two"], 2)
    assert section is not None
    assert section.lines == ["one", "two"]


def test_a_sentence_too_long_alone_is_shortened() -> None:
    section = fitted("Why", ["word " * 200], 2)
    assert section is not None
    assert len(section.on_screen) <= 3
    assert section.lines[0].endswith(" …")


def test_the_last_sentence_needs_no_room_for_a_count_but_for_itself() -> None:
    two_lines = "word " * 20
    assert fitted("Why", ["one", two_lines], 3) is not None
    section = fitted("Why", ["one", two_lines], 2)
    assert section is not None
    assert section.lines == ["one", "… and 1 more"]


def test_nothing_to_say_is_no_section() -> None:
    assert fitted("Assumed", ["", ""], 2) is None


def test_lines_are_no_longer_than_a_screen_is_wide() -> None:
    assert max(len(line) for line in paragraph("word " * 100)) <= 80


def test_of_what_does_not_fit_one_line_the_first_is_told_and_the_others_are_counted() -> None:
    section = fitted("Not checked", ["one", "two", "three"], 1)
    assert section is not None
    assert section.lines == ["one … and 2 more"]


def test_a_long_sentence_before_others_is_shortened_and_they_are_counted() -> None:
    section = fitted("Not checked", ["first " * 40, "last"], 1)
    assert section is not None
    assert section.lines[0].startswith("first first")
    assert section.lines[0].endswith("first … … and 1 more")
    assert len(section.on_screen) == 2


def test_a_shortened_sentence_leaves_eight_columns_a_line() -> None:
    section = fitted("Why", ["a " * 200], 2)
    assert section is not None
    assert section.lines == [" ".join("a" * 67) + " …"]  # of two lines of 80 less 12 columns


def test_a_screen_is_80_columns_wide() -> None:
    line = "x" * 39 + " " + "y" * 40
    assert paragraph(line) == [line]
    assert len(paragraph(line + "y")) == 2


def test_the_lines_of_a_sentence_stand_further_in_than_its_first() -> None:
    section = fitted("Why", ["word " * 30], 9)
    assert section is not None
    title, first, *others = section.on_screen
    assert title == "Why"
    assert first.startswith("  w")
    assert others
    assert all(line.startswith("    w") for line in others)


@pytest.mark.parametrize("most", [1, 2, 3, 5])
@pytest.mark.parametrize("letters", [1, 4, 7, 8])
def test_a_sentence_that_is_cut_short_fills_its_lines_and_no_more(most: int, letters: int) -> None:
    section = fitted("Why", [f"{'a' * letters} " * 400, "never"], most)
    assert section is not None
    assert most <= len(section.on_screen) <= most + 1
    assert "never" not in section.lines[0]
