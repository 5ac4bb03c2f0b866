from dataclasses import dataclass

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from foundation.errors import InvalidFieldsError, InvalidPageTokenError
from rpckit import page_tokens

LETTERS = list("abcdefg")


@dataclass(frozen=True)
class Request:
    page_size: int
    page_token: str = ""


def page_of(entries: list[str], request: Request) -> page_tokens.Page[StringValue]:
    return page_tokens.page_of(
        entries, lambda entry: StringValue(value=entry), key=lambda entry: entry[:3], query="letters", request=request
    )


def walk(size: int, entries: list[str] = LETTERS) -> list[list[str]]:
    found, token = [], ""
    while True:
        page = page_of(entries, Request(size, token))
        found.append([item.value for item in page.items])
        if not page.next_token:
            return found
        token = page.next_token


@pytest.mark.parametrize("size", [1, 3, 6, 7, 8])
def test_pages_together_are_the_list(size: int) -> None:
    assert [letter for page in walk(size) for letter in page] == LETTERS


def test_a_token_of_another_query_is_refused() -> None:
    token = page_tokens.write_token("letters", ["c"])
    with pytest.raises(InvalidPageTokenError):
        page_tokens.read_token(token, "numbers")


@pytest.mark.parametrize("token", ["%", "AAAA", "WzFd", "W10=", "bnVsbA=="])
def test_a_damaged_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidPageTokenError):
        page_tokens.read_token(token, "letters")


def test_a_token_of_an_entry_that_is_gone_is_refused() -> None:
    token = page_tokens.write_token("letters", ["z"])
    with pytest.raises(InvalidPageTokenError):
        page_of(LETTERS, Request(2, token))


def test_a_page_ends_before_it_is_too_large_and_the_next_one_begins_there() -> None:
    entries = [f"{number:03}" + "x" * 1_000_000 for number in range(7)]
    assert walk(100, entries) == [entries[0:3], entries[3:6], entries[6:7]]


def test_an_entry_larger_than_a_page_has_a_page_of_its_own() -> None:
    entries = ["000", "001" + "x" * 4_000_000, "002"]
    assert walk(100, entries) == [["000"], [entries[1]], ["002"]]


@pytest.mark.parametrize("size", [-1, 1001])
def test_a_page_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(InvalidFieldsError, match="page_size"):
        page_tokens.page_size(size, default=50)
