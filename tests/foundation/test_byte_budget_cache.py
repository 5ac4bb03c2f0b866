"""What is cached, and what makes room."""

from foundation.byte_budget_cache import ByteBudgetCache


def test_the_oldest_make_room() -> None:
    kept: ByteBudgetCache[int, str] = ByteBudgetCache(80)
    for number in range(10):
        kept.keep(number, str(number), 10)
    assert list(kept) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert kept.get(9) == "9"


def test_one_large_value_does_not_drive_out_the_others() -> None:
    kept: ByteBudgetCache[str, str] = ByteBudgetCache(80)
    kept.keep("small", "s", 10)
    kept.keep("large", "l", 11)
    assert list(kept) == ["small"]


def test_keeping_again_replaces_value_and_weight() -> None:
    kept: ByteBudgetCache[str, str] = ByteBudgetCache(80)
    kept.keep("a", "first", 10)
    kept.keep("a", "second", 5)
    for number in range(7):
        kept.keep(str(number), "", 10)
    assert kept.get("a") == "second"
    kept.keep("last", "", 10)
    assert kept.get("a") is None
