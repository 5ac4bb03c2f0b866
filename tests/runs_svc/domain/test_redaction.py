from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_svc.domain.runs.redaction import REDACTED, keep_open_fields, redact, summarize, sums_up

SECRETS = ["password", "Token", "my_secret_key", "API_KEY", "x-api-key", "credentials", "db_password_2"]


@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_is_redacted_at_any_depth(key: str) -> None:
    redacted = redact({"a": [{"b": {key: "hunter2"}}]})
    assert "hunter2" not in str(redacted)
    assert "hunter2" not in str(summarize({key: "hunter2"}))
    assert "hunter2" not in str(keep_open_fields({key: "hunter2", "deep": {key: "hunter2"}}))


@given(st.recursive(st.just("hunter2"), lambda inner: st.dictionaries(st.sampled_from(SECRETS), inner, min_size=1)))
def test_no_nesting_saves_a_secret(value: Any) -> None:
    assert "hunter2" not in str(redact({"password": value}))


@pytest.mark.parametrize("key", ["feasibility", "safety", "decision", "Risk_Level"])
def test_a_clients_verdict_is_stripped_and_noted(key: str) -> None:
    summary = summarize({key: {"risk": "GREEN"}, "tool_id": "t1"})
    assert summary == {"tool_id": "t1", "stripped_client_verdict": [key]}
    assert keep_open_fields({key: "GREEN", "note": "x"}) == {"note": "x"}


@pytest.mark.parametrize(("value", "kind"), [([1], "a list"), ("x", "text"), (True, "a boolean"), (1.5, "a number")])
def test_something_other_than_an_object_is_noted(value: Any, kind: str) -> None:
    assert summarize(value) == {"note": f"the request was not an object but {kind}"}


def test_nothing_is_summarized_as_nothing() -> None:
    assert summarize(None) == {}


def test_at_most_50_keys_are_kept() -> None:
    summary = summarize({**{f"k{number}": number for number in range(60)}})
    assert len(summary) == 51
    assert summary["dropped_key_count"] == 10


def test_which_keys_are_kept_does_not_depend_on_their_order() -> None:
    names = [f"k{number:02}" for number in range(99)]
    forwards, backwards = (summarize({**dict.fromkeys(order, 1), "design": {}}) for order in (names, names[::-1]))
    assert forwards == backwards
    assert set(forwards) == {*names[:49], "design_keys", "dropped_key_count"}


def test_a_summary_is_known_as_one_of_its_request() -> None:
    source: Any = {"design": {"b": 1}, "password": "x", "note": "y" * 300, "safety": 1}
    assert sums_up(summarize(source), source)
    assert sums_up({"now_kept": REDACTED}, {"now_kept": "clear"})
    assert not sums_up({"note": "z"}, {"note": "y"})
    assert not sums_up({"other": 1}, {"note": 1})
    assert sums_up({}, None)
    assert not sums_up({"note": "y"}, [1])


def test_of_design_and_context_only_50_key_names_are_kept() -> None:
    summary = summarize({"design": {f"d{number}": 1 for number in range(60)}, "context": {"a": 1}})
    assert len(summary["design_keys"]) == 50  # type: ignore[arg-type]
    assert summary["context_keys"] == ["a"]


def test_long_and_deep_values_are_shortened() -> None:
    summary = summarize({"note": "x" * 500, "deep": {"a": 1}, "items": [1, 2]})
    assert len(summary["note"]) == 200  # type: ignore[arg-type]
    assert summary["deep"] == {"keys": ["a"]}
    assert summary["items"] == {"item_count": 2}


def test_what_is_nested_too_deep_is_not_kept() -> None:
    value: Any = "end"
    for _ in range(20):
        value = {"a": value}
    assert REDACTED in str(redact(value))
