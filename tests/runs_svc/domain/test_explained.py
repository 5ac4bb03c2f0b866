"""The explanation that every verdict has."""

import pytest

from foundation.canonical_json import JsonObject, JsonValue
from runs_svc.domain.runs.explained import explanation_of
from runs_svc.domain.runs.run_view import RunView, view_of
from tests import builders

WHEN: JsonObject = {"created_at_utc": "2026-03-01T12:00:00.000000Z", "request_id": "req_1"}
RECORD = builders.record()
VIEW = view_of(RECORD.run_id, RECORD.content, RECORD.digest.sha256)


def amended(view: RunView, kind: str, **body: JsonValue) -> RunView:
    return view.with_amendment({**WHEN, "kind": kind, "idempotency_key": kind, "body": body})


def view(**members: object) -> RunView:
    return view_of(RECORD.run_id, builders.run_document(**members), "a" * 64)


def test_a_verdict_is_explained_by_the_sentence_that_decides_it() -> None:
    assert explanation_of(VIEW) == ("READY", "GREEN: fine")


def test_what_was_computed_and_kept_with_the_run_comes_first() -> None:
    kept = amended(VIEW, "explanation", status="READY", summary="it is fine because", computed=True)
    assert explanation_of(kept) == ("READY", "it is fine because")


def test_the_words_of_a_caller_do_not_replace_a_computed_explanation() -> None:
    said = amended(VIEW, "explanation", status="READY", summary="RED: burn it")
    assert explanation_of(said) == ("READY", "GREEN: fine. Somebody added READY: RED: burn it")
    assert explanation_of(amended(VIEW, "explanation", status="ERROR")) == (
        "READY",
        "GREEN: fine. Somebody added ERROR",
    )


def test_what_nothing_was_computed_for_is_explained_by_its_callers() -> None:
    imported: JsonObject = {"origin": {"kind": "v1"}, "meta": {}}
    failed: JsonObject = {"origin": None, "feasibility": None, "errors": []}
    for members in (imported, failed):
        said = amended(view(**members), "explanation", status="PENDING", summary="being written")
        assert explanation_of(said) == ("PENDING", "being written")


def test_the_reason_of_an_override_stands_in_it() -> None:
    opened = amended(VIEW, "override", person="A. Lead", reason="the jig holds it")
    assert explanation_of(opened).summary == "GREEN: fine. Opened by A. Lead: the jig holds it"
    long = amended(VIEW, "override", person="A. Lead", reason="x" * 1_000)
    assert len(explanation_of(long).summary) == 500


@pytest.mark.parametrize(
    ("members", "explained"),
    [
        (
            {"origin": None, "feasibility": None, "errors": ["feasibility is away"]},
            ("READY", "ERROR: feasibility is away"),
        ),
        ({"origin": None, "feasibility": None, "errors": []}, ("NONE", "")),
        ({"origin": None, "feasibility": {"overall_risk": "RED"}}, ("READY", "RED")),
        ({"origin": {"kind": "v1"}, "meta": {"legacy": {"explanation_summary": "too slow"}}}, ("READY", "too slow")),
        ({"origin": {"kind": "v1"}, "meta": {}}, ("NONE", "")),
    ],
)
def test_without_a_report_the_error_or_the_words_of_v1_explain_it(
    members: dict[str, object], explained: tuple[str, str]
) -> None:
    assert explanation_of(view(**members)) == explained
