"""What an import leaves out and reports, and what an imported run tells later."""

import json
from typing import Any

import pytest

from runs_svc.domain.ids import Digest
from runs_svc.domain.legacy.record import LegacyFile, UnreadableRecordError, convert
from runs_svc.domain.legacy.repeated import RepeatedKeys
from runs_svc.domain.legacy.values import TooDeep
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.decision_errors import RefusedByV1Error
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.imported import decision_of, origin_of, refused_by_v1
from runs_svc.domain.runs.override import refuse_refused_by_v1
from runs_svc.domain.runs.run_document import read
from tests import builders

KEY = "run_0123456789abcdef"


TIME = "2025-03-01T12:00:00+00:00"


FILE = LegacyFile("a" * 64, Digest("b" * 64), 5, "compact_json")


def converted(files: dict[str, LegacyFile] | None = None, **fields: Any) -> tuple[dict[str, Any], str]:
    """The run's document and the lines of the report, joined."""
    value = {"run_id": KEY, "created_at_utc": TIME, **fields}
    imported = convert(KEY, json.dumps(value).encode(), value, files or {})
    return json.loads(imported.record.document), "\n".join(imported.lines)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def test_what_is_nested_too_deeply_is_left_out_and_reported() -> None:
    document, lines = converted(invented=nested(30))
    assert "[left out: too deep]" in json.dumps(document["meta"])
    assert "nested deeper than 12 levels" in lines


def test_what_is_left_out_of_open_fields_is_reported() -> None:
    document, lines = converted(meta={"api_key": "k", "deep": [{"token": "t"}], "safety": "on"})
    left_out = "[left out: a verdict of the caller's own]"
    assert document["meta"] == {"api_key": "[redacted]", "deep": [{"token": "[redacted]"}], "safety": left_out}
    assert "meta.api_key: redacted" in lines
    assert "meta.deep[0].token: redacted" in lines
    assert "meta.safety: a verdict of its own" in lines


def test_no_secret_of_a_record_is_kept_anywhere_and_each_is_a_line() -> None:
    value = {"created_at_utc": TIME, "notes": "Bearer sk-1", "meta": {"a": ["ftp://b:sk-1@c"]}}
    value |= {"feasibility": {"auth": "sk-1"}, "errors": ["pwd=sk-1"], "invented": {"pin": "sk-1"}}
    imported = convert(KEY, json.dumps(value).encode(), value, {})
    evidence = imported.record.attachments[-1]
    assert b"sk-1" not in imported.record.document + imported.evidence.data
    assert (evidence.digest.sha256, evidence.size_bytes) == (imported.evidence.sha256, len(imported.evidence.data))
    assert json.loads(imported.evidence.data)["notes"] == "Bearer [redacted]"
    for path in ("notes", "meta.a[0]", "feasibility.auth", "errors[0]", "invented.pin"):
        assert f"{path}: redacted; no secret is kept" in imported.lines


def test_what_json_cannot_write_does_not_hinder_a_record_with_a_secret() -> None:
    text = f'{{"created_at_utc": "{TIME}", "pwd": "sk-1", "a": [{10**400}, NaN, true, 1.5, "\\ud800"]}}'
    kept = json.loads(convert(KEY, text.encode(), json.loads(text), {}).evidence.data)
    assert (kept["pwd"], kept["a"]) == ("[redacted]", [str(10**400), "nan", True, 1.5, "\ufffd"])


def test_a_record_without_secrets_is_kept_byte_for_byte() -> None:
    source = b'{ "created_at_utc": "%s", "notes" : "x" }' % TIME.encode()
    assert convert(KEY, source, json.loads(source), {}).evidence.data == source


def test_a_secret_that_stands_only_in_a_value_that_does_not_count_is_not_kept() -> None:
    text = f'{{"created_at_utc": "{TIME}", "deep": [{{"note": "Bearer sk-1", "note": "x"}}]}}'
    imported = convert(KEY, text.encode(), json.loads(text, object_pairs_hook=RepeatedKeys), {})
    assert b"sk-1" not in imported.evidence.data
    assert json.loads(imported.evidence.data)["deep"] == [{"note": "x"}]


@pytest.mark.parametrize("value", [nested(65), TooDeep(), [nested(64)]])
def test_a_record_nested_beyond_measure_is_refused(value: Any) -> None:
    with pytest.raises(UnreadableRecordError, match="nested deeper than 64 levels"):
        convert(KEY, b"", value, {})


def repeated(text: str) -> tuple[dict[str, Any], str]:
    """The document and the lines of a record given as JSON text, in which keys may stand twice."""
    text = f'{{"created_at_utc": "{TIME}", {text}}}'
    imported = convert(KEY, text.encode(), json.loads(text, object_pairs_hook=RepeatedKeys), {})
    return json.loads(imported.record.document), "\n".join(imported.lines)


@pytest.mark.parametrize(
    "text",
    [
        '"decision": {"risk_level": "RED", "risk_level": "GREEN"}',
        '"decision": {"risk_level": "GREEN", "risk_level": "RED"}',
        '"decision": {"risk_level": "RED"}, "decision": {"risk_level": "GREEN", "note": "n"}',
        '"feasibility": {"safety": {"risk_level": "RED"}, "safety": {"risk_level": "GREEN"}}',
        '"feasibility": {"risk_level": "RED"}, "feasibility": null',
    ],
)
def test_of_a_level_that_stands_twice_the_worse_counts(text: str) -> None:
    document, lines = repeated(text)
    assert document["decision"]["risk_level"] == "RED"
    assert "stands there 2 times" in lines


def test_of_a_status_that_stands_twice_the_worse_counts() -> None:
    document, lines = repeated('"status": "BLOCKED", "status": "OK", "mode": "saw", "mode": "router"')
    assert (document["status"], document["mode"]) == ("BLOCKED", "router")
    assert "status: stands there 2 times; 'BLOCKED' counts" in lines
    assert "mode: stands there 2 times; 'router' counts" in lines


def test_a_key_that_stands_twice_deep_inside_is_reported_by_its_place() -> None:
    document, lines = repeated(f'"meta": {{"list": [{{"a": 1, "a": "{"x" * 80}"}}]}}, "status": 1, "status": 2')
    assert document["meta"]["list"][0]["a"] == "x" * 80
    assert f"meta.list[0].a: stands there 2 times; '{'x' * 60}…' counts" in lines
    assert document["status"] == "BLOCKED"


def imported(**fields: Any) -> dict[str, Any]:
    """A run as an earlier version imported it: with v1's gate, and what v1 said beside its verdict under meta."""
    document, _ = converted(**fields)
    del document["origin"]["gate_decision"], document["origin"]["rules"]
    document["decision"] |= {"gate_decision": "ALLOWED", "block_reason": "", "warnings": []}
    return document


def test_a_run_imported_by_an_earlier_version_is_closed_when_it_is_read() -> None:
    run = read(imported(status="OK", feasibility={"risk_level": "GREEN", "warnings": ["stub engine"]}))
    decision = decision_of(run)
    assert (decision.gate_decision, decision.warnings) == (GateDecision.BLOCKED, ["stub engine"])
    assert "a named person has to open it" in decision.block_reason
    assert Amendments().gate(run) is GateDecision.BLOCKED
    assert Amendments(override={}).gate(run) is GateDecision.OVERRIDDEN
    assert origin_of(run)["gate_decision"] == "ALLOWED"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "OK", "feasibility": {"risk_level": "GREEN"}}, ""),
        ({"status": "OK", "feasibility": {"risk_level": "RED"}}, "RED"),
        ({"status": "BLOCKED", "feasibility": {"risk_level": "GREEN"}}, "BLOCKED"),
        ({"status": "ERROR", "feasibility": {"risk_level": "ERROR"}}, "ERROR and ERROR"),
        ({"feasibility": {"risk_level": "GREEN"}}, ""),
    ],
)
def test_what_v1_refused_is_opened_by_nobody(fields: dict[str, Any], said: str) -> None:
    run = read(converted(**fields, gate_decision="ALLOWED")[0])
    assert refused_by_v1(run) == said
    if said:
        assert f"v1 said {said}" in decision_of(run).block_reason
        with pytest.raises(RefusedByV1Error, match=f"v1 said {said}"):
            refuse_refused_by_v1(run)
    else:
        refuse_refused_by_v1(run)


def test_a_run_recorded_here_keeps_its_decision() -> None:
    run = builders.run_document(status="BLOCKED")
    assert decision_of(run) is run.decision
    assert refused_by_v1(run) == ""


def test_what_v1_kept_beside_its_verdict_is_reported() -> None:
    run, _ = converted(
        override_note="looked at it",
        explanation_status="READY",
        explanation_summary="fine",
        advisory_inputs=[{"advisory_id": "a"}, "b"],
    )
    origin = origin_of(read(run))
    assert (origin["override_note"], origin["explanation_status"], origin["explanation_summary"]) == (
        "looked at it",
        "READY",
        "fine",
    )
    assert origin["advisories"] == [{"advisory_id": "a"}, {"text": "b"}]
    assert origin_of(read(converted(advisory_inputs="none")[0]))["advisories"] == []
