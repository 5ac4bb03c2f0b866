"""What a v1 record becomes: nothing is guessed, nothing gets lost unnoticed."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import canonical_json
from runs_svc.domain.ids import Digest
from runs_svc.domain.legacy.record import NOT_EVALUATED, LegacyFile, UnreadableRecordError, convert
from runs_svc.domain.legacy.reverse import to_v1
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.imported_verdict import NO_STATUS
from runs_svc.domain.runs.run_document import read, write
from tests.growth import TIMES, cpu_s, grows_too_fast

KEY = "run_0123456789abcdef"
TIME = "2025-03-01T12:00:00+00:00"
FILE = LegacyFile("a" * 64, Digest("b" * 64), 5, "compact_json")


def converted(files: dict[str, LegacyFile] | None = None, **fields: Any) -> tuple[dict[str, Any], str]:
    """The run's document and the lines of the report, joined."""
    value = {"run_id": KEY, "created_at_utc": TIME, **fields}
    imported = convert(KEY, json.dumps(value).encode(), value, files or {})
    return json.loads(imported.record.document), "\n".join(imported.lines)


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": {"risk_level": "GREEN"}, "feasibility": {"engine": "v1"}},
        {"feasibility": {"risk_level": "GREEN"}},
        {"feasibility": {"risk_bucket": "green"}},
        {"feasibility": {"safety": {"risk_level": "GREEN"}}},
    ],
)
def test_green_stays_green_wherever_it_stood(fields: dict[str, Any]) -> None:
    document, _ = converted(**fields)
    assert document["decision"]["risk_level"] == "GREEN"


def test_without_feasibility_the_level_is_unknown_and_the_run_is_marked() -> None:
    document, lines = converted()
    assert document["decision"]["risk_level"] == "UNKNOWN"
    assert document["origin"]["markers"] == [NOT_EVALUATED, NO_STATUS]
    assert (document["status"], document["decision"]["gate_decision"]) == ("BLOCKED", "BLOCKED")
    assert "risk level: v1 names none" in lines
    assert "feasibility: absent; marked 'not evaluated in v1'" in lines


@pytest.mark.parametrize("absent", [{}, {"feasibility": None}, {"feasibility": {}}])
@pytest.mark.parametrize(
    ("said", "level"), [("GREEN", "UNKNOWN"), ("YELLOW", "UNKNOWN"), ("UNKNOWN", "UNKNOWN"), ("RED", "RED")]
)
def test_a_level_without_feasibility_never_reads_better_than_unknown(
    absent: dict[str, Any], said: str, level: str
) -> None:
    document, lines = converted(decision={"risk_level": said}, **absent)
    assert document["decision"]["risk_level"] == level
    assert document["origin"]["markers"] == [NOT_EVALUATED, NO_STATUS]
    assert (f"risk level: v1 says {said} without a feasibility; UNKNOWN" in lines) == (said in {"GREEN", "YELLOW"})


@pytest.mark.parametrize("number", [2**53, -(2**53), 2.0**53, 1e16, -1e18, 1e20, 1e300, float("inf")])
def test_a_number_json_cannot_carry_exactly_is_kept_as_text_and_reported(number: float) -> None:
    document, lines = converted(
        meta={"a": [{"n": number}]}, feasibility={"b": number}, request_summary={"c": number}, extra={"d": number}
    )
    assert document["meta"]["a"] == [{"n": str(number)}]
    assert document["meta"]["legacy"]["extra"] == {"d": str(number)}
    assert document["origin"]["feasibility"]["b"] == document["request_summary"]["c"] == str(number)
    assert f"meta.a[0].n: {number} is no number JSON can hold exactly" in lines


def test_numbers_json_carries_exactly_stay_numbers() -> None:
    document, _ = converted(meta={"a": 2**53 - 1, "b": -0.5, "c": True})
    assert document["meta"] == {"a": 2**53 - 1, "b": -0.5, "c": True}


@pytest.mark.parametrize("depth", [300, 2_000])
def test_what_is_nested_too_deep_for_a_record_is_reported(depth: int) -> None:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    with pytest.raises(UnreadableRecordError, match="is nested deeper than 64 levels"):
        convert(KEY, b"{}", {"run_id": KEY, "created_at_utc": TIME, "feasibility": value}, {})


def test_a_long_name_around_many_numbers_costs_no_more_than_its_length() -> None:
    def convert_many(numbers: int) -> None:
        converted(meta={"n" * 20 * numbers: [1] * numbers})

    small, large = (cpu_s(partial(convert_many, 5_000 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"


def test_a_level_nobody_knows_is_unknown_and_reported() -> None:
    document, lines = converted(decision={"risk_level": "PURPLE"})
    assert document["decision"]["risk_level"] == "UNKNOWN"
    assert "'PURPLE' is not a level" in lines


def test_blocked_stays_blocked() -> None:
    document, _ = converted(status="BLOCKED", feasibility={"risk_level": "RED", "score": 3})
    assert (document["status"], document["decision"]["gate_decision"]) == ("BLOCKED", "BLOCKED")
    assert document["decision"]["score"] == 3.0


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "OK", "feasibility": {"risk_level": "GREEN"}},
        {"status": "OK", "feasibility": {"risk_level": "GREEN"}, "gate_decision": "ALLOWED"},
        {"status": "BLOCKED", "gate_decision": "ALLOWED"},
        {"status": "OK", "gate_decision": "OVERRIDDEN"},
        {"status": "OK", "gate_decision": "OPEN"},
    ],
)
def test_nothing_v1_said_opens_the_gate(fields: dict[str, Any]) -> None:
    document, lines = converted(**fields)
    assert document["decision"]["gate_decision"] == "BLOCKED"
    assert document["origin"]["gate_decision"] == fields.get("gate_decision", "")
    assert ("opens nothing here" in lines) == ("gate_decision" in fields)


def test_the_worst_of_several_levels_counts_and_is_reported() -> None:
    document, lines = converted(decision={"risk_level": "GREEN"}, feasibility={"safety": {"risk_level": "red"}})
    assert document["decision"]["risk_level"] == "RED"
    assert "v1 names several" in lines


@pytest.mark.parametrize("said", ["red ", "\tRed\n", "RISK_LEVEL_RED", "risk_level_red"])
def test_a_level_counts_however_it_is_written(said: str) -> None:
    document, lines = converted(feasibility={"risk_level": said}, decision={"risk_level": "GREEN"})
    assert document["decision"]["risk_level"] == "RED"
    assert "is not a level" not in lines


def test_reasons_and_warnings_are_read_wherever_they_stand() -> None:
    feasibility = {
        "warnings": ["stub engine"],
        "safety": {"block_reason": "kickback", "warnings": ["stub engine", "dull"]},
    }
    document, _ = converted(status="BLOCKED", feasibility=feasibility)
    assert document["decision"]["block_reason"] == "kickback"
    assert document["decision"]["warnings"] == ["stub engine", "dull"]


def test_every_reason_that_stands_somewhere_is_kept_once() -> None:
    said = {"block_reason": "too hot", "safety": {"block_reason": ["kickback", "too hot"]}}
    document, _ = converted(status="BLOCKED", decision={"block_reason": "kickback"}, feasibility=said)
    assert document["decision"]["block_reason"] == "kickback; too hot"


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        ({"code": "W1", "message": "too hot"}, "W1: too hot"),
        ({"message": "too hot"}, "too hot"),
        ({"code": 7, "message": "too hot"}, "too hot"),
        ({"code": "W1", "message": ""}, '{"code":"W1","message":""}'),
        ({"rpm": 18000, "ok": False}, '{"ok":false,"rpm":18000}'),
        (["a", None], '["a",null]'),
        (True, "true"),
        (0.5, "0.5"),
        ("\ud800", "\ufffd"),
        (2**60, str(2**60)),
    ],
)
def test_a_finding_that_is_no_text_is_written_as_people_read_it(finding: Any, shown: str) -> None:
    document, _ = converted(feasibility={"warnings": [finding], "block_reason": [finding]}, errors=[finding])
    assert document["decision"]["warnings"] == [shown]
    assert document["decision"]["block_reason"] == shown
    assert document["errors"] == [shown]


@pytest.mark.parametrize(
    ("given", "shown"), [(True, "true"), (7, "7"), (0.5, "0.5"), (["saw"], '["saw"]'), ({"a": None}, '{"a":null}')]
)
def test_a_field_that_should_be_text_is_written_as_json_and_reported_once(given: Any, shown: str) -> None:
    document, lines = converted(workflow_mode=given)
    assert document["mode"] == document["linkage"]["workflow_mode"] == shown
    assert lines.count("kept as text") == 1


@pytest.mark.parametrize(
    "field", ["mode", "tool_id", "notes", "status", "gate_decision", "errors", "override_note", "explanation_summary"]
)
def test_half_a_character_is_replaced_wherever_it_stands_and_reported(field: str) -> None:
    fields: dict[str, Any] = {field: "a\ud800b"}
    document, lines = converted(**fields)
    assert "half a character was replaced" in lines or field == "status"
    json.dumps(document, ensure_ascii=False).encode()
    lines.encode()


def test_a_feasibility_that_is_no_object_is_kept_as_json() -> None:
    document, lines = converted(feasibility=["a", None])
    assert document["origin"]["feasibility"] == {"text": '["a",null]'}
    assert "feasibility: an array, not an object; kept as text" in lines


def test_a_missing_mode_is_taken_from_workflow_mode() -> None:
    document, lines = converted(workflow_mode="rosette")
    assert document["mode"] == "rosette"
    assert "taken from workflow_mode" in lines
    assert converted(mode="saw", workflow_mode="rosette")[0]["mode"] == "saw"


@pytest.mark.parametrize(("named", "meant"), [("2" * 64, "d" * 64), ("9" * 64, "b" * 64)])
def test_of_several_programs_the_one_v1_names_is_meant(named: str, meant: str) -> None:
    files = {
        digit * 64: LegacyFile(digit * 64, Digest(held * 64), 5, "bytes") for digit, held in (("1", "b"), ("2", "d"))
    }
    references = [{"sha256": name, "kind": "gcode"} for name in files]
    document, lines = converted(files, attachments=references, gcode_hash=named)
    assert document["hashes"]["gcode_sha256"] == meant
    assert document["origin"]["hashes"][0]["recorded"] == named
    assert "there are 2 files of this kind" in lines


def test_a_naive_time_keeps_its_text() -> None:
    document, lines = converted(created_at_utc="2025-03-01 12:00:00")
    assert document["created_at_utc"] == "2025-03-01T12:00:00.000000Z"
    assert document["origin"]["created_at_text"] == "2025-03-01 12:00:00"
    assert "names no zone" in lines


def test_the_five_fields_that_got_lost_survive() -> None:
    fields: dict[str, Any] = {
        "override_note": "n",
        "fork_reason": "f",
        "gate_policy_version": "3",
        "post_processor_version": "9",
        "drift_summary": {"count": 1},
        "invented": [1],
    }
    document, _ = converted(**fields)
    assert document["meta"]["legacy"] == fields


def test_secrets_are_redacted_in_what_is_shown() -> None:
    document, _ = converted(request_summary={"password": "x"}, meta={"token": "y"}, invented={"api_key": "z"})
    assert document["request_summary"] == {"password": "[redacted]"}
    assert document["meta"] == {"token": "[redacted]", "legacy": {"invented": {"api_key": "[redacted]"}}}


def test_an_attachment_that_keeps_its_name_is_not_told_of() -> None:
    kept = LegacyFile("a" * 64, Digest("a" * 64), 5, "bytes")
    document, lines = converted({"a" * 64: kept}, attachments=[{"sha256": "a" * 64, "kind": "debug"}])
    assert document["attachments"][0]["sha256"] == "a" * 64
    assert "is kept under" not in lines


def test_attachments_are_addressed_by_their_bytes_and_keep_the_old_name() -> None:
    reference = {"sha256": "a" * 64, "kind": "GCode", "filename": "C:\\x\\part.nc"}
    document, lines = converted({"a" * 64: FILE}, attachments=[reference], gcode_hash="a" * 64)
    first, evidence = document["attachments"]
    assert (first["sha256"], first["kind"], first["filename"]) == ("b" * 64, "gcode", "part.nc")
    assert evidence["kind"] == "v1_record"
    assert document["origin"]["aliases"] == {"a" * 64: "b" * 64}
    assert f"{'a' * 64} is kept under {'b' * 64}" in lines
    assert document["hashes"]["gcode_sha256"] == "b" * 64
    assert document["origin"]["hashes"] == [
        {"name": "gcode_hash", "recorded": "a" * 64, "rule": "compact_json", "recomputed": "b" * 64}
    ]


def test_a_file_with_other_bytes_than_its_name_says_is_reported() -> None:
    files = {"a" * 64: LegacyFile("a" * 64, Digest("b" * 64), 5, "none")}
    document, lines = converted(files, attachments=[{"sha256": "a" * 64, "kind": "debug"}])
    assert document["attachments"][0]["sha256"] == "b" * 64
    assert "has other bytes than its name says" in lines


def test_what_has_no_file_is_dangling() -> None:
    document, lines = converted(attachments=[{"sha256": "c" * 64}, 7], gcode_hash="d" * 64)
    assert [item["kind"] for item in document["attachments"]] == ["v1_record"]
    assert lines.count("(dangling)") == 3


def test_values_json_cannot_hold_are_kept_as_text() -> None:
    document, lines = converted(drift_summary={"n": 2**60, "x": float("nan"), "s": "\ud800"})
    assert document["meta"]["legacy"]["drift_summary"] == {"n": str(2**60), "x": "nan", "s": "�"}
    assert len(lines.splitlines()) >= 3


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        (KEY, [1], "is an array, not an object"),
        (KEY, None, "is null, not an object"),
        (KEY, True, "is a boolean, not an object"),
        (KEY, 7, "is a number, not an object"),
        (KEY, 0.5, "is a number, not an object"),
        (KEY, "x", "is a string, not an object"),
        (KEY, {"run_id": "run_ffffffffffff", "created_at_utc": TIME}, "stands under"),
        ("RUN-1", {"created_at_utc": TIME}, "is not run_"),
        (KEY, {"created_at_utc": "soon"}, "is not a time"),
        (KEY, {}, "is not a time"),
    ],
)
def test_what_cannot_become_a_run(key: str, value: Any, text: str) -> None:
    with pytest.raises(UnreadableRecordError, match=text):
        convert(key, b"", value, {})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "status",
        "mode",
        "tool_id",
        "feasibility",
        "decision",
        "attachments",
        "meta",
        "request_summary",
        "errors",
        "gate_decision",
        "notes",
        "gcode_hash",
        "geometry_hash",
        "parent_run_id",
        "other",
    ]
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_record_with_id_and_time_becomes_a_run_that_fails_closed(fields: dict[str, Any]) -> None:
    value = {"run_id": KEY, "created_at_utc": TIME, **fields}
    imported = convert(KEY, b"source", value, {})
    document = json.loads(imported.record.document)
    assert document["attachments"][-1]["kind"] == "v1_record"
    assert document["decision"]["gate_decision"] == "BLOCKED"
    assert to_v1(imported.record.content, Amendments())["run_id"] == KEY
    assert canonical_json.dumps(write(read(document))) == imported.record.document


def test_what_is_no_text_and_no_object_is_kept_and_reported() -> None:
    document, lines = converted(feasibility="was fine", geometry_hash="c" * 64, attachments="none")
    assert document["origin"]["feasibility"] == {"text": "was fine"}
    assert document["linkage"]["geometry_sha256"] == "c" * 64
    assert document["meta"]["legacy"]["attachments"] == "none"
    assert "kept as text" in lines


def test_a_native_run_as_a_v1_record() -> None:
    document, _ = converted(geometry_hash="c" * 64, gate_decision="BLOCKED")
    later = Amendments(override={"reason": "tried on scrap"})
    record = to_v1(read(document), later)
    assert (record["gate_decision"], record["override_note"]) == ("OVERRIDDEN", "tried on scrap")
    assert record["geometry_hash"] == "c" * 64
