from tests.house.words import findings


def test_no_name_of_the_old_vocabulary_is_left() -> None:
    assert list(findings()) == []
