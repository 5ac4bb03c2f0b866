"""The words of a setup sheet in both languages."""

import pytest

from runs_svc.domain.sheet.words import WORDS


@pytest.mark.parametrize(("key", "words"), sorted(WORDS.items()))
def test_each_word_has_both_languages_with_the_same_values(key: str, words: tuple[str, str]) -> None:
    def named(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert all(words)
    assert named(words[0]) == named(words[1]), key
