import json
import string
from functools import partial
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import canonical_json
from foundation.canonical_json import JsonObject, JsonValue
from tests.growth import TIMES, cpu_s, grows_too_fast

EXACT = 2**53 - 1
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-EXACT, EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=1_000)
@given(VALUES)
def test_the_fast_path_writes_what_the_rule_says(value: Any) -> None:
    assert canonical_json.dumps(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_written_as_the_rule_says(number: float) -> None:
    assert canonical_json.dumps(number) == rfc8785.dumps(number)


@given(st.dictionaries(st.text(string.ascii_letters), VALUES), st.sets(st.text(string.ascii_letters)))
def test_an_object_of_written_members_is_what_it_is_as_a_whole(value: dict[str, Any], names: set[str]) -> None:
    written = {name: canonical_json.dumps(value[name]) for name in names & value.keys()}
    rest = {name: item for name, item in value.items() if name not in written}
    assert canonical_json.assemble(rest, written) == canonical_json.dumps(value)


@given(VALUES)
def test_reading_and_writing_again_changes_nothing(value: Any) -> None:
    data = canonical_json.dumps(value)
    assert canonical_json.dumps(json.loads(data, parse_int=read_number)) == data


def read_number(text: str) -> int | float:
    """A number without a fraction: exact integers as such, larger ones were floats."""
    return int(text) if abs(int(text)) <= EXACT else float(text)


def test_the_published_example_of_rfc_8785() -> None:
    value: dict[str, Any] = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical_json.dumps(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {"a": object()}, "\ud800", {"\ud800": 1}])
def test_what_json_cannot_carry_exactly_is_refused(value: Any) -> None:
    with pytest.raises(canonical_json.NotCanonicalError):
        canonical_json.dumps(value)


@pytest.mark.parametrize("key", ["\uffee", 'é"\uffee', "\\\uffee", "é:\uffee"])
def test_keys_are_ordered_by_utf_16_whatever_else_stands_in_them(key: str) -> None:
    beyond = key.replace("\uffee", "\U0001d11e")
    assert canonical_json.dumps({key: 1, beyond: 2}) == rfc8785.dumps({key: 1, beyond: 2})


@pytest.mark.parametrize(
    "piece", ["é", "ロ", "\U0001d11e", "\uffee\U0001d11e", "e-", ":1e-", '"', "\\", "(é", "1", " ", "{", ":[,"]
)
def test_the_time_grows_with_the_length_of_a_text(piece: str) -> None:
    text = piece * (12_000 // len(piece))
    small, large = (cpu_s(partial(canonical_json.dumps, {"a": text * many})) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s for {TIMES} times as much"


def test_a_number_that_cannot_be_written_again_is_found_wherever_it_stands() -> None:
    for number in (2**53, -(2**53), 10**16, 2**64 - 1):
        values: list[JsonValue] = [{"a": [0, {"b": number}]}, [number], {"a": number, "b": ""}]
        for value in values:
            assert canonical_json.holds_inexact(json.dumps(value, separators=(",", ":")).encode(), value)


def test_digits_in_a_text_are_no_number() -> None:
    value: JsonObject = {"note": "x:10000000000000000,", "a": 2**53 - 1, "b": 1e21}
    assert not canonical_json.holds_inexact(canonical_json.dumps(value), value)
