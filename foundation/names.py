"""Names and serial numbers, compared as a reader would: two that look alike are one."""

import unicodedata
from functools import lru_cache
from importlib import resources

from foundation.visible_text import SHOWS_NOTHING

_DASHES = frozenset("\u2212\u02d7\u2043")
"""Characters that look like a hyphen and are no dashes to Unicode."""
_ALIKE_IN_ASCII = str.maketrans("01i", "oll")
_ALIKE_TOGETHER = (("rn", "m"), ("vv", "w"))
LONGEST_NAME = 100


@lru_cache(maxsize=4_096)
def canonical_name(name: str) -> str:
    """The form in which names are compared. It is shown to nobody.

    1. width and style of characters: NFKC
    2. what shows nothing, blanks and punctuation: left out
    3. letters that look like one of ASCII: that letter. Capitals are looked at as such only beside ASCII, since the
       small form of a foreign letter may look like another one
    4. case: folded

    >>> canonical_name("Bob") == canonical_name(" b\u043eb\u200b ") == canonical_name("\uff22\uff2f\uff22")
    True
    >>> canonical_name("José") == canonical_name("Jose")
    False
    """
    wide = unicodedata.normalize("NFKC", SHOWS_NOTHING.sub("", name))
    text = "".join(character for character in wide if unicodedata.category(character)[0] in "LMN") or wide.strip()
    looks = _looks()
    if any(character.isascii() for character in text):
        text = "".join(looks.get(character, character) for character in text)
    folded = unicodedata.normalize("NFKC", text.casefold().replace("i\u0307", "i"))  # of the Turkish capital
    alike = "".join(looks.get(character) or looks.get(character.upper(), character) for character in folded)
    alike = alike.casefold().translate(_ALIKE_IN_ASCII)
    for together, one in _ALIKE_TOGETHER:
        alike = alike.replace(together, one)
    return alike


@lru_cache(maxsize=4_096)
def canonical_label(label: str) -> str:
    """The form in which serial numbers and words of filters are compared. It is shown to nobody.

    As for names, but digits and punctuation tell labels apart, and the start of a label stays the start of its form:

    1. width and style of characters: NFKC
    2. what shows nothing, and blanks: left out
    3. letters that look like one of ASCII: that letter; case: folded
    4. dashes of all kinds: a hyphen

    >>> canonical_label("M\u00fcller\u201107") == canonical_label(" MU\u0308LLER \uff0d \uff10\uff17\u200b")
    True
    >>> canonical_label("OM-0152") == canonical_label("OM-O152"), canonical_label("OM-1") == canonical_label("OM1")
    (False, False)
    """
    wide = unicodedata.normalize("NFKC", SHOWS_NOTHING.sub("", label))
    shown = "".join(
        "-" if character in _DASHES or unicodedata.category(character) == "Pd" else character
        for character in wide
        if unicodedata.category(character)[0] not in "CZ"
    )
    looks = _looks()
    if shown.isascii():
        return shown.casefold()
    if any(character.isascii() and character.isalpha() for character in shown):
        shown = "".join(looks.get(character, character) for character in shown)
    folded = unicodedata.normalize("NFKC", shown.casefold().replace("i\u0307", "i"))
    return "".join(looks.get(character) or looks.get(character.upper(), character) for character in folded).casefold()


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are to be taken for one person's."""
    return canonical_name(one) == canonical_name(other)


def may_be_one_person(one: str, other: str) -> bool:
    """Whether two names may be one person's: every word of the shorter stands in the other, whole or as its initial.

    For names that nobody has proven. Order does not matter.

    >>> may_be_one_person("Anna", "A. Anna"), may_be_one_person("Anna Smith", "Smith, A.")
    (True, True)
    >>> may_be_one_person("Anna Smith", "Bert Smith"), may_be_one_person("Ann", "Anna")
    (False, False)
    """
    if is_same_person(one, other):
        return True
    fewer, more = sorted((_words_of(one), _words_of(other)), key=len)
    taken: dict[int, str] = {}
    return bool(fewer) and all(_finds_place(word, fewer, more, taken, set()) for word in fewer)


def _words_of(name: str) -> list[str]:
    """The words of a name in their canonical form, each told apart from others that are equal by its number."""
    wide = unicodedata.normalize("NFKC", SHOWS_NOTHING.sub("", name))
    shown = "".join(
        character if unicodedata.category(character)[0] in "LMN" else " "
        for character in wide
        if unicodedata.category(character) not in {"Cf", "Cc"}
    )
    return [f"{canonical_name(word)} {place}" for place, word in enumerate(shown.split())]


def _finds_place(word: str, fewer: list[str], more: list[str], taken: dict[int, str], tried: set[int]) -> bool:
    """Whether a word has a counterpart of its own, once others have moved to another of theirs."""
    for place, other in enumerate(more):
        if place in tried or not _may_be_one_word(word, other):
            continue
        tried.add(place)
        if place not in taken or _finds_place(taken[place], fewer, more, taken, tried):
            taken[place] = word
            return True
    return False


def _may_be_one_word(one: str, other: str) -> bool:
    (one, _), (other, _) = one.split(), other.split()
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])


@lru_cache(maxsize=1)
def _looks() -> dict[str, str]:
    lines = resources.files("foundation").joinpath("look_alikes.txt").read_text(encoding="utf-8").splitlines()
    return {other: line[0] for line in lines if not line.startswith("#") for other in line[2:]}
