import hashlib
from typing import Any

import orjson
import pytest
import rfc8785

from foundation.canonical_json import JsonObject
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs import gate
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.run import Attempt, Idempotency, compose, compose_attachment, idempotency_of, payload_sha256
from runs_svc.domain.runs.run_document import read
from runs_svc.domain.runs.run_index import index_of
from tests import builders

GCODE = Attachment(Digest("a" * 64), "gcode", "text/x-gcode", "a.nc", 10, "2026-03-01T12:00:00.000000Z")


def test_the_document_is_canonical_and_its_digest_the_identity() -> None:
    record = builders.record()
    assert record.document == rfc8785.dumps(orjson.loads(record.document))
    assert record.digest.sha256 == hashlib.sha256(record.document).hexdigest()


def test_the_feasibility_digest_does_not_depend_on_the_call() -> None:
    first, second = (
        orjson.loads(builders.record(report_value=builders.report(compute_ms=ms)).document) for ms in (0.1, 9.9)
    )
    assert first["hashes"]["feasibility_sha256"] == second["hashes"]["feasibility_sha256"]
    assert first["evaluation"] != second["evaluation"]


def test_the_index_can_be_rebuilt_from_the_document() -> None:
    record = builders.record(linkage={"operator": "ada", "machine_id": "m1"})
    assert index_of(read(orjson.loads(record.document))) == record.index
    assert (record.index.operator, record.index.machine_id) == ("ada", "m1")
    assert record.index.material_id == "spruce_sitka"


@pytest.mark.parametrize("level", ["RED", "UNKNOWN", "ERROR"])
def test_only_ok_runs_have_outputs(level: str) -> None:
    refused = builders.record(report_value=builders.report(overall_risk=level), gcode_text="G21\n")
    document = orjson.loads(refused.document)
    assert "outputs" not in document
    assert document["hashes"]["gcode_sha256"] == hashlib.sha256(b"G21\n").hexdigest()
    allowed = orjson.loads(builders.record(gcode_text="G21\n").document)
    assert allowed["outputs"] == {"gcode_text": "G21\n"}


def test_a_run_without_a_report_says_so_and_invents_nothing() -> None:
    record = compose(
        builders.attempt(),
        run_id=RunId("run_000000000001"),
        created_at_utc="2026-03-01T12:00:00.000000Z",
        request_id="req_1",
        decision=gate.decide_without_report("away"),
        report=None,
        errors=["away"],
    )
    document = orjson.loads(record.document)
    assert document["feasibility"] is None
    assert "feasibility_sha256" not in document["hashes"]
    assert document["errors"] == ["away"]
    assert "score" not in document["decision"]


def test_the_program_attached_is_the_programs_digest() -> None:
    note = Attachment(Digest("b" * 64), "debug", "text/plain", "a.txt", 1, "2026-03-01T12:00:00.000000Z")
    document = orjson.loads(builders.record(attachments=(note, GCODE)).document)
    assert document["hashes"]["gcode_sha256"] == "a" * 64


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "saw"},
        {"inputs": builders.inputs(engine_id="baseline_v1")},
        {"gcode_text": "G20"},
        {"meta": {"a": 1}},
        {"linkage": {"operator": "ada"}},
        {"attachments": (GCODE,)},
        {"inputs": builders.inputs(context=builders.context({"cut.feed_rate_mm_per_min": 1.0}))},
    ],
)
def test_every_part_of_the_payload_changes_its_digest(change: dict[str, object]) -> None:
    assert payload_sha256(builders.attempt(**change)) != payload_sha256(builders.attempt())


def test_an_amendment_names_the_document_before_it() -> None:
    data = compose_attachment(GCODE, run_id=RunId("run_000000000001"), request_id="req_2")(1, "b" * 64)
    amendment = orjson.loads(data)
    assert (amendment["ordinal"], amendment["previous_sha256"]) == (1, "b" * 64)
    assert data == rfc8785.dumps(amendment)


def _bound(attempt: Attempt, recorded: str, summary: object = None, attachments: list[Any] | None = None) -> bool:
    document = orjson.dumps({"request_summary": summary or {}, "attachments": attachments or []})
    return Idempotency("k", payload_sha256(attempt), attempt).is_bound(recorded, lambda: document)


def _before(summary: dict[str, Any], **others: Any) -> str:
    """The digest as stores hold it that took the summary for the request."""
    attempt = builders.attempt()
    asked = {"mode": attempt.mode, "request_summary": summary, "attachments": [], "gcode_text": "", "meta": {}}
    value = {**asked, "linkage": {}, "inputs": attempt.inputs.value, **others}
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def test_a_key_is_bound_to_the_request_in_whatever_order_it_comes() -> None:
    names = [f"k{number}" for number in range(100)]
    first = builders.attempt(source=dict.fromkeys(names, 1), request_summary={"k1": 1})
    again = builders.attempt(source=dict.fromkeys(reversed(names), 1), request_summary={"k2": 1})
    assert payload_sha256(first) == payload_sha256(again)
    assert payload_sha256(first) != payload_sha256(builders.attempt(source={**first.source, "k99": 2}))  # type: ignore[dict-item]


def test_a_digest_tells_nobody_a_secret_of_the_request() -> None:
    first, other = (builders.attempt(source={"password": text, "a": 1}) for text in ("hunter2", "hunter3"))
    assert payload_sha256(first) == payload_sha256(other)


def test_a_digest_without_a_request_is_what_it_was_in_older_stores() -> None:
    assert payload_sha256(builders.attempt(request_summary={})) == _before({})


def test_a_digest_of_an_older_store_is_known_again_whichever_keys_its_summary_kept() -> None:
    source = {f"k{number}": number for number in range(60)}
    kept = {f"k{number}": number for number in range(7, 57)} | {"dropped_key_count": 10}
    assert _bound(builders.attempt(source=source), _before(kept), kept)
    assert not _bound(builders.attempt(source={**source, "k8": 1_000}), _before(kept), kept)
    assert not _bound(builders.attempt(source={**source, "more": 1}), _before(kept), kept)
    assert not _bound(builders.attempt(source=source, mode="other"), _before(kept), kept)


def test_what_the_server_found_out_does_not_change_what_a_key_is_bound_to() -> None:
    asked: JsonObject = {"replay_of": "run_000000000001"}
    assert payload_sha256(builders.attempt(asked=asked, attachments=(GCODE,))) == payload_sha256(
        builders.attempt(asked=asked)
    )
    older = _before({"replay_of": "run_000000000001"})
    assert _bound(builders.attempt(asked=asked, attachments=(GCODE,)), older, {"replay_of": "run_000000000001"})


def test_a_key_whose_payload_is_not_known_is_compared_by_digest_alone() -> None:
    assert not Idempotency("k", "a").is_bound("b", lambda: b"{}")
    assert Idempotency("k", "a").is_bound("a", lambda: b"{}")


@pytest.mark.parametrize(
    ("members", "expected"),
    [({}, None), ({"idempotency_key": "k1", "payload_sha256": "a" * 64}, Idempotency("k1", "a" * 64))],
)
def test_the_key_of_a_run_is_read_from_its_document(members: dict[str, Any], expected: Idempotency | None) -> None:
    assert idempotency_of(members) == expected
