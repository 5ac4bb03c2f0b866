from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_svc.domain.runs.redaction import (
    VERDICT_LEFT_OUT,
    keep_open_fields,
    not_kept,
    redact,
    summarize,
    summary_not_kept,
    sums_up,
)
from runs_svc.domain.runs.secrets import REDACTED, redact_text

SECRETS = ["password", "Token", "my_secret_key", "API_KEY", "x-api-key", "credentials", "db_password_2"]
SECRETS += [
    "pwd",
    "passphrase",
    "private_key",
    "privateKey",
    "ssh_key",
    "auth",
    "X-Auth",
    "bearer",
    "cookie",
    "Set-Cookie",
]
SECRETS += ["session", "sessionId", "sig", "pin", "user_pin", "otp", "accessKey", "access_key_id", "conn_string"]
SECRETS += ["PASSWORT", "mot_de_passe", "motDePasse", "db_pass", "PaSsWoRd", "ｐassword", "HTTPAuth", "mein_passwort"]
SECRETS += ["Pass-Word", "pass_phrase", "connect.sid", "csrf", "creds", "apitoken", "mfa_code", "пароль", "密码"]
NO_SECRETS = [
    "pass",
    "credit",
    "side_id",
    "tokens",
    "max_tokens",
    "secretary",
    "author",
    "authority",
    "authored_by",
    "passes",
    "pass",
    "finish_pass",
]
NO_SECRETS += ["key", "keyhole", "monkey", "pinion", "spinning", "bridge_pin", "pin_spacing_mm", "design", "signature"]
NO_SECRETS += ["tool_id", "workflow_session_id", "assign", "bearing", "compass_wordlist", "obsessions"]


@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_is_redacted_at_any_depth(key: str) -> None:
    redacted = redact({"a": [{"b": {key: "hunter2"}}]})
    assert "hunter2" not in str(redacted)
    assert "hunter2" not in str(summarize({key: "hunter2"}))
    assert "hunter2" not in str(keep_open_fields({key: "hunter2", "deep": {key: "hunter2"}}))


@pytest.mark.parametrize("key", NO_SECRETS)
def test_what_only_sounds_like_a_secret_is_kept(key: str) -> None:
    assert keep_open_fields({key: "v", "deep": {key: "v"}}) == {key: "v", "deep": {key: "v"}}
    assert summarize({key: "v"}) == {key: "v"}


@pytest.mark.parametrize("value", [None, True, False])
def test_nothing_yes_and_no_are_no_secrets(value: bool | None) -> None:
    assert keep_open_fields({"password": value, "decision": None}) == {"password": value, "decision": None}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bearer sk-…", "Bearer [redacted]"),
        ("curl -H 'Authorization: bearer abc.def1' x", "curl -H 'Authorization: bearer [redacted]' x"),
        ("Basic dXNlcjpwYXNz", "Basic [redacted]"),
        ("curl -u anna:hunter2 https://h", "curl -u anna:[redacted] https://h"),
        ("curl --user=anna:hunter2 h", "curl --user=anna:[redacted] h"),
        ("post --api-key hunter2 --passes 3\n", "post --api-key [redacted] --passes 3\n"),
        ("Cookie: connect=a; b=2", "Cookie: [redacted]"),
        ("Authorization: token hunter2", "Authorization: [redacted]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted]"),
        ("https://anna:hunter2@host/?token=hunter2", "https://anna:[redacted]@host/?token=[redacted]"),
        (
            "https://h/?a=1&sig=abc&key=k#access_token=z",
            "https://h/?a=1&sig=[redacted]&key=[redacted]#access_token=[redacted]",
        ),
        ("Server=db;Pwd=hunter2;x=1", "Server=db;Pwd=[redacted];x=1"),
        ('{"password": "hunter2", "a": 1}', '{"password": "[redacted]", "a": 1}'),
        ("sk-proj-abcdefghijklmnopqrst", "[redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "[redacted]"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----[redacted]",
        ),
    ],
)
def test_a_secret_within_a_text_is_replaced(text: str, kept: str) -> None:
    assert redact_text(text) == kept
    assert keep_open_fields({"note": [text]}) == {"note": [kept]}
    assert not_kept("meta", {"note": [kept]}) != []


@pytest.mark.parametrize(
    "text",
    [
        "the bearer of bad news",
        "Bearer of 3 rings",
        "basic setup done",
        "Basic settings1",
        "G1 X1 F=20",
        "feed=1200, tool=t1",
        "http://host:8080/path@x",
        "mailto:a@b.de",
        "https://h/?code_of_part=1",
        "task-list-of-the-whole-week",
    ],
)
def test_a_text_without_a_secret_stays(text: str) -> None:
    assert redact_text(text) == text


@given(st.recursive(st.just("hunter2"), lambda inner: st.dictionaries(st.sampled_from(SECRETS), inner, min_size=1)))
def test_no_nesting_saves_a_secret(value: Any) -> None:
    assert "hunter2" not in str(redact({"password": value}))


@pytest.mark.parametrize("key", ["feasibility", "safety", "decision", "Risk_Level", "riskLevel", "overall-risk"])
def test_a_clients_verdict_is_stripped_and_noted(key: str) -> None:
    summary = summarize({key: {"risk": "GREEN"}, "tool_id": "t1"})
    assert summary == {"tool_id": "t1", "stripped_client_verdict": [key]}
    kept = keep_open_fields({key: "GREEN", "note": "x"})
    assert kept == {key: VERDICT_LEFT_OUT, "note": "x"}
    assert not_kept("meta", kept) == [f"meta.{key}: not kept, verdicts are the server's own"]
    assert summary_not_kept("request", summary) == [f"request.{key}: not kept, verdicts are the server's own"]


@pytest.mark.parametrize(("value", "kind"), [([1], "a list"), ("x", "text"), (True, "a boolean"), (1.5, "a number")])
def test_something_other_than_an_object_is_noted(value: Any, kind: str) -> None:
    assert summarize(value) == {"note": f"the request was not an object but {kind}"}


def test_nothing_is_summarized_as_nothing() -> None:
    assert summarize(None) == {}


def test_at_most_50_keys_are_kept() -> None:
    summary = summarize({**{f"k{number}": number for number in range(60)}})
    assert len(summary) == 51
    assert summary["dropped_key_count"] == 10


def test_ids_are_kept_before_all_other_keys_and_found_in_design_and_context() -> None:
    source: Any = {f"a{number:02}": number for number in range(60)}
    ids = {"model_id": "m", "engine_id": "e", "tool_id": "t", "material_id": "w", "machine_id": "x"}
    source |= ids | {
        "design": {"model_id": "d"},
        "context": {"tool": {"tool_id": "c"}, "material_id": "w", "machine": 1},
    }
    summary = summarize(source)
    assert ids.items() <= summary.items()
    assert summary["design_ids"] == {"model_id": "d"}
    assert summary["context_ids"] == {"material_id": "w", "tool_id": "c"}
    assert sums_up(summary, source)


def test_of_many_places_25_are_told_and_the_rest_counted() -> None:
    told = not_kept("meta", keep_open_fields({f"pin{number}": "1" for number in range(30)}))
    assert (len(told), told[-1]) == (26, "meta: and 5 more")


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
