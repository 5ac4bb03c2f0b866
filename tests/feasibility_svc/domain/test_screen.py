"""Sections fitted into a screen."""

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


def test_nothing_to_say_is_no_section() -> None:
    assert fitted("Assumed", ["", ""], 2) is None


def test_lines_are_no_longer_than_a_screen_is_wide() -> None:
    assert max(len(line) for line in paragraph("word " * 100)) <= 80
