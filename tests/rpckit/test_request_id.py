import pytest

from rpckit.interceptors import request_id


@pytest.mark.parametrize("given", ["a", "A.b_c-9", "x" * 128])
def test_a_well_formed_id_is_accepted(given: str) -> None:
    assert request_id.accept([("other", "1"), ("x-request-id", given)]) == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\n", "é", "a/b"])
def test_anything_else_is_not(given: str) -> None:
    assert request_id.accept([("x-request-id", given)]) is None


def test_the_first_value_counts() -> None:
    assert request_id.accept([("x-request-id", "first"), ("x-request-id", "second")]) == "first"


def test_minted_ids_are_well_formed_and_differ() -> None:
    first, second = request_id.mint(), request_id.mint()
    assert first != second
    assert request_id.accept([("x-request-id", first)]) == first
