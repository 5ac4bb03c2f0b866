"""Which names are taken for one person's."""

import pytest

from foundation.names import is_same_person


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
