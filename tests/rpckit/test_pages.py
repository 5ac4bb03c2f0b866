import pytest

from rpckit import pages
from rpckit.failure import InvalidFieldsError, InvalidPageTokenError

LETTERS = list("abcdefg")


def walk(size: int) -> list[list[str]]:
    found, token = [], ""
    while True:
        page = pages.page_of(LETTERS, key=str, query="letters", requested_size=size, token=token)
        found.append(list(page.items))
        if not page.next_token:
            return found
        token = page.next_token


@pytest.mark.parametrize("size", [1, 3, 6, 7, 8])
def test_pages_together_are_the_list(size: int) -> None:
    assert [letter for page in walk(size) for letter in page] == LETTERS


def test_a_token_of_another_query_is_refused() -> None:
    token = pages.write_token("letters", ["c"])
    with pytest.raises(InvalidPageTokenError):
        pages.read_token(token, "numbers")


@pytest.mark.parametrize("token", ["%", "AAAA", "WzFd", "W10=", "bnVsbA=="])
def test_a_damaged_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidPageTokenError):
        pages.read_token(token, "letters")


def test_a_token_of_an_entry_that_is_gone_is_refused() -> None:
    token = pages.write_token("letters", ["z"])
    with pytest.raises(InvalidPageTokenError):
        pages.page_of(LETTERS, key=str, query="letters", requested_size=2, token=token)


@pytest.mark.parametrize("size", [-1, 1001])
def test_a_page_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(InvalidFieldsError, match="page_size"):
        pages.page_size(size, default=50)
