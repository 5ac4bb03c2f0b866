"""Which names are taken for one person's."""

import pytest

from foundation.names import is_same_person, may_be_one_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob", "bob"),
        ("Bob", " Bob  "),
        ("Bob Smith", "bob\u00a0smith"),
        ("Bob Smith", "BobSmith"),
        ("Bob", "\uff22\uff4f\uff42"),  # full width
        ("Bob", "B\u200bo\u200db"),  # zero width
        ("Bob", "Bo\u00adb"),  # soft hyphen
        ("Bob", "\u202eBob"),  # direction
        ("Bob", "Bo\U000e0100b"),  # variation
        ("Bob", "B\u3164ob"),  # filler
        ("Bob", "B\u043eb"),  # Cyrillic
        ("Bob", "\u0412ob"),
        ("Nina", "\u039dina"),  # Greek
        ("coco", "\u0441\u043e\u0441\u043e"),
        ("Bob", "B0b"),
        ("Bill", "BiII"),
        ("Armando", "Arrnando"),
        ("O'Neil", "O\u2019Neil"),
        ("Strauß", "STRAUSS"),
        ("Владимир", "ВЛАДИМИР"),
        ("José", "Jose\u0301"),
        ("İlker", "ilker"),
        ("𝐁𝐨𝐛", "Bob"),
    ],
)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert is_same_person(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bob", "Rob"), ("Ann", "Anna"), ("José", "Jose"), ("M. Sato", "N. Sato"), ("Анна", "Инна"), ("佐藤", "左藤")],
)
def test_other_names_are_others(one: str, other: str) -> None:
    assert not is_same_person(one, other)


def test_a_name_of_signs_alone_is_not_everybody() -> None:
    assert not is_same_person("...", "!!!")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "A. Anna"),
        ("A. Anna", "A.Anna"),
        ("A. Anna", "Anna A."),
        ("A. Anna", "AAnna"),
        ("Anna Smith", "Smith, Anna"),
        ("A. Smith", "Anna Smith"),
        ("A. B. Smith", "Anna Berta Smith"),
        ("B. A. Smith", "Anna Berta Smith"),
        ("Anna", "\u0410nna \u202eSmith"),
        ("Anna", "An\u200bna Smith"),
        ("Anna", "\uff21\uff4e\uff4e\uff41 Smith"),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str) -> None:
    assert may_be_one_person(one, other)
    assert may_be_one_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "Bert"),
        ("Anna Smith", "Bert Smith"),
        ("Ann", "Anna"),
        ("M. Sato", "N. Sato"),
        ("Anna Smith", "Anna Jones"),
        ("", "Anna"),
        ("...", "Anna"),
        ("A. Smith", "B. Anna"),
        ("A. A. Smith", "Bert A. Smith"),
    ],
)
def test_names_that_are_two_peoples(one: str, other: str) -> None:
    assert not may_be_one_person(one, other)
    assert not may_be_one_person(other, one)


def test_names_of_many_initials_are_compared_in_a_moment() -> None:
    assert not may_be_one_person("A " * 49 + "B", "A " * 50)
