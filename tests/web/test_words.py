"""Both languages have the same words, with the same places to fill."""

import re

from tests.web.looking import words
from tests.web.workshop import WEB

_PLACE = re.compile(r"\{(\w+)\}")
_PLEADING = re.compile(r"!|\b(?:please|oops|sorry|bitte|hoppla)\b", re.IGNORECASE)
_USED = re.compile(r"""\b(?:t|tn)\(\s*"([^"]+)\"""")


def test_every_word_is_there_in_both_languages() -> None:
    assert list(words("en")) == list(words("de"))


def test_the_places_to_fill_are_the_same() -> None:
    german = words("de")
    differing = [
        key for key, text in words("en").items() if set(_PLACE.findall(text)) != set(_PLACE.findall(german[key]))
    ]
    assert differing == []


def test_no_word_is_empty_or_left_in_english() -> None:
    german = words("de")
    assert [key for key in german if not german[key].strip()] == []
    same = [
        key for key, text in words("en").items() if text == german[key] and len(text.split()) > 2 and "{" not in text
    ]
    assert same == []


def test_the_page_neither_shouts_nor_begs() -> None:
    assert [text for language in ("en", "de") for text in words(language).values() if _PLEADING.search(text)] == []


def test_every_word_that_a_screen_names_is_there() -> None:
    known = words("en")
    named = {
        (path.name, word)
        for path in (WEB / "src").rglob("*.ts*")
        if "gen" not in path.parts
        for word in _USED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 200
    assert [(file, word) for file, word in sorted(named) if word not in known and f"{word}.one" not in known] == []
